import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamName, type StreamName, type SubjectId } from '#domain/ledger/ids';
import type { Registration } from '#infra/vault/port';
import { VaultError } from '#infra/vault/vault-database';
import { openSqliteVault, vaultFolder, type OpenSqliteVault, type VaultFolder } from './harness.js';

const IDENTIFIER = { bsn: '999993653' };
let folder: VaultFolder;
let open: OpenSqliteVault;
beforeEach(() => {
  folder = vaultFolder();
  open = openSqliteVault(folder);
});
afterEach(async () => {
  await open.close();
  rmSync(folder.root, { recursive: true });
});

function registration(reference = 'Z-1'): Registration & { readonly newKey: Uint8Array } {
  const subjectId = randomUUID() as SubjectId;
  return {
    stream: streamName('dossier', randomUUID()), newKey: randomBytes(32), reference: { system: 'suites', reference },
    newIdentities: [{ subjectId, law: 'jeugdwet', identifier: { system: 'suites', reference: subjectId } }], subjects: [subjectId],
  };
}

const everyFile = (): Buffer => Buffer.concat(readdirSync(folder.root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name))));

describe('vault.db', () => {
  it('is there again after closing, with its count, its id and its journal', async () => {
    const registered = registration();
    await open.vault.register(registered);
    await open.vault.saveRun({ runId: 'r', state: '{}' });
    const id = open.vault.vaultId();
    const deduplicationKey = open.vault.deduplicationKey('s', '1');
    await open.close();
    open = openSqliteVault(folder);
    expect(Buffer.from((await open.vault.streamKey(registered.stream))!)).toEqual(Buffer.from(registered.newKey));
    expect(open.vault.changeCount()).toBe(2);
    expect(open.writer.changeCount()).toBe(2);
    expect(open.vault.vaultId()).toBe(id);
    expect(open.writer.vaultId()).toBe(id);
    expect(open.vault.deduplicationKey('s', '1')).toEqual(deduplicationKey);
    expect(await open.vault.openRun()).toEqual({ runId: 'r', state: '{}' });
  });

  it('is for the owner only', () => {
    expect(statSync(folder.file).mode & 0o777).toBe(0o600);
  });

  it('refuses a master key that is not its own, in Dutch', async () => {
    await open.close();
    expect(() => openSqliteVault({ ...folder, masterKey: randomBytes(32) })).toThrow(VaultError);
    expect(() => openSqliteVault({ ...folder, masterKey: randomBytes(32) })).toThrow('De hoofdsleutel hoort niet bij deze kluis.');
    open = openSqliteVault(folder);
  });

  it('counts a shared transaction once, and nothing when it is rolled back or changes nothing', async () => {
    const [a, b] = [registration('Z-1'), registration('Z-2')];
    open.channel.group([['register', a], ['register', b]]);
    expect(open.writer.changeCount()).toBe(1);
    open.writer.begin();
    open.writer.handle('register', registration('Z-3'));
    open.writer.rollback();
    expect(open.writer.changeCount()).toBe(1);
    open.channel.group([['register', a], ['destroyStreams', []]]);
    expect(open.writer.changeCount()).toBe(1);
    expect(await open.vault.findStream({ system: 'suites', reference: 'Z-3' })).toBeNull();
    expect(open.vault.changeCount()).toBe(1);
  });

  it('keeps what went well of a group in which another call conflicts', async () => {
    const [a, b] = [registration('Z-1'), registration('Z-1')];
    expect(open.channel.group([['register', a], ['register', b]])).toEqual([{ kind: 'registered' }, { kind: 'conflict' }]);
    expect(await open.vault.streamKey(a.stream)).not.toBeNull();
    expect(await open.vault.streamKey(b.stream)).toBeNull();
  });

  it('shows the worker what its open transaction wrote', () => {
    const registered = registration();
    open.writer.begin();
    open.writer.handle('register', registered);
    expect(Buffer.from(open.writer.streamKey(registered.stream)!)).toEqual(Buffer.from(registered.newKey));
    open.writer.rollback();
    expect(open.writer.streamKey(registered.stream)).toBeNull();
  });

  it('answers unavailable when it cannot write, without saying what; and takes it when it can', async () => {
    const registered = registration();
    const lock = new Database(folder.file);
    lock.exec('BEGIN IMMEDIATE');
    expect(await open.vault.register(registered)).toEqual({ kind: 'unavailable', reason: 'SQLITE_BUSY' });
    await expect(open.vault.destroyStreams([registered.stream])).rejects.toThrow();
    lock.exec('ROLLBACK');
    lock.close();
    expect(await open.vault.register(registered)).toEqual({ kind: 'registered' });
  });

  it('refuses a method it does not have', () => {
    open.writer.begin();
    expect(() => open.writer.handle('constructor', null)).toThrow(/no method/);
    open.writer.rollback();
  });

  it('never hands out a stream\'s key under another stream\'s name', async () => {
    const [a, b] = [registration('Z-1'), registration('Z-2')];
    await open.vault.register(a);
    await open.vault.register(b);
    const database = new Database(folder.file);
    database.prepare('UPDATE stream_keys SET wrapped = (SELECT wrapped FROM stream_keys WHERE stream = ?) WHERE stream = ?').run(a.stream, b.stream);
    database.close();
    await expect(open.vault.streamKey(b.stream)).rejects.toThrow();
    expect(Buffer.from((await open.vault.streamKey(a.stream))!)).toEqual(Buffer.from(a.newKey));
  });

  it('forgets a cached key with its stream', async () => {
    const registered = registration();
    await open.vault.register(registered);
    expect(await open.vault.streamKey(registered.stream)).not.toBeNull();
    await open.vault.destroyStreams([registered.stream]);
    expect(await open.vault.streamKey(registered.stream)).toBeNull();
  });

  it('removes orphans over more streams than one page', async () => {
    const streams: StreamName[] = [];
    open.writer.begin();
    for (let n = 0; n < 2_500; n += 1) {
      const one = registration(`Z-${n}`);
      streams.push(one.stream);
      open.writer.handle('register', one);
    }
    open.writer.commit();
    const living = new Set(streams.filter((_, n) => n % 3 === 0));
    expect(await open.vault.removeOrphans(async (streams) => streams.filter((stream) => !living.has(stream)))).toBe(2_500 - living.size);
    const database = new Database(folder.file, { readonly: true });
    for (const table of ['stream_keys', 'reference_index', 'identities', 'stream_subjects']) {
      expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(living.size);
    }
    database.close();
  });
});

describe('what the files hold', () => {
  it('is never the BSN, the reference, the key or the journal in the clear', async () => {
    const subjectId = randomUUID() as SubjectId;
    const registered: Registration = {
      ...registration('Z-herkenbaar'), newIdentities: [{ subjectId, law: 'jeugdwet', identifier: IDENTIFIER }], subjects: [subjectId],
    };
    await open.vault.register(registered);
    await open.vault.saveRun({ runId: 'run-herkenbaar', state: '{}' });
    const bytes = everyFile();
    for (const secret of ['999993653', 'Z-herkenbaar', 'run-herkenbaar']) expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(registered.newKey!)).toBe(false);
    // The control: what must be findable is found.
    expect(bytes.includes(registered.stream)).toBe(true);
    expect(bytes.includes(subjectId)).toBe(true);
  });

  it('after destruction and purge is nothing of the stream, its key or its person any more', async () => {
    const others = Array.from({ length: 40 }, (_, n) => registration(`Z-${n + 100}`));
    const gone = registration('Z-1');
    for (const one of [...others.slice(0, 20), gone, ...others.slice(20)]) await open.vault.register(one);
    const database = new Database(folder.file, { readonly: true });
    const identity = database.prepare('SELECT lookup, sealed FROM identities WHERE subject_id = ?').get(gone.subjects[0]) as { lookup: Buffer; sealed: Buffer };
    const canaries: Record<string, Buffer> = {
      stream: Buffer.from(gone.stream), subject: Buffer.from(gone.subjects[0]!), ...identity,
      wrapped: database.prepare('SELECT wrapped FROM stream_keys WHERE stream = ?').pluck().get(gone.stream) as Buffer,
      index: database.prepare('SELECT lookup FROM reference_index WHERE stream = ?').pluck().get(gone.stream) as Buffer,
    };
    database.close();
    const found = () => Object.entries(canaries).filter(([, canary]) => everyFile().includes(canary)).map(([name]) => name);
    expect(found().sort()).toEqual(Object.keys(canaries).sort());
    await open.vault.destroyStreams([gone.stream]);
    // The control of the purge: destroying alone leaves the bytes in the write-ahead log.
    expect(found()).not.toEqual([]);
    await open.vault.purgeFreedPages();
    expect(found()).toEqual([]);
    expect(existsSync(`${folder.file}-wal`) ? statSync(`${folder.file}-wal`).size : 0).toBe(0);
    for (const one of others) expect(await open.vault.streamKey(one.stream)).not.toBeNull();
  });

  it('says so when somebody still reads what should be purged', async () => {
    await open.vault.register(registration());
    const reader = new Database(folder.file, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM identities').get();
    await open.vault.register(registration('Z-2'));
    await expect(open.vault.purgeFreedPages()).rejects.toThrow(/leest nog iemand/);
    reader.close();
    await open.vault.purgeFreedPages();
  });
});
