import type { ClockDoubt } from '#domain/governance/clock-trust';
import type { GovernanceEvent, GovernanceFact } from '#domain/governance/events';
import { isCorrection, revised } from '#domain/ledger/corrections';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import { dayOf } from '#domain/ledger/moments';
import { withHold, withLifting, type ClassHold } from '#domain/retention/class-holds';
import type { RetentionRule } from '#domain/retention/schedule';

/** What the organisation has decided, folded from its governance stream. */
export interface GovernanceState {
  /** The schedule in force; null while none was adopted, and then nothing is ever due. */
  readonly schedule: AdoptedSchedule | null;
  /** Holds over many dossiers, standing or lifted; `coveringHolds` says which of them are about a dossier. */
  readonly classHolds: readonly ClassHold[];
  /** Exchange routes, also those that ended. */
  readonly routes: readonly ExchangeRoute[];
  /** The clock is not believed, and operations has not confirmed it: nothing that runs by the date goes on. */
  readonly clockSuspected: { readonly reason: ClockDoubt; readonly at: string } | null;
  /** Version of the framework ratified last; null while none was. */
  readonly framework: string | null;
  /** Holds and routes as they were recorded: a correction folds anew. */
  readonly facts: readonly KeptGovernanceFact[];
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

export const initialGovernance: GovernanceState = { schedule: null, classHolds: [], routes: [], clockSuspected: null, framework: null, facts: [] };

export function evolveGovernance(state: GovernanceState, event: GovernanceEvent & FactOrigin): GovernanceState {
  if (isCorrection(event)) {
    if (!KEPT.has(event.data.ofType)) return state;
    const facts = revised(state.facts, event, (replacement) => replacement as unknown as KeptGovernanceFact);
    return facts.reduce(apply, { ...initialGovernance, schedule: state.schedule, clockSuspected: state.clockSuspected, facts });
  }
  switch (event.type) {
    case 'schedule-adopted':
      return { ...state, schedule: event.data };
    case 'clock-suspected':
      return { ...state, clockSuspected: { reason: event.data.reason, at: event.data.occurredAt } };
    case 'clock-confirmed':
      return { ...state, clockSuspected: null };
    case 'hold-placed':
    case 'hold-lifted':
    case 'exchange-route-registered':
    case 'exchange-route-ended':
    case 'framework-ratified': {
      const fact = { type: event.type, schema: event.schema, data: event.data, id: event.id ?? null } as KeptGovernanceFact;
      return apply({ ...state, facts: [...state.facts, fact] }, fact);
    }
    case 'token-issued':
    case 'export-made':
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
      return { ...state, classHolds: withHold(state.classHolds, fact.data) };
    case 'hold-lifted':
      return { ...state, classHolds: withLifting(state.classHolds, fact.data) };
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
