import type { KeyObject } from 'node:crypto';
import { STREAM_KINDS } from '#domain/ledger/ids';
import type { Connection } from '#infra/event-store/eventstoredb/connection';
import { ServerError } from '#infra/event-store/eventstoredb/failures';
import { decodeInstance, INSTANCE_STARTED, type Instance } from '#infra/event-store/eventstoredb/instance';
import { decodeBatch, LEAF_BATCH, type LeafBatch } from '#infra/event-store/eventstoredb/leaf-batch';
import { StoreRefused } from '#infra/event-store/eventstoredb/refused';
import { LEAF_STREAM, type ServerRecord } from '#infra/event-store/eventstoredb/server-record';

const OLDEST = [23, 10] as const;
const PAGE = 20;

/** Can this server be the store at all? Throws StoreRefused, or ServerError when it is away. */
export async function checkServer(connection: Connection): Promise<void> {
  const [major = 0, minor = 0] = (await connection.serverVersion()).split('.').map(Number);
  if (!(major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) throw new StoreRefused('store-too-old');
  const found = await Promise.all(PROJECTED.map((stream) => lastOf(connection, stream)));
  if (found.some((last) => last !== null)) throw new StoreRefused('store-has-projections');
}

/**
 * What system projections write: links that keep the names of streams that were destroyed. A category is what stands
 * before a name's first dash; `$et` is there as soon as they run, on an empty server too (measured).
 */
const PROJECTED: readonly string[] = [
  '$et', '$et-instance-started', '$et-epoch-started', '$et-dossier-opened', '$streams',
  ...new Set(STREAM_KINDS.flatMap((kind) => [kind, kind.split('-')[0]!]).flatMap((category) => [`$ce-${category}`, `$category-${category}`])),
];

async function lastOf(connection: Connection, stream: string): Promise<ServerRecord | null> {
  try {
    return (await connection.readStreamBack(stream, 'end', 1))[0] ?? null;
  } catch (error) {
    if (error instanceof ServerError && (error.fault.kind === 'not-found' || error.fault.kind === 'tombstoned')) return null;
    throw error;
  }
}

export interface LeafStreamEnd {
  /** Of the last record, whatever it is; -1 when there is none. */
  readonly revision: number;
  /** The last batch that carries the log key's signature. */
  readonly last: LeafBatch | null;
}

/** Throws StoreRefused `store-of-another-ledger` when the stream begins with what these keys did not sign. */
export async function leafStreamEnd(connection: Connection, logKeys: readonly KeyObject[]): Promise<LeafStreamEnd> {
  const last = await lastOf(connection, LEAF_STREAM);
  if (last === null) return { revision: -1, last: null };
  const found = await lastBatch(connection, logKeys, () => true);
  return { revision: last.revision, last: found?.batch ?? null };
}

/** The newest signed batch of which this holds, with its revision. */
export async function lastBatch(
  connection: Connection, logKeys: readonly KeyObject[], wanted: (batch: LeafBatch) => boolean,
): Promise<{ readonly batch: LeafBatch; readonly revision: number } | null> {
  let from: number | 'end' = 'end';
  for (;;) {
    const page = await connection.readStreamBack(LEAF_STREAM, from, PAGE);
    for (const { type, data, revision } of page) {
      const batch = type === LEAF_BATCH && data !== null ? decodeBatch(data, logKeys) : null;
      if (batch !== null && wanted(batch)) return { batch, revision };
    }
    const lowest = page.at(-1)?.revision ?? 0;
    if (lowest === 0) return null;
    from = lowest - 1;
  }
}

/** The record with which the ledger on this server began; null when nothing is there. Throws StoreRefused when another's is. */
export async function firstInstance(connection: Connection, logKeys: readonly KeyObject[]): Promise<Instance | null> {
  if (await lastOf(connection, LEAF_STREAM) === null) return null;
  const [first] = await connection.readStream(LEAF_STREAM, 0, 1);
  const instance = first?.type === INSTANCE_STARTED && first.data !== null ? decodeInstance(first.data, logKeys) : null;
  if (instance === null) throw new StoreRefused('store-of-another-ledger');
  return instance;
}
