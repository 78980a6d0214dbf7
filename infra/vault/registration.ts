import type { StreamName, SubjectId } from '#domain/ledger/ids';
import type { Fence } from '#infra/head/fence-file';
import type { Registration, RegisterResult } from '#infra/vault/port';
import type { VaultSecrets } from '#infra/vault/vault-crypto';

/** The rows of a vault, in a database or in memory. Lookups and sealed columns are bytes; keys go in and out unwrapped. */
export interface VaultRows {
  streamKey(stream: StreamName): Uint8Array | null;
  putStreamKey(stream: StreamName, key: Uint8Array): void;
  streamAt(referenceIndex: Uint8Array): StreamName | null;
  putReference(referenceIndex: Uint8Array, stream: StreamName): void;
  subjectAt(identityLookup: Uint8Array): SubjectId | null;
  hasIdentity(subjectId: SubjectId): boolean;
  putIdentity(identity: { readonly subjectId: SubjectId; readonly law: string; readonly lookup: Uint8Array; readonly sealed: Uint8Array }): void;
  hasSubject(stream: StreamName, subjectId: SubjectId): boolean;
  putSubject(stream: StreamName, subjectId: SubjectId): void;
}

/**
 * Everything is read and checked before the first row is written, so a refusal changes nothing and the transaction
 * around it can be shared. What is there already with the same meaning (a retry after the ledger's append failed)
 * is no conflict.
 */
export function register(registration: Registration, rows: VaultRows, secrets: VaultSecrets, fence: Fence): RegisterResult {
  const { stream, newKey, reference } = registration;
  if (fence.has(reference === undefined ? { stream } : { stream, reference })) return { kind: 'fenced' };

  const key = rows.streamKey(stream);
  if (newKey !== undefined && newKey.length !== 32) throw new Error('a data key is 32 bytes');
  if (key === null ? newKey === undefined : newKey !== undefined && !Buffer.from(key).equals(newKey)) return { kind: 'conflict' };

  const index = reference === undefined ? undefined : secrets.referenceIndex(reference);
  const indexed = index === undefined ? null : rows.streamAt(index);
  if (indexed !== null && indexed !== stream) return { kind: 'conflict' };

  const identities = registration.newIdentities.map((identity) => ({ ...identity, lookup: secrets.identityLookup(identity.law, identity.identifier) }));
  const fresh = new Map<SubjectId, (typeof identities)[number]>();
  const lookups = new Map<string, SubjectId>();
  for (const identity of identities) {
    const known = rows.subjectAt(identity.lookup) ?? lookups.get(identity.lookup.toString('hex'));
    if (known === identity.subjectId) continue;
    if (known !== undefined && known !== null) return { kind: 'conflict' };
    if (rows.hasIdentity(identity.subjectId) || fresh.has(identity.subjectId)) return { kind: 'conflict' };
    fresh.set(identity.subjectId, identity);
    lookups.set(identity.lookup.toString('hex'), identity.subjectId);
  }
  // A reused identity may have gone with its last dossier since the caller looked it up.
  for (const subjectId of registration.subjects) {
    if (!fresh.has(subjectId) && !rows.hasIdentity(subjectId)) return { kind: 'conflict' };
  }

  if (key === null && newKey !== undefined) rows.putStreamKey(stream, newKey);
  if (index !== undefined && indexed === null) rows.putReference(index, stream);
  for (const { subjectId, law, identifier, lookup } of fresh.values()) {
    rows.putIdentity({ subjectId, law, lookup, sealed: secrets.sealIdentity(subjectId, law, identifier) });
  }
  for (const subjectId of new Set([...registration.subjects, ...identities.map((identity) => identity.subjectId)])) {
    if (!rows.hasSubject(stream, subjectId)) rows.putSubject(stream, subjectId);
  }
  return { kind: 'registered' };
}
