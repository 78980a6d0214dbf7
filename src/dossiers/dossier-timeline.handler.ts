import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { DossierTimeline, type TimelineItem, type TimelinePage } from '#src/dossiers/dossier-timeline.query';
import { dutchDay, dutchMoment, readableEvent } from '#src/dossiers/readable';
import { KeyMissing } from '#src/recording/open-stored';
import { done, refused, type Outcome } from '#src/recording/outcome';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UNKNOWN = refused(refusal('not-found', 'Dit dossier is hier niet bekend.'));
const DESTROYED = refused(refusal('dossier-destroyed', 'Dit dossier is vernietigd.'));

/** Read and decrypted from the store itself, a page at a time: as fast in a long stream as in a short one. */
@QueryHandler(DossierTimeline)
export class DossierTimelineHandler implements IQueryHandler<DossierTimeline> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ dossierId, viewer, after, limit }: DossierTimeline): Promise<Outcome<TimelinePage>> {
    if (!UUID.test(dossierId)) return UNKNOWN;
    const stream = streamName('dossier', dossierId);
    const page = await this.ledger.store.readStream(stream, after + 1, limit);
    if (page.kind === 'none') return UNKNOWN;
    if (page.kind === 'destroyed') return DESTROYED;
    const looked = await this.ledger.looks.viewed(stream, viewer);
    if (looked.kind === 'refused') return looked;
    const items: TimelineItem[] = [];
    try {
      for (const stored of page.events) items.push(itemOf(await this.ledger.writer.open(stored)));
    } catch (error) {
      // A run took the key in this very moment.
      if (error instanceof KeyMissing) return DESTROYED;
      throw error;
    }
    const last = page.events.at(-1)?.revision ?? page.lastRevision;
    return done({ id: dossierId, items, ...(last < page.lastRevision ? { next: String(last) } : {}) });
  }
}

function itemOf(event: LedgerEvent): TimelineItem {
  const { occurredAt, occurredOn } = event.data as { readonly occurredAt?: string; readonly occurredOn?: string };
  const { title, lines } = readableEvent(event);
  return {
    id: event.id, position: event.position, type: event.type, title,
    when: occurredAt !== undefined ? dutchMoment(occurredAt) : occurredOn !== undefined ? dutchDay(occurredOn) : null,
    ...(occurredAt === undefined ? {} : { occurredAt }), ...(occurredOn === undefined ? {} : { occurredOn }),
    recordedAt: event.recordedAt, source: event.origin?.source ?? null,
    person: event.person === undefined ? null : { sub: event.person.sub, role: event.person.role },
    lines,
  };
}
