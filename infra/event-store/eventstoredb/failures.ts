import type { Revision } from '#domain/ledger/ids';

/** What an error of the client means to the ledger. `away`: nothing is known about the outcome, nor about the client. */
export type ServerFault =
  | { readonly kind: 'conflict'; readonly actual: Revision }
  | { readonly kind: 'tombstoned' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'refused'; readonly what: string }
  | { readonly kind: 'away' };

/** Thrown by reads; `fault.kind` says which. Its message holds no address, no credentials and no stream. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly fault: ServerFault;

  constructor(fault: ServerFault) {
    super(`event store server: ${fault.kind}`);
    this.fault = fault;
  }
}

/** gRPC status codes: https://grpc.io/docs/guides/status-codes/ */
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;
const NOT_FOUND = 5;
const INVALID_ARGUMENT = 3;

/** By type, then by code, then by text: most errors of a lost connection are a plain Error with a code. */
export function faultOf(error: unknown): ServerFault {
  const { type, code, actualVersion } = (error ?? {}) as { readonly type?: unknown; readonly code?: unknown; readonly actualVersion?: unknown };
  switch (type) {
    case 'wrong-expected-version':
      return { kind: 'conflict', actual: typeof actualVersion === 'bigint' ? Number(actualVersion) : -1 };
    case 'stream-deleted': return { kind: 'tombstoned' };
    case 'stream-not-found': case 'not-found': case 'no-stream': return { kind: 'not-found' };
    case 'access-denied': return { kind: 'denied' };
    case 'maximum-append-size-exceeded': case 'invalid-argument': case 'missing-required-metadata-property':
      return { kind: 'refused', what: type };
  }
  switch (code) {
    case PERMISSION_DENIED: case UNAUTHENTICATED: return { kind: 'denied' };
    case NOT_FOUND: return { kind: 'not-found' };
    case INVALID_ARGUMENT: return { kind: 'refused', what: 'invalid-argument' };
  }
  const text = error instanceof Error ? error.message : '';
  if (/unauthenticated|not authenticated|access denied|bad credentials/i.test(text)) return { kind: 'denied' };
  return { kind: 'away' };
}
