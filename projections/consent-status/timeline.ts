import { dayTextOf, type Occurred } from '#domain/ledger/moments';
import type { Position, Revision } from '#domain/ledger/ids';
import type { Row, RowReader, Rows, TableDefinition, Value } from '#projections/projection';

/**
 * A line's interval rows: from when until when (true time) which act is the latest, and from which revision of the
 * stream the ledger knew it so. `head` holds the last one of each line, which goes on for ever and to which nearly
 * every act is added; `span` the ones before it; `past` what was known before, until which revision, each row under
 * the blocks of revisions (powers of four) that make up that time, so that one look per size of block finds what was
 * known at any revision. `hidden` holds acts that share their moment with one recorded later.
 */
const SPAN = { no: 'integer', line: 'text', from: 'text', until: 'text', act: 'integer', place: 'integer', known_from: 'integer' } as const;

export const TIMELINE_TABLES: readonly TableDefinition[] = [
  { name: 'head', columns: SPAN, key: ['no', 'line'] },
  { name: 'span', columns: SPAN, key: ['no', 'line', 'from'] },
  { name: 'past', columns: { ...SPAN, size: 'integer', block: 'integer', known_until: 'integer' }, key: ['no', 'line', 'size', 'block', 'from'] },
  { name: 'hidden', columns: { no: 'integer', line: 'text', from: 'text', place: 'integer', act: 'integer' }, key: ['no', 'line', 'from', 'place'] },
];

export interface Line {
  /** The dossier's number (members.ts). */
  readonly no: number;
  readonly line: string;
}

/** An act on a line: `act` is its row, `place` the position by which it came, first or last of the same moment. */
export interface Entry {
  readonly at: string;
  readonly act: Position;
  readonly place: Position;
}

/** Sorts after every moment. */
const END = '~~';
export const EVER = '~';

/** True time as text that sorts: the day in Amsterdam, then the moment. A day without a moment comes first in it. */
export function slotOf(occurred: Occurred): string {
  const day = dayTextOf(occurred);
  return occurred.occurredAt === undefined ? `${day}|` : `${day}|${instantText(occurred.occurredAt)}`;
}

/** Up to and including what a question asks: that moment, or the whole day. */
export function slotBound(at: Occurred): string {
  return at.occurredAt === undefined ? `${dayTextOf(at)}|~` : slotOf(at);
}

function instantText(moment: string): string {
  // As most systems write it; a leap second is for Temporal to place.
  if (WHOLE_SECONDS.test(moment)) return `${moment.slice(0, -1)}.000000000Z`;
  return Temporal.Instant.from(moment).toString({ fractionalSecondDigits: 9 });
}

const WHOLE_SECONDS = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z$/;

export function enter(rows: Rows, line: Line, entry: Entry, revision: Revision): void {
  const head = rows.get('head', [line.no, line.line]);
  const here = spanNow(rows, line, head, entry.at);
  if (here?.['from'] === entry.at) {
    enterSameMoment(rows, line, entry, here, revision);
    return;
  }
  if (here !== undefined) {
    close(rows, here, revision);
    putSpan(rows, { ...here, until: entry.at, known_from: revision });
  }
  const until = here?.['until'] ?? firstFrom(rows, line, head) ?? END;
  putSpan(rows, { ...line, from: entry.at, until, act: entry.act, place: entry.place, known_from: revision });
}

/** What is known now of the moment `at`. By key where it can be: a row asked for by its key need not be written first. */
function spanNow(reader: RowReader, line: Line, head: Row | undefined, at: string): Row | undefined {
  return head === undefined || String(head['from']) <= at ? head : reader.atMost('span', { ...line }, 'from', at);
}

function firstFrom(rows: Rows, line: Line, head: Row | undefined): Value {
  return head === undefined ? null : rows.atLeast('span', { ...line }, 'from', '')?.['from'] ?? head['from']!;
}

function putSpan(rows: Rows, span: Row): void {
  rows.put(span['until'] === END ? 'head' : 'span', span);
}

function enterSameMoment(rows: Rows, line: Line, entry: Entry, here: Row, revision: Revision): void {
  if (here['act'] === entry.act) return;
  if (Number(here['place']) > entry.place) {
    rows.put('hidden', { ...line, from: entry.at, place: entry.place, act: entry.act });
    return;
  }
  rows.put('hidden', { ...line, from: entry.at, place: here['place']!, act: here['act']! });
  close(rows, here, revision);
  putSpan(rows, { ...here, act: entry.act, place: entry.place, known_from: revision });
}

export function leave(rows: Rows, line: Line, entry: Entry, revision: Revision): void {
  const head = rows.get('head', [line.no, line.line]);
  const here = head?.['from'] === entry.at ? head : rows.get('span', [line.no, line.line, entry.at]);
  if (here?.['act'] !== entry.act) {
    rows.remove('hidden', [line.no, line.line, entry.at, entry.place]);
    return;
  }
  close(rows, here, revision);
  const beneath = rows.atMost('hidden', { ...line, from: entry.at }, 'place', Number.MAX_SAFE_INTEGER);
  if (beneath !== undefined) {
    rows.remove('hidden', [line.no, line.line, entry.at, beneath['place']!]);
    putSpan(rows, { ...here, act: beneath['act']!, place: beneath['place']!, known_from: revision });
    return;
  }
  removeSpan(rows, here);
  const before = rows.atMost('span', { ...line }, 'from', entry.at);
  if (before === undefined) return;
  close(rows, before, revision);
  removeSpan(rows, before);
  putSpan(rows, { ...before, until: here['until']!, known_from: revision });
}

function removeSpan(rows: Rows, span: Row): void {
  if (span['until'] === END) rows.remove('head', [span['no']!, span['line']!]);
  else rows.remove('span', [span['no']!, span['line']!, span['from']!]);
}

const BLOCK_BASE = 4;
/** Blocks of up to 4^11 revisions: more than any stream has. */
const LARGEST = 11;

function close(rows: Rows, span: Row, revision: Revision): void {
  for (const { size, block } of blocks(Number(span['known_from']), revision)) {
    rows.put('past', { ...span, size, block, known_until: revision });
  }
}

/** The fewest aligned blocks that make up [from, until). */
export function blocks(from: number, until: number): readonly { readonly size: number; readonly block: number }[] {
  const found: { size: number; block: number }[] = [];
  let at = from;
  while (at < until) {
    let size = 0;
    while (size < LARGEST && at % BLOCK_BASE ** (size + 1) === 0 && at + BLOCK_BASE ** (size + 1) <= until) size += 1;
    found.push({ size, block: at / BLOCK_BASE ** size });
    at += BLOCK_BASE ** size;
  }
  return found;
}

/** The span that holds `bound`, as known now or as known at a revision. */
function spanAt(reader: RowReader, line: Line, bound: string, knownAt: Revision | null): Row | undefined {
  const now = spanNow(reader, line, reader.get('head', [line.no, line.line]), bound);
  if (knownAt === null || (now !== undefined && Number(now['known_from']) <= knownAt)) return now;
  if (reader.atMost('past', { ...line }, 'size', LARGEST) === undefined) return undefined;
  for (let size = 0; size <= LARGEST; size += 1) {
    const row = reader.atMost('past', { ...line, size, block: Math.floor(knownAt / BLOCK_BASE ** size) }, 'from', bound);
    if (row !== undefined && String(row['until']) > bound) return row;
  }
  return undefined;
}

/**
 * Rows of the latest acts on a line up to a bound: one, or two when that day also holds an act without a time of
 * day, whose order is not known.
 */
export function latestOn(reader: RowReader, line: Line, bound: string, knownAt: Revision | null): readonly Position[] {
  const latest = spanAt(reader, line, bound, knownAt);
  if (latest === undefined) return [];
  const from = String(latest['from']);
  const day = from.slice(0, from.indexOf('|') + 1);
  if (from === day) return [Number(latest['act'])];
  const untimed = spanAt(reader, line, day, knownAt);
  return untimed?.['from'] === day ? [Number(latest['act']), Number(untimed['act'])] : [Number(latest['act'])];
}
