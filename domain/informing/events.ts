import type { Recipient } from '#domain/consent/events';
import type { NewEvent } from '#domain/ledger/event';
import type { DecidedBy, FactData } from '#domain/ledger/fact';

export type SubjectInformed = NewEvent<'subject-informed', FactData & {
  /** codes: channels */
  readonly channel: string;
  /** The notice that was given, by version; or told by word of mouth. */
  readonly notice: { readonly id: string; readonly version?: string } | 'mondeling';
  readonly about?: {
    readonly purposes?: readonly string[];
    readonly categories?: readonly string[];
    readonly recipients?: readonly Recipient[];
    readonly rights?: boolean;
  };
  readonly discussed?: boolean;
  readonly language?: string;
  /** decisionId, meetingId or consentId that it concerns. */
  readonly concerns?: { readonly decisionId?: string; readonly meetingId?: string; readonly consentId?: string };
}>;

export type InformingDeferred = NewEvent<'informing-deferred', FactData & {
  /** codes: notInformingGrounds */
  readonly ground: string;
  /** Calendar date: when it is looked at again. */
  readonly reviewOn: string;
  readonly decidedBy?: DecidedBy;
  /** A way to reach the person without danger, or none. */
  readonly safeContact?: { readonly channel: string } | 'none';
}>;

export type InformingEvent = SubjectInformed | InformingDeferred;
