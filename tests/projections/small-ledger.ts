import { generateKeyPairSync, randomUUID, randomUUIDv7 } from 'node:crypto';
import type { LedgerEvent, NewEvent } from '#domain/ledger/event';
import { NO_STREAM, streamKind, type EventId, type StreamName } from '#domain/ledger/ids';
import { MemoryEventStore } from '#infra/event-store/memory';
import type { StoredEvent } from '#infra/event-store/port';
import { decodeHeader, newDataKey, openEvent, openLogEvent, sealEvent, signLogEvent } from '#infra/sealing/sealing';
import { checkpointSigner } from '#infra/transparency-log/checkpoint';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { figureCells } from '#projections/yearly-figures/queries';
import type { ProjectionRunner } from '#src/projecting/projection-runner';
import type { ViewStore } from '#infra/views/port';
import type { Recorded } from './fold-harness.js';

/** A ledger of real sealed events on the memory store, with the steps of a destruction run that views take part in. */
export class SmallLedger {
  readonly #log = generateKeyPairSync('ed25519');
  readonly #keys = new Map<StreamName, Uint8Array>();
  readonly #revisions = new Map<StreamName, number>();
  readonly store = new MemoryEventStore(checkpointSigner('test', this.#log.privateKey));

  async record(...recorded: readonly Recorded[]): Promise<void> {
    for (const { stream, event } of recorded) await this.append(stream, event);
  }

  async append(stream: StreamName, event: NewEvent): Promise<number> {
    const before = this.#revisions.get(stream) ?? NO_STREAM;
    const header = { id: randomUUIDv7() as EventId, stream, revision: before + 1, type: event.type, schema: event.schema, recordedAt: '2026-01-01T00:00:00.000Z' };
    const payload = { data: event.data };
    if (!this.#keys.has(stream)) this.#keys.set(stream, newDataKey());
    const sealed = streamKind(stream) === 'log' ? signLogEvent(header, payload, this.#log.privateKey) : sealEvent(header, payload, this.#keys.get(stream)!);
    const result = await this.store.append({ stream, expectedRevision: before, events: [sealed] });
    if (result.kind !== 'appended') throw new Error(result.kind);
    this.#revisions.set(stream, before + 1);
    return result.firstPosition;
  }

  readonly open = (stored: StoredEvent): Promise<LedgerEvent> => {
    const header = decodeHeader(stored.header);
    if (streamKind(header.stream) === 'log') {
      return Promise.resolve({ ...header, ...openLogEvent(stored.header, stored.payload, this.#log.publicKey), position: stored.position });
    }
    const key = this.#keys.get(header.stream);
    if (key === undefined) return Promise.reject(Object.assign(new Error('no key'), { code: 'key-missing' }));
    return Promise.resolve({ ...header, ...openEvent(stored.header, stored.payload, key), position: stored.position });
  };

  loseKey(stream: StreamName): void {
    this.#keys.delete(stream);
  }

  /** Steps 2, 3, 5, 6 and 7 of stores.md over streams whose gates have been passed. */
  async destroy(streams: readonly StreamName[], runner: ProjectionRunner, views: ViewStore, chunks = 2): Promise<void> {
    const upTo = await runner.pauseAt(this.store.head().size - 1);
    const cells = figureCells(views.reader(yearlyFiguresProjection));
    const log = `log-${randomUUID()}` as StreamName;
    for (let chunk = 1; chunk <= chunks; chunk += 1) {
      const part = cells.filter((_, index) => index % chunks === chunk - 1);
      await this.append(log, { type: 'figures-fixed', schema: 1, data: { runId: 'run', upTo, chunk, chunks, definitionsVersion: yearlyFiguresProjection.cells!.definitionsVersion, cells: part } });
    }
    const gone: number[] = [];
    for (let position = 0; position <= upTo; position += 1) {
      const [entry] = (await this.store.readAll(position, 1)).entries;
      if (entry?.kind === 'event' && streams.includes(entry.event.stream)) gone.push(position);
    }
    await this.append(log, { type: 'run-begun', schema: 1, data: { runId: 'run', ranges: gone.map((position) => [position, position]), dossiers: streams.length } });
    for (const stream of streams) {
      this.loseKey(stream);
      await this.store.destroy(stream);
    }
    runner.forget(streams);
    runner.resume();
  }
}
