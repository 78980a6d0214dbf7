import { generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_STREAM, streamName, type EventId, type Revision, type StreamKind, type StreamName } from '#domain/ledger/ids';
import { openEngine, type Engine } from '#infra/engine/engine';
import type { EngineFaults } from '#infra/engine/group-commit';
import { MemoryEventStore } from '#infra/event-store/memory';
import type { Append, EventStore, SealedEvent } from '#infra/event-store/port';
import { newDataKey, sealEvent, signLogEvent } from '#infra/sealing/sealing';
import { checkpointSigner, logOrigin } from '#infra/transparency-log/checkpoint';

export const OIN = '00000001000000001000';

/** A store under test, and what an event of its ledger is sealed with. */
export interface Subject {
  readonly store: EventStore;
  readonly sealer: Sealer;
  close(): Promise<void>;
}

/** Seals events of test streams; every stream's key goes to the vault first, as in the service. */
export class Sealer {
  readonly logKey: KeyObject;
  readonly #register: (stream: StreamName, key: Uint8Array) => Promise<void>;
  readonly #keys = new Map<StreamName, Uint8Array>();
  #clock = Date.UTC(2026, 0, 1);

  constructor(logKey: KeyObject, register: (stream: StreamName, key: Uint8Array) => Promise<void>) {
    this.logKey = logKey;
    this.#register = register;
  }

  async stream(kind: StreamKind = 'dossier'): Promise<StreamName> {
    const stream = streamName(kind, randomUUID());
    if (kind === 'log') return stream;
    const key = newDataKey();
    await this.#register(stream, key);
    this.#keys.set(stream, key);
    return stream;
  }

  /** `bytes`: size of header and payload together, when it matters. */
  event(stream: StreamName, revision: Revision, bytes?: number): SealedEvent {
    this.#clock += 1;
    const header = {
      id: randomUUID() as EventId, stream, revision, type: 'consent-given', schema: 1,
      recordedAt: new Date(this.#clock).toISOString(),
    };
    const seal = (text: string): SealedEvent => {
      const payload = { data: { text } };
      const key = this.#keys.get(stream);
      return key === undefined ? signLogEvent(header, payload, this.logKey) : sealEvent(header, payload, key);
    };
    if (bytes === undefined) return seal('x'.repeat(40));
    const least = seal('');
    return seal('x'.repeat(bytes - least.header.length - least.payload.length));
  }

  append(stream: StreamName, expectedRevision: Revision = NO_STREAM, count = 1): Append {
    const events = Array.from({ length: count }, (_, i) => this.event(stream, expectedRevision + 1 + i));
    return { stream, expectedRevision, events };
  }

  known(append: Append): Append & Required<Pick<Append, 'deduplication'>> {
    return { ...append, deduplication: { key: randomBytes(32), contentHmac: randomBytes(32) } };
  }
}

export function memorySubject(make = (signer: ReturnType<typeof checkpointSigner>): EventStore => new MemoryEventStore(signer)): Subject {
  const { privateKey } = generateKeyPairSync('ed25519');
  const store = make(checkpointSigner(logOrigin(OIN), privateKey));
  const sealer = new Sealer(privateKey, () => Promise.resolve());
  return { store, sealer, close: () => store.close() };
}

/** A ledger in a folder of its own, which can be closed, crashed and opened again. */
export class LedgerFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'rekenschap-'));
  dataDir = join(this.root, 'data');
  headDirs = [join(this.root, 'head-a'), join(this.root, 'head-b')];
  readonly keys = { master: randomBytes(32), log: generateKeyPairSync('ed25519') };
  engine: Engine | null = null;
  readonly sealer = new Sealer(this.keys.log.privateKey, async (stream, newKey) => {
    await this.engine!.vaultChannel.call('register', { stream, newKey, newIdentities: [], subjects: [] });
  });

  async open(faults: EngineFaults = {}): Promise<Engine> {
    this.engine = await openEngine({ dataDir: this.dataDir, headDirs: this.headDirs, oin: OIN, keys: this.keys, faults });
    return this.engine;
  }

  async remove(): Promise<void> {
    await this.engine?.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

export async function sqliteSubject(): Promise<Subject> {
  const folder = new LedgerFolder();
  const { store } = await folder.open();
  return { store, sealer: folder.sealer, close: () => folder.remove() };
}
