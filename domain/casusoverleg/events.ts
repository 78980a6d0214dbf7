import type { NewEvent } from '#domain/ledger/event';
import type { AboutOther, CommonData, DossierReferenceData, FactData } from '#domain/ledger/fact';

export interface Participant {
  readonly organisation: string;
  /** codes: meetingRoles */
  readonly role: string;
  /** codes: laws; the task under which this party sits at the table. */
  readonly task?: string;
  readonly selectionReason?: string;
}

/** What the discussion of an identifiable case rests on. */
export interface DiscussionBasis {
  readonly consentId?: string;
  readonly decisionId?: string;
  readonly forceMajeure?: { readonly reason: string };
}

/** One item of a meeting without its dossier: what was shown to whom, and what was agreed. */
export interface DiscussedItem {
  /** codes: modes */
  readonly mode?: string;
  readonly purpose?: string;
  readonly basis?: DiscussionBasis | 'none';
  readonly subjectInvited?: boolean;
  readonly subjectPresent?: boolean;
  /** Organisations that were present for this item. */
  readonly present?: readonly string[];
  readonly categoriesShown?: readonly string[];
  readonly agreements?: readonly {
    readonly participant: string; readonly categories?: readonly string[]; readonly purpose?: string; readonly permittedBy?: string;
  }[];
  readonly stored?: readonly string[];
  readonly minutesSentTo?: readonly string[];
  readonly whyIdentifiable?: string;
  readonly demand?: boolean;
  /** Calendar date. */
  readonly actionSince?: string;
  readonly contributions?: readonly {
    readonly participant: string; readonly profession?: string; readonly brokenOn?: string;
    readonly categories?: readonly string[]; readonly declined?: boolean;
  }[];
  readonly report?: { readonly kind?: string; readonly recipients?: readonly string[]; readonly location?: string };
  readonly aboutOthers?: readonly AboutOther[];
}

/** What every item needs of the meeting it was part of: a rule reads one stream. */
export interface MeetingOfItem {
  readonly meetingId: string;
  /** Calendar date. */
  readonly on: string;
  /** codes: meetingKinds */
  readonly kind?: string;
  readonly convenor?: string;
  readonly selectionReason?: string;
  readonly participants: readonly Participant[];
}

/** One item of a casusoverleg, in its dossier's stream and nowhere else. */
export type CaseDiscussed = NewEvent<'case-discussed', FactData & MeetingOfItem & DiscussedItem>;

/** The frame, in the meeting's own stream: no person, no dossier. */
export type CasusoverlegHeld = NewEvent<'casusoverleg-held', CommonData & {
  readonly meetingId: string;
  readonly on: string;
  readonly kind?: string;
  readonly organisations: readonly string[];
  /** codes: meetingRoles, each once. */
  readonly roles: readonly string[];
  readonly items: { readonly identifiable: number; readonly anonymous: number };
}>;

export type CasusoverlegOutcomeShared = NewEvent<'casusoverleg-outcome-shared', CommonData & {
  readonly meetingId: string;
  /** codes: channels */
  readonly channel?: string;
  readonly on?: string;
}>;

/** What is sent before it is split: see split.ts. Persons may still be BSNs. */
export type CasusoverlegAsSent = CommonData & Omit<MeetingOfItem, 'participants'> & {
  readonly participants: readonly Participant[];
  readonly items: readonly ItemAsSent[];
};

/** An item of a dossier, or an anonymous one. */
export type ItemAsSent = Readonly<Record<string, unknown>> & {
  readonly dossier?: DossierReferenceData;
  readonly anonymous?: boolean;
};

export type MeetingEvent = CasusoverlegHeld | CasusoverlegOutcomeShared;
