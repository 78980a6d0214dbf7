import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { decodeHeader } from '#infra/sealing/sealing';
import { verify } from '#infra/verifier/verify';
import type { ListView } from '#src/destruction/lists/list-view';
import { headDirs, houseWithApprovedList, SYSTEM, type LedgerHouse } from '../destruction/house.js';
import { leafOf } from './verifier/ledger-folder.js';

const DAY_MS = 86_400_000;

/** The folder of a ledger as it lay at every step of a run, each attacked in turn. */
describe('a ledger attacked at every step of a run', () => {
  let root: string;
  let now: Date;
  let master: Uint8Array;
  let victim: StreamName;
  const points: string[] = [];
  /** Rows of one dossier that is destroyed, as they were before. */
  let before: Record<string, unknown>[];

  beforeAll(async () => {
    const { house, list, due }: { house: LedgerHouse; list: ListView; due: readonly StreamName[] } = await houseWithApprovedList();
    root = mkdtempSync(join(tmpdir(), 'rekenschap-attacked-'));
    now = new Date(house.clock.now().epochMilliseconds);
    ({ master } = house.ledger.keys);
    victim = (await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' }))!;
    before = sql(house.folder, (ledger) => ledger.prepare('SELECT * FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').all(due[0])) as Record<string, unknown>[];
    await house.execute(list, house.destruction((point) => {
      points.push(point);
      cpSync(house.folder, join(root, String(points.length)), { recursive: true });
    }));
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

  it('events of a destroyed dossier put back are found: resurrected', async () => {
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
