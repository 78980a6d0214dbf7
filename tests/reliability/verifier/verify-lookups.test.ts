import { describe, expect, it } from 'vitest';
import { tamper } from './ledger-folder.js';
import { kindsAt, tamperCase } from './tamper-case.js';

/** Tables that only help to find or to start: what stands in them is derived, and held against what it is derived from. */
describe('lookups without keys', () => {
  const it_ = tamperCase();

  it('control: intact', async () => {
    expect((await kindsAt(it_.folder)).result.answer).toBe('intact');
  });

  it.each([
    ['a segment closed that is not full', 'INSERT INTO deduplication_segments (segment) VALUES (0)', 'source-forgotten'],
    ['a segment closed far beyond the ledger', 'INSERT INTO deduplication_segments (segment) VALUES (1000)', 'source-forgotten'],
    ['a gap between closed segments', 'INSERT INTO deduplication_segments (segment) VALUES (0), (2)', 'source-differs'],
    ['a segment before the first', 'INSERT INTO deduplication_segments (segment) VALUES (-1)', 'source-differs'],
    ['subtrees of other leaves', 'INSERT INTO frontiers (size, hashes) VALUES (4, zeroblob(32))', 'frontier-differs'],
    ['subtrees that cannot be', 'INSERT INTO frontiers (size, hashes) VALUES (5, zeroblob(32))', 'frontier-differs'],
    ['subtrees beyond the ledger', 'INSERT INTO frontiers (size, hashes) VALUES (1000000, zeroblob(32))', 'frontier-differs'],
  ])('%s: tampered', async (_what, sql, kind) => {
    tamper(it_.folder, 'ledger.db', (database) => { database.exec(sql); });
    const { result, kinds } = await kindsAt(it_.folder);
    expect(kinds.map((each) => each.split('@')[0])).toContain(kind);
    expect(result.answer).toBe('tampered');
  });

  it('the right subtrees are no finding', async () => {
    tamper(it_.folder, 'ledger.db', (database) => {
      database.exec('INSERT INTO frontiers (size, hashes) SELECT 1, hash FROM leaves WHERE idx = 0');
    });
    expect((await kindsAt(it_.folder)).result.answer).toBe('intact');
  });
});
