import type { Advice, DestructionConfirmed, ListEvent, Procedure } from '#domain/destruction/events';
import { isCorrection, revised, type Correction } from '#domain/ledger/corrections';
import { evolveRequests, isRequestEvent, type LocationConfirmation, type LocationRequest, type RequestEvent } from '#domain/destruction/requests';
import type { Heard } from '#domain/destruction/list-people';
import type { ActingPerson } from '#domain/ledger/event';
import type { ErasureOfList, ListKind } from '#domain/destruction/list-kind';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import type { StreamName } from '#domain/ledger/ids';
import { dayOf } from '#domain/ledger/moments';
import { personKey } from '#domain/ledger/person-key';

/** Where a list is (design: "The list"). `none`: no such list. */
export type ListPhase =
  | 'none' | 'draft' | 'submitted' | 'reviewed' | 'changes-requested' | 'approved' | 'executing' | 'executed'
  | 'purged' | 'cancelled';

/** What one person did on a list; nobody does two of these on the same list. */
export type ListPart = 'drawing-up' | 'review' | 'advice' | 'approval' | 'execution';

export interface ListAct {
  readonly person: ActingPerson;
  /** Calendar date. */
  readonly on: string;
}

export interface ListState {
  readonly phase: ListPhase;
  /** Ids of the list's own events, in order; what is written beside it names one of them or was never decided. */
  readonly decisions: readonly string[];
  readonly procedure: Procedure;
  readonly kind: ListKind;
  /** Of an erasure list. */
  readonly erasure: ErasureOfList | null;
  /** Of a standing list. */
  readonly authorisation: { readonly id: string; readonly on: string } | null;
  readonly name: string;
  readonly items: number;
  readonly itemsStream: StreamName | null;
  /** Number of the first item of each chunk; null where the list does not say. */
  readonly chunkStarts: readonly number[] | null;
  readonly scheduleVersion: string;
  /** How many items were taken off the list. */
  readonly excepted: number;
  /** Who may submit and cancel: who drew it up, or who took that over. */
  readonly drawer: ActingPerson | null;
  /** Who began the review of it; another takes it over first. */
  readonly reviewer: ActingPerson | null;
  /** Since it was submitted last. */
  readonly advices: readonly (ListAct & { readonly advice: Advice })[];
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
  /** What other places were asked, one per location. */
  readonly requests: readonly LocationRequest[];
  /** What the locations confirmed. */
  readonly confirmations: readonly Confirmation[];
  /** Of an erasure list: who was heard. */
  readonly heard: readonly { readonly whom: Heard; readonly on: string }[];
  /** Of an erasure list: how many got data of its dossiers, and how many of them were told that these are gone. */
  readonly toTell: number;
  readonly told: number;
}

export interface Confirmation extends LocationConfirmation {
  /** Event id. */
  readonly id: string | null;
  readonly destructionRequestId: string;
}

export const initialList: ListState = {
  phase: 'none', decisions: [], procedure: 'full', kind: 'term', erasure: null, authorisation: null, name: '', items: 0, itemsStream: null, chunkStarts: null,
  scheduleVersion: '', excepted: 0, drawer: null, reviewer: null, advices: [], parts: {},
  drawnUp: null, submitted: null, reviewed: null, approved: null, started: null,
  executableFrom: null, runId: null, destroyed: null, skipped: {}, requests: [], confirmations: [], heard: [], toTell: 0, told: 0,
};

/** A list's event with who did it, which is kept beside the data in the sealed payload. */
export type DoneListEvent = (ListEvent | RequestEvent) & { readonly person?: ActingPerson; readonly id?: string };

type Decided = ListEvent & { readonly person?: ActingPerson };

/** What is sent about a list from outside; anything else in its stream was decided by a person. */
export type ListFact = (DestructionConfirmed | Correction) & FactOrigin & { readonly id?: string };

/** Throws on an event it does not own, and on one without its person: who decided is what the list proves. */
export function evolveList(state: ListState, event: DoneListEvent | ListFact): ListState {
  return { ...apply(state, event), decisions: [...state.decisions, event.id ?? ''] };
}

function apply(state: ListState, event: DoneListEvent | ListFact): ListState {
  if (isCorrection(event)) {
    return { ...state, confirmations: revised(state.confirmations, event, (replacement, original) => ({
      ...confirmation(replacement as DestructionConfirmed, replacement.id), source: original.source,
    })) };
  }
  if (isRequestEvent(event)) return { ...state, requests: evolveRequests(state.requests, event) };
  switch (event.type) {
    case 'destruction-list-drawn-up': {
      const { name, items, itemsStream, scheduleVersion, procedure, authorisation, chunkStarts, kind, erasure, executableFrom } = event.data;
      return {
        ...withPart(state, event, 'drawing-up'), phase: 'draft', name, items, itemsStream, scheduleVersion,
        procedure: procedure ?? 'full', kind: kind ?? 'term', erasure: erasure ?? null, authorisation: authorisation ?? null, chunkStarts: chunkStarts ?? null,
        drawnUp: act(event), drawer: personOf(event), executableFrom: executableFrom ?? null,
      };
    }
    case 'destruction-list-submitted':
      return { ...state, phase: 'submitted', submitted: act(event), reviewed: null, advices: [] };
    case 'destruction-list-exceptions-changed': {
      const changed = { ...state, excepted: event.data.excepted };
      return state.phase === 'submitted' ? { ...withPart(changed, event, 'review'), reviewer: personOf(event) } : changed;
    }
    case 'destruction-list-advised':
      return { ...withPart(state, event, 'advice'), advices: [...state.advices, { ...act(event), advice: event.data.advice }] };
    case 'destruction-list-person-replaced': {
      const replaced = withPart(state, event, event.data.part);
      return event.data.part === 'review' ? { ...replaced, reviewer: personOf(event) } : { ...replaced, drawer: personOf(event) };
    }
    case 'destruction-list-reviewed':
      return { ...withPart(state, event, 'review'), phase: 'reviewed', reviewed: act(event), reviewer: personOf(event) };
    case 'destruction-list-changes-requested': {
      const part = state.phase === 'submitted' ? 'review' : 'approval';
      return {
        ...withPart(state, event, part), phase: 'changes-requested', submitted: null, reviewed: null,
        reviewer: part === 'review' ? personOf(event) : state.reviewer,
      };
    }
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
    case 'destruction-list-heard':
      return { ...state, heard: [...state.heard, event.data] };
    case 'destruction-list-recipients-counted':
      return { ...state, toTell: event.data.recipients };
    case 'destruction-list-recipients-told':
      return { ...state, told: state.told + event.data.recipients };
    case 'destruction-confirmed':
      return { ...state, confirmations: [...state.confirmations, confirmation(event, event.id ?? null)] };
    default:
      throw new Error(`a destruction list does not own this event: ${String((event satisfies never as { type: string }).type)}`);
  }
}


function confirmation(event: DestructionConfirmed & FactOrigin, id: string | null): Confirmation {
  const { destructionRequestId, location, destroyedOn } = event.data;
  return {
    id, destructionRequestId, source: event.origin?.source ?? null, location: location ?? null,
    on: destroyedOn ?? dayOf(event.data).toString(),
  };
}

function act(event: Decided): ListAct {
  return { person: personOf(event), on: event.data.on };
}

function withPart(state: ListState, event: Decided, part: ListPart): ListState {
  return { ...state, parts: { ...state.parts, [personKey(personOf(event))]: part } };
}

function personOf(event: Decided): ActingPerson {
  if (event.person === undefined) throw new Error(`${event.type} without a person`);
  return event.person;
}
