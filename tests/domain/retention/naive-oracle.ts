/**
 * A second reading of retention-and-destruction.md that shares no code with the first: it goes over the facts as they
 * were sent, again for every question, and counts days one by one. Slow, and only for dates of one dossier.
 */
import { naiveFirstDestructionDay } from './naive-calendar.js';

export interface NaiveRule {
  id: string; version: string; law: string; result: string | null; period: string | null; trigger: string | null; extendable: boolean;
  waardering: string; validFrom?: string | null; validUntil?: string | null;
}
// What a fact holds differs per type; the oracle reads it as it was sent.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface NaiveFact { id: string; type: string; data: any }
export interface NaiveClassHold {
  on: string; liftedOn: string | null; rules?: readonly string[] | undefined; laws?: readonly string[] | undefined;
  from?: string | undefined; until?: string | undefined;
}

const PARTS: Record<string, string[]> = { 'end-of-youth-care-or-last-change': ['end-of-youth-care', 'last-change'] };
/** Triggers for which the closing of the case stands in, of those the tests use. */
const CLOSING_STANDS_IN = ['end-of-provision', 'refusal', 'end-of-youth-care', 'process-completed'];

const max = (days: string[]): string => days.sort().at(-1)!;
const plusOne = nextDay;

function nextDay(day: string): string {
  const [y, m, d] = day.split('-').map(Number) as [number, number, number];
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  const length = m === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31;
  const [ny, nm, nd] = d < length ? [y, m, d + 1] : m < 12 ? [y, m + 1, 1] : [y + 1, 1, 1];
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${ny}-${two(nm)}-${two(nd)}`;
}

/** The day in Amsterdam of a moment, by the rule for summer time written out: last Sundays of March and October, 01:00 UTC. */
export function naiveDay(moment: string): string {
  const at = new Date(moment);
  const lastSunday = (month: number): number => {
    const end = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0, 1));
    return end.getTime() - end.getUTCDay() * 86_400_000;
  };
  const summer = at.getTime() >= lastSunday(2) && at.getTime() < lastSunday(9);
  return new Date(at.getTime() + (summer ? 2 : 1) * 3_600_000).toISOString().slice(0, 10);
}

/** The first day on which it may be destroyed; null: never, as things stand. */
export function naiveAllowedFrom(all: readonly NaiveFact[], rules: readonly NaiveRule[], adoptedOn: string, classHolds: readonly NaiveClassHold[]): string | null {
  const gone = new Set(all.filter((fact) => fact.type === 'event-annulled').map((fact) => fact.data.eventId));
  const facts = all.filter((fact) => fact.type !== 'event-annulled' && !gone.has(fact.id));
  const of = (type: string): NaiveFact[] => facts.filter((fact) => fact.type === type);

  const designation = of('designation-changed').at(-1)?.data.designation ?? null;
  if (designation === 'blijvend_bewaren') return null;
  const openings = of('dossier-opened');
  let closing: NaiveFact | null = null;
  for (const fact of of('dossier-closed')) if (closing === null || fact.data.on >= closing.data.on) closing = fact;
  if (closing?.data.archiefnominatie === 'blijvend_bewaren' && designation === null) return null;
  if (openings.length === 0) return null;
  for (const fact of of('dossier-reopened')) {
    if (closing === null || fact.data.on > closing.data.on) return null;
    if (fact.data.on === closing.data.on && facts.indexOf(fact) > facts.indexOf(closing)) return null;
  }

  let own: string[] = [];
  let also: string[] = [];
  for (const fact of facts) {
    if (fact.type === 'dossier-opened') own = [...own, ...(fact.data.retentionRules ?? [])];
    if (fact.type !== 'retention-rule-changed') continue;
    if (fact.data.archivistAdvice !== undefined) [own, also] = [fact.data.retentionRules, []];
    else also = [...also, ...fact.data.retentionRules];
  }
  const law: string = openings[0]!.data.law;
  const inForce = rules.filter((rule) => closing === null
    || ((rule.validFrom ?? '0000') <= closing.data.on && closing.data.on <= (rule.validUntil ?? '9999-99')));
  const named = (ids: string[]): NaiveRule[] | null => {
    const found = [...new Set(ids)].map((id) => inForce.filter((rule) => rule.id === id));
    return found.some((versions) => versions.length === 0) ? null : found.flat();
  };
  const fitting = (): NaiveRule[] => {
    const oneId = (some: NaiveRule[]): NaiveRule[] => (new Set(some.map((rule) => rule.id)).size === 1 ? some : []);
    const result = closing?.data.result ?? null;
    const exact = inForce.filter((rule) => rule.law === law && result !== null && rule.result === result);
    for (const choice of [exact, inForce.filter((rule) => rule.law === law && rule.result === null)]) if (oneId(choice).length > 0) return choice;
    return exact.length > 0 ? [] : oneId(inForce.filter((rule) => rule.law === 'algemeen' && result !== null && rule.result === result));
  };
  const base = own.length > 0 ? named(own) : fitting();
  const extra = named(also);
  if (base === null || extra === null || base.length + extra.length === 0) return null;
  const applied = [...base, ...extra];
  if (applied.some((rule) => rule.waardering === 'blijvend_bewaren')) return null;

  const people = facts.flatMap((fact) => (fact.type === 'dossier-opened' ? fact.data.subjects : fact.type === 'subject-joined' ? [fact.data.subject] : []));
  const youth = people.filter((person) => person.role === 'youth');
  const births: (string | undefined)[] = (youth.length > 0 ? youth : people.filter((person) => person.role === 'client')).map((person) => person.dateOfBirth);
  const known = births.filter((day) => day !== undefined).sort();
  const replaced = new Set(of('retention-trigger').map((fact) => fact.data.corrects));
  const sent = (code: string): string[] => of('retention-trigger').filter((fact) => fact.data.trigger === code && !replaced.has(fact.id)).map((fact) => fact.data.on);

  let first = '';
  for (const rule of applied) {
    const code = rule.trigger!;
    let start: string | null = sent(code).length > 0 ? max(sent(code)) : null;
    if (start === null) {
      const starts = (PARTS[code] ?? [code]).map((part): string | null => {
        if (sent(part).length > 0) return max(sent(part));
        if (closing === null) return null;
        if (part === 'birth-date' || part === 'birth-year') return known.length > 0 && known.length === births.length ? max([...known]) : null;
        return CLOSING_STANDS_IN.includes(part) ? closing.data.on : null;
      });
      if (starts.includes(null)) return null;
      start = max(starts as string[]);
    }
    if (!code.startsWith('birth') && known.length > 0 && start < known[0]!) return null;
    const day = code === 'birth-year'
      ? `${Number(start.slice(0, 4)) + Number(/P(\d+)Y/.exec(rule.period!)![1]) + 1}-01-01` : naiveFirstDestructionDay(start, rule.period!);
    first = max([first, day]);
  }
  const source = closing?.data.archiefactiedatum;
  if (source !== undefined && source >= first) first = source === '9999-12-31' ? source : plusOne(source);
  const extensions = of('retention-extended').map((fact) => fact.data.until as string);
  if (extensions.length > 0 && applied.some((rule) => rule.extendable) && max([...extensions]) >= first) {
    const until = max(extensions);
    first = until === '9999-12-31' ? until : plusOne(until);
  }

  let allowed = max([first, adoptedOn]);
  const holds: { id?: string; kind: string; on: string; liftedOn: string | null }[] = [];
  const early: { id: string; on: string }[] = [];
  for (const { type, data } of facts) {
    if (type === 'hold-placed') {
      const waits = early.findLastIndex((lifting) => lifting.id === data.holdId);
      const lifting = data.holdId !== undefined && waits >= 0 && early[waits]!.on >= data.on ? early[waits]! : null;
      if (lifting !== null) early.splice(0, early.length, ...early.filter((one) => one.id !== lifting.id));
      holds.push({ id: data.holdId, kind: data.kind, on: data.on, liftedOn: lifting?.on ?? null });
    } else if (type === 'hold-lifted') {
      const meant = holds.filter((hold) => hold.liftedOn === null && (data.holdId !== undefined ? hold.id === data.holdId : hold.kind === data.kind && hold.on <= data.on));
      for (const hold of meant) hold.liftedOn = data.on;
      if (meant.length === 0 && data.holdId !== undefined) early.push({ id: data.holdId, on: data.on });
    }
  }
  const openedOn = openings.map(({ data }) => (data.occurredOn ?? naiveDay(data.occurredAt)) as string).sort()[0]!;
  const covering = classHolds.filter((hold) => (hold.laws === undefined || hold.laws.includes(law))
    && (hold.rules === undefined || applied.some((rule) => hold.rules!.includes(rule.id)))
    && (hold.from === undefined || openedOn >= hold.from) && (hold.until === undefined || openedOn <= hold.until));
  for (const { liftedOn } of [...holds, ...covering]) {
    if (liftedOn === null) return null;
    allowed = max([allowed, plusOne(liftedOn)]);
  }
  return allowed;
}
