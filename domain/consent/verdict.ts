import { gives, type ConsentAct } from '#domain/consent/acts';
import * as reasons from '#domain/consent/reasons';
import type { EventId } from '#domain/ledger/ids';
import { compareOccurred, dayTextOf, type Occurred } from '#domain/ledger/moments';

/** codes: consentStatuses */
export type ConsentStatus =
  | 'not-requested' | 'requested' | 'given' | 'renewed' | 'refused' | 'withdrawn' | 'disputed' | 'expired' | 'invalidated'
  | 'none-found';

export interface ConsentAnswer {
  /** Lifecycle as the acts tell it. */
  readonly recorded: ConsentStatus;
  /** After the rules: true only when a sharing may rest on it. */
  readonly valid: boolean;
  /** True when it was valid at that moment but a dispute that came later is still open ("betwist"). */
  readonly contested: boolean;
  /** Dutch, for a person. */
  readonly reason: string;
  /** The events the answer rests on, in position order; empty when none was found. */
  readonly events: readonly EventId[];
}

/**
 * What was found for one question about one person. `answers`, `generic`, `requests` and `notAsked` need hold only
 * acts that happened by the moment asked about; of each kind the latest suffice.
 */
export interface Found {
  /** Given, renewed, refused, withdrawn. */
  readonly answers: readonly Standing[];
  readonly generic: readonly ConsentAct[];
  readonly requests: readonly ConsentAct[];
  readonly notAsked: readonly ConsentAct[];
}

/** An act and, when it gives, what became of its consent. */
export interface Standing {
  readonly act: ConsentAct;
  /** Disputes and their upheld outcomes that happened by the moment asked about: the latest suffice. */
  readonly disputesThen?: readonly ConsentAct[];
  /** The same, whenever they happened. */
  readonly disputesEver?: readonly ConsentAct[];
  /** Outcomes invalid and unproven, whenever they happened: the latest suffice. */
  readonly voidings?: readonly ConsentAct[];
  /** Ends of its plan: the latest suffice. */
  readonly planEnds?: readonly ConsentAct[];
}

/** The latest act counts, whatever its consentId; where the order is not known, the strictest. */
export function weigh(found: Found, at: Occurred): ConsentAnswer {
  const latest = latestOf(found.answers, (standing) => standing.act).map((standing) => judged(standing, at));
  const request = latestActs(found.requests).at(-1);
  if (latest.length === 0) return withoutAnswer(found, request);
  const strictest = latest.reduce((kept, one) => (strictness(one.recorded) < strictness(kept.recorded) ? one : kept));
  if (!isValid(strictest.recorded) && request !== undefined && compareOccurred(request.occurred, strictest.act.occurred) > 0) {
    return answer('requested', reasons.ASKED_AGAIN, [...strictest.restsOn, request]);
  }
  if (latest.every((one) => one.recorded === strictest.recorded)) {
    return { ...answer(strictest.recorded, strictest.reason, strictest.restsOn), contested: strictest.contested };
  }
  const restsOn = latest.flatMap((one) => one.restsOn);
  return { ...answer(strictest.recorded, `${reasons.SAME_DAY} ${strictest.reason}`, restsOn), contested: strictest.contested };
}

/** Consent is needed from everyone it is about: the strictest person's answer is the dossier's. */
export function strictestOf(answers: readonly ConsentAnswer[]): ConsentAnswer {
  return answers.reduce((kept, one) => (strictness(one.recorded) < strictness(kept.recorded) ? one : kept));
}

export const NOTHING_FOUND: ConsentAnswer = { recorded: 'none-found', valid: false, contested: false, reason: reasons.NONE, events: [] };

function withoutAnswer(found: Found, request: ConsentAct | undefined): ConsentAnswer {
  const generic = latestActs(found.generic).at(-1);
  if (generic !== undefined) return answer('invalidated', reasons.GENERIC, [generic]);
  if (request !== undefined) return answer('requested', reasons.REQUESTED, [request]);
  const unasked = latestActs(found.notAsked).at(-1);
  return unasked === undefined ? NOTHING_FOUND : answer('not-requested', reasons.NOT_ASKED, [unasked]);
}

interface Judged {
  readonly act: ConsentAct;
  readonly recorded: ConsentStatus;
  readonly reason: string;
  readonly restsOn: readonly ConsentAct[];
  readonly contested: boolean;
}

function judged(standing: Standing, at: Occurred): Judged {
  const { act } = standing;
  const as = (recorded: ConsentStatus, reason: string, because?: ConsentAct, contested = false): Judged =>
    ({ act, recorded, reason, restsOn: because === undefined ? [act] : [act, because], contested });
  if (act.type === 'consent-withdrawn') return as('withdrawn', reasons.withdrawn(act));
  if (act.type === 'consent-refused') return as('refused', reasons.refused(act));
  if (act.uninformed === true) return as('invalidated', reasons.UNINFORMED);
  const voiding = latestActs(standing.voidings ?? []).filter((one) => isAbout(one, act)).at(-1);
  if (voiding !== undefined) return as('invalidated', reasons.voided(voiding), voiding);
  const dispute = openDispute(standing.disputesThen ?? [], act);
  if (dispute !== undefined) return as('disputed', reasons.disputed(dispute), dispute);
  const planEnd = earliestEnd(latestActs(standing.planEnds ?? []));
  const lastDay = firstDay(act.validUntil ?? null, planEnd?.on ?? null);
  if (lastDay !== null && dayTextOf(at) > lastDay) {
    const byPlan = planEnd?.on === lastDay;
    return as('expired', reasons.expired(lastDay, byPlan), byPlan ? planEnd : undefined);
  }
  const later = openDispute(standing.disputesEver ?? [], act);
  const recorded = act.type === 'consent-renewed' ? 'renewed' : 'given';
  return later === undefined ? as(recorded, reasons.given(act, lastDay)) : as(recorded, reasons.contested(later), later, true);
}

/** A dispute is about what was given before it; a consent given after it is another declaration. */
function isAbout(dispute: ConsentAct, given: ConsentAct): boolean {
  return compareOccurred(dispute.occurred, given.occurred) >= 0;
}

function openDispute(disputes: readonly ConsentAct[], given: ConsentAct): ConsentAct | undefined {
  return latestActs(disputes).find((one) => one.type === 'consent-disputed' && isAbout(one, given));
}

function earliestEnd(ends: readonly ConsentAct[]): ConsentAct | undefined {
  return ends.reduce<ConsentAct | undefined>((kept, one) => (kept === undefined || one.on! < kept.on! ? one : kept), undefined);
}

/** Calendar dates as text sort as dates. */
function firstDay(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

const FROM_STRICT: readonly ConsentStatus[] = [
  'withdrawn', 'refused', 'disputed', 'invalidated', 'expired', 'none-found', 'not-requested', 'requested', 'given', 'renewed',
];

function strictness(status: ConsentStatus): number {
  return FROM_STRICT.indexOf(status);
}

function isValid(status: ConsentStatus): boolean {
  return status === 'given' || status === 'renewed';
}

export function latestActs(acts: readonly ConsentAct[]): readonly ConsentAct[] {
  return latestOf(acts, (act) => act);
}

/**
 * The acts than which no other is later, in position order: one when the order is known; several when they share a
 * moment, or a day on which one of them has no time of day. Of the same kind of act only the one recorded last is
 * kept, so that an answer never rests on more than a few.
 */
function latestOf<Item>(items: readonly Item[], actOf: (item: Item) => ConsentAct): readonly Item[] {
  if (items.length < 2) return items;
  const dated = items.map((item) => ({ item, act: actOf(item), day: dayTextOf(actOf(item).occurred) }));
  const lastDay = dated.reduce((last, { day }) => (day > last ? day : last), '');
  const onLastDay = dated.filter(({ day }) => day === lastDay);
  const latest = onLastDay
    .filter(({ act }) => !onLastDay.some((other) => compareOccurred(other.act.occurred, act.occurred) > 0))
    .sort((a, b) => a.act.position - b.act.position);
  return [...new Map(latest.map((one) => [kindOf(one.act), one.item])).values()]
    .sort((a, b) => actOf(a).position - actOf(b).position);
}

/** Giving and renewing are one kind; so are asking to settle a dispute and settling it. */
function kindOf(act: ConsentAct): string {
  const kind = gives(act.type) ? 'gives' : act.type.startsWith('consent-dispute') ? 'dispute' : act.type;
  return `${kind} ${act.occurred.occurredAt === undefined ? 'day' : 'moment'}`;
}

function answer(recorded: ConsentStatus, reason: string, acts: readonly ConsentAct[]): ConsentAnswer {
  const inOrder = [...acts].sort((a, b) => a.position - b.position).map((act) => act.eventId);
  return { recorded, valid: isValid(recorded), contested: false, reason, events: [...new Set(inOrder)] };
}
