import { countedDecision, countSharing, known, occurredOf, type Counted, type CountedSharing } from '#domain/account/sharing-account';
import { consentAct, takes, type ConsentAct, type ConsentActData, type ConsentActEvent } from '#domain/consent/acts';
import type { ConsentGivenData } from '#domain/consent/events';
import type { EventId, Position } from '#domain/ledger/ids';
import { compareOccurred, dayTextOf, type Occurred } from '#domain/ledger/moments';
import type { ObjectionReceived } from '#domain/rights/events';
import type { DataShared, SharingDecided } from '#domain/sharing/events';
import { moveCells, sameShares, type Share } from '#projections/yearly-figures/cells';
import { placed, withId, without, type Items, type KeptAct } from '#projections/yearly-figures/items';
import type { ApplyContext, Rows } from '#projections/projection';

/** One dossier while an event is applied to it. */
export interface Counting {
  readonly items: Items;
  readonly rows: Rows;
  readonly context: ApplyContext;
}

/** An event as it counts now: after a correction with other data, at its own place. */
export interface CountedFact {
  readonly id: EventId;
  readonly type: string;
  readonly position: Position;
  readonly data: unknown;
}

type Keep = (fact: CountedFact, counting: Counting) => void;

const KEEP: Readonly<Record<string, Keep>> = {
  'data-shared': keepSharing, 'sharing-decided': keepDecision, 'objection-received': keepObjection,
  'consent-requested': keepAct, 'consent-given': keepAct, 'consent-renewed': keepAct, 'consent-refused': keepAct,
  'consent-withdrawn': keepAct, 'consent-disputed': keepAct, 'consent-dispute-resolved': keepAct, 'plan-ended': keepAct,
};

export function isSharingFact(type: string): boolean {
  return Object.hasOwn(KEEP, type);
}

export function keepFact(fact: CountedFact, counting: Counting): void {
  KEEP[fact.type]!(fact, counting);
}

/** What the event said stops counting; its position when it stood, to put something else in its place. */
export function dropFact(id: EventId, counting: Counting): Position | null {
  const { items } = counting;
  const kept = items.event(id);
  if (kept === null) return null;
  items.dropEvent(id);
  move(kept.shares, [], counting);
  const { value } = kept;
  if ('sharing' in value) return value.sharing.decisionId === null ? 0 : dropSharing(id, value.sharing.decisionId, items);
  switch (value.kind) {
    case 'objection': return 0;
    case 'decision': return dropDecision(id, value.id, counting);
    case 'consent': return dropAct(id, value.id, counting);
    case 'plan': return dropPlanEnd(id, value.id, counting);
  }
}

function keepObjection({ id, data }: CountedFact, counting: Counting): void {
  const { kind, receivedOn } = data as ObjectionReceived['data'];
  keepCounted(id, { kind: 'objection' }, [[['objections', known(kind, 'objectionKinds')], Number(receivedOn.slice(0, 4)), 1]], counting);
}

function keepCounted(id: EventId, value: Parameters<Items['keepEvent']>[1]['value'], shares: readonly Share[], counting: Counting): void {
  counting.items.keepEvent(id, { value, shares });
  move([], shares, counting);
}

function keepSharing({ id, data }: CountedFact, counting: Counting): void {
  const { items } = counting;
  const { recipient, categories = [], decisionId = null, routeId = null, ...when } = data as DataShared['data'];
  const sharing: CountedSharing = { occurred: occurredOf(when), recipient, categories, decisionId, routeId };
  if (decisionId !== null) {
    const decision = items.decision(decisionId);
    items.keepDecision(decisionId, { ...decision, sharings: [...decision.sharings, id] });
  }
  recount(id, sharing, null, counting);
}

/** A sharing has no place among others. */
function dropSharing(id: EventId, decisionId: string, items: Items): Position {
  const decision = items.decision(decisionId);
  items.keepDecision(decisionId, { ...decision, sharings: decision.sharings.filter((other) => other !== id) });
  return 0;
}

function keepDecision({ id, position, data }: CountedFact, counting: Counting): void {
  const { items } = counting;
  const { decisionId } = data as SharingDecided['data'];
  const decision = countedDecision(data as SharingDecided['data']);
  items.keepEvent(id, { value: { kind: 'decision', id: decisionId }, shares: [] });
  const before = items.decision(decisionId);
  items.keepDecision(decisionId, { ...before, versions: placed(before.versions, { eventId: id, position, decision }) });
  if (decision.consentId !== null) {
    const consent = items.consent(decision.consentId);
    if (!consent.decisions.includes(decisionId)) items.keepConsent(decision.consentId, { ...consent, decisions: [...consent.decisions, decisionId] });
  }
  recountUnder([decisionId], counting);
}

function dropDecision(id: EventId, decisionId: string, counting: Counting): Position {
  const { items } = counting;
  const before = items.decision(decisionId);
  items.keepDecision(decisionId, { ...before, versions: without(before.versions, id) });
  recountUnder([decisionId], counting);
  return before.versions.find(({ eventId }) => eventId === id)!.position;
}

function keepAct({ id, type, position, data }: CountedFact, counting: Counting): void {
  const { items } = counting;
  const act: KeptAct = { ...consentAct({ id, position, type: type as ConsentActEvent['type'], data: data as ConsentActData }), ...renewal(type, data) };
  if (act.type === 'plan-ended') {
    const planId = act.planId ?? '';
    keepCounted(id, { kind: 'plan', id: planId }, [], counting);
    const plan = items.plan(planId);
    items.keepPlan(planId, { ...plan, ends: placed(plan.ends, act) });
    recountUnder(decisionsOfPlan(planId, items), counting);
    return;
  }
  const { consentId } = act;
  keepCounted(id, { kind: 'consent', id: consentId }, figuresOf(act, data), counting);
  const consent = items.consent(consentId);
  const { renews, planId } = act;
  items.keepConsent(consentId, {
    ...consent, acts: placed(consent.acts, act), ...(renews === undefined ? {} : { renews: withId(consent.renews, renews) }),
  });
  if (renews !== undefined) {
    const renewed = items.consent(renews);
    items.keepConsent(renews, { ...renewed, renewedBy: withId(renewed.renewedBy, consentId) });
  }
  if (planId !== undefined) {
    const plan = items.plan(planId);
    if (!plan.consents.includes(consentId)) items.keepPlan(planId, { ...plan, consents: [...plan.consents, consentId] });
  }
  recountUnder(decisionsOfConsent(consentId, items), counting, takes(act) ? act.occurred : null);
}

/** Renewing under the same id says nothing more than the act does. */
function renewal(type: string, data: unknown): { readonly renews?: string } {
  const { renews, consentId } = data as { readonly renews?: string; readonly consentId: string };
  return type !== 'consent-renewed' || renews === undefined || renews === consentId ? {} : { renews };
}

function dropAct(id: EventId, consentId: string, counting: Counting): Position {
  const { items } = counting;
  const before = items.consent(consentId);
  items.keepConsent(consentId, { ...before, acts: without(before.acts, id) });
  recountUnder(decisionsOfConsent(consentId, items), counting);
  return before.acts.find(({ eventId }) => eventId === id)!.position;
}

function dropPlanEnd(id: EventId, planId: string, counting: Counting): Position {
  const { items } = counting;
  const before = items.plan(planId);
  items.keepPlan(planId, { ...before, ends: without(before.ends, id) });
  recountUnder(decisionsOfPlan(planId, items), counting);
  return before.ends.find(({ eventId }) => eventId === id)!.position;
}

function figuresOf(act: ConsentAct, data: unknown): readonly Share[] {
  const counted = consentFigure(act, data);
  return counted === null ? [] : [[counted, yearOf(act.occurred), 1]];
}

function consentFigure({ type }: ConsentAct, data: unknown): Counted | null {
  switch (type) {
    case 'consent-requested': return ['consents-asked'];
    case 'consent-given': {
      const given = data as ConsentGivenData;
      return ['consents-given', known(given.function, 'consentFunctions'), known(given.form, 'consentForms')];
    }
    case 'consent-refused': return ['consents-refused'];
    case 'consent-withdrawn': return ['consents-withdrawn'];
    default: return null;
  }
}

/** Decisions that a consent bears on: those that cite it, or one that it renews. */
function decisionsOfConsent(consentId: string, items: Items): readonly string[] {
  const consent = items.consent(consentId);
  if (consent.renews.length === 0) return consent.decisions;
  return reached(consentId, (id) => items.consent(id).renews).flatMap((id) => items.consent(id).decisions);
}

function decisionsOfPlan(planId: string, items: Items): readonly string[] {
  return [...new Set(items.plan(planId).consents.flatMap((consentId) => decisionsOfConsent(consentId, items)))];
}

/** Acts under a consent that a decision cites: its own, those under what renews it, and the ends of their plans. */
function actsFor(consentId: string, items: Items): readonly ConsentAct[] {
  const own = items.consent(consentId);
  const consents = own.renewedBy.length === 0 ? [own] : reached(consentId, (id) => renewing(id, items)).map((id) => items.consent(id));
  const acts = consents.length === 1 ? own.acts : consents.flatMap((consent) => consent.acts);
  const plans = new Set(acts.flatMap(({ planId }) => (planId === undefined ? [] : [planId])));
  return plans.size === 0 ? acts : [...acts, ...[...plans].flatMap((planId) => items.plan(planId).ends)];
}

/** A renewal that was annulled renews nothing. */
function renewing(consentId: string, items: Items): readonly string[] {
  return items.consent(consentId).renewedBy.filter((id) => items.consent(id).acts.some(({ renews }) => renews === consentId));
}

function reached(from: string, next: (id: string) => readonly string[]): readonly string[] {
  const found = new Set([from]);
  for (const id of found) for (const other of next(id)) found.add(other);
  return [...found];
}

/** `from`: moment of a refusal or withdrawal; what was shared before it is as it was. */
function recountUnder(decisionIds: readonly string[], counting: Counting, from: Occurred | null = null): void {
  for (const decisionId of decisionIds) for (const eventId of counting.items.decision(decisionId).sharings) {
    const { value, shares } = counting.items.event(eventId)!;
    if ('sharing' in value && (from === null || compareOccurred(value.sharing.occurred, from) >= 0)) recount(eventId, value.sharing, shares, counting);
  }
}

/** Looks at one sharing, again or for the first time, and keeps what it counts for now. */
function recount(eventId: EventId, sharing: CountedSharing, before: readonly Share[] | null, counting: Counting): void {
  const { items } = counting;
  const decision = sharing.decisionId === null ? null : items.decision(sharing.decisionId).versions.at(-1)?.decision ?? null;
  const acts = decision?.consentId == null ? [] : actsFor(decision.consentId, items);
  const year = yearOf(sharing.occurred);
  const after = countSharing(sharing, decision, acts).map((counted): Share => [counted, year, 1]);
  if (before !== null && sameShares(before, after)) return;
  move(before ?? [], after, counting);
  items.keepEvent(eventId, { value: { sharing }, shares: after });
}

function move(before: readonly Share[], after: readonly Share[], { rows, context }: Counting): void {
  if (context.counting) moveCells(before, after, rows);
}

/** The calendar year in Amsterdam. */
function yearOf(occurred: Occurred): number {
  return Number(dayTextOf(occurred).slice(0, 4));
}
