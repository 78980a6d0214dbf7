import type { ConsentAct } from '#domain/consent/acts';
import type { Recipient } from '#domain/consent/events';
import { consentStatus } from '#domain/consent/status';
import { compareOccurred, dayTextOf, type Occurred } from '#domain/ledger/moments';
import { isCode, type CodeList } from '#domain/reference/codes';
import { consentRequired, findLegalBasis } from '#domain/reference/legal-bases';
import type { ClaimedLegalBasis, SharingDecided } from '#domain/sharing/events';

/** What the account needs of one `sharing-decided`: codes, dates and organisation names. */
export interface CountedDecision {
  readonly occurred: Occurred;
  readonly purpose: string;
  readonly categories: readonly string[];
  readonly legalBasis: ClaimedLegalBasis;
  readonly consentId: string | null;
  readonly withoutConsent: { readonly why: string; readonly risk: string | null; readonly decidedOn: string | null } | null;
}

/** What the account needs of one `data-shared`. */
export interface CountedSharing {
  readonly occurred: Occurred;
  readonly recipient: Recipient;
  readonly categories: readonly string[];
  readonly decisionId: string | null;
  readonly routeId: string | null;
}

/** A figure's code with its dimensions, counted once. */
export type Counted = readonly [figure: string, ...dimensions: readonly string[]];

/** Order of the partition (findings-and-report.md, chapter 2). */
export const ABSENT_PARTS = ['after-refusal-or-withdrawal', 'not-asked-decided-beforehand', 'not-asked-undecided'] as const;
export type AbsentPart = (typeof ABSENT_PARTS)[number];

export function countedDecision(data: SharingDecided['data']): CountedDecision {
  const { withoutConsent } = data;
  return {
    occurred: occurredOf(data), purpose: data.purpose, categories: data.categories ?? [], legalBasis: data.legalBasis,
    consentId: data.consentId ?? null,
    withoutConsent: withoutConsent === undefined
      ? null
      : { why: withoutConsent.why, risk: withoutConsent.risk ?? null, decidedOn: withoutConsent.decidedOn ?? null },
  };
}

export function occurredOf(data: Occurred): Occurred {
  return data.occurredAt === undefined ? { occurredOn: data.occurredOn } : { occurredAt: data.occurredAt };
}

/**
 * Which figures one sharing counts in. `decision` is the one it cites, null when none is known; `acts` are the
 * dossier's acts under the consentId that the decision cites.
 */
export function countSharing(sharing: CountedSharing, decision: CountedDecision | null, acts: readonly ConsentAct[]): readonly Counted[] {
  if (sharing.decisionId === null) return [['sharings', sharing.routeId === null ? 'none' : 'route']];
  if (decision === null) return [['sharings', 'decision'], ['sharings-decision-unknown']];
  const counted: Counted[] = [['sharings', 'decision']];
  const basis = basisOf(decision.legalBasis);
  if (basis === 'none' || basis === 'not-usable') counted.push(['sharings-without-basis', basis]);
  if (basis === 'unknown') counted.push(['sharings-basis-unknown']);
  const need = consentNeed(decision);
  if (need === 'not-stated') counted.push(['sharings-consent-not-stated']);
  if (need === 'required') {
    const part = absentPart(sharing, decision, acts);
    if (part !== null) counted.push(['sharings-consent-absent', part, groundOf(decision), riskOf(decision)]);
  }
  return counted;
}

const GROUNDING_KINDS: ReadonlySet<string> = new Set(['basis', 'conditional', 'contested']);

/** Only `basis` and `conditional` ground an act and `contested` waits for the FG; any other row is no basis. */
function basisOf(claimed: ClaimedLegalBasis): 'none' | 'not-usable' | 'unknown' | 'usable' {
  if (claimed === 'none') return 'none';
  const row = typeof claimed === 'string' || claimed.article === undefined ? undefined : findLegalBasis(claimed.article);
  if (row === undefined) return 'unknown';
  return GROUNDING_KINDS.has(row.kind) ? 'usable' : 'not-usable';
}

/**
 * What the cited row says. Without a row that can be read the decision's own word counts: whoever gives a reason for
 * going without consent says that it was needed.
 */
function consentNeed(decision: CountedDecision): 'required' | 'not-required' | 'not-stated' {
  const { legalBasis } = decision;
  const row = typeof legalBasis === 'string' || legalBasis.article === undefined ? undefined : findLegalBasis(legalBasis.article);
  if (row !== undefined && GROUNDING_KINDS.has(row.kind)) return consentRequired(row);
  return decision.withoutConsent !== null && decision.withoutConsent.why !== 'niet-vereist' ? 'required' : 'not-required';
}

/** Null: a valid consent stood at the moment of sharing. */
function absentPart(sharing: CountedSharing, decision: CountedDecision, acts: readonly ConsentAct[]): AbsentPart | null {
  const consent = consentAt(sharing, decision, acts);
  if (consent === 'valid') return null;
  if (consent === 'refused-or-withdrawn') return 'after-refusal-or-withdrawal';
  return decidedBeforehand(sharing, decision) ? 'not-asked-decided-beforehand' : 'not-asked-undecided';
}

/**
 * Every category that was shared must be covered; when nobody named one, any category of the consent will do.
 * A refusal or withdrawal on the day itself whose order is unknown is left out: it accuses nobody.
 */
function consentAt(sharing: CountedSharing, decision: CountedDecision, acts: readonly ConsentAct[]): 'valid' | 'refused-or-withdrawn' | 'absent' {
  const known = acts.filter((act) => !isTaking(act) || !orderUnknown(act.occurred, sharing.occurred));
  const ask = (category: string): 'valid' | 'refused-or-withdrawn' | 'absent' => {
    const answer = consentStatus(known, { purpose: decision.purpose, recipient: sharing.recipient, category, at: sharing.occurred });
    if (answer.valid) return 'valid';
    const taken = known.some((act) => isTaking(act) && answer.events.includes(act.eventId));
    return taken ? 'refused-or-withdrawn' : 'absent';
  };
  const named = sharing.categories.length > 0 ? sharing.categories : decision.categories;
  if (named.length === 0) {
    const answers = [...new Set(known.flatMap((act) => act.categories ?? []))].map(ask);
    return answers.includes('valid') ? 'valid' : answers.includes('refused-or-withdrawn') ? 'refused-or-withdrawn' : takenWhole(known, sharing);
  }
  const answers = named.map(ask);
  if (answers.every((answer) => answer === 'valid')) return 'valid';
  return answers.includes('refused-or-withdrawn') ? 'refused-or-withdrawn' : takenWhole(known, sharing);
}

/** A refusal or withdrawal under the cited consentId of which nobody recorded what was asked or given. */
function takenWhole(acts: readonly ConsentAct[], sharing: CountedSharing): 'refused-or-withdrawn' | 'absent' {
  const before = acts.filter((act) => compareOccurred(act.occurred, sharing.occurred) <= 0);
  const unscoped = before.some((act) => isTaking(act) && act.purposes === undefined && act.recipients === undefined && act.categories === undefined);
  return unscoped && !before.some((act) => act.type === 'consent-given') ? 'refused-or-withdrawn' : 'absent';
}

function isTaking(act: ConsentAct): boolean {
  return act.type === 'consent-refused' || act.type === 'consent-withdrawn';
}

/** Same day with one side a day only (event-catalogue.md). */
function orderUnknown(a: Occurred, b: Occurred): boolean {
  return compareOccurred(a, b) === 0 && (a.occurredAt === undefined || b.occurredAt === undefined);
}

function decidedBeforehand(sharing: CountedSharing, { withoutConsent, occurred }: CountedDecision): boolean {
  if (withoutConsent === null || withoutConsent.why === 'vergeten') return false;
  return withoutConsent.decidedOn !== null
    ? withoutConsent.decidedOn <= dayTextOf(sharing.occurred) && compareOccurred(occurred, sharing.occurred) <= 0
    : compareOccurred(occurred, sharing.occurred) <= 0;
}

function groundOf({ withoutConsent }: CountedDecision): string {
  if (withoutConsent === null) return 'none';
  return known(withoutConsent.why, 'secrecyBreakingGrounds', 'notAskedReasons');
}

function riskOf({ withoutConsent }: CountedDecision): string {
  return withoutConsent?.risk == null ? 'none' : known(withoutConsent.risk, 'riskKinds');
}

/** Only codes become part of a figure: what a sender wrote instead could name a person. */
export function known(code: string | undefined, ...lists: readonly CodeList[]): string {
  return code !== undefined && lists.some((list) => isCode(list, code)) ? code : 'onbekend';
}
