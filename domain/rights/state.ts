import { isCorrection, revised, type Correction } from '#domain/ledger/corrections';
import type { NewEvent } from '#domain/ledger/event';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import type { RightsEvent } from '#domain/rights/events';

/** What a dossier's advice has to know: open objections and restrictions. */
export interface RightsState {
  readonly objections: number;
  /** An avg-21 objection makes the advice say no until resolved. */
  readonly openAgainstProcessing: number;
  /** AVG 18: out of the advice, marked, on hold. */
  readonly restricted: boolean;
  /** What this was folded from. */
  readonly facts: readonly RightsFact[];
}

interface RightsFact {
  readonly id: string | null;
  readonly type: 'objection-received' | 'objection-resolved' | 'processing-restricted' | 'processing-lifted';
  readonly kind: string | null;
  /** objectionId or requestId: what ends the one that it began. */
  readonly key: string | null;
  readonly on: string | null;
}

export const initialRights: RightsState = { objections: 0, openAgainstProcessing: 0, restricted: false, facts: [] };

const OWNED: ReadonlySet<string> = new Set<RightsFact['type']>(['objection-received', 'objection-resolved', 'processing-restricted', 'processing-lifted']);

export function evolveRights(state: RightsState, event: (RightsEvent | Correction) & FactOrigin): RightsState {
  if (isCorrection(event)) {
    if (!OWNED.has(event.data.ofType)) return state;
    return folded(revised(state.facts, event, (replacement) => kept(replacement as RightsEvent, replacement.id)!));
  }
  const fact = kept(event, event.id ?? null);
  return fact === null ? state : folded([...state.facts, fact]);
}

function folded(facts: readonly RightsFact[]): RightsState {
  const objections = facts.filter((fact) => fact.type === 'objection-received');
  const restrictions = facts.filter((fact) => fact.type === 'processing-restricted');
  return {
    objections: objections.length,
    openAgainstProcessing: objections.filter((fact) => fact.kind === 'avg-21' && !facts.some((end) => end.type === 'objection-resolved' && ends(end, fact))).length,
    restricted: restrictions.some((fact) => !facts.some((end) => end.type === 'processing-lifted' && ends(end, fact))),
    facts,
  };
}

/** By its key; without one, everything of its kind that was there by then. A later one stays open. */
function ends(end: RightsFact, begun: RightsFact): boolean {
  if (end.key !== null) return end.key === begun.key;
  return end.kind === begun.kind && (end.on === null || begun.on === null || begun.on <= end.on);
}

function kept(event: RightsEvent, id: string | null): RightsFact | null {
  switch (event.type) {
    case 'objection-received':
    case 'objection-resolved': {
      const { kind, objectionId, receivedOn } = event.data;
      return { id, type: event.type, kind, key: objectionId ?? null, on: receivedOn };
    }
    case 'processing-restricted':
    case 'processing-lifted':
      return { id, type: event.type, kind: null, key: event.data.requestId ?? null, on: event.data.on ?? null };
    case 'recipients-notified':
    case 'statement-added':
      return null;
    default:
      throw new Error(`not a rights event: ${String((event satisfies never as NewEvent).type)}`);
  }
}
