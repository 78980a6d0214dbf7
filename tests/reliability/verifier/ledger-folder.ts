import { createHash, generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { leafRanges } from '#domain/destruction/leaf-ranges';
import type { EventPayload } from '#domain/ledger/event';
import { streamName, type EventId, type StreamName, type SubjectId } from '#domain/ledger/ids';
import { openEngine, type Engine } from '#infra/engine/engine';
import type { SealedEvent } from '#infra/event-store/port';
import { FenceFile } from '#infra/head/fence-file';
import { sealEvent, signLogEvent, streamHmac } from '#infra/sealing/sealing';
import { SqliteVault } from '#infra/vault/vault-client';

/** Where one ledger lies. A copy of the root is a copy of everything an attacker or a restore can put back. */
export interface LedgerFolder {
  readonly root: string;
  readonly dataDir: string;
  readonly headDirs: readonly [string, string];
  readonly master: Uint8Array;
  readonly logKey: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

export interface Dossier {
  readonly stream: StreamName;
  readonly positions: readonly number[];
  readonly subjectId: SubjectId;
}

export function newLedgerFolder(): LedgerFolder {
  return at(mkdtempSync(join(tmpdir(), 'verify-')), randomBytes(32), generateKeyPairSync('ed25519'));
}

export function copyOf(folder: LedgerFolder): LedgerFolder {
  const root = mkdtempSync(join(tmpdir(), 'verify-'));
  cpSync(folder.root, root, { recursive: true });
  return at(root, folder.master, folder.logKey);
}

function at(root: string, master: Uint8Array, logKey: LedgerFolder['logKey']): LedgerFolder {
  return { root, dataDir: join(root, 'data'), headDirs: [join(root, 'head-a'), join(root, 'head-b')], master, logKey };
}

/** A ledger written through the real engine and vault, each call its own group commit. */
export class LedgerWriting {
  readonly folder: LedgerFolder;
  readonly #engine: Engine;
  readonly #vault: SqliteVault;
  readonly #logStream = streamName('log', randomUUID());
  #logRevision = -1;
  #time = Date.parse('2026-03-01T08:00:00.000Z');

  private constructor(folder: LedgerFolder, engine: Engine, vault: SqliteVault) {
    this.folder = folder;
    this.#engine = engine;
    this.#vault = vault;
  }

  static async open(folder: LedgerFolder): Promise<LedgerWriting> {
    const engine = await openEngine({
      dataDir: folder.dataDir, headDirs: folder.headDirs, oin: '00000001003214345000',
      keys: { master: folder.master, log: folder.logKey },
    });
    const vault = new SqliteVault({
      file: join(folder.dataDir, 'vault.db'), masterKey: folder.master, channel: engine.vaultChannel,
      fence: new FenceFile(folder.headDirs, { readOnly: true }),
    });
    return new LedgerWriting(folder, engine, vault);
  }

  checkpoint(): string {
    return this.#engine.store.head().checkpoint;
  }

  async dossier(number: number, events: number): Promise<Dossier> {
    const stream = streamName('dossier', randomUUID());
    const subjectId = randomUUID() as SubjectId;
    const key = randomBytes(32);
    const reference = { system: 'suites', reference: `Z-${number}` };
    const identifier = { system: 'suites', reference: `P-${number}` };
    const registered = await this.#vault.register({
      stream, newKey: key, reference, newIdentities: [{ subjectId, law: 'jeugdwet', identifier }], subjects: [subjectId],
    });
    if (registered.kind !== 'registered') throw new Error(registered.kind);
    const sealed = Array.from({ length: events }, (_, revision) => sealEvent(
      this.#header(stream, revision, revision === 0 ? 'dossier-opened' : 'consent-requested'),
      {
        data: { dossier: reference, note: 'x'.repeat(40) },
        ...(revision === 0 && {
          commitments: {
            key: streamHmac(key, 'key', stream),
            reference: streamHmac(key, 'reference', reference.system, reference.reference),
            subjects: { [subjectId]: streamHmac(key, 'subject', subjectId, 'jeugdwet', canonicalJson(identifier)) },
          },
        }),
      }, key));
    const first = await this.#append(stream, -1, sealed);
    return { stream, subjectId, positions: sealed.map((_, i) => first + i) };
  }

  async announce(type: string, data: EventPayload['data']): Promise<number> {
    const revision = this.#logRevision + 1;
    const event = signLogEvent(this.#header(this.#logStream, revision, type), { data }, this.folder.logKey.privateKey);
    const position = await this.#append(this.#logStream, revision - 1, [event]);
    this.#logRevision = revision;
    return position;
  }

  /** The steps of a run that leave a trace for `verify`; `until` leaves it open. */
  async destroy(dossiers: readonly Dossier[], options: { readonly close: boolean; readonly references?: readonly string[] }): Promise<void> {
    const run = { runId: randomUUID(), ranges: leafRanges(dossiers.flatMap(({ positions }) => positions)), dossiers: dossiers.length };
    await this.announce('run-begun', run);
    await this.#vault.fence(dossiers.map(({ stream }) => ({ stream, references: [] })), 2026);
    await this.#vault.destroyStreams(dossiers.map(({ stream }) => stream));
    for (const { stream } of dossiers) await this.#engine.store.destroy(stream);
    if (options.close) await this.announce('run-closed', run);
  }

  async close(): Promise<void> {
    await this.#vault.close();
    await this.#engine.close();
  }

  #header(stream: StreamName, revision: number, type: string) {
    this.#time += 1_000;
    return { id: uuidv7(this.#time), stream, revision, type, schema: 1, recordedAt: new Date(this.#time).toISOString() };
  }

  async #append(stream: StreamName, expectedRevision: number, events: readonly SealedEvent[]): Promise<number> {
    const result = await this.#engine.store.append({ stream, expectedRevision, events });
    if (result.kind !== 'appended') throw new Error(result.kind);
    return result.firstPosition;
  }
}

export function uuidv7(time: number): EventId {
  const hex = time.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}` as EventId;
}

/** What somebody with write access to the data folder can do: SQL past every rule of the ledger. */
export function tamper(folder: LedgerFolder, file: 'ledger.db' | 'vault.db', work: (database: Database.Database) => void): void {
  const database = new Database(join(folder.dataDir, file));
  try {
    work(database);
  } finally {
    database.close();
  }
}

export function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0x01;
  return copy;
}

export function flipInFile(file: string, at: number): void {
  writeFileSync(file, flipped(readFileSync(file), at));
}

/** The hash a leaf has for these bytes, so that a forger's rows fit each other. */
export function leafOf(header: Uint8Array, payload: Uint8Array): Buffer {
  const length = Buffer.alloc(5);
  length.writeUInt32BE(header.length, 1);
  return createHash('sha256').update(length).update(header).update(createHash('sha256').update(payload).digest()).digest();
}
