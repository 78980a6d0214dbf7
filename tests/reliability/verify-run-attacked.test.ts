import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { decodeHeader } from '#infra/sealing/sealing';
import { verify } from '#infra/verifier/verify';
import type { OnStep } from '#src/destruction/run/run';
import { headDirs, KEEPER, LedgerHouse, must, SYSTEM } from '../destruction/house.js';
import { houseByErasure, houseByFollowing, houseByTerm, type ReadyHouse } from '../destruction/other-lists.js';
import { leafOf } from './verifier/ledger-folder.js';

const DAY_MS = 86_400_000;

interface AttackedHouse {
  readonly house: LedgerHouse;
  /** Streams that go. */
  readonly due: readonly StreamName[];
  readonly destroy: (onStep: OnStep) => Promise<unknown>;
}

async function byList(build: () => Promise<ReadyHouse>): Promise<AttackedHouse> {
  const { house, due, list, by } = await build();
  return { house, due, destroy: (onStep) => house.execute(list, house.destruction(onStep), by) };
}

/** What goes without a list: a month of searches, and the frame of a meeting. */
async function byOwnTerm(): Promise<AttackedHouse> {
  const house = await LedgerHouse.open();
  await house.adopt();
  must(await house.record('casusoverleg-held', 'x', {
    dossier: undefined, meetingId: 'overleg-1', on: '2020-01-06', participants: [{ organisation: 'Thuiszorg Noord', role: 'zorgaanbieder' }], items: [{ anonymous: true }], kind: 'wijkteam',
  }));
  const searched = await house.ledger.looks.searched({ what: 'data-subject', criteria: { reference: 'jong' }, reason: 'verzoek om inzage' }, { person: KEEPER, session: 's1' });
  if (searched.kind !== 'done') throw new Error('nobody could search');
  await house.dossier('jong', 1, null);
  house.at('2025-01-08');
  const due = await Promise.all(['meeting/overleg-1', 'searches/2020-01'].map(async (reference) => (await house.ledger.vault.findStream({ system: 'rekenschap', reference }))!));
  return { house, due, destroy: async (onStep) => must(await house.destruction(onStep).ownTerms.run()) };
}

const HOUSES = [
  { what: 'dossiers by their term', open: () => byList(houseByTerm) }, { what: 'an erasure, with who had looked', open: () => byList(houseByErasure) },
  { what: 'dossiers after their source', open: () => byList(houseByFollowing) }, { what: 'streams with a term of their own', open: byOwnTerm },
];

/** The folder of a ledger as it lay at every step of a run, each attacked in turn. */
describe.each(HOUSES)('a ledger attacked at every step of a run: $what', ({ open }) => {
  let root: string;
  let now: Date;
  let master: Uint8Array;
  let victim: StreamName;
  const points: string[] = [];
  /** Rows of one dossier that is destroyed, as they were before. */
  let before: Record<string, unknown>[];

  beforeAll(async () => {
    const { house, due, destroy } = await open();
    root = mkdtempSync(join(tmpdir(), 'rekenschap-attacked-'));
    now = new Date(house.clock.now().epochMilliseconds);
    ({ master } = house.ledger.keys);
    victim = (await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' }))!;
    // The last: of an erasure, of who had looked.
    before = sql(house.folder, (ledger) => ledger.prepare('SELECT * FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').all(due.at(-1))) as Record<string, unknown>[];
    expect(before.length).toBeGreaterThan(0);
    await destroy((point) => {
      points.push(point);
      cpSync(house.folder, join(root, String(points.length)), { recursive: true });
    });
    await house.remove();
  }, 120_000);
  afterAll(() => { rmSync(root, { recursive: true, force: true }); });

  const folderOf = (index: number): string => join(root, String(index + 1));
  const kindsOf = async (folder: string, days = 0): Promise<readonly string[]> => {
    const { answer, findings } = await verify({
      dataDir: join(folder, 'data'), headDirs: headDirs(folder), keys: { master }, now: new Date(now.getTime() + days * DAY_MS),
    });
    return [answer, ...new Set(findings.map(({ kind }) => kind))];
  };
  const attacked = async (index: number, attack: (ledger: Database.Database) => void, days = 0): Promise<readonly string[]> => {
    const folder = `${folderOf(index)}-attacked`;
    cpSync(folderOf(index), folder, { recursive: true });
    try {
      sql(folder, attack);
      return await kindsOf(folder, days);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  /** Each in the long form; otherwise enough to have one of every step. */
  const chosen = (): readonly number[] => points.map((_, index) => index).filter((index) => process.env['REKENSCHAP_RELIABILITY'] === 'long' || index % 4 === 0 || index === points.length - 1);

  it('control: untouched it is intact at every point, and says pending, then lawful', async () => {
    expect(readdirSync(root)).toHaveLength(points.length);
    const said = new Set<string>();
    for (const index of points.keys()) {
      const [answer, ...kinds] = await kindsOf(folderOf(index));
      expect([answer, ...kinds.filter((kind) => kind !== 'destruction-pending' && kind !== 'destroyed-lawfully')], points[index]).toEqual(['intact']);
      for (const kind of kinds) said.add(kind);
    }
    expect([...said].sort()).toEqual(['destroyed-lawfully', 'destruction-pending']);
  }, 120_000);

  it('pending too long is found, where it is pending; lawful stays lawful', async () => {
    let overdue = 0;
    for (const index of chosen()) {
      const pending = (await kindsOf(folderOf(index))).includes('destruction-pending');
      const [answer, ...kinds] = await kindsOf(folderOf(index), 31);
      expect([answer === 'tampered', kinds.includes('run-overdue')], points[index]).toEqual([pending, pending]);
      if (pending) overdue += 1;
    }
    expect(overdue).toBeGreaterThan(0);
  }, 120_000);

  it('an event of a survivor that is gone has disappeared, whatever run is open', async () => {
    for (const index of chosen()) {
      const [answer, ...kinds] = await attacked(index, (ledger) => {
        ledger.prepare('DELETE FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?) AND revision = 1').run(victim);
      });
      expect([answer, kinds.includes('disappeared')], points[index]).toEqual(['tampered', true]);
    }
  }, 120_000);

  it('an announcement that the log key did not sign is forged, and explains nothing', async () => {
    for (const index of chosen()) {
      const [answer, ...kinds] = await attacked(index, (ledger) => {
        const { no, first, last } = ledger.prepare('SELECT stream_no AS no, min(position) AS first, max(position) AS last FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').get(victim) as { no: number; first: number; last: number };
        forge(ledger, { runId: 'aa000000-0000-4000-8000-000000000001', ranges: [[first, last]], dossiers: 1 });
        ledger.prepare('DELETE FROM events WHERE stream_no = ?').run(no);
        ledger.prepare('DELETE FROM streams WHERE no = ?').run(no);
      });
      expect([answer, kinds.includes('log-event-forged'), kinds.includes('disappeared')], points[index]).toEqual(['tampered', true, true]);
    }
  }, 120_000);

  it('what the run itself recorded, taken away: disappeared', async () => {
    let there = 0;
    for (const index of chosen()) {
      const [answer, ...kinds] = await attacked(index, (ledger) => {
        there += ledger.prepare("DELETE FROM events WHERE type IN ('run-begun', 'figures-fixed', 'run-closed', 'certificate-issued')").run().changes;
      });
      const announced = points.indexOf('run-begun 1: appended');
      if (index >= announced) expect([answer, kinds.includes('disappeared')], `${points[index]}: ${kinds.join()}`).toEqual(['tampered', true]);
    }
    expect(there).toBeGreaterThan(0);
  }, 120_000);

  it('a leaf of what goes, or is gone, that was changed; and one that a survivor has', async () => {
    for (const index of chosen()) {
      for (const position of [before[0]!['position'], sql(folderOf(index), (ledger) => ledger.prepare('SELECT min(position) FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').pluck().get(victim))]) {
        const [answer] = await attacked(index, (ledger) => { ledger.prepare('UPDATE leaves SET hash = ? WHERE idx = ?').run(randomBytes(32), position); });
        expect(answer, points[index]).toBe('tampered');
      }
    }
  }, 120_000);

  it('a survivor\'s key taken out of the vault is missed', async () => {
    for (const index of chosen()) {
      const folder = `${folderOf(index)}-attacked`;
      cpSync(folderOf(index), folder, { recursive: true });
      try {
        const vault = new Database(join(folder, 'data', 'vault.db'));
        expect(vault.prepare('DELETE FROM stream_keys WHERE stream = ?').run(victim).changes).toBe(1);
        vault.close();
        const [answer, ...kinds] = await kindsOf(folder);
        expect([answer, kinds.some((kind) => /key|vault/.test(kind))], `${points[index]}: ${kinds.join()}`).toEqual(['tampered', true]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }, 120_000);

  it('events of a destroyed stream put back are found: resurrected', async () => {
    let found = 0;
    for (const index of chosen()) {
      const gone = sql(folderOf(index), (ledger) => ledger.prepare('SELECT 1 FROM events WHERE position = ?').get(before[0]!['position'])) === undefined;
      if (!gone) continue;
      const [answer, ...kinds] = await attacked(index, (ledger) => {
        ledger.prepare('INSERT INTO streams (no, name) VALUES (?, ?)').run(before[0]!['stream_no'], decodeHeader(before[0]!['header'] as Buffer).stream);
        for (const row of before) ledger.prepare('INSERT INTO events (position, stream_no, revision, id, type, header, payload) VALUES (@position, @stream_no, @revision, @id, @type, @header, @payload)').run(row);
      });
      expect([answer, kinds.includes('resurrected')], points[index]).toEqual(['tampered', true]);
      found += 1;
    }
    expect(found).toBeGreaterThan(0);
  }, 120_000);
});

/** As whoever has the file but not the key would: a whole event with its leaf, signed with nothing. */
function forge(ledger: Database.Database, data: unknown): void {
  const copied = ledger.prepare("SELECT stream_no, header FROM events WHERE type = 'epoch-started'").get() as { stream_no: number; header: Buffer };
  const header = Buffer.from(copied.header.toString('utf8').replace('"revision":0', '"revision":1').replace('"type":"epoch-started"', '"type":"run-begun"'));
  const payload = Buffer.concat([randomBytes(64), Buffer.from(JSON.stringify({ data }))]);
  const position = ledger.prepare('SELECT count(*) FROM leaves').pluck().get() as number;
  ledger.prepare('INSERT INTO leaves (idx, hash) VALUES (?, ?)').run(position, leafOf(header, payload));
  ledger.prepare('INSERT INTO events (position, stream_no, revision, id, type, header, payload) VALUES (?, ?, 1, ?, ?, ?, ?)')
    .run(position, copied.stream_no, decodeHeader(header).id, 'run-begun', header, payload);
}

function sql<Value>(folder: string, work: (ledger: Database.Database) => Value): Value {
  const ledger = new Database(join(folder, 'data', 'ledger.db'));
  try {
    return work(ledger);
  } finally {
    ledger.close();
  }
}
