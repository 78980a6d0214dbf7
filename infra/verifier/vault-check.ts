import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import Database from 'better-sqlite3';
import { indexedUnder } from '#infra/verifier/index-entry';
import type { Header } from '#infra/verifier/ledger-pass';
import type { SourceRows } from '#infra/verifier/source-rows';
import type { Findings } from '#infra/verifier/verification';

interface Payload {
  readonly data?: unknown;
  readonly origin?: { readonly source: string; readonly id: string; readonly contentHmac: string };
  readonly commitments?: {
    readonly key?: string;
    readonly reference?: string;
    readonly subjects?: Readonly<Record<string, string>>;
  };
}

const CACHED_KEYS = 20_000;

/**
 * Opens every event with its stream's key and compares what it commits to with what the vault holds now.
 * Formats: a wrapped or sealed value is nonce(12) || AES-256-GCM ciphertext || tag(16), its purpose as associated
 * data; an event's associated data is its header. Derived keys: HKDF-SHA-256, no salt, info `rekenschap/<purpose>`.
 */
export class VaultCheck {
  readonly #vault: Database.Database;
  readonly #master: Uint8Array;
  readonly #findings: Findings;
  readonly #identityKey: Buffer;
  readonly #lookupKey: Buffer;
  readonly #referenceKey: Buffer;
  readonly #sourceKey: Buffer;
  readonly #sources: SourceRows;
  readonly #keys = new Map<string, Buffer | null>();
  readonly #sql;
  /** Events whose stream has no key: lawful only where an open run announced it. */
  readonly keyless: number[] = [];

  /** Throws when the vault cannot be read or the master key is not its own. */
  constructor(file: string, master: Uint8Array, sources: SourceRows, findings: Findings) {
    this.#vault = new Database(file, { readonly: true, fileMustExist: true });
    this.#vault.exec('BEGIN');
    this.#master = master;
    this.#sources = sources;
    this.#findings = findings;
    this.#identityKey = this.#secret('identity-encryption');
    this.#lookupKey = this.#secret('identity-lookup');
    this.#referenceKey = this.#secret('reference-index');
    this.#sourceKey = this.#secret('deduplication');
    // Not used here, but a vault whose other secrets do not open is not whole.
    this.#secret('run-journal');
    this.#sql = {
      key: this.#vault.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM stream_keys WHERE stream = ?'),
      reference: this.#vault.prepare<[Buffer], { stream: string }>('SELECT stream FROM reference_index WHERE lookup = ?'),
      indexed: this.#vault.prepare<[string]>('SELECT 1 FROM reference_index WHERE stream = ?'),
      identity: this.#vault.prepare<[string], { law: string; lookup: Buffer; sealed: Buffer }>('SELECT law, lookup, sealed FROM identities WHERE subject_id = ?'),
      row: this.#vault.prepare<[string, string]>('SELECT 1 FROM stream_subjects WHERE stream = ? AND subject_id = ?'),
    };
  }

  changeCount(): number {
    return (this.#vault.prepare('SELECT change_count FROM meta').pluck().get() as number | undefined) ?? -1;
  }

  /** What `epoch-started` names; another vault has another, also under the same master key. */
  vaultId(): string {
    return this.#vault.prepare('SELECT vault_id FROM meta').pluck().get() as string;
  }

  hasKey(stream: string): boolean {
    return this.#sql.key.get(stream) !== undefined;
  }

  close(): void {
    this.#vault.close();
  }

  /** Is it sealed with the key of this stream? Adds no finding. */
  opens(stream: string, headerBytes: Buffer, payload: Buffer): boolean {
    const row = this.#sql.key.get(stream);
    if (row === undefined) return false;
    try {
      open(open(this.#master, `rekenschap/stream-key/v1\n${stream}`, row.wrapped), headerBytes, payload);
      return true;
    } catch {
      return false;
    }
  }

  check(header: Header, headerBytes: Buffer, payload: Buffer, position: number): void {
    const key = this.#streamKey(header.stream, position);
    if (key === undefined) return this.#sources.passOver(position);
    if (key === null) {
      this.#sources.passOver(position);
      return void this.keyless.push(position);
    }
    let opened: Payload;
    try {
      opened = JSON.parse(open(key, headerBytes, payload).toString('utf8')) as Payload;
    } catch {
      this.#sources.passOver(position);
      this.#findings.add('event-does-not-open', 'Deze gebeurtenis gaat niet open met de sleutel van haar stroom.', position);
      return;
    }
    const commitments = opened.commitments ?? {};
    if (header.revision === 0 && commitments.key === undefined) this.#findings.add('commitment-missing', 'De eerste gebeurtenis van deze stroom legt haar sleutel niet vast.', position);
    if (commitments.key !== undefined && commitments.key !== commit(key, 'key', header.stream)) {
      this.#findings.add('key-swapped', 'De sleutel van deze stroom is niet de sleutel waarmee zij begon.', position);
    }
    if (header.revision === 0) this.#checkReference(key, header.stream, commitments.reference, opened.data, position);
    const { origin } = opened;
    if (origin !== undefined) this.#sources.check(mac(this.#sourceKey, origin.source, origin.id), Buffer.from(origin.contentHmac, 'base64'), position);
    for (const [subjectId, commitment] of Object.entries(commitments.subjects ?? {})) this.#checkSubject(key, header.stream, subjectId, commitment, position);
  }

  #checkReference(key: Buffer, stream: string, commitment: string | undefined, data: unknown, position: number): void {
    const under = indexedUnder(stream, data);
    if (under === 'nothing' && commitment === undefined) return;
    if (commitment === undefined) {
      if (under !== 'unknown') this.#findings.add('commitment-missing', 'De eerste gebeurtenis van deze stroom legt haar kenmerk niet vast.', position);
      return;
    }
    const fits = under === 'unknown'
      ? this.#sql.indexed.get(stream) !== undefined
      : under !== 'nothing' && commitment === commit(key, 'reference', under.system, under.reference)
        && this.#sql.reference.get(mac(this.#referenceKey, under.system, under.reference))?.stream === stream;
    if (!fits) this.#findings.add('reference-swapped', 'De kluis wijst bij het kenmerk van deze stroom niet naar deze stroom.', position);
  }

  #checkSubject(key: Buffer, stream: string, subjectId: string, commitment: string, position: number): void {
    const identity = this.#sql.identity.get(subjectId);
    if (identity === undefined || this.#sql.row.get(stream, subjectId) === undefined) {
      this.#findings.add('identity-missing', 'De kluis kent een persoon uit deze gebeurtenis niet meer.', position);
      return;
    }
    try {
      const identifier = open(this.#identityKey, `rekenschap/identity/v1\n${subjectId}\n${identity.law}`, identity.sealed).toString('utf8');
      if (commitment === commit(key, 'subject', subjectId, identity.law, identifier)
        && identity.lookup.equals(mac(this.#lookupKey, identity.law, identifier))) return;
    } catch {
      // Falls through: an identity that does not open is not the one that was committed to.
    }
    this.#findings.add('identity-swapped', 'De kluis heeft bij een persoon uit deze gebeurtenis een ander gegeven staan dan is vastgelegd.', position);
  }

  /** Null: there is none. Undefined: it cannot be unwrapped (reported). */
  #streamKey(stream: string, position: number): Buffer | null | undefined {
    const cached = this.#keys.get(stream);
    if (cached !== undefined) return cached;
    const row = this.#sql.key.get(stream);
    let key: Buffer | null = null;
    if (row !== undefined) {
      try {
        key = open(this.#master, `rekenschap/stream-key/v1\n${stream}`, row.wrapped);
      } catch {
        this.#findings.add('key-swapped', 'De sleutel van deze stroom gaat niet open met de hoofdsleutel.', position);
        return undefined;
      }
    }
    this.#keys.set(stream, key);
    if (this.#keys.size > CACHED_KEYS) this.#keys.delete(this.#keys.keys().next().value!);
    return key;
  }

  #secret(name: string): Buffer {
    const wrapped = this.#vault.prepare('SELECT wrapped FROM secrets WHERE name = ?').pluck().get(name) as Buffer;
    return open(this.#master, `rekenschap/vault-secret/v1\n${name}`, wrapped);
  }
}

function open(key: Uint8Array, associated: string | Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(associated as string));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}

function commit(dataKey: Buffer, purpose: string, ...parts: readonly string[]): string {
  return mac(Buffer.from(hkdfSync('sha256', dataKey, '', `rekenschap/${purpose}`, 32)), ...parts).toString('base64');
}

function mac(key: Buffer, ...parts: readonly string[]): Buffer {
  const framed = parts.map((part) => {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return createHmac('sha256', key).update(Buffer.concat(framed)).digest();
}
