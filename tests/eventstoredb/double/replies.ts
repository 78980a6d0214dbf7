import type { ServiceError, StatusObject } from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Expected, Written } from './log.js';
import { Any, grpc, rpcStatus, shared, streamMessages } from './stubs.js';

type RpcError = Pick<ServiceError, 'details' | 'metadata' | 'name' | 'message'> & StatusObject;

/** As the server fails a call: a status, and trailers of which `exception` says what it was. */
export function rpcError(code: number, details: string, trailers: Record<string, string> = {}): RpcError {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export const deletedError = (stream: string): RpcError =>
  rpcError(grpc.status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, { exception: 'stream-deleted', 'stream-name': stream });

export const maxSizeError = (bytes: number): RpcError =>
  rpcError(grpc.status.INVALID_ARGUMENT, `Maximum Append Size of ${String(bytes)} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(bytes),
  });

export const unknownError = (details: string): RpcError => rpcError(grpc.status.UNKNOWN, details);

/** The server's numbers for what is not a revision. */
const NUMBERS = { no_stream: -1n, any: -2n, stream_exists: -4n } as const;

/** A delete that met another revision: unlike an append's, this one has a text and a code, and -1 for "no stream". */
export function conflictOf(stream: string, expected: Expected, actual: bigint | null): RpcError {
  const asked = String(typeof expected === 'bigint' ? expected : NUMBERS[expected]);
  const found = String(actual ?? -1n);
  return rpcError(
    grpc.status.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${asked}, Actual version: ${found}`,
    { exception: 'wrong-expected-version', 'stream-name': stream, 'expected-version': asked, 'actual-version': found },
  );
}

/** The error of one append among the many of a batch stream. */
export function batchError(message: string, detail: Message, code: number): Status {
  const any = new Any();
  any.pack(detail.serializeBinary(), `event_store.client.${message}`);
  const status = new rpcStatus.Status();
  status.setCode(code as Parameters<typeof status.setCode>[0]);
  status.setMessage(message);
  status.setDetails(any);
  return status;
}

/** The answer of an append outside the batch stream (with its own credentials). */
export function answerOf(written: Exclude<Written, { readonly kind: 'deleted' }>, expected: Expected): AppendResp {
  const answer = new streamMessages.AppendResp();
  if (written.kind === 'success') {
    const position = new streamMessages.AppendResp.Position();
    position.setCommitPosition(String(written.position));
    position.setPreparePosition(String(written.position));
    return answer.setSuccess(new streamMessages.AppendResp.Success().setCurrentRevision(String(written.revision)).setPosition(position));
  }
  const conflict = new streamMessages.AppendResp.WrongExpectedVersion();
  if (written.actual === null) conflict.setCurrentNoStream(new shared.Empty());
  else conflict.setCurrentRevision(String(written.actual));
  if (typeof expected === 'bigint') conflict.setExpectedRevision(String(expected));
  else if (expected === 'no_stream') conflict.setExpectedNoStream(new shared.Empty());
  else if (expected === 'any') conflict.setExpectedAny(new shared.Empty());
  else conflict.setExpectedStreamExists(new shared.Empty());
  return answer.setWrongExpectedVersion(conflict);
}
