import type { DeliveryFailure, WebhookMessage } from '#infra/webhook/port';
import type { LocatedCopy } from '#src/destruction/requests/located';

/** One message in the outbox, until the run it belongs to is over. */
export interface OutboxMessage {
  readonly kind: 'request' | 'recall';
  readonly listId: string;
  /** Name of the location. */
  readonly location: string;
  readonly answerBy: string;
  /** Kept until the run is over, since a late hold recalls it. */
  readonly copies: readonly LocatedCopy[];
  /** Dossiers it is about, also afterwards. */
  readonly dossiers: number;
  readonly createdAt: string;
  readonly attempts: number;
  /** Moment of the next attempt; null: taken, or never sent by this ledger. */
  readonly nextAttemptAt: string | null;
  readonly lastFailure: DeliveryFailure | null;
}

/** References in one message: some tens of kilobytes. */
export const COPIES_PER_MESSAGE = 500;

const FIRST_RETRY_MINUTES = 1;
const RETRY_MINUTES_MAX = 360;

/** Twice as long every time, up to six hours. */
export function retryAt(now: Temporal.Instant, attempts: number): string {
  return now.add({ minutes: Math.min(RETRY_MINUTES_MAX, FIRST_RETRY_MINUTES * 2 ** Math.min(attempts, 16)) }).toString();
}

/** A CloudEvent; its id is that of the message, so that a second attempt is known again. */
export function webhookMessage(id: string, message: OutboxMessage, oin: string): WebhookMessage {
  const type = message.kind === 'request' ? 'destruction-requested' : 'destruction-recalled';
  return {
    id,
    body: JSON.stringify({
      specversion: '1.0', id, source: `urn:nld:oin:${oin}:systeem:rekenschap`, type: `nl.overheid.sociaaldomein.${type}`,
      time: message.createdAt, datacontenttype: 'application/json',
      data: {
        destructionRequestId: message.listId, location: message.location,
        references: message.copies.map(({ reference }) => reference),
        ...(message.kind === 'request' ? { answerBy: message.answerBy } : {}),
      },
    }),
  };
}
