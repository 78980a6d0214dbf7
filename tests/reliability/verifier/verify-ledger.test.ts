import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { streamName } from '#domain/ledger/ids';
import { sealEvent, signLogEvent } from '#infra/sealing/sealing';
import { SEED } from '../../chance/seed.js';
import { flipped, leafOf, tamper, uuidv7, type LedgerFolder } from './ledger-folder.js';
import { kindsAt, tamperCase } from './tamper-case.js';

const fixture = tamperCase();

type Row = { position: number; stream_no: number; revision: number; id: string; type: string; header: Buffer; payload: Buffer };
const rowAt = (database: Database.Database, position: number): Row => database.prepare('SELECT * FROM events WHERE position = ?').get(position) as Row;
const sql = (statement: string, ...values: unknown[]) => (target: LedgerFolder) => tamper(target, 'ledger.db', (database) => {
  expect(database.prepare(statement).run(...values).changes).toBeGreaterThan(0);
});

describe('control: what nobody touched', () => {
  it('is intact, the lawful destruction told', async () => {
    const { result, kinds } = await kindsAt(fixture.folder);
    expect(kinds).toEqual(['destroyed-lawfully']);
    expect(result).toMatchObject({ answer: 'intact', size: 15 });
  });

  it('is intact with keys, and against its own last checkpoint', async () => {
    const { result, kinds } = await kindsAt(fixture.folder, { keys: true, against: [fixture.lastCheckpoint] });
    expect(kinds).toEqual(['destroyed-lawfully']);
    expect(result).toMatchObject({ answer: 'intact', comparedAt: [15] });
  });
});

describe('the ledger without keys', () => {
  it.each<[string, (target: LedgerFolder) => void, string]>([
    ['a byte of a payload', (target) => tamper(target, 'ledger.db', (database) => {
      database.prepare('UPDATE events SET payload = ? WHERE position = 4').run(flipped(rowAt(database, 4).payload, 20));
    }), 'leaf-differs@4'],
    ['a byte of a header', (target) => tamper(target, 'ledger.db', (database) => {
      database.prepare('UPDATE events SET header = ? WHERE position = 4').run(flipped(rowAt(database, 4).header, 10));
    }), 'leaf-differs@4'],
    ['a byte of a leaf under a living event', (target) => tamper(target, 'ledger.db', (database) => {
      database.prepare('UPDATE leaves SET hash = ? WHERE idx = 4').run(flipped(database.prepare('SELECT hash FROM leaves WHERE idx = 4').pluck().get() as Buffer, 0));
    }), 'leaf-differs@4'],
    ['a byte of a leaf whose event is gone', (target) => tamper(target, 'ledger.db', (database) => {
      database.prepare('UPDATE leaves SET hash = ? WHERE idx = 1').run(flipped(database.prepare('SELECT hash FROM leaves WHERE idx = 1').pluck().get() as Buffer, 31));
    }), 'root-differs@0'],
    ['a stream column', sql("UPDATE streams SET name = 'dossier-00000000-0000-4000-8000-000000000000' WHERE no = (SELECT stream_no FROM events WHERE position = 4)"), 'columns-differ@4'],
    ['a stream number', sql('UPDATE events SET stream_no = 99 WHERE position = 4'), 'columns-differ@4'],
    ['a stream without its name', sql('DELETE FROM streams WHERE no = (SELECT stream_no FROM events WHERE position = 4)'), 'columns-differ@4'],
    ['a name without a stream', sql("INSERT INTO streams (no, name) VALUES (99, 'dossier-00000000-0000-4000-8000-000000000000')"), 'stream-left-behind'],
    ['an announcement numbered as if it were none', (target) => tamper(target, 'ledger.db', (database) => {
      const { stream_no: no } = rowAt(database, 10);
      database.prepare('UPDATE streams SET no = 99 WHERE no = ?').run(no);
      expect(database.prepare('UPDATE events SET stream_no = 99 WHERE stream_no = ?').run(no).changes).toBeGreaterThan(0);
    }), 'columns-differ@10'],
    ['a revision column', sql('UPDATE events SET revision = 77 WHERE position = 4'), 'columns-differ@4'],
    ['a type column', sql("UPDATE events SET type = 'consent-given' WHERE position = 4"), 'columns-differ@4'],
    ['an id column', sql("UPDATE events SET id = '00000000-0000-7000-8000-000000000000' WHERE position = 4"), 'columns-differ@4'],
    ['an event dropped', sql('DELETE FROM events WHERE position = 4'), 'disappeared@4'],
    ['a whole dossier dropped, with its name in gone', (target) => tamper(target, 'ledger.db', (database) => {
      database.prepare('DELETE FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').run(fixture.alice.stream);
      database.prepare('INSERT INTO gone (stream) VALUES (?)').run(fixture.alice.stream);
    }), 'disappeared@3'],
    ['an event dropped with its leaf', (target) => tamper(target, 'ledger.db', (database) => {
      database.exec('DELETE FROM events WHERE position = 4; DELETE FROM leaves WHERE idx = 4');
    }), 'leaf-missing@4'],
    ['an event dropped and the rest closed up', (target) => tamper(target, 'ledger.db', (database) => {
      database.exec('DELETE FROM events WHERE position = 4; DELETE FROM leaves WHERE idx = 4');
      for (let position = 5; position <= 14; position += 1) {
        database.prepare('UPDATE events SET position = position - 1 WHERE position = ?').run(position);
        database.prepare('UPDATE leaves SET idx = idx - 1 WHERE idx = ?').run(position);
      }
    }), 'root-differs@3'],
    ['two events swapped with their leaves', (target) => tamper(target, 'ledger.db', (database) => {
      for (const [table, column] of [['events', 'position'], ['leaves', 'idx']]) {
        database.exec(`UPDATE ${table} SET ${column} = -1 WHERE ${column} = 4; UPDATE ${table} SET ${column} = 4 WHERE ${column} = 7; UPDATE ${table} SET ${column} = 7 WHERE ${column} = -1`);
      }
    }), 'root-differs@3'],
    ['two payloads swapped', (target) => tamper(target, 'ledger.db', (database) => {
      const [a, b] = [rowAt(database, 4), rowAt(database, 7)];
      const update = database.prepare('UPDATE events SET payload = ? WHERE position = ?');
      update.run(b.payload, 4);
      update.run(a.payload, 7);
    }), 'leaf-differs@4'],
    ['an event replaced by one that fits its own leaf', (target) => tamper(target, 'ledger.db', (database) => {
      const row = rowAt(database, 4);
      const payload = flipped(row.payload, 20);
      database.prepare('UPDATE events SET payload = ? WHERE position = 4').run(payload);
      database.prepare('UPDATE leaves SET hash = ? WHERE idx = 4').run(leafOf(row.header, payload));
    }), 'root-differs@3'],
    ['an event inserted without a leaf', (target) => tamper(target, 'ledger.db', (database) => {
      const row = rowAt(database, 5);
      database.prepare('INSERT INTO events (position, stream_no, revision, id, type, header, payload) VALUES (99, ?, 3, ?, ?, ?, ?)').run(row.stream_no, row.id, row.type, row.header, row.payload);
    }), 'event-without-leaf@99'],
    ['the tail cut off', (target) => tamper(target, 'ledger.db', (database) => {
      database.exec('DELETE FROM events WHERE position >= 12; DELETE FROM leaves WHERE idx >= 12');
    }), 'ledger-behind-head@12'],
    ['the data folder rolled back to an older copy', (target) => {
      rmSync(target.dataDir, { recursive: true });
      cpSync(fixture.earlier.dataDir, target.dataDir, { recursive: true });
    }, 'ledger-behind-head@9'],
    ['a destroyed event put back', (target) => {
      const old = new Database(join(fixture.earlier.dataDir, 'ledger.db'), { readonly: true });
      const row = rowAt(old, 1);
      old.close();
      tamper(target, 'ledger.db', (database) => {
        database.prepare('INSERT INTO events (position, stream_no, revision, id, type, header, payload) VALUES (@position, @stream_no, @revision, @id, @type, @header, @payload)').run({ ...row });
      });
    }, 'resurrected@1'],
    ['a run-closed event whose signature was changed', (target) => tamper(target, 'ledger.db', (database) => {
      database.prepare('UPDATE events SET payload = ? WHERE position = 10').run(flipped(rowAt(database, 10).payload, 3));
    }), 'log-event-forged@10'],
    ['damaged pages', (target) => {
      const file = join(target.dataDir, 'ledger.db');
      tamper(target, 'ledger.db', (database) => database.pragma('wal_checkpoint(TRUNCATE)'));
      const bytes = readFileSync(file);
      bytes.fill(0xff, 4096, bytes.length);
      writeFileSync(file, bytes);
    }, 'ledger-damaged'],
  ])('%s: tampered, and where', async (_what, act, expected) => {
    act(fixture.folder);
    const { result, kinds } = await kindsAt(fixture.folder);
    expect(result.answer).toBe('tampered');
    expect(kinds).toContain(expected);
    // With keys it never gets milder.
    expect((await kindsAt(fixture.folder, { keys: true })).result.answer).toBe('tampered');
  });

  it('forged events beyond the head are reported as not covered; with keys or as log events as forged', async () => {
    const append = (header: Buffer, payload: Buffer, stream: string, id: string, type: string) => tamper(fixture.folder, 'ledger.db', (database) => {
      const position = database.prepare('SELECT count(*) FROM leaves').pluck().get() as number;
      const no = stream.startsWith('log-') ? -position : position;
      database.prepare('INSERT INTO streams (no, name) VALUES (?, ?)').run(no, stream);
      database.prepare('INSERT INTO leaves (idx, hash) VALUES (?, ?)').run(position, leafOf(header, payload));
      database.prepare('INSERT INTO events (position, stream_no, revision, id, type, header, payload) VALUES (?, ?, 0, ?, ?, ?, ?)').run(position, no, id, type, header, payload);
    });
    const time = Date.parse('2026-03-01T09:00:00Z');
    const header = { id: uuidv7(time), stream: streamName('dossier', randomUUID()), revision: 0, type: 'dossier-opened', schema: 1, recordedAt: new Date(time).toISOString() };
    const sealed = sealEvent(header, { data: {} }, new Uint8Array(32));
    append(Buffer.from(sealed.header), Buffer.from(sealed.payload), header.stream, header.id, header.type);
    const without = await kindsAt(fixture.folder);
    expect(without.kinds).toContain('tail-uncovered@15');
    expect(without.result).toMatchObject({ answer: 'intact', size: 15 });
    expect((await kindsAt(fixture.folder, { keys: true })).kinds).toContain('key-missing@15');

    const logHeader = { ...header, id: uuidv7(time + 1), stream: streamName('log', randomUUID()), type: 'run-closed' };
    const forged = signLogEvent(logHeader, { data: {} }, generateKeyPairSync('ed25519').privateKey);
    append(Buffer.from(forged.header), Buffer.from(forged.payload), logHeader.stream, logHeader.id, logHeader.type);
    const forgedResult = await kindsAt(fixture.folder);
    expect(forgedResult.kinds).toContain('log-event-forged@16');
    expect(forgedResult.result.answer).toBe('tampered');
  });
});

describe('any byte of the ledger\'s file', () => {
  it('that changes an event or a leaf as read is never called intact (seed printed)', async () => {
    const seed = SEED;
    let state = seed >>> 0;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
    tamper(fixture.folder, 'ledger.db', (database) => database.pragma('wal_checkpoint(TRUNCATE)'));
    const file = join(fixture.folder.dataDir, 'ledger.db');
    const clean = readFileSync(file);
    const rows = (): string => {
      const database = new Database(file, { readonly: true });
      try {
        return JSON.stringify([
          database.prepare('SELECT position, stream_no, revision, id, type, hex(header), hex(payload) FROM events NOT INDEXED ORDER BY position').all(),
          database.prepare('SELECT no, name FROM streams NOT INDEXED ORDER BY no').all(),
          database.prepare('SELECT idx, hex(hash) FROM leaves NOT INDEXED ORDER BY idx').all(),
        ]);
      } catch {
        return 'unreadable';
      } finally {
        database.close();
      }
    };
    const before = rows();
    let changed = 0;
    for (let round = 0; round < 400; round += 1) {
      const at = random(clean.length);
      writeFileSync(file, flipped(clean, at));
      for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
      if (rows() === before) continue;
      changed += 1;
      const { result } = await kindsAt(fixture.folder);
      expect({ seed, at, answer: result.answer }).toEqual({ seed, at, answer: 'tampered' });
    }
    console.info(`verify, changed bytes: seed ${seed}, ${changed} of 400 changed a row as read`);
    expect(changed).toBeGreaterThan(20);
  });
});
