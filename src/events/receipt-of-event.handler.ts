import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { LedgerEvent } from '#domain/ledger/event';
import type { EventId } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { ReceiptOfEvent } from '#src/events/receipt-of-event.query';
import { KeyMissing } from '#src/recording/open-stored';
import { done, refused, type Outcome, type Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';

const EVENT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

@QueryHandler(ReceiptOfEvent)
export class ReceiptOfEventHandler implements IQueryHandler<ReceiptOfEvent> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /** Somebody else's event and no event at all get the same answer. */
  async execute({ id, caller }: ReceiptOfEvent): Promise<Outcome<Receipt>> {
    const place = EVENT_ID.test(id) ? await this.ledger.store.receiptOf(id as EventId) : null;
    const event = place === null ? undefined : await this.#eventAt(place.position);
    const origin = event?.origin;
    if (place === null || event === undefined || origin === undefined || !maySee(caller, event)) {
      return refused(refusal('not-found', 'Er is geen gebeurtenis met dit id die u gestuurd heeft.'));
    }
    return done({
      id: place.id, source: origin.source, sourceId: origin.id, status: 'known', position: place.position,
      leafIndex: place.position, leafHash: Buffer.from(place.leafHash).toString('hex'),
      recordedAt: place.recordedAt, checkpoint: place.checkpoint,
    });
  }

  /** Only what came from outside has an origin; a destroyed event has nothing any more. */
  async #eventAt(position: number): Promise<LedgerEvent | undefined> {
    const page = await this.ledger.store.readAll(position, 1);
    const entry = page.entries[0];
    if (entry?.kind !== 'event') return undefined;
    try {
      return await this.ledger.writer.open(entry.event);
    } catch (error) {
      if (error instanceof KeyMissing) return undefined;
      throw error;
    }
  }
}

/** All persons share one source; among them it is the person who counts. */
function maySee(caller: Principal, { origin, person }: LedgerEvent): boolean {
  if (caller.roles.includes('auditor')) return true;
  if (origin === undefined || caller.source !== origin.source) return false;
  return person === undefined || (person.iss === caller.iss && person.sub === caller.sub);
}
