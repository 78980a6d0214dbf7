import type { DestroyedDossier } from '#domain/destruction/certificate';
import type { FigureCell } from '#domain/destruction/events';
import type { LighterProcedure, SkipReason } from '#domain/destruction/gate';
import type { ActingPerson } from '#domain/ledger/event';
import type { EventId, Position, Revision, StreamName } from '#domain/ledger/ids';

/** The eight steps of stores.md, "Destruction, step by step", in the only order they are ever taken. */
export const RUN_STEPS = ['gate', 'figures', 'announcement', 'fence', 'keys', 'events', 'views', 'close'] as const;
export type RunStep = (typeof RUN_STEPS)[number];

/**
 * The journal of one run: all that is needed to go on after a kill at any point. Kept in the vault, encrypted, written
 * before the first gate and erased at the end. It names streams and events, never a person it is about. Its dossiers
 * are in parts beside it (RunParts), so that it takes as much memory for a hundred thousand as for ten.
 */
export interface RunState {
  readonly version: 2;
  readonly runId: string;
  /** Null for a run of streams with a term of their own: those go without a list. */
  readonly listId: string | null;
  readonly listStream: StreamName | null;
  /** The run's own stream: figures, announcement, closing, certificates. */
  readonly logStream: StreamName;
  /** Who had it executed; null: the ledger itself. */
  readonly person: ActingPerson | null;
  /** Of a list that did not take the full procedure. */
  readonly lighter?: LighterProcedure;
  /** Of a list of another kind than by term. */
  readonly ground?: RunGround;
  readonly checkpointBefore: string;
  readonly begunOn: string;
  step: RunStep;
  /** Parts of the journal that hold its dossiers. */
  readonly parts: number;
  /** Null until every dossier has its outcome. */
  outcomes: RunOutcomes | null;
  /** The run's own events by what they are, with the place each was given before it was appended. */
  readonly own: Record<string, OwnEvent>;
  figures: { upTo: Position; definitionsVersion: number; cells: readonly FigureCell[] } | null;
  /** Leaves announced, and the events that name their ranges; the ranges themselves are in those events. */
  announced: { readonly leaves: number; readonly chunks: number } | null;
  /** Per location the dossiers that it was never told of; absent while its messages are in the outbox. */
  undelivered?: Readonly<Record<string, number>>;
  keysDestroyedOn: string | null;
  eventsDestroyedOn: string | null;
  /** Calendar date of `run-closed`. */
  closedOn?: string;
  /** The vault's file was rewritten since the journal was erased. */
  vaultRewritten?: boolean;
}

/** On what its dossiers go when not by their term: a granted request, asked again at every gate; or after their source. */
export type RunGround = { readonly kind: 'erasure'; readonly request: StreamName } | { readonly kind: 'follow' };

/** What the gate came to, counted. */
export interface RunOutcomes {
  readonly begun: number;
  readonly classes: readonly DestroyedDossier[];
  readonly skipped: Readonly<Record<string, number>>;
}

export interface DossierInRun {
  /** Its number in the run, from 0. */
  readonly n: number;
  readonly stream: StreamName;
  readonly gateEventId: EventId;
  outcome: GateOutcome | null;
}

export type GateOutcome =
  | { readonly kind: 'begun'; readonly ruleId: string; readonly ruleVersion: string; readonly law: string; readonly yearOfOrigin: number }
  | { readonly kind: 'skipped'; readonly reason: SkipReason };

export interface OwnEvent {
  readonly id: EventId;
  readonly stream: StreamName;
  readonly revision: Revision;
  /** Known once it was appended. */
  position: Position | null;
}

/** Counts outcomes as they go by. */
export class OutcomeCounter {
  #begun = 0;
  readonly #classes = new Map<string, DestroyedDossier & { dossiers: number }>();
  readonly #skipped: Record<string, number> = {};

  add(outcome: GateOutcome): void {
    if (outcome.kind === 'skipped') {
      this.#skipped[outcome.reason] = (this.#skipped[outcome.reason] ?? 0) + 1;
      return;
    }
    this.#begun += 1;
    const { ruleId, ruleVersion, law, yearOfOrigin } = outcome;
    const key = JSON.stringify([ruleId, ruleVersion, law, yearOfOrigin]);
    const known = this.#classes.get(key);
    if (known === undefined) this.#classes.set(key, { ruleId, ruleVersion, law, yearOfOrigin, dossiers: 1 });
    else known.dossiers += 1;
  }

  outcomes(): RunOutcomes {
    return { begun: this.#begun, classes: [...this.#classes.values()], skipped: this.#skipped };
  }
}
