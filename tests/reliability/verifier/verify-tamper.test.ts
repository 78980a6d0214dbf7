import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { streamName } from '#domain/ledger/ids';
import { FenceFile } from '#infra/head/fence-file';
import { sealEvent, signLogEvent } from '#infra/sealing/sealing';
import { seal, unseal, wrappingContext } from '#infra/vault/vault-crypto';
import type { Answer, FindingKind } from '#infra/verifier/verification';
import { verify } from '#infra/verifier/verify';
import { copyOf, flipInFile, flipped, leafOf, LedgerWriting, newLedgerFolder, tamper, uuidv7, type Dossier, type LedgerFolder } from './ledger-folder.js';

// Leaves: 0-2 gone (destroyed), 3-5 alice, 6-8 bob, 9 run-begun, 10 run-closed, 11-13 carol, 14 dave.
let original: LedgerFolder;
/** The whole folder as it was after leaf 8. */
let earlier: LedgerFolder;
let gone: Dossier;
let alice: Dossier;
let bob: Dossier;
let lastCheckpoint: string;

beforeAll(async () => {
  original = newLedgerFolder();
  let writing = await LedgerWriting.open(original);
  gone = await writing.dossier(1, 3);
  alice = await writing.dossier(2, 3);
  bob = await writing.dossier(3, 3);
  await writing.close();
  earlier = copyOf(original);
  writing = await LedgerWriting.open(original);
  await writing.destroy([gone], { close: true });
  await writing.dossier(4, 3);
  await writing.dossier(5, 1);
  lastCheckpoint = writing.checkpoint();
  await writing.close();
});
afterAll(() => {
  for (const { root } of [original, earlier]) rmSync(root, { recursive: true });
});

let folder: LedgerFolder;
beforeEach(() => {
  folder = copyOf(original);
});
afterEach(() => rmSync(folder.root, { recursive: true }));

type Row = { position: number; stream: string; revision: number; id: string; type: string; header: Buffer; payload: Buffer };
const rowAt = (database: Database.Database, position: number): Row => database.prepare('SELECT * FROM events WHERE position = ?').get(position) as Row;
const sql = (statement: string, ...values: unknown[]) => (target: LedgerFolder) => tamper(target, 'ledger.db', (database) => {
  expect(database.prepare(statement).run(...values).changes).toBeGreaterThan(0);
});
const headFile = (target: LedgerFolder, n: 0 | 1) => join(target.headDirs[n], 'head-000001.log');
const bothHeads = (work: (file: string) => void) => (target: LedgerFolder) => [0, 1].forEach((n) => work(headFile(target, n as 0 | 1)));
const editLine = (edit: (line: Record<string, unknown>) => void) => (file: string) => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = JSON.parse(lines[3]!) as Record<string, unknown>;
  edit(line);
  lines[3] = JSON.stringify(line);
  writeFileSync(file, lines.join('\n'));
};

async function kindsAt(target: LedgerFolder, options: { keys?: boolean; against?: readonly string[]; now?: Date } = {}) {
  const result = await verify({
    dataDir: target.dataDir, headDirs: target.headDirs, now: options.now ?? new Date('2026-03-02T00:00:00Z'),
    ...(options.keys === true && { keys: { master: target.master } }),
    ...(options.against !== undefined && { against: options.against }),
  });
  return { result, kinds: result.findings.map(({ kind, position }) => (position === undefined ? kind : `${kind}@${position}`)) };
}

describe('control: what nobody touched', () => {
  it('is intact, the lawful destruction told', async () => {
    const { result, kinds } = await kindsAt(folder);
    expect(kinds).toEqual(['destroyed-lawfully']);
    expect(result).toMatchObject({ answer: 'intact', size: 15 });
  });

  it('is intact with keys, and against its own last checkpoint', async () => {
    const { result, kinds } = await kindsAt(folder, { keys: true, against: [lastCheckpoint] });
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
    ['a stream column', sql("UPDATE events SET stream = 'dossier-00000000-0000-4000-8000-000000000000' WHERE position = 4"), 'columns-differ@4'],
    ['a revision column', sql('UPDATE events SET revision = 77 WHERE position = 4'), 'columns-differ@4'],
    ['a type column', sql("UPDATE events SET type = 'consent-given' WHERE position = 4"), 'columns-differ@4'],
    ['an id column', sql("UPDATE events SET id = '00000000-0000-7000-8000-000000000000' WHERE position = 4"), 'columns-differ@4'],
    ['an event dropped', sql('DELETE FROM events WHERE position = 4'), 'disappeared@4'],
    ['a whole dossier dropped, with its name in gone', (target) => tamper(target, 'ledger.db', (database) => {
      database.prepare('DELETE FROM events WHERE stream = ?').run(alice.stream);
      database.prepare('INSERT INTO gone (stream) VALUES (?)').run(alice.stream);
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
      database.prepare('INSERT INTO events (position, stream, revision, id, type, header, payload) VALUES (99, ?, 3, ?, ?, ?, ?)').run(row.stream, row.id, row.type, row.header, row.payload);
    }), 'event-without-leaf@99'],
    ['the tail cut off', (target) => tamper(target, 'ledger.db', (database) => {
      database.exec('DELETE FROM events WHERE position >= 12; DELETE FROM leaves WHERE idx >= 12');
    }), 'ledger-behind-head@12'],
    ['the data folder rolled back to an older copy', (target) => {
      rmSync(target.dataDir, { recursive: true });
      cpSync(earlier.dataDir, target.dataDir, { recursive: true });
    }, 'ledger-behind-head@9'],
    ['a destroyed event put back', (target) => {
      const old = new Database(join(earlier.dataDir, 'ledger.db'), { readonly: true });
      const row = rowAt(old, 1);
      old.close();
      tamper(target, 'ledger.db', (database) => {
        database.prepare('INSERT INTO events (position, stream, revision, id, type, header, payload) VALUES (@position, @stream, @revision, @id, @type, @header, @payload)').run({ ...row });
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
    act(folder);
    const { result, kinds } = await kindsAt(folder);
    expect(result.answer).toBe('tampered');
    expect(kinds).toContain(expected);
    // With keys it never gets milder.
    expect((await kindsAt(folder, { keys: true })).result.answer).toBe('tampered');
  });

  it('forged events beyond the head are reported as not covered; with keys or as log events as forged', async () => {
    const append = (header: Buffer, payload: Buffer, stream: string, id: string, type: string) => tamper(folder, 'ledger.db', (database) => {
      const position = database.prepare('SELECT count(*) FROM leaves').pluck().get() as number;
      database.prepare('INSERT INTO leaves (idx, hash) VALUES (?, ?)').run(position, leafOf(header, payload));
      database.prepare('INSERT INTO events (position, stream, revision, id, type, header, payload) VALUES (?, ?, 0, ?, ?, ?, ?)').run(position, stream, id, type, header, payload);
    });
    const time = Date.parse('2026-03-01T09:00:00Z');
    const header = { id: uuidv7(time), stream: streamName('dossier', randomUUID()), revision: 0, type: 'dossier-opened', schema: 1, recordedAt: new Date(time).toISOString() };
    const sealed = sealEvent(header, { data: {} }, new Uint8Array(32));
    append(Buffer.from(sealed.header), Buffer.from(sealed.payload), header.stream, header.id, header.type);
    const without = await kindsAt(folder);
    expect(without.kinds).toContain('tail-uncovered@15');
    expect(without.result).toMatchObject({ answer: 'intact', size: 15 });
    expect((await kindsAt(folder, { keys: true })).kinds).toContain('key-missing@15');

    const logHeader = { ...header, id: uuidv7(time + 1), stream: streamName('log', randomUUID()), type: 'run-closed' };
    const forged = signLogEvent(logHeader, { data: {} }, generateKeyPairSync('ed25519').privateKey);
    append(Buffer.from(forged.header), Buffer.from(forged.payload), logHeader.stream, logHeader.id, logHeader.type);
    const forgedResult = await kindsAt(folder);
    expect(forgedResult.kinds).toContain('log-event-forged@16');
    expect(forgedResult.result.answer).toBe('tampered');
  });
});

describe('the head', () => {
  it.each<[string, (target: LedgerFolder) => void, FindingKind, Answer]>([
    ['the size in a checkpoint', bothHeads(editLine((line) => {
      line['checkpoint'] = (line['checkpoint'] as string).replace(/\n[0-9]+\n/, '\n5\n');
    })), 'checkpoint-forged', 'tampered'],
    ['a signature', bothHeads(editLine((line) => {
      line['signature'] = flipped(Buffer.from(line['signature'] as string, 'base64'), 0).toString('base64');
    })), 'head-line-forged', 'tampered'],
    ['the vault\'s count', bothHeads(editLine((line) => {
      line['vault'] = 99;
    })), 'head-line-forged', 'tampered'],
    ['the fence\'s length', bothHeads(editLine((line) => {
      line['fence'] = { ...(line['fence'] as object), length: 7 };
    })), 'head-line-forged', 'tampered'],
    ['a member added', bothHeads(editLine((line) => {
      line['note'] = 1;
    })), 'head-line-malformed', 'tampered'],
    ['a line in one of two folders', (target) => editLine((line) => {
      line['vault'] = 99;
    })(headFile(target, 1)), 'head-line-forged', 'tampered'],
    ['lines in another order', bothHeads((file) => {
      const lines = readFileSync(file, 'utf8').split('\n');
      [lines[2], lines[4]] = [lines[4]!, lines[2]!];
      writeFileSync(file, lines.join('\n'));
    }), 'head-order', 'tampered'],
    ['another log key in one folder', (target) => writeFileSync(join(target.headDirs[1], 'log.vkey'), 'rekenschap/x+00000000+AAAA\n'), 'log-key-differs', 'tampered'],
    ['no log key anywhere', (target) => target.headDirs.forEach((dir) => rmSync(join(dir, 'log.vkey'))), 'log-key-missing', 'not-verifiable'],
    ['no head lines anywhere', bothHeads((file) => rmSync(file)), 'head-missing', 'not-verifiable'],
    ['no ledger', (target) => rmSync(join(target.dataDir, 'ledger.db')), 'ledger-missing', 'not-verifiable'],
    ['a torn last line', bothHeads((file) => appendFileSync(file, '{"checkpoint":"rek')), 'head-torn', 'intact'],
    ['one folder put back from earlier', (target) => cpSync(headFile(earlier, 0), headFile(target, 1)), 'head-folder-behind', 'intact'],
  ])('%s', async (_what, act, kind, answer) => {
    act(folder);
    const { result, kinds } = await kindsAt(folder);
    expect(kinds.map((found) => found.split('@')[0])).toContain(kind);
    expect(result.answer).toBe(answer);
  });

  it('finds any changed byte of a head file', async () => {
    const size = readFileSync(headFile(folder, 0)).length;
    let found = 0;
    // The last newline aside: without it the line is the trace of a crash.
    for (let at = 0; at < size - 1; at += 97) {
      bothHeads((file) => flipInFile(file, at))(folder);
      const { result } = await kindsAt(folder);
      expect([at, result.answer]).toEqual([at, 'tampered']);
      bothHeads((file) => flipInFile(file, at))(folder);
      found += 1;
    }
    expect(found).toBeGreaterThan(20);
    expect((await kindsAt(folder)).result.answer).toBe('intact');
  });
});

describe('ledger and head cut together', () => {
  it('cannot be seen from inside, which the answer says; is found against a checkpoint kept elsewhere', async () => {
    const inside = await kindsAt(earlier);
    expect(inside.result).toMatchObject({ answer: 'intact', size: 9, comparedAt: [] });
    const outside = await kindsAt(earlier, { against: [lastCheckpoint] });
    expect(outside.kinds).toContain('outside-beyond-ledger@9');
    expect(outside.result.answer).toBe('tampered');
  });

  it('is found with keys when the vault was not cut with them', async () => {
    const cut = copyOf(earlier);
    cpSync(join(folder.dataDir, 'vault.db'), join(cut.dataDir, 'vault.db'));
    const { kinds, result } = await kindsAt(cut, { keys: true });
    rmSync(cut.root, { recursive: true });
    expect(kinds).toContain('vault-ahead-of-head');
    expect(result.answer).toBe('tampered');
    expect((await kindsAt(earlier, { keys: true })).result.answer).toBe('intact');
  });

  it('written anew with another log key: not verifiable against a checkpoint kept elsewhere', async () => {
    const rewritten = newLedgerFolder();
    const writing = await LedgerWriting.open(rewritten);
    await writing.dossier(1, 15);
    await writing.close();
    expect((await kindsAt(rewritten)).result.answer).toBe('intact');
    const { result, kinds } = await kindsAt(rewritten, { against: [lastCheckpoint] });
    expect(result.answer).toBe('not-verifiable');
    expect(kinds).toContain('outside-other-key');
    rmSync(rewritten.root, { recursive: true });
  });

  it('written anew with the same log key: found', async () => {
    const rewritten = { ...newLedgerFolder(), logKey: original.logKey };
    const writing = await LedgerWriting.open(rewritten);
    await writing.dossier(1, 15);
    await writing.close();
    expect((await kindsAt(rewritten)).result.answer).toBe('intact');
    expect((await kindsAt(rewritten, { against: [lastCheckpoint] })).kinds).toContain('outside-differs@15');
    rmSync(rewritten.root, { recursive: true });
  });

  it('says what it cannot read of what came from outside', async () => {
    expect((await kindsAt(folder, { against: ['geen controlepunt'] })).result.answer).toBe('not-verifiable');
    expect((await kindsAt(folder, { against: [JSON.stringify({ checkpoint: lastCheckpoint, position: 14 })] })).result).toMatchObject({ answer: 'intact', comparedAt: [15] });
  });
});

describe('destruction', () => {
  it('under an open run is pending for thirty days, then overdue', async () => {
    const open = newLedgerFolder();
    const writing = await LedgerWriting.open(open);
    const dossier = await writing.dossier(1, 3);
    await writing.dossier(2, 1);
    await writing.destroy([dossier], { close: false });
    await writing.close();
    const young = await kindsAt(open, { now: new Date('2026-03-30T00:00:00Z'), keys: true });
    expect(young.kinds).toEqual(['destruction-pending']);
    expect(young.result.answer).toBe('intact');
    const old = await kindsAt(open, { now: new Date('2026-04-02T00:00:00Z') });
    expect(old.kinds).toEqual(['run-overdue@0']);
    expect(old.result.answer).toBe('tampered');
    rmSync(open.root, { recursive: true });
  });

  it('a run that closes over more than it announced explains nothing', async () => {
    const odd = newLedgerFolder();
    const writing = await LedgerWriting.open(odd);
    await writing.dossier(1, 2);
    await writing.announce('run-begun', { runId: 'r', ranges: [[0, 0]], dossiers: 1 });
    await writing.announce('run-closed', { runId: 'r', ranges: [[0, 1]], dossiers: 1 });
    await writing.close();
    expect((await kindsAt(odd)).kinds).toContain('run-inconsistent@3');
    rmSync(odd.root, { recursive: true });
  });

  it('in parts is closed only with the last part', async () => {
    const parts = newLedgerFolder();
    const writing = await LedgerWriting.open(parts);
    const dossier = await writing.dossier(1, 2);
    const run = (from: number, chunk: number) => ({ runId: 'r', ranges: [[from, from]], dossiers: 1, chunk, chunks: 2 });
    for (const chunk of [1, 2]) await writing.announce('run-begun', run(chunk - 1, chunk));
    await writing.announce('run-closed', run(0, 1));
    await writing.close();
    tamper(parts, 'ledger.db', (database) => database.prepare('DELETE FROM events WHERE stream = ?').run(dossier.stream));
    expect((await kindsAt(parts)).kinds).toEqual(['destruction-pending']);
    rmSync(parts.root, { recursive: true });
  });
});

describe('the fence', () => {
  const fences = (work: (file: string) => void) => (target: LedgerFolder) => target.headDirs.forEach((dir) => work(join(dir, 'fence.log')));

  it.each<[string, (target: LedgerFolder) => void, FindingKind]>([
    ['a byte', fences((file) => flipInFile(file, 30)), 'fence-differs'],
    ['a byte in one folder', (target) => flipInFile(join(target.headDirs[1], 'fence.log'), 8), 'fence-differs'],
    ['the last line', fences((file) => truncateSync(file, readFileSync(file).length - 70)), 'fence-behind-head'],
    ['the whole file', fences((file) => rmSync(file)), 'fence-behind-head'],
    ['a key in one folder', (target) => flipInFile(join(target.headDirs[0], 'fence-keys', '2026.key'), 0), 'fence-differs'],
  ])('%s: tampered', async (_what, act, kind) => {
    expect(existsSync(join(folder.headDirs[0], 'fence.log'))).toBe(true);
    act(folder);
    const { result, kinds } = await kindsAt(folder);
    expect(kinds).toContain(kind);
    expect(result.answer).toBe('tampered');
  });

  it('naming a stream that lives: tampered, with keys', async () => {
    new FenceFile(folder.headDirs).append([{ stream: bob.stream, references: [] }], 2026);
    expect((await kindsAt(folder, { keys: true })).kinds).toContain('fenced-stream-lives@6');
  });
});

describe('the vault, with keys', () => {
  const vault = (work: (database: Database.Database) => void) => (target: LedgerFolder) => tamper(target, 'vault.db', work);
  const keyOf = (database: Database.Database, stream: string) => database.prepare('SELECT wrapped FROM stream_keys WHERE stream = ?').pluck().get(stream) as Buffer;
  const setKey = (database: Database.Database, stream: string, wrapped: Uint8Array) => database.prepare('UPDATE stream_keys SET wrapped = ? WHERE stream = ?').run(wrapped, stream);
  const rewrap = (database: Database.Database, from: string, to: string) => seal(original.master, wrappingContext.streamKey(to), unseal(original.master, wrappingContext.streamKey(from), keyOf(database, from)));

  it.each<[string, (target: LedgerFolder) => void, string]>([
    ['a byte of a wrapped key', vault((database) => setKey(database, alice.stream, flipped(keyOf(database, alice.stream), 15))), 'key-swapped@3'],
    ['two wrapped keys swapped', vault((database) => {
      const [a, b] = [keyOf(database, alice.stream), keyOf(database, bob.stream)];
      setKey(database, alice.stream, b);
      setKey(database, bob.stream, a);
    }), 'key-swapped@3'],
    ['another stream\'s key, wrapped anew by who has the master key', vault((database) => {
      setKey(database, alice.stream, rewrap(database, bob.stream, alice.stream));
    }), 'event-does-not-open@3'],
    ['a key dropped', vault((database) => database.prepare('DELETE FROM stream_keys WHERE stream = ?').run(alice.stream)), 'key-missing@3'],
    ['two index entries swapped', vault((database) => {
      database.prepare("UPDATE reference_index SET stream = CASE stream WHEN @a THEN @b ELSE @a END WHERE stream IN (@a, @b)").run({ a: alice.stream, b: bob.stream });
    }), 'reference-swapped@3'],
    ['an index entry dropped', vault((database) => database.prepare('DELETE FROM reference_index WHERE stream = ?').run(alice.stream)), 'reference-swapped@3'],
    ['an identity dropped', vault((database) => database.prepare('DELETE FROM identities WHERE subject_id = ?').run(alice.subjectId)), 'identity-missing@3'],
    ['a row of stream and person dropped', vault((database) => database.prepare('DELETE FROM stream_subjects WHERE subject_id = ?').run(alice.subjectId)), 'identity-missing@3'],
    ['two persons swapped', vault((database) => {
      const rows = [alice, bob].map(({ subjectId }) => database.prepare('SELECT * FROM identities WHERE subject_id = ?').get(subjectId) as { lookup: Buffer; sealed: Buffer });
      database.prepare('DELETE FROM identities WHERE subject_id IN (?, ?)').run(alice.subjectId, bob.subjectId);
      const insert = database.prepare("INSERT INTO identities (subject_id, law, lookup, sealed) VALUES (?, 'jeugdwet', ?, ?)");
      insert.run(alice.subjectId, rows[1]!.lookup, rows[1]!.sealed);
      insert.run(bob.subjectId, rows[0]!.lookup, rows[0]!.sealed);
    }), 'identity-swapped@3'],
    ['a person\'s law', vault((database) => database.prepare("UPDATE identities SET law = 'wmo-2015' WHERE subject_id = ?").run(alice.subjectId)), 'identity-swapped@3'],
    ['a person\'s lookup', vault((database) => database.prepare("UPDATE identities SET lookup = x'00' WHERE subject_id = ?").run(alice.subjectId)), 'identity-swapped@3'],
    ['the change count put back', vault((database) => database.exec('UPDATE meta SET change_count = 1')), 'vault-behind-head'],
    ['the vault put back from earlier', (target) => {
      for (const suffix of ['-wal', '-shm']) rmSync(join(target.dataDir, `vault.db${suffix}`), { force: true });
      cpSync(join(earlier.dataDir, 'vault.db'), join(target.dataDir, 'vault.db'));
    }, 'vault-behind-head'],
  ])('%s: tampered, and where', async (_what, act, expected) => {
    act(folder);
    const { result, kinds } = await kindsAt(folder, { keys: true });
    expect(kinds).toContain(expected);
    expect(result.answer).toBe('tampered');
  });

  it('missing altogether: not verifiable', async () => {
    rmSync(join(folder.dataDir, 'vault.db'));
    const { result, kinds } = await kindsAt(folder, { keys: true });
    expect(kinds).toContain('vault-missing');
    expect(result.answer).toBe('not-verifiable');
  });
});

describe('any byte of the ledger\'s file', () => {
  it('that changes an event or a leaf as read is never called intact (seed printed)', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
    tamper(folder, 'ledger.db', (database) => database.pragma('wal_checkpoint(TRUNCATE)'));
    const file = join(folder.dataDir, 'ledger.db');
    const clean = readFileSync(file);
    const rows = (): string => {
      const database = new Database(file, { readonly: true });
      try {
        return JSON.stringify([
          database.prepare('SELECT position, stream, revision, id, type, hex(header), hex(payload) FROM events NOT INDEXED ORDER BY position').all(),
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
      const { result } = await kindsAt(folder);
      expect({ seed, at, answer: result.answer }).toEqual({ seed, at, answer: 'tampered' });
    }
    console.info(`verify, changed bytes: seed ${seed}, ${changed} of 400 changed a row as read`);
    expect(changed).toBeGreaterThan(20);
  });
});
