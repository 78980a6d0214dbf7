import type { sendUnaryData, ServerDuplexStream, ServerReadableStream, ServerUnaryCall } from '@grpc/grpc-js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { Faults } from './faults.js';
import type { Expected, Log, ProposedEvent, Written } from './log.js';
import { answerOf, batchError, conflictOf, deletedError, maxSizeError, nameOf } from './replies.js';
import { ProtobufEmpty, shared, streamMessages } from './stubs.js';

/** The server's own limit on the data of one append, in bytes. */
export const MAX_APPEND_BYTES = 1_048_576;
/** How long the server waits for the rest of a batched append. */
const WRITE_TIMEOUT_MS = 2_000;

interface Pending {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: ProposedEvent[];
  bytes: number;
}

/** Appends and deletes, with the answers and the errors of the server. */
export class WriteService {
  readonly #log: Log;
  readonly #faults: Faults;

  constructor(log: Log, faults: Faults) {
    this.#log = log;
    this.#faults = faults;
  }

  readonly batchAppend = (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const pending = new Map<string, Pending>();
    call.on('data', (request: BatchAppendReq) => {
      this.#faults.run(() => {
        this.#batch(call, pending, request);
      });
    });
    call.on('end', () => {
      call.end();
    });
    call.on('error', () => {
      pending.clear();
    });
  };

  readonly append = (call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>): void => {
    const events: ProposedEvent[] = [];
    let options: AppendReq.Options | undefined;
    call.on('data', (request: AppendReq) => {
      options ??= request.getOptions();
      const message = request.getProposedMessage();
      if (message !== undefined) events.push(proposed(message));
    });
    call.on('end', () => {
      this.#faults.run(() => {
        if (options === undefined) return;
        const name = nameOf(options.getStreamIdentifier());
        if (bytesOf(events) > MAX_APPEND_BYTES) {
          callback(maxSizeError(MAX_APPEND_BYTES));
          return;
        }
        const expected = expectedOf(options);
        const written = this.#commit(() => this.#log.append(name, expected, events));
        if (written === null) return;
        if (written.kind === 'deleted') callback(deletedError(name));
        else callback(null, answerOf(written, expected));
      });
    });
  };

  readonly delete = (call: ServerUnaryCall<DeleteReq, DeleteResp>, callback: sendUnaryData<DeleteResp>): void => {
    const options = call.request.getOptions();
    if (options === undefined) return;
    this.#remove(nameOf(options.getStreamIdentifier()), expectedOf(options), false, callback, (at) => {
      const position = new streamMessages.DeleteResp.Position();
      position.setCommitPosition(at);
      position.setPreparePosition(at);
      return new streamMessages.DeleteResp().setPosition(position);
    });
  };

  readonly tombstone = (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, callback: sendUnaryData<TombstoneResp>): void => {
    const options = call.request.getOptions();
    if (options === undefined) return;
    this.#remove(nameOf(options.getStreamIdentifier()), expectedOf(options), true, callback, (at) => {
      const position = new streamMessages.TombstoneResp.Position();
      position.setCommitPosition(at);
      position.setPreparePosition(at);
      return new streamMessages.TombstoneResp().setPosition(position);
    });
  };

  #remove<T>(stream: string, expected: Expected, hard: boolean, callback: sendUnaryData<T>, answer: (position: string) => T): void {
    this.#faults.run(() => {
      const written = this.#commit(() => this.#log.delete(stream, expected, hard));
      if (written === null) return;
      if (written.kind === 'deleted') callback(deletedError(stream));
      else if (written.kind === 'conflict') callback(conflictOf(stream, expected, written.actual));
      else callback(null, answer(String(written.position)));
    });
  }

  #batch(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>, pending: Map<string, Pending>, request: BatchAppendReq): void {
    const correlation = request.getCorrelationId();
    const key = correlation?.getString() ?? '';
    const options = request.getOptions();
    if (options !== undefined) {
      pending.set(key, { stream: nameOf(options.getStreamIdentifier()), expected: expectedOf(options), events: [], bytes: 0 });
      setTimeout(() => {
        const late = pending.get(key);
        if (late === undefined) return;
        pending.delete(key);
        reply(new streamMessages.BatchAppendResp().setError(batchError('Timeout', new shared.Timeout(), 4)), late.stream);
      }, WRITE_TIMEOUT_MS).unref();
    }
    const append = pending.get(key);
    if (append === undefined) return;
    const { stream } = append;
    const reply = (response: BatchAppendResp, name: string): void => {
      response.setCorrelationId(correlation);
      response.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(name)));
      if (!call.destroyed) call.write(response);
    };
    const refuse = (message: string, detail: Parameters<typeof batchError>[1], code: Parameters<typeof batchError>[2]): void => {
      reply(new streamMessages.BatchAppendResp().setError(batchError(message, detail, code)), stream);
    };
    try {
      const events = request.getProposedMessagesList().map(proposed);
      append.events.push(...events);
      append.bytes += bytesOf(events);
    } catch {
      // As the server: refused now, and once more when its time is up, for it stays pending.
      refuse('BadRequest', new shared.BadRequest(), 3);
      return;
    }
    if (append.bytes > MAX_APPEND_BYTES) {
      pending.delete(key);
      refuse('MaximumAppendSizeExceeded', new shared.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_BYTES), 3);
      return;
    }
    if (!request.getIsFinal()) return;
    pending.delete(key);
    const written = this.#commit(() => this.#log.append(stream, append.expected, append.events));
    if (written === null) return;
    if (written.kind === 'deleted') {
      refuse('StreamDeleted', new shared.StreamDeleted().setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream))), 5);
    } else if (written.kind === 'conflict') {
      refuse('WrongExpectedVersion', wrongVersion(append.expected, written.actual), 6);
    } else {
      const position = new shared.AllStreamPosition();
      position.setCommitPosition(String(written.position));
      position.setPreparePosition(String(written.position));
      const success = new streamMessages.BatchAppendResp.Success().setCurrentRevision(String(written.revision)).setPosition(position);
      reply(new streamMessages.BatchAppendResp().setSuccess(success), stream);
    }
  }

  /** Null when a fault of the test took the answer (or the whole write) away. */
  #commit(write: () => Written): Written | null {
    const fault = this.#faults.onWrite();
    if (fault === 'lose-request') return null;
    const written = write();
    return fault === 'lose-answer' ? null : written;
  }
}

function wrongVersion(expected: Expected, actual: bigint | null): InstanceType<typeof shared.WrongExpectedVersion> {
  const detail = new shared.WrongExpectedVersion();
  if (actual === null) detail.setCurrentNoStream(new ProtobufEmpty());
  else detail.setCurrentStreamRevision(String(actual));
  if (typeof expected === 'bigint') detail.setExpectedStreamPosition(String(expected));
  else if (expected === 'no_stream') detail.setExpectedNoStream(new ProtobufEmpty());
  else if (expected === 'any') detail.setExpectedAny(new ProtobufEmpty());
  else detail.setExpectedStreamExists(new ProtobufEmpty());
  return detail;
}

interface ExpectedOptions {
  hasRevision?(): boolean;
  getRevision?(): string;
  hasStreamPosition?(): boolean;
  getStreamPosition?(): string;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}

function expectedOf(options: ExpectedOptions): Expected {
  if (options.hasRevision?.() === true) return BigInt(options.getRevision?.() ?? '0');
  if (options.hasStreamPosition?.() === true) return BigInt(options.getStreamPosition?.() ?? '0');
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : 'any';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function proposed(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): ProposedEvent {
  const id = message.getId()?.getString() ?? '';
  const type = String(message.getMetadataMap().get('type') ?? '');
  if (!UUID.test(id) || type === '') throw new RangeError('an event without a good id or type');
  return {
    // Upper case does not read back as it was written (measured).
    id: id.toLowerCase(),
    type,
    json: message.getMetadataMap().get('content-type') === 'application/json',
    data: Uint8Array.from(message.getData_asU8()),
    metadata: Uint8Array.from(message.getCustomMetadata_asU8()),
  };
}

// Only the data counts: the server's own sum drops metadata and type (an operator that binds the wrong way).
const bytesOf = (events: readonly ProposedEvent[]): number => events.reduce((sum, event) => sum + event.data.byteLength, 0);
