import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { Certificate } from '#domain/destruction/certificate';
import type { Destruction } from '#src/destruction/destruction';
import type { ListView } from '#src/destruction/lists/list-view';
import type { Outcome, Receipt } from '#src/recording/outcome';
import { codeOf, LedgerHouse, must, OIN, OPERATOR, SYSTEM } from '../house.js';
import { Receiver, SECRET } from './receiver.js';

const DMS = `urn:nld:oin:${OIN}:systeem:dms`;
const OWN = `urn:nld:oin:${OIN}:systeem:rekenschap`;

/** Other places are asked first, over real HTTP; the ledger's own data go when they have answered, or after 30 days. */
describe('requests to the places that hold a copy', () => {
  let house: LedgerHouse;
  let dms: Receiver;
  let archive: Receiver;
  let list: ListView;
  let sent = 0;

  beforeEach(async () => {
    [dms, archive] = await Promise.all([Receiver.open(), Receiver.open()]);
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-requests-'));
    writeFileSync(join(folder, 'geheim'), SECRET);
    writeFileSync(join(folder, 'locaties.json'), JSON.stringify({
      allowedHosts: ['127.0.0.1'],
      locations: [
        { system: 'dms', name: 'Documentbeheer', mode: 'confirm', source: DMS, url: dms.url, secretFile: 'geheim' },
        { system: 'bak', name: 'Archiefdienst', mode: 'notify', url: archive.url, secretFile: 'geheim' },
        { system: 'kast', name: 'Archiefkast', mode: 'confirm' },
      ],
    }));
    house = await LedgerHouse.open({ folder, config: { smallRunsWait: false, locations: join(folder, 'locaties.json') } });
    await house.adopt();
    for (const n of [0, 1, 2]) {
      await house.dossier(`oud-${n}`, n, null);
      must(await house.record('dossier-located', `oud-${n}`, { location: { system: 'dms', reference: `D-${n}`, kind: 'system', controller: 'processor' } }));
      must(await house.record('dossier-closed', `oud-${n}`, { on: '2020-01-05' }));
    }
    must(await house.record('dossier-located', 'oud-0', { location: { system: 'ggd', reference: 'G-0', kind: 'system', controller: 'other' } }));
  });
  afterEach(async () => {
    await Promise.all([dms.close(), archive.close()]);
    await house.remove();
  });

  async function approvedList(): Promise<Destruction> {
    house.at('2022-04-04');
    list = await house.approved(await house.drawUp(), '2022-04-12');
    return destruction();
  }

  /** As the service does: the configuration is that of the house, its folder too. */
  const destruction = (onStep?: Parameters<LedgerHouse['destruction']>[0]): Destruction => house.destruction(onStep);

  async function execute(destroying: Destruction): Promise<ListView> {
    const now = await house.view(list.id);
    return must(await destroying.lists.begin(list.id, now.version, OPERATOR));
  }

  /** What the service does every half minute, taken to the end of the run. */
  async function round(destroying: Destruction = destruction()): Promise<ListView> {
    for (const { listId, revision, person } of await destroying.requests!.round()) {
      must(await destroying.lists.begin(listId, revision, person));
      await destroying.runs.finish();
    }
    return house.view(list.id);
  }

  function confirm(source: string, data: Readonly<Record<string, unknown>> = {}): Promise<Outcome<Receipt>> {
    sent += 1;
    const whole = { occurredAt: house.clock.now().toString(), destructionRequestId: list.id, ...data };
    const person = source === OWN;
    return house.ledger.facts.record({ type: 'destruction-confirmed', source, id: `bevestigd-${sent}`, data: whole, canonicalData: canonicalJson(whole) }, {
      iss: 'urn:test', sub: person ? 'medewerker' : source, roles: [person ? 'record-manager' : 'case-system'], oin: OIN, source, systems: [SYSTEM], local: true,
    });
  }

  async function certificate(): Promise<Certificate> {
    return must(await destruction().lists.certificate(list.id)).issued.certificate;
  }

  const outbox = (): readonly Buffer[] => {
    const folder = join(house.folder, 'data', 'outbox');
    return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name))) : [];
  };

  it('are sent first, signed; the run begins when the system itself has confirmed, and the certificate says so', async () => {
    const destroying = await approvedList();
    expect(await execute(destroying)).toMatchObject({ status: 'approved', requests: [{ location: 'Documentbeheer', asked: 3, confirmedOn: null, goesOnFrom: '2022-05-12' }] });
    expect(dms.received).toMatchObject([{ signed: true, type: 'nl.overheid.sociaaldomein.destruction-requested', data: { destructionRequestId: list.id, answerBy: '2022-05-12' } }]);
    expect([...dms.received[0]!.data.references].sort()).toEqual(['D-0', 'D-1', 'D-2']);
    expect(archive.received).toEqual([]);
    const sealed = outbox();
    expect(sealed).toHaveLength(1);
    expect(sealed[0]!.includes(Buffer.from('D-1'))).toBe(false);
    // A receiver that lies: another system says that it is done, or speaks for another place.
    must(await confirm(`urn:nld:oin:${OIN}:systeem:ander`));
    must(await confirm(`urn:nld:oin:${OIN}:systeem:ander`, { location: 'Documentbeheer' }));
    must(await confirm(DMS, { location: 'Archiefkast' }));
    expect((await round()).status).toBe('approved');
    must(await confirm(DMS, { destroyedOn: '2022-04-12' }));
    expect(await round()).toMatchObject({ status: 'purged', destroyed: 3 });
    expect((await certificate()).confirmations).toEqual([{ location: 'Documentbeheer', asked: 3, confirmed: 3, notified: 0, lastConfirmedOn: '2022-04-12' }]);
    expect(outbox()).toEqual([]);
    expect((await house.verifyWithKeys()).answer).toBe('intact');
  });

  it('wait thirty days and no longer; then the answer stays open to be seen', async () => {
    await execute(await approvedList());
    house.at('2022-05-11');
    expect((await round()).status).toBe('approved');
    house.at('2022-05-12');
    expect(await round()).toMatchObject({ status: 'purged', destroyed: 3 });
    expect((await certificate()).confirmations).toMatchObject([{ asked: 3, confirmed: 0, lastConfirmedOn: null }]);
    // Late, and still recorded.
    must(await confirm(DMS));
    expect((await house.view(list.id)).requests).toMatchObject([{ confirmedOn: '2022-05-12' }]);
  });

  it('are taken back for a dossier that was held after it was asked, also at the last moment', async () => {
    await execute(await approvedList());
    must(await house.record('hold-placed', 'oud-1', { kind: 'bezwaar', on: '2022-04-12' }));
    const { runner, store } = house.ledger;
    await runner.waitFor(store.head().size - 1, 60_000);
    await round();
    expect(dms.received.map(({ type, data }) => [type.split('.').at(-1), data.references])).toEqual([['destruction-requested', expect.anything()], ['destruction-recalled', ['D-1']]]);
    await round();
    expect(dms.received).toHaveLength(2);
    must(await confirm(DMS));
    const late = destruction(async (point) => {
      if (point === 'gate: before') must(await house.record('hold-placed', 'oud-2', { kind: 'bezwaar', on: '2022-04-12' }));
    });
    expect(await round(late)).toMatchObject({ status: 'purged', destroyed: 1, requests: [{ asked: 3, recalled: 2 }] });
    await round();
    expect(dms.received.at(-1)).toMatchObject({ signed: true, data: { references: ['D-2'] } });
    expect((await certificate()).confirmations).toMatchObject([{ asked: 1, confirmed: 1 }]);
    expect(await house.ledger.writer.read((await house.ledger.vault.findStream({ system: SYSTEM, reference: 'oud-2' }))!)).toMatchObject({ revision: 6 });
  });

  it('are sent again under the same id after a failure and a restart, later every time', async () => {
    dms.answer = (response) => { response.writeHead(503).end(); };
    await execute(await approvedList());
    await round();
    expect(dms.received).toHaveLength(1);
    house = await reopened();
    dms.answer = (response) => { response.writeHead(301, { location: archive.url }).end(); };
    house.clock.advanceTo(house.clock.now().add({ minutes: 2 }));
    await round();
    expect(dms.received).toHaveLength(2);
    house.clock.advanceTo(house.clock.now().add({ seconds: 90 }));
    await round();
    expect(dms.received).toHaveLength(2);
    dms.answer = (response) => { response.writeHead(200).end(); };
    house.clock.advanceTo(house.clock.now().add({ minutes: 1 }));
    await round();
    await round();
    expect(dms.received).toHaveLength(3);
    expect(new Set(dms.received.map(({ id }) => id)).size).toBe(1);
    expect(archive.received).toEqual([]);
    expect(codeOf(await confirm(DMS))).toBe('done');
    expect((await round()).status).toBe('purged');
  });

  it('that only tell wait till they are taken; what has no system waits for a person; what nobody knows is seen', async () => {
    must(await house.record('dossier-located', 'oud-1', { location: { system: 'bak', reference: 'B-1', controller: 'own' } }));
    must(await house.record('dossier-located', 'oud-1', { location: { system: 'kast', reference: 'rij 4', kind: 'paper', controller: 'own' } }));
    must(await house.record('dossier-located', 'oud-2', { location: { system: 'schijf-p', kind: 'share', controller: 'own' } }));
    archive.answer = (response) => { response.writeHead(500).end(); };
    await execute(await approvedList());
    must(await confirm(DMS));
    must(await confirm(OWN, { location: 'Archiefkast' }));
    must(await confirm(OWN, { location: 'zonder ontvanger' }));
    expect((await round()).status).toBe('approved');
    house.at('2022-05-12');
    expect((await round()).status).toBe('purged');
    expect(Object.fromEntries((await certificate()).confirmations.map(({ location, asked, confirmed, notified }) => [location, [asked, confirmed, notified]]))).toEqual({
      'Documentbeheer': [3, 3, 0], 'Archiefdienst': [1, 0, 0], 'Archiefkast': [1, 1, 0], 'zonder ontvanger': [1, 1, 0],
    });
    expect(outbox()).toEqual([]);
  });

  async function reopened(): Promise<LedgerHouse> {
    const { folder } = house;
    const at = house.clock.now().toString();
    await house.close();
    return LedgerHouse.open({ folder, at, config: { smallRunsWait: false, locations: join(folder, 'locaties.json') } });
  }
});
