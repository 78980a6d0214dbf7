import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type { ActingPerson, EventOrigin, EventPayload, LedgerEvent, NewEvent } from '#domain/ledger/event';
import { NO_STREAM, streamKind, streamName, type EventId, type Revision, type StreamKind, type StreamName, type SubjectId } from '#domain/ledger/ids';
import type { Clock } from '#infra/clock/port';
import type { Append, AppendResult, EventStore, SealedEvent, StoredEvent } from '#infra/event-store/port';
import type { LedgerKeys } from '#infra/keys/port';
import { newDataKey, sealEvent, signLogEvent, streamHmac, type SealedHeader } from '#infra/sealing/sealing';
import type { DossierReference, Vault } from '#infra/vault/port';
import { KeyMissing, openStored } from '#src/recording/open-stored';

export interface LedgerAppend {
  readonly stream: StreamName;
  /** The stream's key when the caller has it already; otherwise the vault is asked. */
  readonly dataKey?: Uint8Array;
  readonly expectedRevision: Revision;
  /**
   * The event that will stand at `expectedRevision`, when this append was decided before that event was acknowledged.
   * A revision alone does not say so: another append may have taken the other's place. Conflict when it is not the
   * last that was sent.
   */
  readonly follows?: EventId;
  readonly events: readonly NewEvent[];
  /** Given by a caller that must be able to repeat itself after an unknown outcome; otherwise fresh. */
  readonly ids?: readonly EventId[];
  readonly person?: ActingPerson;
  /** Belongs to the first event. */
  readonly origin?: EventOrigin;
  readonly subjects?: Readonly<Record<SubjectId, string>>;
  /** Only with a stream's first event, when it has an index entry. */
  readonly reference?: DossierReference;
  readonly deduplication?: NonNullable<Append['deduplication']>;
}

export type LedgerAppendResult = AppendResult & { readonly sealed: readonly SealedEvent[] };

export interface ReadStream {
  readonly events: readonly LedgerEvent[];
  readonly revision: Revision;
}

const PAGE = 1_000;
const STREAMS_KNOWN = 50_000;

/** Seals what has been decided and hands it to the store; opens what is read back. Decides nothing itself. */
export class LedgerWriter {
  #lastMillisecond = 0;
  #lastRecordedAt = '';
  /** Of streams written lately: the last event that was sent, acknowledged or not. */
  readonly #lastSent = new Map<StreamName, EventId>();

  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly keys: LedgerKeys,
    private readonly clock: Clock,
  ) {}

  newEventId(): EventId {
    return randomUUIDv7() as EventId;
  }

  newStreamName(kind: StreamKind): StreamName {
    return streamName(kind, randomUUID());
  }

  /**
   * Gives a fresh stream its key and, when asked, its index entry, durably, before its first event.
   * Answers null when somebody else registered the reference in between.
   */
  async createStream(kind: StreamKind, reference?: DossierReference): Promise<StreamName | null> {
    const stream = this.newStreamName(kind);
    if (kind === 'log') return stream;
    const result = await this.vault.register({
      stream, newKey: newDataKey(), newIdentities: [], subjects: [], ...(reference === undefined ? {} : { reference }),
    });
    if (result.kind === 'conflict') return null;
    if (result.kind !== 'registered') throw new Error(`the vault did not register a ${kind} stream: ${result.kind}`);
    return stream;
  }

  /** With the key in hand the order of calls is the order in which the store gets them. */
  async append(append: LedgerAppend): Promise<LedgerAppendResult> {
    const last = append.follows === undefined ? undefined : this.#lastSent.get(append.stream);
    if (last !== undefined && last !== append.follows) {
      return { kind: 'conflict', actualRevision: append.expectedRevision, sealed: [] };
    }
    const sealed = append.dataKey === undefined ? await this.#sealWithKeyOfVault(append) : this.#seal(append, append.dataKey);
    this.#rememberLast(append.stream, sealed.at(-1)!.id);
    const result = await this.store.append({
      stream: append.stream,
      expectedRevision: append.expectedRevision,
      events: sealed,
      ...(append.deduplication === undefined ? {} : { deduplication: append.deduplication }),
    });
    // What did not get in is followed by nothing; what is there now has to be asked.
    if (result.kind !== 'appended') this.#lastSent.delete(append.stream);
    return { ...result, sealed };
  }

  /**
   * Does this process, the only one that writes, know what it last sent to the stream? Then appends that say what they
   * follow may be under way together.
   */
  knowsLastOf(stream: StreamName): boolean {
    return this.#lastSent.has(stream);
  }

  #rememberLast(stream: StreamName, id: EventId): void {
    this.#lastSent.delete(stream);
    this.#lastSent.set(stream, id);
    if (this.#lastSent.size > STREAMS_KNOWN) this.#lastSent.delete(this.#lastSent.keys().next().value!);
  }

  /** From one revision on; `revision` is the stream's last, also when nothing came since. */
  async read(stream: StreamName, from: Revision = 0): Promise<ReadStream | 'none' | 'destroyed'> {
    const events: LedgerEvent[] = [];
    for (;;) {
      const page = await this.store.readStream(stream, from + events.length, PAGE);
      if (page.kind !== 'events') return page.kind;
      for (const stored of page.events) events.push(await this.open(stored));
      if (from + events.length > page.lastRevision) return { events, revision: page.lastRevision };
    }
  }

  /**
   * Opens one stored event; header fields come out of the header bytes, never the columns.
   * Throws `KeyMissing` when its stream has no key (any more).
   */
  async open(stored: StoredEvent): Promise<LedgerEvent> {
    const { stream } = stored;
    const key = streamKind(stream) === 'log' ? null : await this.vault.streamKey(stream);
    return openStored(stored, () => key, this.keys.log);
  }

  async #sealWithKeyOfVault(append: LedgerAppend): Promise<readonly SealedEvent[]> {
    const isLog = streamKind(append.stream) === 'log';
    const dataKey = isLog ? null : await this.vault.streamKey(append.stream);
    if (!isLog && dataKey === null) throw new KeyMissing();
    return this.#seal(append, dataKey);
  }

  #seal(append: LedgerAppend, dataKey: Uint8Array | null): readonly SealedEvent[] {
    return append.events.map((event, index) => {
      const header: SealedHeader = {
        id: append.ids?.[index] ?? this.newEventId(),
        stream: append.stream,
        revision: append.expectedRevision + 1 + index,
        type: event.type,
        schema: event.schema,
        recordedAt: this.#recordedAt(),
      };
      const payload = payloadOf(append, event, index, dataKey);
      return dataKey === null
        ? signLogEvent(header, payload, this.keys.log.privateKey)
        : sealEvent(header, payload, dataKey);
    });
  }

  /** Never earlier than the one before: a clock set back must not reorder the account. */
  #recordedAt(): string {
    const now = this.clock.now().epochMilliseconds;
    if (now > this.#lastMillisecond || this.#lastRecordedAt === '') {
      this.#lastMillisecond = Math.max(now, this.#lastMillisecond);
      this.#lastRecordedAt = new Date(this.#lastMillisecond).toISOString();
    }
    return this.#lastRecordedAt;
  }
}

function payloadOf(append: LedgerAppend, event: NewEvent, index: number, dataKey: Uint8Array | null): EventPayload {
  const first = index === 0;
  const opensStream = first && append.expectedRevision === NO_STREAM && dataKey !== null;
  const commitments = {
    ...(opensStream ? { key: streamHmac(dataKey, 'key', append.stream) } : {}),
    ...(opensStream && append.reference !== undefined
      ? { reference: streamHmac(dataKey, 'reference', append.reference.system, append.reference.reference) } : {}),
    ...(first && append.subjects !== undefined && Object.keys(append.subjects).length > 0
      ? { subjects: append.subjects } : {}),
  };
  return {
    data: event.data,
    ...(first && append.origin !== undefined ? { origin: append.origin } : {}),
    ...(append.person === undefined ? {} : { person: append.person }),
    ...(Object.keys(commitments).length > 0 ? { commitments } : {}),
  };
}
