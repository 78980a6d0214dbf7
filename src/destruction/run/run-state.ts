import type { FigureCell, LeafRange } from '#domain/destruction/events';
import type { LighterProcedure, SkipReason } from '#domain/destruction/gate';
import type { ActingPerson } from '#domain/ledger/event';
import type { EventId, Position, Revision, StreamName } from '#domain/ledger/ids';

/** The eight steps of stores.md, "Destruction, step by step", in the only order they are ever taken. */
export const RUN_STEPS = ['gate', 'figures', 'announcement', 'fence', 'keys', 'events', 'views', 'close'] as const;
export type RunStep = (typeof RUN_STEPS)[number];

/**
 * The journal of one run: all that is needed to go on after a kill at any point. Kept in the vault, encrypted, written
 * before the first gate and erased at the end. It names streams and events, never a person it is about.
 */
export interface RunState {
  readonly version: 1;
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
  readonly checkpointBefore: string;
  readonly begunOn: string;
  step: RunStep;
  readonly dossiers: DossierInRun[];
  /** The run's own events by what they are, with the place each was given before it was appended. */
  readonly own: Record<string, OwnEvent>;
  figures: { upTo: Position; definitionsVersion: number; cells: readonly FigureCell[] } | null;
  ranges: readonly LeafRange[] | null;
  /** Per location the dossiers that it was never told of; absent while its messages are in the outbox. */
  undelivered?: Readonly<Record<string, number>>;
  keysDestroyedOn: string | null;
  eventsDestroyedOn: string | null;
}

export interface DossierInRun {
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

/** Dossiers whose destruction this run has begun. */
export function begunDossiers(state: RunState): readonly (DossierInRun & { readonly outcome: GateOutcome & { kind: 'begun' } })[] {
  return state.dossiers.filter((dossier): dossier is DossierInRun & { outcome: GateOutcome & { kind: 'begun' } } => dossier.outcome?.kind === 'begun');
}

export function skippedByReason(state: RunState): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of state.dossiers) {
    if (outcome?.kind === 'skipped') counts[outcome.reason] = (counts[outcome.reason] ?? 0) + 1;
  }
  return counts;
}
