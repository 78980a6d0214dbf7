import Database from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { parseStreamName, streamName, type StreamName } from '#domain/ledger/ids';
import type { ListView } from '#src/destruction/lists/list-view';
import { collect, found, missing } from './canaries.js';
import { codeOf, houseWithApprovedList, KEEPER, must, SYSTEM, type LedgerHouse } from './house.js';

/** What comes while a run is under way, and who looks on meanwhile: afterwards nothing of it is left. */
describe('gone, whatever happens meanwhile', () => {
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;

  beforeEach(async () => { ({ house, due, list } = await houseWithApprovedList()); });
  afterEach(async () => { await house.remove(); });

  const accessOf = (stream: StreamName): StreamName => streamName('access', parseStreamName(stream).uuid);

  it('facts, looks and resends between the gate and the end leave nothing, also where somebody had looked before', async () => {
    const looked = due[1]!;
    const viewer = (session: string): { person: typeof KEEPER; session: string } => ({ person: KEEPER, session });
    expect((await house.ledger.looks.viewed(looked, viewer('s0'))).kind).toBe('done');
    const first = { law: 'wmo2015', subjects: [{ bsn: testBsn(60), role: 'client' }], occurredAt: '2022-04-12T08:00:00Z' };
    must(await house.record('dossier-opened', 'nieuw', first, 'eens'));
    const canaries = collect(house.folder, [...due, accessOf(looked)]);
    expect(missing(house.folder, canaries)).toEqual([]);
    const answers: Record<string, string[]> = {};
    const note = (what: string, code: string): void => { (answers[what] ??= []).push(code); };
    let n = 0;
    const destruction = house.destruction(async (point) => {
      if (!/: (before|done)$/.test(point) || point === 'gate: before') return;
      n += 1;
      note('fact', codeOf(await house.record('hold-placed', 'oud-2', { kind: 'bezwaar', on: '2022-04-12' })));
      note('access', codeOf(await house.record('dossier-accessed', 'oud-3', { reason: 'spoed' })));
      note('look', (await house.ledger.looks.viewed(due[n % due.length]!, viewer(`s${n}`))).kind);
      note('again', codeOf(await house.record('dossier-opened', 'nieuw', first, 'eens')));
      note('other', codeOf(await house.record('data-shared', 'jong', { recipient: { organisation: 'Veilig Thuis' }, categories: ['gezondheid'] })));
    });
    await house.execute(list, destruction);
    expect(n).toBeGreaterThan(12);
    const only = (what: string): readonly string[] => [...new Set(answers[what])];
    expect(only('fact')).toEqual(['destruction-begun', 'dossier-destroyed']);
    expect(only('access')).toEqual(['destruction-begun', 'dossier-destroyed']);
    expect(only('again')).toEqual(['done']);
    expect(only('other')).toEqual(['done']);
    expect(found(house.folder, canaries)).toEqual([]);
    expect((await house.view(list.id)).destroyed).toBe(due.length);
    const verified = await house.verifyWithKeys();
    expect([verified.answer, ...new Set(verified.findings.map(({ kind }) => kind))]).toEqual(['intact', 'destroyed-lawfully']);
  });

  it('a person whose last dossier goes at the very moment a new one comes is there once, and readable', async () => {
    const comes: Promise<string>[] = [];
    const destruction = house.destruction((point) => {
      if (!['fence: done', 'keys: before', 'keys: first streams', 'keys: done'].includes(point)) return;
      for (let n = 1; n < due.length; n += 1) {
        const reference = `terug-${comes.length}`;
        comes.push(house.record('dossier-opened', reference, { law: 'wmo2015', subjects: [{ bsn: testBsn(n), role: 'client' }] }).then(codeOf));
      }
    });
    await house.execute(list, destruction);
    expect(new Set(await Promise.all(comes))).toEqual(new Set(['done']));
    expect(comes).toHaveLength(4 * (due.length - 1));
    const { vault } = house.ledger;
    for (let n = 1; n < due.length; n += 1) {
      const person = await vault.findSubject('wmo2015', { bsn: testBsn(n) });
      expect(person, `person ${n}`).not.toBeNull();
      expect(await vault.streamsOf(person!)).toHaveLength(4);
    }
    const rows = new Database(join(house.folder, 'data', 'vault.db'), { readonly: true });
    expect(rows.prepare('SELECT count(*) FROM stream_subjects s WHERE NOT EXISTS (SELECT 1 FROM identities i WHERE i.subject_id = s.subject_id)').pluck().get()).toBe(0);
    expect(rows.prepare('SELECT count(*) FROM identities i WHERE NOT EXISTS (SELECT 1 FROM stream_subjects s WHERE i.subject_id = s.subject_id)').pluck().get()).toBe(0);
    rows.close();
    expect((await house.verifyWithKeys()).answer).toBe('intact');
  });

  it('a reader that stays in the way keeps the list open, visibly; when it has gone the run comes to its end', async () => {
    const canaries = collect(house.folder, due);
    const reader = new Database(join(house.folder, 'data', 'ledger.db'), { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM events').get();
    const destruction = house.destruction();
    await house.start(list, destruction);
    await expect(destruction.runs.finish()).rejects.toMatchObject({ code: 'purge-blocked' });
    expect((await house.view(list.id)).status).toBe('executed');
    expect(must(await house.destruction().lists.certificate(list.id)).completed).toBeNull();
    expect(found(house.folder, canaries)).not.toEqual([]);
    reader.exec('COMMIT');
    reader.close();
    await house.destruction().runs.finish();
    expect((await house.view(list.id)).status).toBe('purged');
    expect(found(house.folder, canaries)).toEqual([]);
    expect(await house.ledger.vault.findStream({ system: SYSTEM, reference: 'oud-1' })).toBeNull();
  });
});
