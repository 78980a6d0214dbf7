import type { CaseDiscussed } from '#domain/casusoverleg/events';
import { evolveCasusoverleg, initialCasusoverleg, type CasusoverlegState } from '#domain/casusoverleg/state';
import { catalogueEntry } from '#domain/catalogue';
import type { ConsentFact } from '#domain/consent/events';
import { evolveConsent, initialConsent, type ConsentState } from '#domain/consent/state';
import type { GateEvent } from '#domain/destruction/events';
import { decideGate, evolveGate, initialGate, type GateCommand, type GateState } from '#domain/destruction/gate';
import type { DossierEvent } from '#domain/dossier/events';
import { evolveDossier, initialDossier, type DossierState } from '#domain/dossier/state';
import type { InformingEvent } from '#domain/informing/events';
import { evolveInforming, initialInforming, type InformingState } from '#domain/informing/state';
import { isCorrection, type Correction } from '#domain/ledger/corrections';
import { refuse, type Decider, type Decision } from '#domain/ledger/decider';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import { recordFact, type RecordFactCommand as RecordCommand } from '#domain/ledger/record-fact';
import { refusal } from '#domain/ledger/refusals';
import type { RetentionEvent } from '#domain/retention/events';
import { evolveRetention, initialRetention, RETENTION_EVENTS, type RetentionInput, type RetentionState } from '#domain/retention/state';
import type { RightsEvent } from '#domain/rights/events';
import { evolveRights, initialRights, type RightsState } from '#domain/rights/state';
import type { SharingEvent } from '#domain/sharing/events';
import { evolveSharing, initialSharing, type SharingState } from '#domain/sharing/state';

/** A fact from outside about a dossier: always recorded when it is well-formed. */
export type DossierFact =
  | DossierEvent | ConsentFact | SharingEvent | CaseDiscussed | InformingEvent | RightsEvent | RetentionEvent | Correction;

/** Everything a dossier's stream holds. */
export type DossierStreamEvent = (DossierFact | GateEvent) & FactOrigin;

export interface DossierStreamState {
  readonly dossier: DossierState;
  readonly consent: ConsentState;
  readonly sharing: SharingState;
  readonly casusoverleg: CasusoverlegState;
  readonly informing: InformingState;
  readonly rights: RightsState;
  readonly retention: RetentionState;
  readonly gate: GateState;
}

export type RecordFactCommand = RecordCommand<DossierFact>;

export type DossierCommand = RecordFactCommand | GateCommand;

const initial: DossierStreamState = {
  dossier: initialDossier, consent: initialConsent, sharing: initialSharing, casusoverleg: initialCasusoverleg,
  informing: initialInforming, rights: initialRights, retention: initialRetention, gate: initialGate,
};

/**
 * Routes each event to the concept that the catalogue names as its owner; throws when none does. Openings, closings
 * and restrictions also move a term: retention reads them, their concept owns them.
 */
function evolve(state: DossierStreamState, event: DossierStreamEvent): DossierStreamState {
  mustBeHeld(event);
  const owned = evolveOwner(state, event);
  return RETENTION_EVENTS.has(event.type)
    ? { ...owned, retention: evolveRetention(state.retention, event as RetentionInput) }
    : owned;
}

/** A correction lies in the stream of the event it names. */
function mustBeHeld(event: DossierStreamEvent): void {
  const held = isCorrection(event) ? event.data.ofType : event.type;
  if (catalogueEntry(held).stream !== 'dossier') throw new Error(`a dossier's stream does not hold ${held}`);
}

function evolveOwner(state: DossierStreamState, event: DossierStreamEvent): DossierStreamState {
  // Each concept looks whether the event that is corrected was its own; the counts are of what was recorded.
  if (isCorrection(event)) {
    return { ...state, dossier: evolveDossier(state.dossier, event), rights: evolveRights(state.rights, event) };
  }
  const { concept } = catalogueEntry(event.type);
  switch (concept) {
    case 'dossier':
      return { ...state, dossier: evolveDossier(state.dossier, event as DossierEvent & FactOrigin) };
    case 'consent':
      return { ...state, consent: evolveConsent(state.consent, event as ConsentFact) };
    case 'sharing':
      return { ...state, sharing: evolveSharing(state.sharing, event as SharingEvent) };
    case 'casusoverleg':
      return { ...state, casusoverleg: evolveCasusoverleg(state.casusoverleg, event as CaseDiscussed) };
    case 'informing':
      return { ...state, informing: evolveInforming(state.informing, event as InformingEvent) };
    case 'rights':
      return { ...state, rights: evolveRights(state.rights, event as RightsEvent & FactOrigin) };
    case 'retention':
      // Folded by `evolve`.
      return state;
    case 'destruction':
      return { ...state, gate: evolveGate(state.gate, event as GateEvent) };
    case 'access':
    case 'governance':
    case 'ledger':
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
  // What was routed wrongly must fail here, before it is in a stream that could then never be read again.
  mustBeHeld(command.event);
  return recordFact<DossierFact>(command);
}

export const dossierDecider: Decider<DossierStreamState, DossierCommand, DossierStreamEvent> = { initial, evolve, decide };

/** Of a stream that holds events: facts came, but never an opening. No law, no persons; on the agenda until opened. */
export function isProvisional(state: DossierStreamState): boolean {
  return !state.dossier.opened;
}
