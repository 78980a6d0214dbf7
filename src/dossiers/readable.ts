import { isSentEventType } from '#domain/catalogue';
import type { LedgerEvent } from '#domain/ledger/event';
import { codeLabel, isCode, type CodeList } from '#domain/reference/codes';
import { findLegalBasis } from '#domain/reference/legal-bases';
import { EVENT_TITLES } from '#src/dossiers/event-titles';
import { FIELD_NAMES } from '#src/dossiers/field-names';
import { fieldsOf, fieldsOfType, type FieldDescription } from '#src/events/dto/describe';

/** One line of an event as a person reads it. */
export interface ReadableLine {
  /** Names of the fields from outside in: `Ontvanger`, `Organisatie`. */
  readonly name: string;
  readonly value: string;
}

export interface ReadableEvent {
  readonly title: string;
  readonly lines: readonly ReadableLine[];
}

type Fields = ReadonlyMap<string, FieldDescription>;

/** What every item of a timeline says apart, or what says nothing to a person. */
const APART: ReadonlySet<string> = new Set(['dossier', 'occurredAt', 'occurredOn', 'ofSchema']);
const NONE: Fields = new Map();
const OWN_WORDS: Readonly<Record<string, string>> = {
  none: 'geen', onbekend: 'onbekend', mondeling: 'mondeling', vernietigen: 'vernietigen', blijvend_bewaren: 'blijvend bewaren',
  held: 'vernietiging stilgelegd', withdrawn: 'ingetrokken',
};
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const MOMENT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T/;

/** Every field of an event in Dutch: codes by their label, dates as people write them, the rest as it was sent. */
export function readableEvent({ type, data }: Pick<LedgerEvent, 'type' | 'data'>): ReadableEvent {
  return { title: EVENT_TITLES[type] ?? type, lines: linesOf(data as object, fieldsFor(type), '') };
}

function fieldsFor(type: string): Fields {
  return isSentEventType(type) ? byName(fieldsOfType(type)) : NONE;
}

const KNOWN = new Map<new () => object, Fields>();

function byName(fields: readonly FieldDescription[]): Fields {
  return new Map(fields.map((field) => [field.name, field]));
}

function nested(field: FieldDescription | undefined): Fields {
  if (field?.of === undefined) return NONE;
  const dto = field.of();
  let fields = KNOWN.get(dto);
  if (fields === undefined) KNOWN.set(dto, fields = byName(fieldsOf(dto)));
  return fields;
}

function linesOf(data: object, fields: Fields, above: string): readonly ReadableLine[] {
  return Object.entries(data).flatMap(([name, value]): readonly ReadableLine[] => {
    if (value === undefined || value === null || (above === '' && APART.has(name))) return [];
    // A replacement is read as the event it stands for.
    const ofType = name === 'replacement' ? (data as { readonly ofType?: string }).ofType : undefined;
    const within = ofType === undefined ? nested(fields.get(name)) : fieldsFor(ofType);
    return valueLines(above + nameOf(name), value as unknown, fields.get(name) ?? name, within);
  });
}

function valueLines(name: string, value: unknown, field: FieldDescription | string, within: Fields): readonly ReadableLine[] {
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== 'object' || one === null)) return [{ name, value: value.map((one) => textOf(one, field)).join(', ') }];
    return value.flatMap((one, n) => valueLines(value.length === 1 ? name : `${name} ${n + 1}`, one, field, within));
  }
  if (typeof value === 'object' && value !== null) return linesOf(value, within, `${name}: `);
  return [{ name, value: textOf(value, field) }];
}

/** `field`: what a DTO says of it, or its name alone for what the ledger itself wrote. */
function textOf(value: unknown, field: FieldDescription | string): string {
  if (typeof value === 'boolean') return value ? 'ja' : 'nee';
  if (typeof value !== 'string') return String(value);
  const lists: readonly CodeList[] = typeof field === 'string' ? [] : field.lists ?? [];
  const list = lists.find((candidate) => isCode(candidate, value));
  if (list !== undefined) return codeLabel(list, value);
  const name = typeof field === 'string' ? field : field.name;
  if (name === 'ofType') return EVENT_TITLES[value] ?? value;
  if (name === 'article') return articleText(value);
  if (DAY.test(value)) return dutchDay(value);
  if (MOMENT.test(value)) return dutchMoment(value);
  return OWN_WORDS[value] ?? value;
}

function articleText(id: string): string {
  const row = findLegalBasis(id);
  return row === undefined ? id : `${codeLabel('laws', row.law)}${row.article === null ? '' : `, artikel ${row.article}`}`;
}

function nameOf(name: string): string {
  return FIELD_NAMES[name] ?? name;
}

/** `2 maart 2026` */
export function dutchDay(day: string): string {
  const date = Temporal.PlainDate.from(day);
  return `${date.day} ${MONTHS[date.month - 1]!} ${date.year}`;
}

/** `2 maart 2026, 10.30 uur`, as a clock in Amsterdam shows it. */
export function dutchMoment(moment: string): string {
  const here = Temporal.Instant.from(moment).toZonedDateTimeISO('Europe/Amsterdam');
  return `${dutchDay(here.toPlainDate().toString())}, ${here.hour}.${String(here.minute).padStart(2, '0')} uur`;
}

const MONTHS = [
  'januari', 'februari', 'maart', 'april', 'mei', 'juni',
  'juli', 'augustus', 'september', 'oktober', 'november', 'december',
] as const;
