import type { LocationAnswer } from '#domain/destruction/certificate';
import type { ActingPerson, NewEvent } from '#domain/ledger/event';

/** Days that a location has to confirm; then the run goes on and the request stays open. */
export const CONFIRM_DAYS = 30;

/** In the list's own stream: one per location, counts only. The locations' names come from configuration. */
export type DestructionRequested = NewEvent<'destruction-requested', {
  readonly location: string;
  /** CloudEvents source that confirms for it; null: a named person does. */
  readonly source: string | null;
  /** `notify`: told, no answer is expected. */
  readonly mode: 'notify' | 'confirm';
  /** Dossiers it was asked about. */
  readonly references: number;
  readonly on: string;
  /** Calendar date from which the run goes on without its answer. */
  readonly goesOnFrom: string;
}>;

/** A hold that came after the request: these dossiers are to stay there as well. */
export type DestructionRecalled = NewEvent<'destruction-recalled', {
  readonly location: string;
  readonly references: number;
  readonly on: string;
}>;

export type RequestEvent = DestructionRequested | DestructionRecalled;

export interface LocationRequest {
  readonly location: string;
  readonly source: string | null;
  readonly mode: 'notify' | 'confirm';
  readonly asked: number;
  readonly recalled: number;
  readonly requestedOn: string;
  readonly goesOnFrom: string;
  /** Who had the list executed. */
  readonly person: ActingPerson | null;
}

/** What somebody said about a request; whether it counts, the request itself says. */
export interface LocationConfirmation {
  /** CloudEvents source it came from. */
  readonly source: string | null;
  readonly location: string | null;
  /** Calendar date. */
  readonly on: string;
}

/** Sources of persons end so: the ledger's own forms. */
const PERSONS = ':systeem:rekenschap';

export function isRequestEvent(event: { readonly type: string }): event is RequestEvent {
  return event.type === 'destruction-requested' || event.type === 'destruction-recalled';
}

export function evolveRequests(requests: readonly LocationRequest[], event: RequestEvent & { readonly person?: ActingPerson }): readonly LocationRequest[] {
  if (event.type === 'destruction-recalled') {
    const { location, references } = event.data;
    return requests.map((request) => (request.location === location ? { ...request, recalled: Math.min(request.asked, request.recalled + references) } : request));
  }
  const { location, source, mode, references, on, goesOnFrom } = event.data;
  const request: LocationRequest = { location, source, mode, asked: references, recalled: 0, requestedOn: on, goesOnFrom, person: event.person ?? null };
  return [...requests.filter((known) => known.location !== location), request];
}

/**
 * Day of the last word that counts for this request. A system speaks for itself alone; for what has no system a
 * person does, who names the location.
 */
export function confirmedOn(request: LocationRequest, confirmations: readonly LocationConfirmation[]): string | null {
  return confirmations.filter(({ source, location }) => (source?.endsWith(PERSONS) === true
    ? location === request.location
    : source !== null && source === request.source && (location === null || location === request.location)))
    .map(({ on }) => on).sort().at(-1) ?? null;
}

/** `delivered`: locations whose every message was taken. Nothing waits longer than its day. */
export function requestsSettled(
  requests: readonly LocationRequest[], confirmations: readonly LocationConfirmation[], delivered: ReadonlySet<string>, today: string,
): boolean {
  return requests.every((request) => request.goesOnFrom <= today || request.recalled === request.asked
    || (request.mode === 'notify' ? delivered.has(request.location) : confirmedOn(request, confirmations) !== null));
}

/** For the certificate. `undelivered`: dossiers per location of which the message never arrived. */
export function locationAnswers(
  requests: readonly LocationRequest[], confirmations: readonly LocationConfirmation[], undelivered: Readonly<Record<string, number>>,
): readonly LocationAnswer[] {
  return requests.map((request) => {
    const asked = request.asked - request.recalled;
    const on = confirmedOn(request, confirmations);
    return {
      location: request.location, asked, confirmed: on === null ? 0 : asked,
      notified: request.mode === 'notify' ? Math.max(0, asked - (undelivered[request.location] ?? 0)) : 0,
      lastConfirmedOn: on,
    };
  });
}
