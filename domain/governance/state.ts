import type { ListPolicy } from '#domain/destruction/list-policy';
import type { StandingAuthorisation } from '#domain/destruction/standing';
import type { ClockDoubt } from '#domain/governance/clock-trust';
import type { GovernanceEvent, GovernanceFact, NightlyRunRecorded } from '#domain/governance/events';
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
  /** What the organisation decided about destruction lists; what it did not decide is not here. */
  readonly listPolicy: Partial<Pick<ListPolicy, 'archivistStep' | 'waitingDays'>>;
  /** Standing authorisations that were not ended; their last day may have passed. */
  readonly authorisations: readonly StandingAuthorisation[];
  /** What the nightly run remembers of its nights. */
  readonly nights: {
    /** Calendar month (YYYY-MM) for which was last looked whether there is anything to propose. */
    readonly proposedIn: string | null;
    /** Day of the last reminder by list. */
    readonly reminded: Readonly<Record<string, string>>;
    /** Dossiers that their source has destroyed and that were held here, as last said. */
    readonly heldAtSource: number;
    readonly permanentAtSource: number;
  };
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

export const initialGovernance: GovernanceState = {
  schedule: null, classHolds: [], routes: [], clockSuspected: null, framework: null,
  listPolicy: {}, authorisations: [], nights: { proposedIn: null, reminded: {}, heldAtSource: 0, permanentAtSource: 0 }, facts: [],
};

export function evolveGovernance(state: GovernanceState, event: GovernanceEvent & FactOrigin): GovernanceState {
  if (isCorrection(event)) {
    if (!KEPT.has(event.data.ofType)) return state;
    const facts = revised(state.facts, event, (replacement) => replacement as unknown as KeptGovernanceFact);
    return facts.reduce(apply, { ...state, classHolds: [], routes: [], framework: null, facts });
  }
  switch (event.type) {
    case 'schedule-adopted':
      return { ...state, schedule: event.data };
    case 'clock-suspected':
      return { ...state, clockSuspected: { reason: event.data.reason, at: event.data.occurredAt } };
    case 'clock-confirmed':
      return { ...state, clockSuspected: null };
    case 'policy-changed': {
      const { archivistStep, waitingDays } = event.data;
      return { ...state, listPolicy: { ...state.listPolicy, ...(archivistStep === undefined ? {} : { archivistStep }), ...(waitingDays === undefined ? {} : { waitingDays }) } };
    }
    case 'standing-authorisation-given': {
      const { id, rules, until, maxNumber, maxPercent, on } = event.data;
      return { ...state, authorisations: [...state.authorisations.filter((one) => one.id !== id), { id, rules, until, maxNumber, maxPercent, on }] };
    }
    case 'standing-authorisation-ended':
      return { ...state, authorisations: state.authorisations.filter(({ id }) => id !== event.data.id) };
    case 'nightly-run-recorded':
      return { ...state, nights: nightsAfter(state.nights, event.data) };
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

/** Reminders of lists that are long settled are forgotten. */
const REMEMBERED_DAYS = 90;

function nightsAfter(nights: GovernanceState['nights'], { today, proposedFor, reminded = [], untold = [], heldAtSource, permanentAtSource }: NightlyRunRecorded['data']): GovernanceState['nights'] {
  const since = Temporal.PlainDate.from(today).subtract({ days: REMEMBERED_DAYS }).toString();
  const kept = Object.entries(nights.reminded).filter(([, on]) => on >= since);
  return {
    proposedIn: proposedFor ?? nights.proposedIn,
    reminded: Object.fromEntries([...kept, ...[...reminded, ...untold].map(({ listId }) => [listId, today] as const)]),
    heldAtSource: heldAtSource ?? nights.heldAtSource,
    permanentAtSource: permanentAtSource ?? nights.permanentAtSource,
  };
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
