import type { ConsentAct } from '#domain/consent/acts';
import { covers, takesAway, type AskedScope } from '#domain/consent/scope';
import type { EventId, Position } from '#domain/ledger/ids';
import { compareOccurred, dayOf, type Occurred } from '#domain/ledger/moments';

/** codes: consentStatuses, as far as the acts that can be recorded now lead to them. */
export type ConsentStatus = 'requested' | 'given' | 'refused' | 'withdrawn' | 'expired' | 'invalidated' | 'none-found';

export interface ConsentQuestion extends AskedScope {
  /** A moment, or a whole calendar day in Amsterdam. */
  readonly at: Occurred;
  /** As the ledger knew it: acts at later positions are left out. */
  readonly asKnownAt?: Position;
}

export interface ConsentAnswer {
  /** Lifecycle as the acts tell it. */
  readonly recorded: ConsentStatus;
  /** After the rules: true only when a sharing may rest on it. Now known: withdrawal, refusal, expiry, generic. */
  readonly valid: boolean;
  /** Dutch, for a person. */
  readonly reason: string;
  /** The events the answer rests on, in position order; empty when none was found. */
  readonly events: readonly EventId[];
}

/**
 * The status of consent for one question, out of the consent acts of one dossier in any order.
 * The latest act that covers the question counts, over all consentIds. An act known only as a day counts from that
 * day on. Where the order of acts on one day is not known, the strictest counts, and the reason says so.
 * Asked about the dossier as a whole, consent is needed from everyone it is about: the strictest person's counts.
 */
export function consentStatus(acts: readonly ConsentAct[], question: ConsentQuestion): ConsentAnswer {
  if (question.subject !== undefined || question.dossierSubjects === undefined || question.dossierSubjects.length === 0) {
    return statusFor(acts, question);
  }
  const answers = question.dossierSubjects.map((subject) => statusFor(acts, { ...question, subject }));
  return answers.reduce((strictest, answer) => strictness(answer.recorded) < strictness(strictest.recorded) ? answer : strictest);
}

const FROM_STRICT: readonly ConsentStatus[] = ['withdrawn', 'refused', 'invalidated', 'expired', 'none-found', 'requested', 'given'];

function strictness(status: ConsentStatus): number {
  return FROM_STRICT.indexOf(status);
}

function statusFor(acts: readonly ConsentAct[], question: ConsentQuestion): ConsentAnswer {
  // Scope first, time after: reading a moment costs more than comparing codes, and one dossier may hold many acts.
  const known = (act: ConsentAct): boolean => compareOccurred(act.occurred, question.at) <= 0;
  const all = question.asKnownAt === undefined ? acts : acts.filter((act) => act.position <= question.asKnownAt!);
  const asked = all.filter((act) => asksOrGives(act) && covers(act, question) && known(act));
  const covered = new Set(asked.map((act) => act.consentId));
  const takenAway = all.filter((act) => !asksOrGives(act)
    && takesAway(act, covered.has(act.consentId), () => all.filter((other) => other.consentId === act.consentId), question) && known(act));
  const about = [...asked.filter((act) => act.generic !== true), ...takenAway];

  const latest = latestOf(about.filter((act) => act.type !== 'consent-requested'));
  const request = latestOf(about.filter((act) => act.type === 'consent-requested')).at(-1);
  if (latest.length === 0) {
    const generic = latestOf(all.filter((act) => act.generic === true && known(act))).at(-1);
    if (generic !== undefined) return answer('invalidated', GENERIC, [generic]);
    return request === undefined ? answer('none-found', NONE, []) : answer('requested', REQUESTED, [request]);
  }
  return afterAnswer(latest, request, question.at);
}

/** There is an answer: the strictest of the latest ones. A new request never takes a standing consent away. */
function afterAnswer(latest: readonly ConsentAct[], request: ConsentAct | undefined, at: Occurred): ConsentAnswer {
  const statuses = latest.map((act) => ({ act, status: statusOf(act, at) }));
  const strictest = statuses.reduce((kept, one) => strictness(one.status) < strictness(kept.status) ? one : kept);
  const { act, status } = strictest;
  if (status !== 'given' && request !== undefined && compareOccurred(request.occurred, act.occurred) > 0) {
    return answer('requested', ASKED_AGAIN, [act, request]);
  }
  const doubtful = statuses.some((one) => one.status !== status);
  return doubtful
    ? answer(status, `${SAME_DAY} ${REASONS[status](act)}`, latest)
    : answer(status, REASONS[status](act), [act]);
}

function statusOf(act: ConsentAct, at: Occurred): 'given' | 'expired' | 'refused' | 'withdrawn' {
  if (act.type === 'consent-withdrawn') return 'withdrawn';
  if (act.type === 'consent-refused') return 'refused';
  if (act.validUntil === undefined) return 'given';
  return Temporal.PlainDate.compare(dayOf(at), Temporal.PlainDate.from(act.validUntil)) > 0 ? 'expired' : 'given';
}

/**
 * The acts than which no other is later, in position order: one when the order is known; several when they share a
 * moment, or a day on which one of them has no time of day.
 */
function latestOf(acts: readonly ConsentAct[]): readonly ConsentAct[] {
  let lastDay: Temporal.PlainDate | undefined;
  for (const act of acts) {
    const day = dayOf(act.occurred);
    if (lastDay === undefined || Temporal.PlainDate.compare(day, lastDay) > 0) lastDay = day;
  }
  if (lastDay === undefined) return [];
  const onLastDay = acts.filter((act) => dayOf(act.occurred).equals(lastDay));
  return onLastDay
    .filter((act) => !onLastDay.some((other) => compareOccurred(other.occurred, act.occurred) > 0))
    .sort((a, b) => a.position - b.position);
}

function asksOrGives(act: ConsentAct): boolean {
  return act.type === 'consent-given' || act.type === 'consent-requested';
}

function answer(recorded: ConsentStatus, reason: string, acts: readonly ConsentAct[]): ConsentAnswer {
  return {
    recorded,
    valid: recorded === 'given',
    reason,
    events: [...acts].sort((a, b) => a.position - b.position).map((act) => act.eventId),
  };
}

const NONE = 'Er is geen toestemming gevonden voor dit doel, deze ontvanger en dit soort gegevens.';
const REQUESTED = 'De toestemming is gevraagd. Er is nog geen antwoord vastgelegd.';
const ASKED_AGAIN = 'De toestemming was er niet meer en is opnieuw gevraagd. Er is nog geen antwoord vastgelegd.';
const GENERIC = 'De toestemming noemt geen bepaald doel, bepaalde ontvanger of bepaald soort gegevens. Zo’n algemene toestemming is niet geldig.';
const SAME_DAY = 'Op deze dag is meer vastgelegd en de volgorde is niet bekend. Daarom telt het strengste.';

const REASONS = {
  given: (act) => act.validUntil === undefined
    ? 'De toestemming is gegeven en niet ingetrokken.'
    : `De toestemming is gegeven, niet ingetrokken en loopt tot en met ${dutchDate(act.validUntil)}.`,
  expired: (act) => `De toestemming liep tot en met ${dutchDate(act.validUntil!)} en is nu verlopen.`,
  refused: (act) => `De toestemming is geweigerd op ${dutchDate(dayOf(act.occurred).toString())}.`,
  withdrawn: (act) => `De toestemming is ingetrokken op ${dutchDate(dayOf(act.occurred).toString())}. Wat daarvoor is gedeeld, blijft zoals het was.`,
} as const satisfies Record<'given' | 'expired' | 'refused' | 'withdrawn', (act: ConsentAct) => string>;

const MONTHS = [
  'januari', 'februari', 'maart', 'april', 'mei', 'juni',
  'juli', 'augustus', 'september', 'oktober', 'november', 'december',
] as const;

function dutchDate(day: string): string {
  const date = Temporal.PlainDate.from(day);
  return `${date.day} ${MONTHS[date.month - 1]!} ${date.year}`;
}
