import type { CaseDiscussed, CasusoverlegAsSent, CasusoverlegHeld } from '#domain/casusoverleg/events';

/** Data of one item for its dossier's stream. Persons may still be BSNs: each dossier maps them under its own law. */
export interface MeetingPart {
  /** With source and id of the whole it makes the part's own id: the same on every resend. */
  readonly part: string;
  /** Place in `items`, for the reply. */
  readonly index: number;
  readonly type: CaseDiscussed['type'];
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SplitMeeting {
  /** Recorded first, in this order, each on its own: a refused one leaves the others standing. */
  readonly parts: readonly MeetingPart[];
  /** Recorded last, as `casusoverleg-held` in the meeting's stream: no person, no dossier, no free text. */
  readonly frame: CasusoverlegHeld['data'];
}

/**
 * A meeting as it was sent and validated, in parts: one per item that names a dossier, with what a rule needs to know of
 * the meeting. Anonymous items are counted in the frame and kept nowhere.
 */
export function splitMeeting(sent: CasusoverlegAsSent): SplitMeeting {
  const { items, participants, meetingId, on, kind, convenor, selectionReason, actor, motivation, motivationRef } = sent;
  const when = sent.occurredAt === undefined ? { occurredOn: sent.occurredOn } : { occurredAt: sent.occurredAt };
  const meeting = given({ meetingId, on, kind, convenor, selectionReason, participants, actor, motivation, motivationRef });
  const parts = items.flatMap((item, index): MeetingPart[] => {
    if (item.dossier === undefined) return [];
    const { anonymous: _anonymous, ...discussed } = item;
    return [{ part: `items/${index}`, index, type: 'case-discussed', data: { ...when, ...meeting, ...discussed } }];
  });
  return {
    parts,
    frame: {
      ...when, meetingId, on, ...(kind === undefined ? {} : { kind }),
      organisations: distinct(participants.map(({ organisation }) => organisation)),
      roles: distinct(participants.map(({ role }) => role)),
      items: { identifiable: parts.length, anonymous: items.length - parts.length },
    },
  };
}

function given(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Sorted, so that the frame does not tell who sat beside whom. */
function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
