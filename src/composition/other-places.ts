import { join } from 'node:path';
import { OutboxFolder } from '#infra/outbox/outbox-folder';
import type { Outbox } from '#infra/outbox/port';
import type { LedgerKeys } from '#infra/keys/port';
import type { PostWebhook } from '#infra/webhook/port';
import { postWebhook, WEBHOOK_LIMITS } from '#infra/webhook/webhook-client';
import type { LedgerConfig } from '#src/composition/config';

/** How other places that hold a copy are told: out of a durable outbox, by signed messages. */
export interface OtherPlaces<Message> {
  readonly outbox: Outbox<Message>;
  readonly post: PostWebhook;
}

/** Receivers on this machine only where a test schedule is allowed too. */
export function otherPlaces<Message>(config: LedgerConfig, keys: Pick<LedgerKeys, 'master'>): OtherPlaces<Message> {
  const limits = { ...WEBHOOK_LIMITS, loopback: config.allowTestSchedules };
  return {
    outbox: new OutboxFolder(join(config.dataDir, 'outbox'), keys.master),
    post: (receiver, message, now) => postWebhook(receiver, message, now, limits),
  };
}
