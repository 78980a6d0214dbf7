import type { GovernanceEvent, GovernanceFact } from '#domain/governance/events';
import { isCorrection, revised } from '#domain/ledger/corrections';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import { dayOf } from '#domain/ledger/moments';
import type { ClassHoldLifted, ClassHoldPlaced, HoldScope } from '#domain/retention/events';
import type { RetentionRule } from '#domain/retention/schedule';

/** What the organisation has decided, folded from its governance stream. */
export interface GovernanceState {
  /** The schedule in force; null while none was adopted, and then nothing is ever due. */
  readonly schedule: AdoptedSchedule | null;
  /** Holds over many dossiers that stand; `coveringHolds` says which of them stop a dossier. */
  readonly classHolds: readonly ClassHold[];
  /** Exchange routes, also those that ended. */
  readonly routes: readonly ExchangeRoute[];
  /** Version of the framework ratified last; null while none was. */
  readonly framework: string | null;
  /** Holds and routes as they were recorded: a correction folds anew. */
  readonly facts: readonly KeptGovernanceFact[];
}

export interface ClassHold {
  readonly holdId: string | null;
  readonly kind: string;
  /** Calendar date. */
  readonly on: string;
  readonly scope: HoldScope;
}

export interface ExchangeRoute {
  readonly routeId: string;
  readonly basis: string | null;
  /** Calendar dates; null when not said. */
  readonly from: string | null;
  readonly endedOn: string | null;
}

export interface AdoptedSchedule {
  readonly version: string;
  readonly use?: 'test';
  readonly rules: readonly RetentionRule[];
  readonly adoptedBy: string;
  readonly mandate: string;
  readonly archivistAdvice: string;
  readonly on: string;
}

type Kept = Extract<GovernanceFact, { type: 'hold-placed' | 'hold-lifted' | 'exchange-route-registered' | 'exchange-route-ended' | 'framework-ratified' }>;
type KeptGovernanceFact = Kept & { readonly id: string | null };

const KEPT: ReadonlySet<string> = new Set<Kept['type']>(['hold-placed', 'hold-lifted', 'exchange-route-registered', 'exchange-route-ended', 'framework-ratified']);

export const initialGovernance: GovernanceState = { schedule: null, classHolds: [], routes: [], framework: null, facts: [] };

export function evolveGovernance(state: GovernanceState, event: GovernanceEvent & FactOrigin): GovernanceState {
  if (isCorrection(event)) {
    if (!KEPT.has(event.data.ofType)) return state;
    const facts = revised(state.facts, event, (replacement) => replacement as unknown as KeptGovernanceFact);
    return facts.reduce(apply, { ...initialGovernance, schedule: state.schedule, facts });
  }
  switch (event.type) {
    case 'schedule-adopted':
      return { ...state, schedule: event.data };
    case 'hold-placed':
    case 'hold-lifted':
    case 'exchange-route-registered':
    case 'exchange-route-ended':
    case 'framework-ratified': {
      const fact = { type: event.type, schema: event.schema, data: event.data, id: event.id ?? null } as KeptGovernanceFact;
      return apply({ ...state, facts: [...state.facts, fact] }, fact);
    }
    case 'token-issued':
    case 'covenant-published':
    case 'deviation-acknowledged':
    case 'deviation-ended':
    case 'dpia-adopted':
    case 'data-breach-recorded':
    case 'data-breach-assessed':
    case 'coverage-declared':
    case 'access-granted':
    case 'access-revoked':
    case 'import-declared':
    case 'referral-counted':
      return state;
    default:
      throw new Error(`the governance stream does not own this event: ${String((event satisfies never as { type: string }).type)}`);
  }
}

function apply(state: GovernanceState, fact: Kept): GovernanceState {
  switch (fact.type) {
    case 'hold-placed':
      return { ...state, classHolds: [...state.classHolds, classHold(fact)] };
    case 'hold-lifted':
      return { ...state, classHolds: state.classHolds.filter((hold) => !lifts(fact, hold)) };
    case 'exchange-route-registered': {
      const { routeId, basis, from } = fact.data;
      return { ...state, routes: [...state.routes.filter((route) => route.routeId !== routeId), { routeId, basis: basis ?? null, from: from ?? null, endedOn: null }] };
    }
    case 'exchange-route-ended': {
      const { routeId } = fact.data;
      const endedOn = fact.data.on ?? dayOf(fact.data).toString();
      return { ...state, routes: state.routes.map((route) => (route.routeId === routeId ? { ...route, endedOn } : route)) };
    }
    case 'framework-ratified':
      return { ...state, framework: fact.data.version };
  }
}

function classHold({ data }: ClassHoldPlaced): ClassHold {
  return { holdId: data.holdId ?? null, kind: data.kind, on: data.on, scope: data.scope };
}

/** By its id; without one, the holds of this kind with the very same scope: a narrower lifting lifts nothing. */
function lifts({ data }: ClassHoldLifted, hold: ClassHold): boolean {
  if (data.holdId !== undefined) return hold.holdId === data.holdId;
  return hold.kind === data.kind && hold.on <= data.on && sameScope(data.scope, hold.scope);
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

/** Standing holds by class that stop this dossier. What is not known of the dossier does not take it out of a hold. */
export function coveringHolds(holds: readonly ClassHold[], dossier: HeldDossier): readonly ClassHold[] {
  const { rules, law, openedOn } = dossier;
  return holds.filter(({ scope }) => (scope.rules === undefined || rules === null || rules.some((rule) => scope.rules!.includes(rule)))
    && (scope.laws === undefined || law === null || scope.laws.includes(law))
    && (scope.period?.from === undefined || openedOn === null || openedOn >= scope.period.from)
    && (scope.period?.until === undefined || openedOn === null || openedOn <= scope.period.until));
}
