import { randomUUID } from 'node:crypto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Faults } from './faults.js';
import type { Log } from './log.js';
import { TOMBSTONE_REVISION, type LogRecord } from './records.js';
import { deletedError, nameOf, unknownError } from './replies.js';
import { shared, streamMessages } from './stubs.js';

type Call = ServerWritableStream<ReadReq, ReadResp>;
type Records = readonly { readonly record: LogRecord }[];

/** Reads and subscriptions, with the server's own idea of where each begins. */
export class ReadService {
  readonly #log: Log;
  readonly #faults: Faults;

  constructor(log: Log, faults: Faults) {
    this.#log = log;
    this.#faults = faults;
  }

  readonly read = (call: Call): void => {
    this.#faults.run(() => {
      const options = call.request.getOptions();
      if (options === undefined) return;
      if (options.hasSubscription()) this.#subscribe(call, options);
      else if (options.hasAll()) this.#readAll(call, options);
      else this.#readStream(call, options);
    });
  };

  #readAll(call: Call, options: ReadReq.Options): void {
    const all = options.getAll();
    const backwards = options.getReadDirection() === 1;
    const count = Number(options.getCount());
    const records = this.#log.records;
    let from = all?.hasEnd() === true ? records.length : 0;
    const position = all?.getPosition();
    if (position !== undefined) {
      from = firstAt(records, BigInt(position.getCommitPosition()));
      if (this.#inside(from, BigInt(position.getCommitPosition()))) {
        call.emit('error', unknownError('Unexpected ReadAllResult: Error'));
        return;
      }
    }
    const page = backwards ? records.slice(Math.max(0, from - count), from).reverse() : records.slice(from, from + count);
    void send(call, page.map(({ record }) => record)).then(() => {
      call.end();
    });
  }

  #readStream(call: Call, options: ReadReq.Options): void {
    const asked = options.getStream();
    const name = nameOf(asked?.getStreamIdentifier());
    if (this.#log.lastRevision(name) === TOMBSTONE_REVISION) {
      call.emit('error', deletedError(name));
      return;
    }
    const held = this.#log.stream(name);
    if (held.length === 0) {
      call.write(
        new streamMessages.ReadResp().setStreamNotFound(
          new streamMessages.ReadResp.StreamNotFound().setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(name))),
        ),
      );
      call.end();
      return;
    }
    const backwards = options.getReadDirection() === 1;
    const count = Number(options.getCount());
    let page: LogRecord[];
    if (backwards) {
      const last = asked?.hasEnd() === true ? TOMBSTONE_REVISION : asked?.hasStart() === true ? 0n : BigInt(asked?.getRevision() ?? '0');
      page = held.filter((record) => record.revision <= last).toReversed().slice(0, count);
    } else if (asked?.hasEnd() === true) page = [];
    else page = held.filter((record) => record.revision >= BigInt(asked?.getRevision() ?? '0')).slice(0, count);
    void send(call, page.map((record) => (options.getResolveLinks() ? (this.#resolve(record) ?? record) : record))).then(() => {
      call.end();
    });
  }

  /** `revision@stream`, as the server's own links say it. */
  #resolve(link: LogRecord): LogRecord | undefined {
    if (link.type !== '$>') return undefined;
    const [revision, ...stream] = Buffer.from(link.data).toString('utf8').split('@');
    return this.#log.stream(stream.join('@')).find((record) => String(record.revision) === revision);
  }

  #subscribe(call: Call, options: ReadReq.Options): void {
    const ofStream = options.getStream();
    const name = ofStream === undefined ? null : nameOf(ofStream.getStreamIdentifier());
    if (name !== null && this.#log.lastRevision(name) === TOMBSTONE_REVISION) {
      call.emit('error', deletedError(name));
      return;
    }
    const matches = filterOf(options);
    const wanted = (record: LogRecord): boolean =>
      (name === null || (record.stream === name && record.revision !== TOMBSTONE_REVISION)) && matches(record);
    const start = this.#startOf(options, name);
    if (start === null) {
      call.emit('error', unknownError('Exception was thrown by handler.'));
      return;
    }
    call.write(
      new streamMessages.ReadResp().setConfirmation(new streamMessages.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID())),
    );
    const checkpoints = checkpointsOf(call, options);
    let next = start;
    let caughtUp = false;
    let running = false;
    const pump = async (): Promise<void> => {
      if (running) return;
      running = true;
      while (!call.cancelled && !call.destroyed) {
        const at = firstAt(this.#log.records, next);
        const record = this.#log.records[at]?.record;
        if (record === undefined) break;
        next = record.position + 1n;
        if (wanted(record)) await send(call, [record]);
        checkpoints(record);
      }
      running = false;
      if (!caughtUp && !call.cancelled) {
        caughtUp = true;
        call.write(new streamMessages.ReadResp().setCaughtUp(new streamMessages.ReadResp.CaughtUp()));
      }
    };
    const stop = this.#log.onRecord(() => {
      this.#faults.run(() => void pump());
    });
    for (const event of ['cancelled', 'close', 'error']) call.on(event, stop);
    void pump();
  }

  /** The position from which a subscription looks; null when the position asked for is inside a record. */
  #startOf(options: ReadReq.Options, name: string | null): bigint | null {
    const records = this.#log.records;
    const beyond = (records.at(-1)?.record.position ?? -1n) + 1n;
    if (name !== null) {
      const asked = options.getStream();
      if (asked?.hasEnd() === true) return beyond;
      if (asked?.hasRevision() !== true) return 0n;
      const after = BigInt(asked.getRevision());
      return this.#log.stream(name).find((record) => record.revision > after)?.position ?? beyond;
    }
    const all = options.getAll();
    if (all?.hasEnd() === true) return beyond;
    const position = all?.getPosition();
    if (position === undefined) return 0n;
    const asked = BigInt(position.getCommitPosition());
    const at = firstAt(records, asked);
    if (this.#inside(at, asked)) return null;
    // The trap: the server reads ONE record at or after the position and begins behind it. When the record of that
    // position was scavenged, the one it skips is the next survivor, which nobody has seen.
    const skipped = records[at]?.record;
    return skipped === undefined ? asked : skipped.position + 1n;
  }

  /** Inside the very last record the server says nothing, as beyond the end (measured). */
  #inside(index: number, position: bigint): boolean {
    const before = index < this.#log.records.length ? this.#log.records[index - 1]?.record : undefined;
    return before !== undefined && position > before.position && position < before.position + BigInt(before.size);
  }
}

/** Index of the first record at or after the position. */
function firstAt(records: Records, position: bigint): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const record = records[middle]?.record;
    if (record !== undefined && record.position < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function filterOf(options: ReadReq.Options): (record: LogRecord) => boolean {
  const filter = options.getFilter();
  if (filter === undefined) return () => true;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const regex = expression?.getRegex() ?? '';
  const prefixes = expression?.getPrefixList() ?? [];
  const pattern = regex === '' ? null : new RegExp(regex, 'u');
  return (record) => {
    const text = byStream === undefined ? record.type : record.stream;
    return pattern === null ? prefixes.some((prefix) => text.startsWith(prefix)) : pattern.test(text);
  };
}

/** A filtered subscription says how far it has looked, but only after so many records: when caught up it says nothing. */
function checkpointsOf(call: Call, options: ReadReq.Options): (record: LogRecord) => void {
  const filter = options.getFilter();
  if (filter === undefined) return () => undefined;
  const every = Math.max(1, (filter.hasMax() ? filter.getMax() : 1) * filter.getCheckpointintervalmultiplier());
  let seen = 0;
  return (record) => {
    seen += 1;
    if (seen % every !== 0) return;
    const checkpoint = new streamMessages.ReadResp.Checkpoint();
    checkpoint.setCommitPosition(String(record.position));
    checkpoint.setPreparePosition(String(record.position));
    call.write(new streamMessages.ReadResp().setCheckpoint(checkpoint));
  };
}

async function send(call: Call, records: readonly LogRecord[]): Promise<void> {
  for (const record of records) {
    if (call.cancelled || call.destroyed) return;
    const more = call.write(new streamMessages.ReadResp().setEvent(readEvent(record)));
    if (!more) await drained(call);
  }
}

const drained = (call: Call): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'cancelled']) call.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'cancelled']) call.on(event, done);
  });

function readEvent(record: LogRecord): ReadResp.ReadEvent {
  const recorded = new streamMessages.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(new shared.UUID().setString(record.id));
  recorded.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(record.stream)));
  recorded.setStreamRevision(String(record.revision));
  recorded.setCommitPosition(String(record.position));
  recorded.setPreparePosition(String(record.position));
  recorded.getMetadataMap().set('type', record.type);
  recorded.getMetadataMap().set('content-type', record.json ? 'application/json' : 'application/octet-stream');
  recorded.getMetadataMap().set('created', String(record.created));
  recorded.setData(record.data);
  recorded.setCustomMetadata(record.metadata);
  const event = new streamMessages.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(record.position));
  return event;
}
