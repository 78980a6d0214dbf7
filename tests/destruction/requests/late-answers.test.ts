import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { verifyCertificate } from '#infra/verifier/certificate-check';
import type { CertificateView } from '#src/destruction/lists/list-view';
import { LedgerHouse, must, OIN, OPERATOR, SYSTEM } from '../house.js';
import { Receiver, SECRET } from './receiver.js';

const DMS = `urn:nld:oin:${OIN}:systeem:dms`;
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => { for (const one of open.splice(0)) await one.close(); });

it('an answer that comes after the certificate was completed completes it further, once, by night', async () => {
  const dms = await Receiver.open();
  const folder = mkdtempSync(join(tmpdir(), 'rekenschap-late-'));
  writeFileSync(join(folder, 'geheim'), SECRET);
  writeFileSync(join(folder, 'locaties.json'), JSON.stringify({
    allowedHosts: ['127.0.0.1'], locations: [{ system: 'dms', name: 'Documentbeheer', mode: 'confirm', source: DMS, url: dms.url, secretFile: 'geheim' }],
  }));
  const house = await LedgerHouse.open({ folder, config: { smallRunsWait: false, locations: join(folder, 'locaties.json') } });
  open.push(dms, { close: () => house.remove() });
  await house.adopt();
  await house.dossier('oud', 0, null);
  must(await house.record('dossier-located', 'oud', { location: { system: 'dms', reference: 'D-0', kind: 'system', controller: 'processor' } }));
  must(await house.record('dossier-closed', 'oud', { on: '2020-01-05' }));
  house.at('2022-04-04');
  const list = await house.approved(await house.drawUp(), '2022-04-12');
  const destruction = house.destruction();
  must(await destruction.lists.begin(list.id, list.version, OPERATOR));
  // Thirty days without an answer: the run goes on, and the certificate says that it is open.
  house.at('2022-05-12');
  for (const { listId, revision, person } of await destruction.requests!.round()) {
    must(await destruction.lists.begin(listId, revision, person));
    await destruction.runs.finish();
  }
  const night = async (): Promise<number> => {
    const { runner, store } = house.ledger;
    expect(await runner.waitFor(store.head().size - 1, 60_000)).toBe(true);
    return destruction.supplements!.run(Temporal.PlainDate.from('2022-05-13'));
  };
  const certificate = async (): Promise<CertificateView> => must(await destruction.lists.certificate(list.id));
  expect(await night()).toBe(0);
  expect((await certificate()).supplements).toBeUndefined();

  const data = { occurredAt: house.clock.now().toString(), destructionRequestId: list.id, destroyedOn: '2022-05-12' };
  must(await house.ledger.facts.record({ type: 'destruction-confirmed', source: DMS, id: 'laat', data, canonicalData: canonicalJson(data) }, {
    iss: 'urn:test', sub: DMS, roles: ['case-system'], oin: OIN, source: DMS, systems: [SYSTEM], local: true,
  }));
  expect(await night()).toBe(1);
  expect(await night()).toBe(0);

  const view = await certificate();
  expect(view.completed!.certificate.confirmations).toEqual([{ location: 'Documentbeheer', asked: 1, confirmed: 0, notified: 0, lastConfirmedOn: null }]);
  expect(view.supplements!.map((one) => one.certificate.confirmations)).toEqual([[{ location: 'Documentbeheer', asked: 1, confirmed: 1, notified: 0, lastConfirmedOn: '2022-05-12' }]]);
  const vkey = readFileSync(join(house.folder, 'head-a', 'log.vkey'), 'utf8').trim();
  expect(verifyCertificate(JSON.stringify(view), [vkey])).toMatchObject({ answer: 'genuine', findings: [], certificate: { completions: 2 } });
  expect((await house.verifyWithKeys()).answer).toBe('intact');
});
