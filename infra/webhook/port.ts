export interface WebhookReceiver {
  readonly url: URL;
  /** At least 24 bytes, shared with the receiver. */
  readonly secret: Uint8Array;
}

export interface WebhookMessage {
  /** The same at every attempt: the receiver knows it again. */
  readonly id: string;
  readonly body: string;
}

/** Why a message was not taken: a code, never what the other side said. */
export type DeliveryFailure =
  | 'address-not-allowed' | 'name-not-found' | 'unreachable' | 'not-trusted' | 'timed-out' | 'redirected' | 'answer-too-large' | 'refused' | 'failed-there';

export type Delivery = { readonly kind: 'taken' } | { readonly kind: 'failed'; readonly why: DeliveryFailure };

/** Posts one signed message. Never rejects. */
export type PostWebhook = (receiver: WebhookReceiver, message: WebhookMessage, now: Date) => Promise<Delivery>;
