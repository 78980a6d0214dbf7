import type { StreamKind } from '#domain/ledger/ids';
import type { Role } from '#domain/ledger/roles';

/** The folder under domain/ that owns an event type: its evolve is the only one that reads it. */
export type Concept =
  | 'dossier' | 'consent' | 'sharing' | 'casusoverleg' | 'informing' | 'access' | 'rights' | 'retention' | 'destruction'
  | 'governance' | 'ledger';

/**
 * How an event from outside finds its stream: the dossier it names, that dossier's access stream, the requestId, the
 * one governance stream, the meetingId, the list of the destructionRequestId, or the stream of the event it names.
 */
export type Route = 'dossier' | 'access' | 'rights-request' | 'governance' | 'meeting' | 'destruction-list' | 'of-event';

export interface CatalogueEntry {
  readonly concept: Concept;
  /** Version that is written now, from 1; older ones are upcast when read. */
  readonly schema: number;
  /** Null: any kind, the stream of the event it names. */
  readonly stream: StreamKind | null;
  /** Null for the ledger's own. What is sent may go elsewhere than its row says: ask `routeOf`. */
  readonly route: Route | null;
  /** Roles that may send it (event-catalogue.md, "Who may send what"); empty: only the ledger itself records it. */
  readonly who: readonly Role[];
  /** Among case systems only the dossier's leading source may send it. */
  readonly needsLeadingSource: boolean;
  /** Class under src/events/dto that checks its data; null for the ledger's own. */
  readonly dto: string | null;
}

type SentEntry = CatalogueEntry & { readonly dto: string; readonly route: Route };
type OwnEntry = CatalogueEntry & { readonly dto: null; readonly route: null };

function sent(concept: Concept, dto: string, who: readonly Role[], route: Route = 'dossier'): SentEntry {
  return { concept, schema: 1, stream: route === 'of-event' ? null : route, route, who, needsLeadingSource: false, dto };
}

function steering(concept: Concept, dto: string, who: readonly Role[]): SentEntry {
  return { ...sent(concept, dto, who), needsLeadingSource: true };
}

function own(concept: Concept, stream: StreamKind): OwnEntry {
  return { concept, schema: 1, stream, route: null, who: [], needsLeadingSource: false, dto: null };
}

const SYSTEM = ['case-system'] as const;
const SYSTEM_OR_PROFESSIONAL = ['case-system', 'professional'] as const;
const WITH_PRIVACY = ['case-system', 'professional', 'privacy-officer'] as const;
const PRIVACY_OR_PROFESSIONAL = ['privacy-officer', 'professional'] as const;
const PRIVACY = ['privacy-officer'] as const;
const PROFESSIONAL = ['professional'] as const;
const RECORDS = ['record-manager'] as const;
const HOLDERS = ['record-manager', 'privacy-officer', 'case-system'] as const;
const CONTROLLER = ['controller'] as const;
/** Whoever may send anything may correct it; that it was theirs is asked of the event itself (corrections.ts). */
const ANY_SENDER = ['case-system', 'professional', 'privacy-officer', 'record-manager', 'archivist', 'controller'] as const;

/** What may be sent from outside: event-catalogue.md. */
const SENT = {
  'dossier-opened': sent('dossier', 'DossierOpenedDto', SYSTEM),
  'subject-joined': sent('dossier', 'SubjectJoinedDto', ['case-system', 'privacy-officer']),
  'subject-left': sent('dossier', 'SubjectLeftDto', ['case-system', 'privacy-officer']),
  'subject-status': sent('dossier', 'SubjectStatusDto', ['case-system', 'privacy-officer']),
  'authority-recorded': sent('dossier', 'AuthorityRecordedDto', SYSTEM_OR_PROFESSIONAL),
  'capacity-assessed': sent('dossier', 'CapacityAssessedDto', SYSTEM_OR_PROFESSIONAL),
  'dossier-closed': steering('dossier', 'DossierClosedDto', SYSTEM),
  'dossier-reopened': steering('dossier', 'DossierReopenedDto', SYSTEM),
  'dossier-located': sent('dossier', 'DossierLocatedDto', ['case-system', 'record-manager']),
  'dossier-transferred': sent('dossier', 'DossierTransferredDto', SYSTEM),
  'investigation-closed': sent('dossier', 'InvestigationClosedDto', SYSTEM_OR_PROFESSIONAL),
  'subject-informed': sent('informing', 'SubjectInformedDto', SYSTEM_OR_PROFESSIONAL),
  'informing-deferred': sent('informing', 'InformingDeferredDto', PRIVACY_OR_PROFESSIONAL),
  'consent-requested': sent('consent', 'ConsentRequestedDto', SYSTEM_OR_PROFESSIONAL),
  'consent-given': sent('consent', 'ConsentGivenDto', SYSTEM_OR_PROFESSIONAL),
  'consent-renewed': sent('consent', 'ConsentRenewedDto', SYSTEM_OR_PROFESSIONAL),
  'consent-refused': sent('consent', 'ConsentRefusedDto', WITH_PRIVACY),
  'consent-withdrawn': sent('consent', 'ConsentWithdrawnDto', WITH_PRIVACY),
  'consent-disputed': sent('consent', 'ConsentDisputedDto', PRIVACY_OR_PROFESSIONAL),
  'consent-dispute-resolved': sent('consent', 'ConsentDisputeResolvedDto', PRIVACY_OR_PROFESSIONAL),
  'plan-started': sent('consent', 'PlanStartedDto', SYSTEM),
  'plan-ended': sent('consent', 'PlanEndedDto', SYSTEM),
  'exchange-route-registered': sent('governance', 'ExchangeRouteRegisteredDto', PRIVACY, 'governance'),
  'exchange-route-ended': sent('governance', 'ExchangeRouteEndedDto', PRIVACY, 'governance'),
  'sharing-decided': sent('sharing', 'SharingDecidedDto', SYSTEM_OR_PROFESSIONAL),
  'data-shared': sent('sharing', 'DataSharedDto', SYSTEM_OR_PROFESSIONAL),
  'data-stored': sent('sharing', 'DataStoredDto', SYSTEM_OR_PROFESSIONAL),
  'lookup-performed': sent('sharing', 'LookupPerformedDto', SYSTEM_OR_PROFESSIONAL),
  'document-returned': sent('sharing', 'DocumentReturnedDto', SYSTEM_OR_PROFESSIONAL),
  'objection-received': sent('rights', 'ObjectionReceivedDto', PRIVACY_OR_PROFESSIONAL),
  'objection-resolved': sent('rights', 'ObjectionResolvedDto', PRIVACY_OR_PROFESSIONAL),
  'disagreement-escalated': sent('sharing', 'DisagreementEscalatedDto', PROFESSIONAL),
  'disagreement-resolved': sent('sharing', 'DisagreementResolvedDto', PROFESSIONAL),
  'casusoverleg-held': sent('casusoverleg', 'CasusoverlegHeldDto', SYSTEM_OR_PROFESSIONAL, 'meeting'),
  'casusoverleg-outcome-shared': sent('casusoverleg', 'CasusoverlegOutcomeSharedDto', PROFESSIONAL, 'meeting'),
  'dossier-accessed': sent('access', 'DossierAccessedDto', SYSTEM, 'access'),
  'access-reviewed': sent('access', 'AccessReviewedDto', PROFESSIONAL, 'access'),
  'access-granted': sent('governance', 'AccessGrantedDto', SYSTEM, 'governance'),
  'access-revoked': sent('governance', 'AccessRevokedDto', SYSTEM, 'governance'),
  'rights-request-received': sent('rights', 'RightsRequestReceivedDto', PRIVACY, 'rights-request'),
  'rights-request-extended': sent('rights', 'RightsRequestExtendedDto', PRIVACY, 'rights-request'),
  'rights-request-decided': sent('rights', 'RightsRequestDecidedDto', PRIVACY, 'rights-request'),
  'processing-restricted': sent('rights', 'ProcessingRestrictedDto', PRIVACY),
  'processing-lifted': sent('rights', 'ProcessingLiftedDto', PRIVACY),
  'recipients-notified': sent('rights', 'RecipientsNotifiedDto', PRIVACY),
  'statement-added': sent('rights', 'StatementAddedDto', PRIVACY),
  'retention-trigger': steering('retention', 'RetentionTriggerDto', ['case-system', 'record-manager']),
  'retention-rule-changed': sent('retention', 'RetentionRuleChangedDto', RECORDS),
  'retention-extended': sent('retention', 'RetentionExtendedDto', RECORDS),
  'hold-placed': steering('retention', 'HoldPlacedDto', HOLDERS),
  'hold-lifted': steering('retention', 'HoldLiftedDto', HOLDERS),
  'designation-changed': sent('retention', 'DesignationChangedDto', ['archivist']),
  'destroyed-at-source': steering('retention', 'DestroyedAtSourceDto', SYSTEM),
  'destruction-confirmed': sent('destruction', 'DestructionConfirmedDto', ['case-system', 'record-manager'], 'destruction-list'),
  'event-corrected': sent('ledger', 'EventCorrectedDto', ANY_SENDER, 'of-event'),
  'event-annulled': sent('ledger', 'EventAnnulledDto', ANY_SENDER, 'of-event'),
  'framework-ratified': sent('governance', 'FrameworkRatifiedDto', CONTROLLER, 'governance'),
  'covenant-published': sent('governance', 'CovenantPublishedDto', CONTROLLER, 'governance'),
  'deviation-acknowledged': sent('governance', 'DeviationAcknowledgedDto', CONTROLLER, 'governance'),
  'deviation-ended': sent('governance', 'DeviationEndedDto', CONTROLLER, 'governance'),
  'dpia-adopted': sent('governance', 'DpiaAdoptedDto', CONTROLLER, 'governance'),
  'data-breach-recorded': sent('governance', 'DataBreachRecordedDto', PRIVACY, 'governance'),
  'data-breach-assessed': sent('governance', 'DataBreachAssessedDto', PRIVACY, 'governance'),
  'coverage-declared': sent('governance', 'CoverageDeclaredDto', RECORDS, 'governance'),
  'import-declared': sent('governance', 'ImportDeclaredDto', ['case-system', 'record-manager'], 'governance'),
  'referral-counted': sent('governance', 'ReferralCountedDto', SYSTEM_OR_PROFESSIONAL, 'governance'),
} as const;

/** What the ledger records itself. */
const OWN = {
  // One item of a casusoverleg, split off when received.
  'case-discussed': own('casusoverleg', 'dossier'),
  'destruction-begun': own('destruction', 'dossier'),
  'destruction-called-off': own('destruction', 'dossier'),
  // In a stream with a term of its own, of whichever kind.
  'stream-destruction-begun': { ...own('destruction', 'meeting'), stream: null },
  'stream-destruction-called-off': { ...own('destruction', 'meeting'), stream: null },
  'consent-expired': own('consent', 'dossier'),
  'authority-ended': own('dossier', 'dossier'),
  'retention-expired': own('retention', 'dossier'),
  'clock-suspected': own('governance', 'governance'),
  'clock-confirmed': own('governance', 'governance'),
  'personal-data-viewed': own('access', 'access'),
  'personal-data-searched': own('access', 'searches'),
  'schedule-adopted': own('governance', 'governance'),
  'token-issued': own('governance', 'governance'),
  'export-made': own('governance', 'governance'),
  'policy-changed': own('governance', 'governance'),
  'standing-authorisation-given': own('governance', 'governance'),
  'standing-authorisation-ended': own('governance', 'governance'),
  'nightly-run-recorded': own('governance', 'governance'),
  'destruction-list-drawn-up': own('destruction', 'destruction-list'),
  'destruction-list-exceptions-changed': own('destruction', 'destruction-list'),
  'destruction-list-advised': own('destruction', 'destruction-list'),
  'destruction-list-person-replaced': own('destruction', 'destruction-list'),
  'destruction-list-submitted': own('destruction', 'destruction-list'),
  'destruction-list-reviewed': own('destruction', 'destruction-list'),
  'destruction-list-changes-requested': own('destruction', 'destruction-list'),
  'destruction-list-approved': own('destruction', 'destruction-list'),
  'destruction-list-cancelled': own('destruction', 'destruction-list'),
  'destruction-list-started': own('destruction', 'destruction-list'),
  'destruction-list-executed': own('destruction', 'destruction-list'),
  'destruction-list-purged': own('destruction', 'destruction-list'),
  'destruction-list-heard': own('destruction', 'destruction-list'),
  'destruction-list-recipients-counted': own('destruction', 'destruction-list'),
  'destruction-list-recipients-told': own('destruction', 'destruction-list'),
  'destruction-requested': own('destruction', 'destruction-list'),
  'destruction-recalled': own('destruction', 'destruction-list'),
  'destruction-list-items-recorded': own('destruction', 'destruction-list-items'),
  'destruction-list-reason-recorded': own('destruction', 'destruction-list-items'),
  'destruction-list-recipients-recorded': own('destruction', 'destruction-list-items'),
  'destruction-list-recipient-told': own('destruction', 'destruction-list-items'),
  'destruction-list-item-excepted': own('destruction', 'destruction-list-items'),
  'epoch-started': own('destruction', 'log'),
  'backup-restored': own('destruction', 'log'),
  'figures-fixed': own('destruction', 'log'),
  'run-begun': own('destruction', 'log'),
  'run-closed': own('destruction', 'log'),
  'certificate-issued': own('destruction', 'log'),
  'certificate-completed': own('destruction', 'log'),
} as const;

/** The one table of event types: types, their versions, owners, streams and senders are read from here only. */
export const CATALOGUE = { ...SENT, ...OWN } as const;

export type EventType = keyof typeof CATALOGUE;
export type SentEventType = keyof typeof SENT;

/** CloudEvents `type` of an event from outside: this prefix and the catalogue name. */
export const EVENT_TYPE_PREFIX = 'nl.overheid.sociaaldomein.';

export const SENT_EVENT_TYPES = Object.keys(SENT) as readonly SentEventType[];

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(CATALOGUE, type);
}

/** May this type be sent from outside at all? The ledger's own types are as unknown to a sender as any other. */
export function isSentEventType(type: string): type is SentEventType {
  return Object.hasOwn(SENT, type);
}

/** Throws on a type that is not in the table: ask `isEventType` first about anything that comes from outside. */
export function catalogueEntry(type: string): CatalogueEntry {
  if (!isEventType(type)) throw new Error('event type is not in the catalogue');
  return CATALOGUE[type];
}

/** Where validated data of a sent type go. A hold over many dossiers belongs to none of them. */
export function routeOf(type: SentEventType, data: Readonly<Record<string, unknown>>): Route {
  if ((type === 'hold-placed' || type === 'hold-lifted') && data['scope'] !== undefined) return 'governance';
  return CATALOGUE[type].route;
}

/** Who may send these data. A hold over many dossiers is no case system's: it has dossiers of its own only. */
export function sendersOf(type: SentEventType, data: Readonly<Record<string, unknown>>): readonly Role[] {
  const { who, needsLeadingSource }: CatalogueEntry = CATALOGUE[type];
  return needsLeadingSource && routeOf(type, data) === 'governance' ? who.filter((role) => role !== 'case-system') : who;
}
