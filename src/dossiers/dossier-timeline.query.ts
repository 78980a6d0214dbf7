import { Query } from '@nestjs/cqrs';
import type { EventId, Position, Revision } from '#domain/ledger/ids';
import type { ReadableLine } from '#src/dossiers/readable';
import type { Viewer } from '#src/dossiers/looks';
import type { Outcome } from '#src/recording/outcome';

export interface TimelineItem {
  readonly id: EventId;
  readonly position: Position;
  /** Catalogue name, and what a person reads instead. */
  readonly type: string;
  readonly title: string;
  /** When it happened, as a person reads it; null when the event itself does not say. */
  readonly when: string | null;
  readonly occurredAt?: string;
  readonly occurredOn?: string;
  readonly recordedAt: string;
  /** CloudEvents source it came from; null for the ledger's own. */
  readonly source: string | null;
  /** The person who recorded it, when it was a person. */
  readonly person: { readonly sub: string; readonly role: string } | null;
  readonly lines: readonly ReadableLine[];
}

export interface TimelinePage {
  /** The dossier's random id. */
  readonly id: string;
  readonly items: readonly TimelineItem[];
  /** For `after` of the next page; absent on the last one. */
  readonly next?: string;
}

/** In the order of recording; `after`: revision of the last event of the page before, -1 for the first page. */
export class DossierTimeline extends Query<Outcome<TimelinePage>> {
  constructor(readonly dossierId: string, readonly viewer: Viewer, readonly after: Revision, readonly limit: number) {
    super();
  }
}
