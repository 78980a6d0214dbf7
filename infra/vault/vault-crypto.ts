import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { KeyedHash } from '#infra/sealing/keyed-hash';
import type { DossierReference, RunJournal, SubjectIdentifier } from '#infra/vault/port';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The vault's own random secrets; each wrapped by the master key, so that a new master key only rewraps them. */
export const SECRET_NAMES = [
  'deduplication', 'reference-index', 'identity-lookup', 'identity-encryption', 'run-journal',
] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

/** What is wrapped for what: bound in as associated data, so no wrapped key can stand in another's place. */
export const wrappingContext = {
  secret: (name: SecretName) => `rekenschap/vault-secret/v1\n${name}`,
  streamKey: (stream: string) => `rekenschap/stream-key/v1\n${stream}`,
  identity: (subjectId: string, law: string) => `rekenschap/identity/v1\n${subjectId}\n${law}`,
  runJournal: 'rekenschap/run-journal/v1\n',
  runPart: (part: number) => `rekenschap/run-part/v1\n${part}`,
  restingRun: (runId: string) => `rekenschap/resting-run/v1\n${runId}`,
};

/** nonce(12) || AES-256-GCM ciphertext || tag(16). */
export function seal(key: KeyObject | Uint8Array, context: string, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context, 'utf8'));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Throws when key, context or bytes are not those that were sealed. */
export function unseal(key: KeyObject | Uint8Array, context: string, sealed: Uint8Array): Buffer {
  const tagAt = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(sealed.subarray(tagAt));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, tagAt)), decipher.final()]);
}

/** Every keyed answer of the vault, the same in the worker, in the main thread and in memory. */
export class VaultSecrets {
  readonly #keys: Readonly<Record<SecretName, KeyObject>>;
  readonly #hashes: Readonly<Record<SecretName, KeyedHash>>;

  constructor(secrets: Readonly<Record<SecretName, Uint8Array>>) {
    const each = <Value>(of: (name: SecretName) => Value): Record<SecretName, Value> =>
      Object.fromEntries(SECRET_NAMES.map((name) => [name, of(name)])) as Record<SecretName, Value>;
    this.#keys = each((name) => createSecretKey(secrets[name]));
    this.#hashes = each((name) => new KeyedHash(secrets[name]));
  }

  static random(): Record<SecretName, Buffer> {
    return Object.fromEntries(SECRET_NAMES.map((name) => [name, randomBytes(32)])) as Record<SecretName, Buffer>;
  }

  deduplicationKey(source: string, id: string): Buffer {
    return this.#hmac('deduplication', source, id);
  }

  referenceIndex(reference: DossierReference): Buffer {
    return this.#hmac('reference-index', reference.system, reference.reference);
  }

  identityLookup(law: string, identifier: SubjectIdentifier): Buffer {
    return this.#hmac('identity-lookup', law, canonicalJson(identifier));
  }

  sealIdentity(subjectId: string, law: string, identifier: SubjectIdentifier): Buffer {
    return seal(this.#keys['identity-encryption'], wrappingContext.identity(subjectId, law), Buffer.from(canonicalJson(identifier), 'utf8'));
  }

  openIdentity(subjectId: string, law: string, sealed: Uint8Array): SubjectIdentifier {
    return JSON.parse(unseal(this.#keys['identity-encryption'], wrappingContext.identity(subjectId, law), sealed).toString('utf8')) as SubjectIdentifier;
  }

  sealJournal(journal: RunJournal): Buffer {
    return seal(this.#keys['run-journal'], wrappingContext.runJournal, Buffer.from(canonicalJson(journal), 'utf8'));
  }

  openJournal(sealed: Uint8Array): RunJournal {
    return JSON.parse(unseal(this.#keys['run-journal'], wrappingContext.runJournal, sealed).toString('utf8')) as RunJournal;
  }

  sealPart(part: number, state: string): Buffer {
    return seal(this.#keys['run-journal'], wrappingContext.runPart(part), Buffer.from(state, 'utf8'));
  }

  openPart(part: number, sealed: Uint8Array): string {
    return unseal(this.#keys['run-journal'], wrappingContext.runPart(part), sealed).toString('utf8');
  }

  sealResting({ runId, state }: RunJournal): Buffer {
    return seal(this.#keys['run-journal'], wrappingContext.restingRun(runId), Buffer.from(state, 'utf8'));
  }

  openResting(runId: string, sealed: Uint8Array): RunJournal {
    return { runId, state: unseal(this.#keys['run-journal'], wrappingContext.restingRun(runId), sealed).toString('utf8') };
  }

  #hmac(name: SecretName, ...parts: readonly string[]): Buffer {
    return this.#hashes[name].ofParts(parts, 'buffer');
  }
}
