import type { DestructionConfirmed, ListEvent } from '#domain/destruction/events';
import { isCorrection, revised, type Correction } from '#domain/ledger/corrections';
import type { ActingPerson } from '#domain/ledger/event';
import type { StreamName } from '#domain/ledger/ids';
import { personKey } from '#domain/ledger/person-key';

/** Where a list is (design: "The list"). `none`: no such list. */
export type ListPhase =
  | 'none' | 'draft' | 'submitted' | 'reviewed' | 'changes-requested' | 'approved' | 'executing' | 'executed'
  | 'purged' | 'cancelled';

/** What one person did on a list; nobody does two of these on the same list. */
export type ListPart = 'drawing-up' | 'review' | 'approval' | 'execution';

export interface ListAct {
  readonly person: ActingPerson;
  /** Calendar date. */
  readonly on: string;
}

export interface ListState {
  readonly phase: ListPhase;
  readonly name: string;
  readonly items: number;
  readonly itemsStream: StreamName | null;
  readonly scheduleVersion: string;
  /** Per person (iss, sub) the part taken, kept also when the list goes back: a reviewer never becomes the approver. */
  readonly parts: Readonly<Record<string, ListPart>>;
  readonly drawnUp: ListAct | null;
  readonly submitted: ListAct | null;
  readonly reviewed: ListAct | null;
  readonly approved: (ListAct & { readonly localToken: boolean }) | null;
  readonly started: ListAct | null;
  /** First calendar day on which the list may be executed. */
  readonly executableFrom: string | null;
  readonly runId: string | null;
  readonly destroyed: number | null;
  readonly skipped: Readonly<Record<string, number>>;
  /** What the locations confirmed. */
  readonly confirmations: readonly Confirmation[];
}

export interface Confirmation {
  /** Event id. */
  readonly id: string | null;
  readonly destructionRequestId: string;
}

export const initialList: ListState = {
  phase: 'none', name: '', items: 0, itemsStream: null, scheduleVersion: '', parts: {},
  drawnUp: null, submitted: null, reviewed: null, approved: null, started: null,
  executableFrom: null, runId: null, destroyed: null, skipped: {}, confirmations: [],
};

/** A list's event with who did it, which is kept beside the data in the sealed payload. */
export type DoneListEvent = ListEvent & { readonly person?: ActingPerson };

/** What is sent about a list from outside; anything else in its stream was decided by a person. */
export type ListFact = (DestructionConfirmed | Correction) & { readonly id?: string };

/** Throws on an event it does not own, and on one without its person: who decided is what the list proves. */
export function evolveList(state: ListState, event: DoneListEvent | ListFact): ListState {
  if (isCorrection(event)) {
    return { ...state, confirmations: revised(state.confirmations, event, (replacement) => confirmation(replacement as DestructionConfirmed, replacement.id)) };
  }
  switch (event.type) {
    case 'destruction-list-drawn-up': {
      const { name, items, itemsStream, scheduleVersion } = event.data;
      return { ...withPart(state, event, 'drawing-up'), phase: 'draft', name, items, itemsStream, scheduleVersion, drawnUp: act(event) };
    }
    case 'destruction-list-submitted':
      return { ...state, phase: 'submitted', submitted: act(event), reviewed: null };
    case 'destruction-list-reviewed':
      return { ...withPart(state, event, 'review'), phase: 'reviewed', reviewed: act(event) };
    case 'destruction-list-changes-requested':
      return {
        ...withPart(state, event, state.phase === 'submitted' ? 'review' : 'approval'),
        phase: 'changes-requested', submitted: null, reviewed: null,
      };
    case 'destruction-list-approved':
      return {
        ...withPart(state, event, 'approval'), phase: 'approved', executableFrom: event.data.executableFrom,
        approved: { ...act(event), localToken: event.data.localToken ?? false },
      };
    case 'destruction-list-cancelled':
      return { ...state, phase: 'cancelled' };
    case 'destruction-list-started':
      return { ...withPart(state, event, 'execution'), phase: 'executing', runId: event.data.runId, started: act(event) };
    case 'destruction-list-executed':
      return { ...state, phase: 'executed', destroyed: event.data.destroyed, skipped: event.data.skipped };
    case 'destruction-list-purged':
      return { ...state, phase: 'purged' };
    case 'destruction-confirmed':
      return { ...state, confirmations: [...state.confirmations, confirmation(event, event.id ?? null)] };
    default:
      throw new Error(`a destruction list does not own this event: ${String((event satisfies never as { type: string }).type)}`);
  }
}


function confirmation(event: DestructionConfirmed, id: string | null): Confirmation {
  return { id, destructionRequestId: event.data.destructionRequestId };
}

function act(event: DoneListEvent): ListAct {
  return { person: personOf(event), on: event.data.on };
}

function withPart(state: ListState, event: DoneListEvent, part: ListPart): ListState {
  return { ...state, parts: { ...state.parts, [personKey(personOf(event))]: part } };
}

function personOf(event: DoneListEvent): ActingPerson {
  if (event.person === undefined) throw new Error(`${event.type} without a person`);
  return event.person;
}
