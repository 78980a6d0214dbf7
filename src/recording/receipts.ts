import type { EventPlace } from '#infra/event-store/port';
import type { LedgerAppendResult } from '#src/recording/ledger-writer';
import type { Receipt } from '#src/recording/outcome';

type Sent = { readonly source: string; readonly id: string };

export function firstReceipt(result: LedgerAppendResult & { readonly kind: 'appended' }, { source, id }: Sent): Receipt {
  const sealed = result.sealed[0]!;
  return {
    id: sealed.id, source, sourceId: id, status: 'recorded',
    position: result.firstPosition, leafIndex: result.firstPosition,
    leafHash: Buffer.from(sealed.leafHash).toString('hex'), recordedAt: sealed.recordedAt, checkpoint: result.checkpoint,
  };
}

/** Of an event that was recorded before. */
export function receiptAgain(place: EventPlace, { source, id }: Sent): Receipt {
  return {
    id: place.id, source, sourceId: id, status: 'known', position: place.position, leafIndex: place.position,
    leafHash: Buffer.from(place.leafHash).toString('hex'), recordedAt: place.recordedAt, checkpoint: place.checkpoint,
  };
}
