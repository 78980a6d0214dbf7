import { hash, randomBytes, randomUUID } from 'node:crypto';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { StreamName, SubjectId } from '#domain/ledger/ids';
import { streamHmac } from '#infra/sealing/sealing';
import type { DossierReference, SubjectIdentifier, Vault } from '#infra/vault/port';

/** How a stream is found: by the vault's index, or by its own name. */
export interface StreamPlace {
  /** The same for the same stream, and never for another. */
  readonly key: string;
  readonly reference?: DossierReference;
  readonly stream?: StreamName;
}

export function indexed(reference: DossierReference): StreamPlace {
  return { key: `${reference.system}\u0000${reference.reference}`, reference };
}

export function named(stream: StreamName): StreamPlace {
  return { key: stream, stream };
}

/** A person as one stream knows it; `commitment`: HMAC of the identity under the stream's key (stores.md). */
export interface StreamPerson {
  readonly subjectId: SubjectId;
  readonly commitment: string;
}

/** What the vault says about one stream, as far as it was asked. */
export interface StreamFile {
  readonly stream: StreamName;
  readonly dataKey: Uint8Array;
  /** Persons with a row for this stream, by fingerprint. */
  readonly persons: Map<string, StreamPerson>;
}

const FILES_KEPT = 20_000;

/**
 * What was read from the vault about streams lately: a second event of a stream asks nothing again. It goes when
 * the stream's state is forgotten, so also when the dossier is destroyed. Identifiers are kept as fingerprints only.
 */
export class StreamFiles {
  readonly #vault: Vault;
  readonly #kept = new Map<string, StreamFile>();
  readonly #keyOf = new Map<StreamName, string>();
  readonly #secret = randomBytes(16).toString('base64');

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** Null: there is nothing at this place yet. `destroyed`: the index still knows it, its key is gone. */
  async open(place: StreamPlace): Promise<StreamFile | null | 'destroyed'> {
    const kept = this.#kept.get(place.key);
    if (kept !== undefined) return kept;
    const stream = place.stream ?? (place.reference === undefined ? null : await this.#vault.findStream(place.reference));
    if (stream === null) return null;
    const dataKey = await this.#vault.streamKey(stream);
    if (dataKey === null) return place.stream === undefined ? 'destroyed' : null;
    return this.keep(place, { stream, dataKey, persons: new Map() });
  }

  kept(place: StreamPlace): StreamFile | undefined {
    return this.#kept.get(place.key);
  }

  /** Only of what the vault holds durably. */
  keep({ key }: StreamPlace, file: StreamFile): StreamFile {
    this.#kept.set(key, file);
    this.#keyOf.set(file.stream, key);
    if (this.#kept.size > FILES_KEPT) {
      const oldest = this.#kept.values().next();
      if (oldest.done !== true) this.forget(oldest.value.stream);
    }
    return file;
  }

  forget(stream: StreamName): void {
    const key = this.#keyOf.get(stream);
    if (key === undefined) return;
    this.#kept.delete(key);
    this.#keyOf.delete(stream);
  }

  /** The persons a fact names, each with its id under one law: known to this stream, known to the vault, or fresh. */
  async identify(file: Pick<StreamFile, 'dataKey' | 'persons'>, law: string, identifiers: readonly SubjectIdentifier[]): Promise<Identified> {
    const identified = new Identified(file.persons, law);
    for (const identifier of identifiers) {
      const canonical = canonicalJson(identifier);
      if (identified.has(canonical)) continue;
      const fingerprint = hash('sha256', `${this.#secret}${law}\n${canonical}`, 'base64');
      const known = file.persons.get(fingerprint);
      if (known !== undefined) {
        identified.add(canonical, fingerprint, known);
        continue;
      }
      const found = await this.#vault.findSubject(law, identifier);
      const subjectId = found ?? (randomUUID() as string as SubjectId);
      const commitment = streamHmac(file.dataKey, 'subject', subjectId, law, canonical);
      identified.add(canonical, fingerprint, { subjectId, commitment });
      if (found === null) identified.fresh.push({ subjectId, law, identifier });
      identified.isNewHere = true;
    }
    return identified;
  }
}

export class Identified {
  readonly fresh: { readonly subjectId: SubjectId; readonly law: string; readonly identifier: SubjectIdentifier }[] = [];
  /** Somebody among them may have no row for this stream yet. */
  isNewHere = false;
  readonly #found = new Map<string, { readonly fingerprint: string; readonly person: StreamPerson }>();

  constructor(private readonly persons: Map<string, StreamPerson>, readonly law: string) {}

  get ids(): readonly SubjectId[] {
    return [...this.#found.values()].map(({ person }) => person.subjectId);
  }

  get commitments(): Readonly<Record<SubjectId, string>> {
    return Object.fromEntries([...this.#found.values()].map(({ person }) => [person.subjectId, person.commitment]));
  }

  has(canonical: string): boolean {
    return this.#found.has(canonical);
  }

  add(canonical: string, fingerprint: string, person: StreamPerson): void {
    this.#found.set(canonical, { fingerprint, person });
  }

  /** The vault has a row for each of them now. */
  registered(): void {
    for (const { fingerprint, person } of this.#found.values()) this.persons.set(fingerprint, person);
  }

  idOf(identifier: SubjectIdentifier): SubjectId {
    const found = this.#found.get(canonicalJson(identifier));
    if (found === undefined) throw new Error('a person was mapped that was not identified');
    return found.person.subjectId;
  }
}
