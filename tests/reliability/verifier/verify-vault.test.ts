import { cpSync, existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { FenceFile } from '#infra/head/fence-file';
import { seal, unseal, wrappingContext } from '#infra/vault/vault-crypto';
import type { FindingKind } from '#infra/verifier/verification';
import { flipInFile, flipped, LedgerWriting, newLedgerFolder, tamper, type LedgerFolder } from './ledger-folder.js';
import { kindsAt, tamperCase } from './tamper-case.js';

const fixture = tamperCase();

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
    tamper(parts, 'ledger.db', (database) => {
      database.prepare('DELETE FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').run(dossier.stream);
      database.prepare('DELETE FROM streams WHERE name = ?').run(dossier.stream);
    });
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
    expect(existsSync(join(fixture.folder.headDirs[0], 'fence.log'))).toBe(true);
    act(fixture.folder);
    const { result, kinds } = await kindsAt(fixture.folder);
    expect(kinds).toContain(kind);
    expect(result.answer).toBe('tampered');
  });

  it('naming a stream that lives: tampered, with keys', async () => {
    new FenceFile(fixture.folder.headDirs).append([{ stream: fixture.bob.stream, references: [] }], 2026);
    expect((await kindsAt(fixture.folder, { keys: true })).kinds).toContain('fenced-stream-lives@6');
  });
});

describe('the vault, with keys', () => {
  const vault = (work: (database: Database.Database) => void) => (target: LedgerFolder) => tamper(target, 'vault.db', work);
  const keyOf = (database: Database.Database, stream: string) => database.prepare('SELECT wrapped FROM stream_keys WHERE stream = ?').pluck().get(stream) as Buffer;
  const setKey = (database: Database.Database, stream: string, wrapped: Uint8Array) => database.prepare('UPDATE stream_keys SET wrapped = ? WHERE stream = ?').run(wrapped, stream);
  const rewrap = (database: Database.Database, from: string, to: string) => seal(fixture.original.master, wrappingContext.streamKey(to), unseal(fixture.original.master, wrappingContext.streamKey(from), keyOf(database, from)));

  it.each<[string, (target: LedgerFolder) => void, string]>([
    ['a byte of a wrapped key', vault((database) => setKey(database, fixture.alice.stream, flipped(keyOf(database, fixture.alice.stream), 15))), 'key-swapped@3'],
    ['two wrapped keys swapped', vault((database) => {
      const [a, b] = [keyOf(database, fixture.alice.stream), keyOf(database, fixture.bob.stream)];
      setKey(database, fixture.alice.stream, b);
      setKey(database, fixture.bob.stream, a);
    }), 'key-swapped@3'],
    ['another stream\'s key, wrapped anew by who has the master key', vault((database) => {
      setKey(database, fixture.alice.stream, rewrap(database, fixture.bob.stream, fixture.alice.stream));
    }), 'event-does-not-open@3'],
    ['a key dropped', vault((database) => database.prepare('DELETE FROM stream_keys WHERE stream = ?').run(fixture.alice.stream)), 'key-missing@3'],
    ['two index entries swapped', vault((database) => {
      database.prepare("UPDATE reference_index SET stream = CASE stream WHEN @a THEN @b ELSE @a END WHERE stream IN (@a, @b)").run({ a: fixture.alice.stream, b: fixture.bob.stream });
    }), 'reference-swapped@3'],
    ['an index entry dropped', vault((database) => database.prepare('DELETE FROM reference_index WHERE stream = ?').run(fixture.alice.stream)), 'reference-swapped@3'],
    ['an identity dropped', vault((database) => database.prepare('DELETE FROM identities WHERE subject_id = ?').run(fixture.alice.subjectId)), 'identity-missing@3'],
    ['a row of stream and person dropped', vault((database) => database.prepare('DELETE FROM stream_subjects WHERE subject_id = ?').run(fixture.alice.subjectId)), 'identity-missing@3'],
    ['two persons swapped', vault((database) => {
      const rows = [fixture.alice, fixture.bob].map(({ subjectId }) => database.prepare('SELECT * FROM identities WHERE subject_id = ?').get(subjectId) as { lookup: Buffer; sealed: Buffer });
      database.prepare('DELETE FROM identities WHERE subject_id IN (?, ?)').run(fixture.alice.subjectId, fixture.bob.subjectId);
      const insert = database.prepare("INSERT INTO identities (subject_id, law, lookup, sealed) VALUES (?, 'jeugdwet', ?, ?)");
      insert.run(fixture.alice.subjectId, rows[1]!.lookup, rows[1]!.sealed);
      insert.run(fixture.bob.subjectId, rows[0]!.lookup, rows[0]!.sealed);
    }), 'identity-swapped@3'],
    ['a person\'s law', vault((database) => database.prepare("UPDATE identities SET law = 'wmo-2015' WHERE subject_id = ?").run(fixture.alice.subjectId)), 'identity-swapped@3'],
    ['a person\'s lookup', vault((database) => database.prepare("UPDATE identities SET lookup = x'00' WHERE subject_id = ?").run(fixture.alice.subjectId)), 'identity-swapped@3'],
    ['the change count put back', vault((database) => database.exec('UPDATE meta SET change_count = 1')), 'vault-behind-head'],
    ['the vault put back from earlier', (target) => {
      for (const suffix of ['-wal', '-shm']) rmSync(join(target.dataDir, `vault.db${suffix}`), { force: true });
      cpSync(join(fixture.earlier.dataDir, 'vault.db'), join(target.dataDir, 'vault.db'));
    }, 'vault-behind-head'],
  ])('%s: tampered, and where', async (_what, act, expected) => {
    act(fixture.folder);
    const { result, kinds } = await kindsAt(fixture.folder, { keys: true });
    expect(kinds).toContain(expected);
    expect(result.answer).toBe('tampered');
  });

  it('missing altogether: not verifiable', async () => {
    rmSync(join(fixture.folder.dataDir, 'vault.db'));
    const { result, kinds } = await kindsAt(fixture.folder, { keys: true });
    expect(kinds).toContain('vault-missing');
    expect(result.answer).toBe('not-verifiable');
  });
});
