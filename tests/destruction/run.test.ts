import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import type { Certificate } from '#domain/destruction/certificate';
import type { FigureCell } from '#domain/destruction/events';
import type { StreamName } from '#domain/ledger/ids';
import type { Verification } from '#infra/verifier/verification';
import { checkCertificate, logPublicKeyOf } from '#src/destruction/certificate-signature';
import type { ListView } from '#src/destruction/lists/list-view';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, headDirs, houseWithApprovedList, LedgerHouse, must, SYSTEM } from './house.js';

const DUE = 12;

describe('a destruction run', () => {
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;

  beforeEach(async () => {
    ({ house, due, list } = await houseWithApprovedList());
  });
  afterEach(async () => { await house.remove(); });

  it('destroys what is due, skips what was held meanwhile, and nothing else', async () => {
    expect(list.items).toBe(DUE);
    must(await house.record('hold-placed', 'oud-3', { kind: 'bezwaar', on: '2022-04-12' }));
    const { destroyed } = await house.execute(list);
    expect(destroyed).toBe(DUE - 1);
    const after = await house.view(list.id);
    expect(after).toMatchObject({ status: 'purged', destroyed: DUE - 1, skipped: { held: 1 } });
    for (const [n, stream] of due.entries()) {
      expect(await house.ledger.writer.read(stream)).toEqual(n === 3 ? expect.objectContaining({ revision: 5 }) : 'destroyed');
    }
    expect((await house.verify()).answer).toBe('intact');
    const withKeys = await house.verifyWithKeys();
    expect([withKeys.answer, ...withKeys.findings.map(({ kind }) => kind)]).toEqual(['intact', 'destroyed-lawfully']);
    expect(await house.ledger.vault.openRun()).toBeNull();
  });

  it('answers a late event of a destroyed dossier 410 and stores nothing of it', async () => {
    await house.execute(list);
    const size = house.ledger.store.head().size;
    const count = house.ledger.vault.changeCount();
    expect(codeOf(await house.record('dossier-opened', 'oud-1', { law: 'wmo2015', subjects: [{ bsn: '999990019', role: 'client' }] }))).toBe('dossier-destroyed');
    expect(codeOf(await house.record('hold-placed', 'oud-1', { kind: 'bezwaar', on: '2022-04-12' }))).toBe('dossier-destroyed');
    expect(house.ledger.store.head().size).toBe(size);
    expect(house.ledger.vault.changeCount()).toBe(count);
    expect(codeOf(await house.record('hold-placed', 'jong', { kind: 'bezwaar', on: '2022-04-12' }))).toBe('done');
  });

  it('keeps a person\'s identity while another dossier refers to it and removes it with the last', async () => {
    const shared = due[0]!;
    const [person] = await house.ledger.vault.subjectsOf(shared);
    const [other] = await house.ledger.vault.subjectsOf(due[1]!);
    const open = (await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' }))!;
    expect(await house.ledger.vault.subjectsOf(open)).toEqual([person]);
    const { testBsn } = await import('#domain/dossier/bsn');
    expect(await house.ledger.vault.findSubject('wmo2015', { bsn: testBsn(1) })).toBe(other);
    await house.execute(list);
    expect(await house.ledger.vault.findSubject('wmo2015', { bsn: testBsn(0) })).toBe(person);
    expect(await house.ledger.vault.findSubject('wmo2015', { bsn: testBsn(1) })).toBeNull();
    expect(await house.ledger.vault.subjectsOf(open)).toEqual([person]);
  });

  it('refuses a fact or a hold that comes after the gate, also with the same id again', async () => {
    const answers: string[] = [];
    const destruction = house.destruction(async (point) => {
      if (point !== 'gate: done') return;
      answers.push(codeOf(await house.record('hold-placed', 'oud-2', { kind: 'bezwaar', on: '2022-04-12' }, 'te-laat')));
      answers.push(codeOf(await house.record('data-shared', 'oud-2', { recipient: { organisation: 'Veilig Thuis' }, categories: ['gezondheid'] }, 'te-laat-2')));
      answers.push(codeOf(await house.record('hold-placed', 'jong', { kind: 'bezwaar', on: '2022-04-12' }, 'op-tijd')));
    });
    await house.execute(list, destruction);
    expect(answers).toEqual(['destruction-begun', 'destruction-begun', 'done']);
    expect((await house.view(list.id)).destroyed).toBe(DUE);
  });

  it('gives a certificate that is checked with the verifier key alone, and one that completes it', async () => {
    await house.execute(list);
    const { issued, completed } = must(await house.destruction().lists.certificate(list.id));
    const key = logPublicKeyOf(readFileSync(join(headDirs(house.folder)[0]!, 'log.vkey'), 'utf8'));
    expect(checkCertificate(issued, completed, key)).toEqual({ valid: true });
    expect(issued.certificate).toMatchObject<Partial<Certificate>>({
      destroyed: { dossiers: DUE, events: DUE * 6 }, approvedWithLocalToken: true, begunOn: '2022-04-12', keysDestroyedOn: '2022-04-12',
      classes: [{
        rule: { id: 'wmo', version: 'proef-1', name: 'Wmo' }, law: 'wmo2015', selectielijst: { list: 'Selectielijst gemeenten 2020', number: '8.1' },
        yearOfOrigin: 2020, dossiers: DUE,
      }],
    });
    expect(issued.certificate.persons.map((each) => each.function)).toEqual(['recordmanager', 'recordmanager', 'proceseigenaar', 'archivaris', 'applicatiebeheer']);
    const changed = { ...issued, certificate: { ...issued.certificate, destroyed: { dossiers: DUE - 1, events: DUE * 6 } } };
    expect(checkCertificate(changed, null, key)).toEqual({ valid: false, why: 'bad-signature' });
    const other = { ...issued, signature: { ...issued.signature, value: completed!.signature.value } };
    expect(checkCertificate(other, null, key)).toEqual({ valid: false, why: 'bad-signature' });
    for (const text of ['oud-', 'opsteller', 'urn:test', '"sub"']) expect(JSON.stringify([issued, completed])).not.toContain(text);
  });

  it('moves no figure, in the run, after it and after a rebuild, and a correction on a survivor still counts', async () => {
    const before = await house.cells();
    expect(before.length).toBeGreaterThan(3);
    let atGate: unknown;
    const destruction = house.destruction(async (point) => { if (point === 'announcement: before') atGate = await house.cells(); });
    await house.execute(list, destruction);
    expect(await house.cells()).toEqual(atGate);
    // Only what the gate itself counts has moved: out of the stocks, into destroyed.
    const without = (cells: readonly FigureCell[]): readonly FigureCell[] => cells.filter(({ figure }) => !/destroy|due|held|^dossiers$/.test(figure));
    expect(without(await house.cells())).toEqual(without(before));
    expect((await house.cells()).filter(({ figure }) => /destroy/.test(figure)).reduce((sum, { count }) => sum + count, 0)).toBe(DUE);
    for (const { name } of house.ledger.runner.status().views) await house.ledger.runner.rebuild(name);
    expect(await house.cells()).toEqual(atGate);
    must(await house.record('consent-withdrawn', 'jong', { consentId: 'jong-c' }));
    expect(await house.cells()).not.toEqual(atGate);
    expect(house.ledger.runner.status().views.every(({ halted }) => halted === null)).toBe(true);
  });

  it('verify says pending half-way, tampered when an event vanishes without a run', async () => {
    const seen: Verification[] = [];
    const destruction = house.destruction(async (point) => { if (point === 'events: done') seen.push(await house.verify()); });
    await house.execute(list, destruction);
    expect(seen[0]!.answer).toBe('intact');
    expect(seen[0]!.findings.map(({ kind }) => kind)).toEqual(['destruction-pending']);
    const after = await house.verify();
    expect([after.answer, ...after.findings.map(({ kind }) => kind)]).toEqual(['intact', 'destroyed-lawfully']);
    const database = new Database(join(house.folder, 'data', 'ledger.db'));
    const survivor = (await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' }))!;
    database.prepare('DELETE FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?) AND revision = 1').run(survivor);
    database.close();
    const tampered = await house.verify();
    expect(tampered.answer).toBe('tampered');
    expect(tampered.findings.map(({ kind }) => kind)).toContain('disappeared');
  });

  it('a list whose dossiers all fell out closes without a run in the log', async () => {
    const small = await LedgerHouse.open({ config: { smallRunsWait: false } });
    try {
      await small.adopt();
      await small.dossier('enig', 1, '2020-01-05');
      small.at('2022-04-04');
      const one = await small.approved(await small.drawUp(), '2022-04-12');
      must(await small.record('hold-placed', 'enig', { kind: 'bezwaar', on: '2022-04-12' }));
      expect(await small.execute(one)).toMatchObject({ destroyed: 0 });
      expect(await small.view(one.id)).toMatchObject({ status: 'purged', destroyed: 0, skipped: { held: 1 } });
      expect(codeOf(await small.destruction().lists.certificate(one.id))).toBe('not-found');
    } finally {
      await small.remove();
    }
  });
});
