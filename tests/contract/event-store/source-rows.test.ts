import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { streamName, type StreamName } from '#domain/ledger/ids';
import { SourceRows } from '#infra/engine/source-rows';
import { KeyFilter, SEGMENT_POSITIONS } from '#infra/event-store/key-filter';
import { openLedgerForWriting, type Sqlite } from '#infra/event-store/ledger-database';

const keyOf = (n: number): Buffer => createHash('sha256').update(String(n)).digest();
const HMAC = Buffer.alloc(32, 1);

describe('the filter before the rows', () => {
  test('never a false no; a wrong perhaps for fewer than one key in a thousand per full segment', () => {
    const writer = new KeyFilter();
    const reader = new KeyFilter();
    // Two segments in the first block and one in the second, each full.
    for (const segment of [0, 31, 32]) {
      for (let n = 0; n < SEGMENT_POSITIONS; n += 1) writer.add(segment, keyOf(segment * SEGMENT_POSITIONS + n));
    }
    reader.take(writer.takeFresh());
    expect(writer.takeFresh()).toEqual([]);
    let missed = 0;
    for (const segment of [0, 31, 32]) {
      for (let n = 0; n < SEGMENT_POSITIONS; n += 1) {
        if (!reader.candidates(keyOf(segment * SEGMENT_POSITIONS + n)).includes(segment)) missed += 1;
      }
    }
    expect(missed).toBe(0);
    let wrong = 0;
    for (let n = 0; n < 20_000; n += 1) wrong += reader.candidates(keyOf(-1 - n)).length;
    expect(wrong).toBeLessThan(3 * 20);
  });

  test('a segment that is not loaded yet may hold any key', () => {
    const filter = new KeyFilter();
    filter.markUnloaded(3);
    filter.add(1, keyOf(1));
    expect(filter.candidates(keyOf(1))).toEqual([3, 1]);
    expect(filter.candidates(keyOf(2))).toEqual([3]);
    filter.markLoaded(3);
    expect(filter.candidates(keyOf(2))).toEqual([]);
  });
});

describe('deduplication rows over several segments', () => {
  const STREAMS = 1_000;
  const ROWS = SEGMENT_POSITIONS * 2 + 5_000;
  let folder: string;
  let db: Sqlite;
  let rows: SourceRows;
  let insertEvent: Database.Statement<unknown[]>;
  const streams = Array.from({ length: STREAMS }, () => streamName('dossier', randomUUID()));
  const ids = Array.from({ length: STREAMS }, () => randomUUID());

  const streamOf = (position: number): StreamName => streams[position % STREAMS]!;
  const inTransaction = (work: () => void): void => db.transaction(work).immediate();
  const store = (position: number, key = keyOf(position)): void => {
    const stream = streamOf(position);
    const revision = Math.floor(position / STREAMS);
    const id = ids[position % STREAMS];
    const header = Buffer.from(JSON.stringify({ id, stream, revision }));
    insertEvent.run(position, position % STREAMS + 1, revision, id, 'x', header, HMAC);
    rows.insert(key, HMAC, position);
  };
  const found = (position: number): boolean => rows.find(keyOf(position))?.revision === Math.floor(position / STREAMS);
  const open = (name: string): void => {
    db = openLedgerForWriting(join(folder, name));
    rows = new SourceRows(db);
    insertEvent = db.prepare('INSERT INTO events (position, stream_no, revision, id, type, header, payload) VALUES (?, ?, ?, ?, ?, ?, ?)');
  };
  const reopen = (): void => {
    db.close();
    open('ledger.db');
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-rows-'));
    open('filled.db');
    inTransaction(() => {
      for (const [i, stream] of streams.entries()) db.prepare('INSERT INTO streams (no, name) VALUES (?, ?)').run(i + 1, stream);
      for (let position = 0; position < ROWS; position += 1) store(position);
    });
    db.close();
  }, 120_000);
  beforeEach(() => {
    copyFileSync(join(folder, 'filled.db'), join(folder, 'ledger.db'));
    open('ledger.db');
  });
  afterEach(() => {
    db.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `ledger.db${suffix}`), { force: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const someFound = (): void => {
    for (let position = 0; position < ROWS; position += 997) expect([position, found(position)]).toEqual([position, true]);
    for (let n = 1; n < 2_000; n += 1) expect(rows.find(keyOf(-n))).toBeNull();
  };

  test('every key is found before its segment is closed, after, and after opening again, loaded or not', () => {
    someFound();
    expect(rows.closeSegment(ROWS)).toBe(true);
    expect(rows.closeSegment(ROWS)).toBe(false);
    expect(rows.closeSegment(ROWS)).toBe(false);
    expect(db.prepare('SELECT count(*) FROM deduplication_index').pluck().get()).toBe(SEGMENT_POSITIONS * 2);
    someFound();
    reopen();
    someFound();
    expect(rows.filter.candidates(keyOf(-1))).toEqual([1, 0]);
    expect([rows.loadSegment(), rows.loadSegment(), rows.loadSegment()]).toEqual([true, false, false]);
    expect(rows.filter.candidates(keyOf(-1))).toEqual([]);
    someFound();
  });

  test('a destroyed stream\'s keys are in no table any more, whatever the segment; all others are', () => {
    rows.closeSegment(ROWS);
    const stream = streams[7]!;
    const its = Array.from({ length: Math.ceil((ROWS - 7) / STREAMS) }, (_, i) => 7 + i * STREAMS);
    inTransaction(() => {
      rows.remove(stream);
      db.prepare('DELETE FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').run(stream);
    });
    const check = (): void => {
      for (const position of its) expect(rows.find(keyOf(position))).toBeNull();
      for (let position = 8; position < ROWS; position += 1_000) expect(found(position)).toBe(true);
    };
    check();
    expect(db.prepare('SELECT count(*) FROM deduplication').pluck().get()).toBe(ROWS - its.length);
    const inIndex = its.filter((position) => position < SEGMENT_POSITIONS).length;
    expect(db.prepare('SELECT count(*) FROM deduplication_index').pluck().get()).toBe(SEGMENT_POSITIONS - inIndex);
    rows.closeSegment(ROWS);
    reopen();
    while (rows.loadSegment());
    check();
  });

  test('what is rolled back is not known, also when the same place is taken by another', () => {
    expect(() => inTransaction(() => {
      store(ROWS, keyOf(-5));
      throw new Error('rolled back');
    })).toThrow('rolled back');
    expect(rows.find(keyOf(-5))).toBeNull();
    inTransaction(() => store(ROWS));
    expect([rows.find(keyOf(-5)), found(ROWS)]).toEqual([null, true]);
    inTransaction(() => store(ROWS + 1, keyOf(-5)));
    expect(rows.find(keyOf(-5))).toMatchObject({ stream: streamOf(ROWS + 1) });
  });

  test('two keys that begin alike are two keys', () => {
    const twin = Buffer.from(keyOf(3));
    twin[31]! ^= 1;
    expect(rows.find(twin)).toBeNull();
    rows.closeSegment(ROWS);
    expect([rows.find(twin), found(3)]).toEqual([null, true]);
    inTransaction(() => store(ROWS, twin));
    expect(rows.find(twin)).toMatchObject({ revision: Math.floor(ROWS / STREAMS) });
    expect(found(3)).toBe(true);
  });
});
