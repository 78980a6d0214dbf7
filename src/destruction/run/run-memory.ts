import type { Position, StreamName } from '#domain/ledger/ids';
import type { DossierReference } from '#infra/vault/port';
import type { GateOutcome } from '#src/destruction/run/run-state';

/** What the gate saw of one dossier and later steps ask again. */
export interface SeenDossier {
  readonly positions: readonly Position[];
  readonly references: readonly DossierReference[];
}

/** Some tens of megabytes at most: what does not fit is read again. */
const KEPT_MAX = 50_000;

/** Of this process only and never written: after a kill a step reads what it needs. */
export class RunMemory {
  readonly #seen = new Map<StreamName, SeenDossier>();
  readonly #shared = new Map<string, GateOutcome>();
  /** Streams of who looked that have events; null until the announcement went by them all. */
  accessed: ReadonlySet<StreamName> | null = null;

  keep(stream: StreamName, seen: SeenDossier): void {
    if (this.#seen.size < KEPT_MAX) this.#seen.set(stream, seen);
  }

  seen(stream: StreamName): SeenDossier | undefined {
    return this.#seen.get(stream);
  }

  forget(stream: StreamName): void {
    this.#seen.delete(stream);
  }

  /** After the fence nobody asks any more: references are personal data. */
  clear(): void {
    this.#seen.clear();
  }

  shared<Outcome extends GateOutcome>(outcome: Outcome): Outcome {
    const key = JSON.stringify(outcome);
    const known = this.#shared.get(key);
    if (known === undefined) this.#shared.set(key, outcome);
    return (known ?? outcome) as Outcome;
  }
}
