import { canonicalJson } from '#domain/ledger/canonical-json';
import type { LedgerEvent } from '#domain/ledger/event';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import type { Append, AppendResult, EventStore } from '#infra/event-store/port';
import { MemoryEventStore } from '#infra/event-store/memory';
import { openKeys } from '#infra/keys/key-folder';
import type { LedgerKeys } from '#infra/keys/port';
import { checkpointSigner } from '#infra/transparency-log/checkpoint';
import { MemoryVault } from '#infra/vault/memory';
import type { Vault } from '#infra/vault/port';
import { FactRecorder } from '#src/recording/fact-recorder';
import { LedgerWriter } from '#src/recording/ledger-writer';
import type { Outcome, Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import type { IncomingFact } from '#src/recording/record-fact.command';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const OIN = '00000001823288444000';
export const SOURCE = `urn:nld:oin:${OIN}:systeem:zaaksysteem`;
export const SYSTEM = 'zaaksysteem';
export const SENDER: Principal = { iss: 'test', sub: 'zaaksysteem', roles: ['case-system'], oin: OIN, source: SOURCE, systems: [SYSTEM], local: true };

/** What a store does with one append: let it through, lose it, or let it through and lose the answer. */
export type Fate = 'through' | 'lost' | 'answer-lost';

/** The model store, every append answered a turn later, with a fate of its own for each. */
export class FatefulStore {
  fate: (append: Append, nth: number) => Fate = () => 'through';
  appends = 0;
  underWay = 0;
  mostUnderWay = 0;
  readonly store: EventStore;

  constructor(inner: EventStore) {
    this.store = Object.create(inner, {
      append: { value: (append: Append) => this.#append(inner, append) },
    }) as EventStore;
    for (const name of ['readStream', 'withoutEvents', 'firstPositions', 'readAll', 'readAnnouncements', 'subscribe', 'head', 'findSource', 'receiptOf', 'destroy', 'close'] as const) {
      Object.defineProperty(this.store, name, { value: (inner[name] as (...args: unknown[]) => unknown).bind(inner) });
    }
  }

  async #append(inner: EventStore, append: Append): Promise<AppendResult> {
    const fate = this.fate(append, this.appends++);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    // The store takes appends in the order they were sent; answers come a turn later.
    const result = fate === 'lost' ? null : inner.append(append);
    await new Promise((resolve) => { setImmediate(resolve); });
    this.underWay -= 1;
    if (result === null || fate === 'answer-lost') return { kind: 'unavailable', reason: 'test' };
    return await result;
  }
}

/** A recorder on the model store and the model vault. */
export class RecorderHouse {
  readonly folder = mkdtempSync(join(tmpdir(), 'rekenschap-recording-'));
  readonly keys: LedgerKeys = openKeys({ masterKeyFile: join(this.folder, 'master.key') });
  readonly clock = new SimulatedClock(Temporal.Instant.from('2026-03-02T10:00:00Z'));
  readonly vault: Vault = new MemoryVault();
  readonly fateful = new FatefulStore(new MemoryEventStore(checkpointSigner('test.example/log', this.keys.log.privateKey)));
  readonly store = this.fateful.store;
  writer = new LedgerWriter(this.store, this.vault, this.keys, this.clock);
  recorder = new FactRecorder(this.store, this.vault, this.writer, this.clock);

  /** As after a restart: nothing in memory but what store and vault hold. */
  restart(): void {
    this.writer = new LedgerWriter(this.store, this.vault, this.keys, this.clock);
    this.recorder = new FactRecorder(this.store, this.vault, this.writer, this.clock);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  record(fact: IncomingFact, sender: Principal = SENDER): Promise<Outcome<Receipt>> {
    return this.recorder.record(fact, sender);
  }

  /** Every event of the ledger, opened, in order of position. */
  async events(): Promise<readonly LedgerEvent[]> {
    const { entries } = await this.store.readAll(0, 1_000_000);
    return Promise.all(entries.flatMap((entry) => (entry.kind === 'event' ? [this.writer.open(entry.event)] : [])));
  }
}

export function factOf(type: string, id: string, data: Readonly<Record<string, unknown>>): IncomingFact {
  const whole = { occurredAt: '2026-03-01T09:00:00Z', ...data };
  return { type, source: SOURCE, id, data: whole, canonicalData: canonicalJson(whole) };
}

export function openedFact(reference: string, bsn: string, id = `open-${reference}`): IncomingFact {
  return factOf('dossier-opened', id, { dossier: { system: SYSTEM, reference }, law: 'wmo2015', subjects: [{ bsn, role: 'client' }] });
}

export function sharedFact(reference: string, id: string, more: Readonly<Record<string, unknown>> = {}): IncomingFact {
  return factOf('data-shared', id, {
    dossier: { system: SYSTEM, reference }, recipient: { organisation: 'Thuiszorg Noord' }, categories: ['gezondheid'], decisionId: 'besluit-1', ...more,
  });
}
