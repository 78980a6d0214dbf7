import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind, type StreamName } from '#domain/ledger/ids';
import { upcast } from '#domain/upcast';
import type { StoredEvent } from '#infra/event-store/port';
import { logKeyAt } from '#infra/keys/log-keys';
import type { LogKeys } from '#infra/keys/port';
import { openEvent, openLogEvent } from '#infra/sealing/sealing';

/** The stream's data key is gone or never was: its events cannot be read. */
export class KeyMissing extends Error {
  readonly code = 'key-missing';
  constructor() {
    super('a stream has no data key');
  }
}

/**
 * Opens one stored event. Its header fields are those of the header bytes: the store read them there. `dataKey` is asked for every
 * stream but a `log-` one. Throws `KeyMissing` when there is none.
 */
export function openStored(stored: StoredEvent, dataKey: (stream: StreamName) => Uint8Array | null, log: LogKeys): LedgerEvent {
  const { id, stream, revision, recordedAt, position } = stored;
  const payload = streamKind(stream) === 'log'
    ? openLogEvent(stored.header, stored.payload, logKeyAt(log, position))
    : openEvent(stored.header, stored.payload, present(dataKey(stream)));
  const current = upcast({ type: stored.type, schema: stored.schema, data: payload.data });
  return { ...payload, id, stream, revision, recordedAt, ...current, position };
}

function present(key: Uint8Array | null): Uint8Array {
  if (key === null) throw new KeyMissing();
  return key;
}
