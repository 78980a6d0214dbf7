import { gives, names, takes, type ConsentAct, type ConsentScope } from '#domain/consent/acts';
import { movesDispute, voids } from '#domain/consent/status';
import type { Position, Revision } from '#domain/ledger/ids';
import { isCode } from '#domain/reference/codes';
import {
  disputeLine, EVERYONE, genericLine, linesOf, matterOf, planLine, takenOut, voidLine, type LineKind, type Matter,
} from '#projections/consent-status/lines';
import { enter, leave, slotOf, type Entry } from '#projections/consent-status/timeline';
import { jsonIn } from '#projections/json-column';
import { StoredJson, type Rows, type TableDefinition } from '#projections/projection';

/**
 * `act`: every version of every act, under the position that brought it; a correction or annulment of something
 * else has a row too, so that any position is turned into a revision. `scope`: what was ever asked or given under a
 * consentId and still stands; `taking`: what was refused or withdrawn under it. A scope that comes later than its
 * withdrawal is found back through these. `wide`: scopes too wide for lines of their own. `named_law`: dossiers with
 * a consent that names a law as recipient; `person`: who is named in an act. `no`: the dossier's number (members.ts).
 */
export const ACT_TABLES: readonly TableDefinition[] = [
  { name: 'act', columns: { no: 'integer', position: 'integer', revision: 'integer', event_id: 'text', act: 'text' }, key: ['no', 'position'] },
  { name: 'version', columns: { no: 'integer', event_id: 'text', act: 'integer', place: 'integer' }, key: ['no', 'event_id'] },
  { name: 'scope', columns: { no: 'integer', consent_id: 'text', scope: 'text', acts: 'integer' }, key: ['no', 'consent_id', 'scope'] },
  { name: 'taking', columns: { no: 'integer', consent_id: 'text', act: 'integer' }, key: ['no', 'consent_id', 'act'] },
  { name: 'wide', columns: { stream: 'text', line: 'text', kind: 'text', matter: 'text' }, key: ['stream', 'line'] },
  { name: 'named_law', columns: { stream: 'text', law: 'text' }, key: ['stream', 'law'] },
  { name: 'person', columns: { subject_id: 'text', stream: 'text' }, key: ['subject_id', 'stream'], indexes: [['stream']] },
];

const NO_VERSION = -1;
/** What was annulled stays so, also when a correction follows. */
const ANNULLED = -2;

/** Where in the ledger a change came. */
export interface Came {
  readonly stream: string;
  readonly no: number;
  readonly position: Position;
  readonly revision: Revision;
}

export function keepAct(rows: Rows, came: Came, act: ConsentAct): void {
  rows.put('act', { no: came.no, position: came.position, revision: came.revision, event_id: act.eventId, act: new StoredJson(act) });
  rows.put('version', { no: came.no, event_id: act.eventId, act: came.position, place: act.position });
  for (const subject of act.subjects ?? []) rows.put('person', { subject_id: subject, stream: came.stream });
  if (names(act)) keepScope(rows, came, act);
  if (takes(act)) rows.put('taking', { no: came.no, consent_id: act.consentId, act: came.position });
  lay(rows, came, act, came.position);
}

/** The version of an event that stands now leaves its lines; what was known before stays known as before. */
export function dropAct(rows: Rows, came: Came, eventId: string): void {
  const version = rows.get('version', [came.no, eventId]);
  if (version === undefined || Number(version['act']) < 0) return;
  const position = Number(version['act']);
  const act = actAt(rows, came.no, position);
  rows.put('version', { ...version, act: NO_VERSION });
  lift(rows, came, act, position);
  if (takes(act)) rows.remove('taking', [came.no, act.consentId, position]);
  if (names(act)) dropScope(rows, came, act);
}

/** Keeps that the event counts no more, whether or not it ever was an act. */
export function markAnnulled(rows: Rows, came: Came, eventId: string): void {
  rows.put('version', { no: came.no, event_id: eventId, act: ANNULLED, place: placeOf(rows, came.no, eventId) ?? came.position });
}

export function isAnnulled(rows: Rows, no: number, eventId: string): boolean {
  return rows.get('version', [no, eventId])?.['act'] === ANNULLED;
}

/** Position of the event itself; null when it was no act of consent. */
export function placeOf(rows: Rows, no: number, eventId: string): Position | null {
  const version = rows.get('version', [no, eventId]);
  return version === undefined ? null : Number(version['place']);
}

/** A change that is no act itself: what was known until here ends here. */
export function markPosition(rows: Rows, came: Came): void {
  if (rows.get('act', [came.no, came.position]) === undefined) {
    rows.put('act', { no: came.no, position: came.position, revision: came.revision, event_id: '', act: '' });
  }
}

export function actAt(rows: Pick<Rows, 'get'>, no: number, position: Position): ConsentAct {
  return jsonIn<ConsentAct>(rows.get('act', [no, position])!, 'act');
}

function keepScope(rows: Rows, came: Came, act: ConsentAct): void {
  const scope = scopeText(act);
  const known = rows.get('scope', [came.no, act.consentId, scope]);
  rows.put('scope', { no: came.no, consent_id: act.consentId, scope, acts: Number(known?.['acts'] ?? 0) + 1 });
  if (known !== undefined) return;
  for (const { kind } of act.recipients ?? []) {
    if (kind !== undefined && isCode('laws', kind)) rows.put('named_law', { stream: came.stream, law: kind });
  }
  for (const { act: taking, position } of takingsOf(rows, came.no, act.consentId)) {
    layOn(rows, came, linesOfMatters(rows, came, kindOf(taking), [takenOut(taking, act)]), entryOf(taking, position));
  }
}

function dropScope(rows: Rows, came: Came, act: ConsentAct): void {
  const key = [came.no, act.consentId, scopeText(act)] as const;
  const row = rows.get('scope', key)!;
  if (Number(row['acts']) > 1) {
    rows.put('scope', { ...row, acts: Number(row['acts']) - 1 });
    return;
  }
  rows.remove('scope', key);
  for (const { act: taking, position } of takingsOf(rows, came.no, act.consentId)) {
    const still = new Set(actLines(rows, came, taking));
    const gone = linesOfMatters(rows, came, kindOf(taking), [takenOut(taking, act)]).filter((line) => !still.has(line));
    for (const line of gone) leave(rows, { no: came.no, line }, entryOf(taking, position), came.revision);
  }
}

/** The lists themselves: the same lists again are the same scope. */
function scopeText({ purposes, recipients, categories, subjects }: ConsentScope): string {
  return JSON.stringify({ purposes, recipients, categories, subjects });
}

function takingsOf(rows: Rows, no: number, consentId: string): readonly { readonly act: ConsentAct; readonly position: Position }[] {
  return rows.select('taking', { no, consent_id: consentId })
    .map((row) => ({ position: Number(row['act']), act: actAt(rows, no, Number(row['act'])) }));
}

function lay(rows: Rows, came: Came, act: ConsentAct, position: Position): void {
  layOn(rows, came, actLines(rows, came, act), entryOf(act, position));
}

function layOn(rows: Rows, came: Came, lines: readonly string[], entry: Entry): void {
  for (const line of lines) enter(rows, { no: came.no, line }, entry, came.revision);
}

function lift(rows: Rows, came: Came, act: ConsentAct, position: Position): void {
  for (const line of actLines(rows, came, act)) leave(rows, { no: came.no, line }, entryOf(act, position), came.revision);
}

function entryOf(act: ConsentAct, position: Position): Entry {
  return { at: slotOf(act.occurred), act: position, place: act.position };
}

/** Every line the act lies on, given the scopes that now stand under its consentId. */
function actLines(rows: Rows, came: Came, act: ConsentAct): readonly string[] {
  if (act.type === 'plan-ended') return [planLine(act.planId!)];
  if (movesDispute(act)) return [disputeLine(act.consentId)];
  if (voids(act)) return [voidLine(act.consentId)];
  if (act.type === 'consent-dispute-resolved') return [];
  if (act.generic === true) return (act.subjects ?? [EVERYONE]).map(genericLine);
  if (!takes(act)) return linesOfMatters(rows, came, kindOf(act), [matterOf(act)]);
  const scopes = rows.select('scope', { no: came.no, consent_id: act.consentId })
    .map((row) => JSON.parse(row['scope'] as string) as ConsentScope);
  return linesOfMatters(rows, came, kindOf(act), [matterOf(act), ...scopes.map((scope) => takenOut(act, scope))]);
}

function kindOf(act: ConsentAct): LineKind {
  if (gives(act.type)) return 'gives';
  if (act.type === 'consent-requested') return 'requests';
  if (act.type === 'consent-refused') return 'refuses';
  return act.type === 'consent-withdrawn' ? 'withdraws' : 'not-asked';
}

function linesOfMatters(rows: Rows, came: Came, kind: LineKind, matters: readonly (Matter | null)[]): readonly string[] {
  const found = new Set<string>();
  for (const matter of matters) {
    if (matter === null) continue;
    const { lines, wide } = linesOf(kind, matter);
    if (wide) rows.put('wide', { stream: came.stream, line: lines[0]!, kind, matter: JSON.stringify(matter) });
    for (const line of lines) found.add(line);
  }
  return [...found];
}
