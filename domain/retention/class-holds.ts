import type { HoldScope } from '#domain/retention/events';

/** A hold over many dossiers, also those still to come: by rule, law or period of opening. */
export interface ClassHold {
  readonly holdId: string | null;
  readonly kind: string;
  /** Calendar date. */
  readonly on: string;
  readonly scope: HoldScope;
  /** Day of lifting; null while it stands. Kept afterwards: what it covered may go from the day after (C7). */
  readonly liftedOn: string | null;
}

export interface ClassHoldData {
  readonly holdId?: string;
  readonly kind: string;
  readonly on: string;
  readonly scope: HoldScope;
}

export function withHold(holds: readonly ClassHold[], { holdId, kind, on, scope }: ClassHoldData): readonly ClassHold[] {
  return [...holds, { holdId: holdId ?? null, kind, on, scope, liftedOn: null }];
}

/** By its id; without one, the holds of this kind with the very same scope: a narrower lifting lifts nothing. */
export function withLifting(holds: readonly ClassHold[], data: ClassHoldData): readonly ClassHold[] {
  const meant = (hold: ClassHold): boolean => hold.liftedOn === null && (data.holdId !== undefined
    ? hold.holdId === data.holdId
    : hold.kind === data.kind && hold.on <= data.on && sameScope(data.scope, hold.scope));
  return holds.map((hold) => (meant(hold) ? { ...hold, liftedOn: data.on } : hold));
}

function sameScope(a: HoldScope, b: HoldScope): boolean {
  const list = (codes: readonly string[] | undefined): string => (codes === undefined ? '*' : [...codes].sort().join(' '));
  return list(a.rules) === list(b.rules) && list(a.laws) === list(b.laws)
    && a.period?.from === b.period?.from && a.period?.until === b.period?.until;
}

/** What is known of a dossier when a hold by class is held against it; null: not known, and then it is covered. */
export interface HeldDossier {
  readonly rules: readonly string[] | null;
  readonly law: string | null;
  /** Calendar date of opening. */
  readonly openedOn: string | null;
}

/** Holds by class, standing or lifted, that cover this dossier. What is not known of it does not take it out of a hold. */
export function coveringHolds(holds: readonly ClassHold[], dossier: HeldDossier): readonly ClassHold[] {
  const { rules, law, openedOn } = dossier;
  return holds.filter(({ scope }) => (scope.rules === undefined || rules === null || rules.some((rule) => scope.rules!.includes(rule)))
    && (scope.laws === undefined || law === null || scope.laws.includes(law))
    && (scope.period?.from === undefined || openedOn === null || openedOn >= scope.period.from)
    && (scope.period?.until === undefined || openedOn === null || openedOn <= scope.period.until));
}
