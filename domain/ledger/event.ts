import type { Originals } from '#domain/mapping/originals';
import type { EventId, Position, Revision, StreamName, SubjectId } from '#domain/ledger/ids';

/** JSON as it is stored: no undefined, no bigint, no Date. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * An event a decider has decided on, not yet sealed.
 * `type` is the catalogue name without the reverse-DNS prefix (`consent-given`), `schema` its version.
 */
export interface NewEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly schema: number;
  readonly data: Data;
}

/** Where an event came from, kept inside the sealed payload. */
export interface EventOrigin {
  /** CloudEvents source and id as the sender gave them. */
  readonly source: string;
  readonly id: string;
  /** CloudEvents `time`: when the sender logged it; absent when the sender gave none. */
  readonly time?: string;
  /** base64 HMAC-SHA-256 under the stream's data key over the canonical data as received. */
  readonly contentHmac: string;
  /** Where the data say `onbekend` for a code that the source's mapping table does not know: a signal each. */
  readonly originals?: Originals;
  /** The first load (`import-declared`) that it came with: late by its nature. */
  readonly importBatch?: string;
}

/** Who did it, when the ledger itself decided at a person's request (iss, sub, role in force). */
export interface ActingPerson {
  readonly iss: string;
  readonly sub: string;
  readonly role: string;
}

/**
 * Commitments of an event to what the vault holds about it (base64 HMAC-SHA-256 under keys derived from the
 * stream's data key): a key, index entry or identity that was swapped in the vault is found by `verify` with keys.
 */
export interface VaultCommitments {
  readonly key?: string;
  readonly reference?: string;
  readonly subjects?: Readonly<Record<SubjectId, string>>;
}

/** The plaintext that is sealed: RFC 8785 JSON of this object. */
export interface EventPayload<Data = unknown> {
  readonly data: Data;
  readonly origin?: EventOrigin;
  readonly person?: ActingPerson;
  readonly commitments?: VaultCommitments;
}

/** An event as read back: header fields out of the sealed header bytes, payload opened and upcast. */
export interface LedgerEvent<Type extends string = string, Data = unknown> {
  readonly id: EventId;
  readonly stream: StreamName;
  readonly revision: Revision;
  readonly type: Type;
  readonly schema: number;
  /** RFC 3339 in UTC with milliseconds, given when sealing; never earlier than the one before it. */
  readonly recordedAt: string;
  readonly position: Position;
  readonly data: Data;
  readonly origin?: EventOrigin;
  readonly person?: ActingPerson;
  readonly commitments?: VaultCommitments;
}
