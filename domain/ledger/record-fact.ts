import { events, refuse, type Decision } from '#domain/ledger/decider';
import type { NewEvent } from '#domain/ledger/event';
import type { FactOrigin } from '#domain/ledger/fact-origin';
import type { EventId } from '#domain/ledger/ids';
import { dayOfInstant, type Occurred } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';

export interface RecordFactCommand<Event extends NewEvent<string, Occurred> = NewEvent<string, Occurred>> {
  readonly kind: 'record';
  readonly event: Event;
  /** The id it will be stored under: later events point at it (`corrects`). */
  readonly id: EventId;
  /** CloudEvents source of the sender: the one that opens a dossier leads it. */
  readonly source: string;
  /** Now plus ten minutes: what lies beyond has not happened. */
  readonly occurredNotAfter: Temporal.Instant;
}

/** Facts are recorded, wishes are decided (architecture.md): only what has not happened is refused. */
export function recordFact<Event extends NewEvent<string, Occurred>>(command: RecordFactCommand<Event>): Decision<Event & FactOrigin> {
  const { event, id, source, occurredNotAfter } = command;
  if (isAfter(event.data, occurredNotAfter)) {
    return refuse(refusal(
      'occurred-in-future', 'Deze gebeurtenis ligt in de toekomst. Leg vast wat al is gebeurd.',
      event.data.occurredAt === undefined ? '/data/occurredOn' : '/data/occurredAt',
    ));
  }
  return events({ ...event, id, origin: { source } });
}

function isAfter(occurred: Occurred, limit: Temporal.Instant): boolean {
  // Milliseconds cut off are enough for what lies clearly before; a leap second is no number and looked at below.
  if (occurred.occurredAt !== undefined && Date.parse(occurred.occurredAt) < limit.epochMilliseconds) return false;
  return occurred.occurredAt !== undefined
    ? Temporal.Instant.compare(Temporal.Instant.from(occurred.occurredAt), limit) > 0
    : Temporal.PlainDate.compare(Temporal.PlainDate.from(occurred.occurredOn), dayOfInstant(limit)) > 0;
}
