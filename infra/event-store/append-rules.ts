import { APPEND_BYTES_MAX, EVENT_BYTES_MAX, type Append } from '#infra/event-store/port';

/** A broken invariant of the caller or of the stored bytes; `code` is stable, the message holds no data. */
export class EventStoreError extends Error {
  readonly code: EventStoreErrorCode;

  constructor(code: EventStoreErrorCode, message: string) {
    super(message);
    this.name = 'EventStoreError';
    this.code = code;
  }
}

export type EventStoreErrorCode = 'too-large' | 'malformed-append' | 'closed' | 'store-unavailable' | 'purge-blocked';

/**
 * What every adapter refuses before it stores anything: clause 6 (an event's size is its header and payload in
 * bytes) and appends that contradict themselves. Throws EventStoreError.
 */
export function checkAppend(append: Append): void {
  if (append.events.length === 0) throw new EventStoreError('malformed-append', 'an append holds at least one event');
  if (!Number.isSafeInteger(append.expectedRevision) || append.expectedRevision < -1) {
    throw new EventStoreError('malformed-append', 'an append names the exact revision it expects');
  }
  let total = 0;
  let revision = append.expectedRevision;
  for (const event of append.events) {
    revision += 1;
    if (event.stream !== append.stream || event.revision !== revision) {
      throw new EventStoreError('malformed-append', 'an event was sealed for another place than it is appended to');
    }
    const bytes = event.header.length + event.payload.length;
    if (bytes > EVENT_BYTES_MAX) throw new EventStoreError('too-large', `an event is at most ${EVENT_BYTES_MAX} bytes`);
    total += bytes;
  }
  if (total > APPEND_BYTES_MAX) throw new EventStoreError('too-large', `an append is at most ${APPEND_BYTES_MAX} bytes`);
}
