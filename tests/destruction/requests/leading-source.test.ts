import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { SCHEDULER } from '#domain/destruction/list-policy';
import type { ListView } from '#src/destruction/lists/list-view';
import { KEEPER, LedgerHouse, must, OPERATOR, SOURCE, SYSTEM } from '../house.js';
import { Receiver, SECRET } from './receiver.js';

const NIGHT = { iss: 'urn:test', sub: 'nachtelijke-run', role: SCHEDULER };

/** The source is configured as a place, and so is another; both hold a copy of the dossier. */
describe('the source that leads its own destruction, and is a place as well', () => {
  let house: LedgerHouse;
  let source: Receiver;
  let other: Receiver;

  beforeEach(async () => {
    [source, other] = await Promise.all([Receiver.open(), Receiver.open()]);
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-leading-'));
    writeFileSync(join(folder, 'geheim'), SECRET);
    writeFileSync(join(folder, 'locaties.json'), JSON.stringify({
      allowedHosts: ['127.0.0.1'],
      locations: [
        { system: SYSTEM, name: 'Zaaksysteem', mode: 'confirm', source: SOURCE, url: source.url, secretFile: 'geheim' },
        { system: 'zaak-archief', name: 'Archief van het zaaksysteem', mode: 'confirm', source: SOURCE, url: source.url, secretFile: 'geheim' },
        { system: 'dms', name: 'Documentbeheer', mode: 'notify', url: other.url, secretFile: 'geheim' },
      ],
    }));
    house = await LedgerHouse.open({ folder, config: { smallRunsWait: false, locations: join(folder, 'locaties.json') } });
    await house.adopt();
  });
  afterEach(async () => {
    await Promise.all([source.close(), other.close()]);
    await house.remove();
  });

  async function dossier(more: Readonly<Record<string, unknown>>): Promise<void> {
    must(await house.record('dossier-opened', 'bron', { law: 'wmo2015', subjects: [{ bsn: testBsn(1), role: 'client' }], ...more }));
    for (const system of [SYSTEM, 'zaak-archief', 'dms']) must(await house.record('dossier-located', 'bron', { location: { system, reference: `${system}-1`, kind: 'system', controller: 'own' } }));
    must(await house.record('dossier-closed', 'bron', { on: '2020-01-05' }));
  }

  it('is not asked for what it said itself that it destroyed; the other place is', async () => {
    await dossier({ leading: 'source' });
    must(await house.record('destroyed-at-source', 'bron', { on: '2020-01-06' }));
    const { lists } = house.destruction();
    const list = must(await lists.drawUp('Volgt bron', NIGHT, { kind: 'follow' }));
    house.at('2020-01-31');
    const begun = must(await lists.begin(list.id, list.version, NIGHT));
    expect(begun.requests).toMatchObject([{ location: 'Documentbeheer', asked: 1 }]);
    expect([source.received.length, other.received.length]).toEqual([0, 1]);
    // It was told only, so nothing is waited for.
    expect(begun.status).toBe('executing');
    await house.destruction().runs.finish();
    expect(must(await lists.certificate(list.id)).issued.certificate.confirmations).toMatchObject([{ location: 'Documentbeheer', asked: 1 }]);
  });

  it('control: on an ordinary list it is a place like any other', async () => {
    await dossier({});
    house.at('2022-04-04');
    const { lists } = house.destruction();
    const list: ListView = await house.approved(must(await lists.drawUp('Vernietiging', KEEPER)), '2022-04-30');
    const asked = must(await lists.begin(list.id, list.version, OPERATOR));
    expect(asked.requests.map(({ location }) => location).sort()).toEqual(['Archief van het zaaksysteem', 'Documentbeheer', 'Zaaksysteem']);
    expect(asked.status).toBe('approved');
    expect(source.received.length).toBe(2);
  });
});
