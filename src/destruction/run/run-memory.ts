import type { Position } from '#domain/ledger/ids';
import type { DossierReference } from '#infra/vault/port';
import { Bits } from '#src/destruction/run/bits';
import type { GateOutcome } from '#src/destruction/run/run-state';

/** What is kept of references at most, packed; what does not fit is read again. */
const REFERENCES_MAX_BYTES = 16 * 1024 * 1024;

/**
 * What this process saw and later steps ask again: reading a stream twice is half of what a run costs. Never written:
 * after a kill a step reads what it needs. A bit per leaf and per dossier, so that a long list takes little more than
 * a short one. Dossiers by their number in the run.
 */
export class RunMemory {
  /** Leaves of the dossiers that were seen. */
  readonly positions = new Bits();
  /** This process had the views forget all that it destroyed. */
  viewsForgotten = false;
  readonly #seen = new Bits();
  /** Dossiers with a stream of who looked that has events; null until the announcement went by them all. */
  #accessed: Bits | null = null;
  readonly #references = new Map<number, Buffer>();
  #unpacked = new Map<number, readonly DossierReference[]>();
  #referenceBytes = 0;
  readonly #shared = new Map<string, GateOutcome>();

  /** What the gate saw of one dossier. */
  keep(n: number, positions: Iterable<Position>, references: readonly DossierReference[]): void {
    for (const position of positions) this.positions.add(position);
    this.#seen.add(n);
    this.#unpacked.set(n, references);
  }

  hasSeen(n: number): boolean {
    return this.#seen.has(n);
  }

  /** It was called off: its leaves stay. */
  forget(n: number, positions: Iterable<Position>): void {
    this.#seen.delete(n);
    this.#unpacked.delete(n);
    for (const position of positions) this.positions.delete(position);
  }

  /** The references kept since the last call belong to this part. */
  pack(part: number): void {
    const packed = Buffer.from(JSON.stringify([...this.#unpacked]), 'utf8');
    this.#unpacked = new Map();
    if (this.#referenceBytes + packed.length > REFERENCES_MAX_BYTES) return;
    this.#references.set(part, packed);
    this.#referenceBytes += packed.length;
  }

  /** By number, of the dossiers of one part of which they are still known. */
  referencesOf(part: number): ReadonlyMap<number, readonly DossierReference[]> {
    const packed = this.#references.get(part);
    return packed === undefined ? new Map() : new Map(JSON.parse(packed.toString('utf8')) as [number, readonly DossierReference[]][]);
  }

  beginAccessed(): void {
    this.#accessed = new Bits();
  }

  noteAccessed(n: number): void {
    this.#accessed?.add(n);
  }

  /** Null: this process does not know. */
  wasAccessed(n: number): boolean | null {
    return this.#accessed?.has(n) ?? null;
  }

  /** After the fence nobody asks any more: references are personal data. */
  clear(): void {
    this.#references.clear();
    this.#unpacked.clear();
    this.#referenceBytes = 0;
  }

  /** One object for all of a class. */
  shared<Outcome extends GateOutcome>(outcome: Outcome): Outcome {
    const key = JSON.stringify(outcome);
    const known = this.#shared.get(key);
    if (known === undefined) this.#shared.set(key, outcome);
    return (known ?? outcome) as Outcome;
  }
}
