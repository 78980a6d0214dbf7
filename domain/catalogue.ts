import type { StreamKind } from '#domain/ledger/ids';
import type { Role } from '#domain/ledger/roles';

/** The folder under domain/ that owns an event type: its evolve is the only one that reads it. */
export type Concept = 'dossier' | 'consent' | 'sharing' | 'rights' | 'retention' | 'destruction' | 'governance';

export interface CatalogueEntry {
  readonly concept: Concept;
  /** Version that is written now, from 1; older ones are upcast when read. */
  readonly schema: number;
  readonly stream: StreamKind;
  /** Roles that may send it (event-catalogue.md, "Who may send what"); empty: only the ledger itself records it. */
  readonly who: readonly Role[];
  /** Among case systems only the dossier's leading source may send it. */
  readonly needsLeadingSource: boolean;
  /** Class under src/events/dto that checks its data; null for the ledger's own. */
  readonly dto: string | null;
}

type SentEntry = CatalogueEntry & { readonly dto: string };
type OwnEntry = CatalogueEntry & { readonly dto: null };

function sent(concept: Concept, dto: string, who: readonly Role[], leading: 'leading' | 'any' = 'any'): SentEntry {
  return { concept, schema: 1, stream: 'dossier', who, needsLeadingSource: leading === 'leading', dto };
}

function own(concept: Concept, stream: StreamKind): OwnEntry {
  return { concept, schema: 1, stream, who: [], needsLeadingSource: false, dto: null };
}

/** What may be sent from outside: event-catalogue.md, as far as it is built. */
const SENT = {
  'dossier-opened': sent('dossier', 'DossierOpenedDto', ['case-system']),
  'dossier-closed': sent('dossier', 'DossierClosedDto', ['case-system'], 'leading'),
  'consent-requested': sent('consent', 'ConsentRequestedDto', ['case-system', 'professional']),
  'consent-given': sent('consent', 'ConsentGivenDto', ['case-system', 'professional']),
  'consent-refused': sent('consent', 'ConsentRefusedDto', ['case-system', 'professional', 'privacy-officer']),
  'consent-withdrawn': sent('consent', 'ConsentWithdrawnDto', ['case-system', 'professional', 'privacy-officer']),
  'sharing-decided': sent('sharing', 'SharingDecidedDto', ['case-system', 'professional']),
  'data-shared': sent('sharing', 'DataSharedDto', ['case-system', 'professional']),
  'objection-received': sent('rights', 'ObjectionReceivedDto', ['privacy-officer', 'professional']),
  'retention-trigger': sent('retention', 'RetentionTriggerDto', ['case-system', 'record-manager'], 'leading'),
  'hold-placed': sent('retention', 'HoldPlacedDto', ['record-manager', 'privacy-officer', 'case-system'], 'leading'),
  'hold-lifted': sent('retention', 'HoldLiftedDto', ['record-manager', 'privacy-officer', 'case-system'], 'leading'),
} as const;

/** What the ledger records itself. */
const OWN = {
  'destruction-begun': own('destruction', 'dossier'),
  'destruction-called-off': own('destruction', 'dossier'),
  'schedule-adopted': own('governance', 'governance'),
  'token-issued': own('governance', 'governance'),
  'destruction-list-drawn-up': own('destruction', 'destruction-list'),
  'destruction-list-submitted': own('destruction', 'destruction-list'),
  'destruction-list-reviewed': own('destruction', 'destruction-list'),
  'destruction-list-changes-requested': own('destruction', 'destruction-list'),
  'destruction-list-approved': own('destruction', 'destruction-list'),
  'destruction-list-cancelled': own('destruction', 'destruction-list'),
  'destruction-list-started': own('destruction', 'destruction-list'),
  'destruction-list-executed': own('destruction', 'destruction-list'),
  'destruction-list-purged': own('destruction', 'destruction-list'),
  'destruction-list-items-recorded': own('destruction', 'destruction-list-items'),
  'destruction-list-reason-recorded': own('destruction', 'destruction-list-items'),
  'epoch-started': own('destruction', 'log'),
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
