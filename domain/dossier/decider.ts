import { catalogueEntry } from '#domain/catalogue';
import type { ConsentEvent } from '#domain/consent/events';
import { evolveConsent, initialConsent, type ConsentState } from '#domain/consent/state';
import type { GateEvent } from '#domain/destruction/events';
import { decideGate, evolveGate, initialGate, type GateCommand, type GateState } from '#domain/destruction/gate';
import type { DossierEvent } from '#domain/dossier/events';
import { evolveDossier, initialDossier, type DossierState } from '#domain/dossier/state';
import { events, refuse, type Decider, type Decision } from '#domain/ledger/decider';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import type { EventId } from '#domain/ledger/ids';
import { dayOfInstant, type Occurred } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import type { RetentionEvent } from '#domain/retention/events';
import { evolveRetention, initialRetention, type RetentionState } from '#domain/retention/state';
import type { RightsEvent } from '#domain/rights/events';
import { evolveRights, initialRights, type RightsState } from '#domain/rights/state';
import type { SharingEvent } from '#domain/sharing/events';
import { evolveSharing, initialSharing, type SharingState } from '#domain/sharing/state';

/** A fact from outside about a dossier: always recorded when it is well-formed. */
export type DossierFact = DossierEvent | ConsentEvent | SharingEvent | RightsEvent | RetentionEvent;

/** Everything a dossier's stream holds. */
export type DossierStreamEvent = (DossierFact | GateEvent) & FactOrigin;

export interface DossierStreamState {
  readonly dossier: DossierState;
  readonly consent: ConsentState;
  readonly sharing: SharingState;
  readonly rights: RightsState;
  readonly retention: RetentionState;
  readonly gate: GateState;
}

export interface RecordFactCommand {
  readonly kind: 'record';
  readonly event: DossierFact;
  /** The id it will be stored under: later events point at it (`corrects`). */
  readonly id: EventId;
  /** CloudEvents source of the sender: the one that opens a dossier leads it. */
  readonly source: string;
  /** Now plus ten minutes: what lies beyond has not happened. */
  readonly occurredNotAfter: Temporal.Instant;
}

export type DossierCommand = RecordFactCommand | GateCommand;

const initial: DossierStreamState = {
  dossier: initialDossier, consent: initialConsent, sharing: initialSharing, rights: initialRights,
  retention: initialRetention, gate: initialGate,
};

/** Routes each event to the concept that the catalogue names as its owner; throws when none does. */
function evolve(state: DossierStreamState, event: DossierStreamEvent): DossierStreamState {
  const entry = catalogueEntry(event.type);
  if (entry.stream !== 'dossier') throw new Error(`a dossier's stream does not hold ${event.type}`);
  switch (entry.concept) {
    case 'dossier': {
      const owned = event as DossierEvent & FactOrigin;
      // Opening and closing also start or end a term: retention reads them, the dossier owns them.
      return { ...state, dossier: evolveDossier(state.dossier, owned), retention: evolveRetention(state.retention, owned) };
    }
    case 'consent':
      return { ...state, consent: evolveConsent(state.consent, event as ConsentEvent) };
    case 'sharing':
      return { ...state, sharing: evolveSharing(state.sharing, event as SharingEvent) };
    case 'rights':
      return { ...state, rights: evolveRights(state.rights, event as RightsEvent) };
    case 'retention':
      return { ...state, retention: evolveRetention(state.retention, event as RetentionEvent & FactOrigin) };
    case 'destruction':
      return { ...state, gate: evolveGate(state.gate, event as GateEvent) };
    case 'governance':
      throw new Error(`a dossier's stream does not hold ${event.type}`);
  }
}

function decide(command: DossierCommand, state: DossierStreamState): Decision<DossierStreamEvent> {
  switch (command.kind) {
    case 'record':
      return record(command, state);
    case 'begin-destruction':
    case 'call-off-destruction':
      return decideGate(command, state);
  }
}

/** Facts are recorded, wishes are decided (architecture.md): only what has not happened, or comes too late, is refused. */
function record(command: RecordFactCommand, state: DossierStreamState): Decision<DossierStreamEvent> {
  if (state.gate.begun !== null) {
    return refuse(refusal('destruction-begun', 'De vernietiging van dit dossier is begonnen. Er is niets vastgelegd.'));
  }
  const { event, id, source, occurredNotAfter } = command;
  if (isAfter(event.data, occurredNotAfter)) {
    return refuse(refusal(
      'occurred-in-future', 'Deze gebeurtenis ligt in de toekomst. Leg vast wat al is gebeurd.',
      event.data.occurredAt === undefined ? '/data/occurredOn' : '/data/occurredAt',
    ));
  }
  return events({ ...event, id, origin: { source } });
}

function isAfter(occurred: Occurred, limit: Temporal.Instant): boolean {
  return occurred.occurredAt !== undefined
    ? Temporal.Instant.compare(Temporal.Instant.from(occurred.occurredAt), limit) > 0
    : Temporal.PlainDate.compare(Temporal.PlainDate.from(occurred.occurredOn), dayOfInstant(limit)) > 0;
}

export const dossierDecider: Decider<DossierStreamState, DossierCommand, DossierStreamEvent> = { initial, evolve, decide };

/** Of a stream that holds events: facts came, but never an opening. No law, no persons; on the agenda until opened. */
export function isProvisional(state: DossierStreamState): boolean {
  return !state.dossier.opened;
}
