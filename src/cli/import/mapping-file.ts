import { existsSync, readFileSync } from 'node:fs';
import { isSentEventType } from '#domain/catalogue';
import { WrongUse } from '#src/cli/command';

export const ENCODINGS = ['utf-8', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What a cell becomes: text as it is, or a day, a number, true or false, or a list. */
export interface FromColumn {
  readonly column: string;
  /** How a day is written in the file: letters D, M and Y; becomes YYYY-MM-DD. */
  readonly day?: string;
  readonly as?: 'number' | 'flag';
  /** What stands between the members of a list. */
  readonly split?: string;
}

/** JSON with FromColumn in place of what differs per row. A cell that is empty leaves its field out. */
export type Template = string | number | boolean | FromColumn | readonly Template[] | { readonly [name: string]: Template };

export interface RowEvent {
  /** Only rows with one of these texts in the column; left out: every row. */
  readonly when?: { readonly column: string; readonly is: readonly string[] };
  /** Name of the catalogue, without prefix. */
  readonly type: string;
  /** Columns that together are the sender's id of the event: the same on every import. */
  readonly id: readonly string[];
  readonly data: Template;
}

/** How a CSV file is read (docs/bronsystemen.md). */
export interface CsvMapping {
  readonly delimiter: string;
  readonly encoding?: Encoding;
  /** Every column of the file, in any order. */
  readonly columns: readonly string[];
  readonly events: readonly RowEvent[];
}

const KNOWN = new Set(['note', 'delimiter', 'encoding', 'columns', 'events']);
const DAY_FORM = /^(?=.*YYYY)(?=.*MM)(?=.*DD)[DMY./ -]{8,10}$/;

/** Throws WrongUse, with a Dutch sentence that says where. */
export function readCsvMapping(file: string): CsvMapping {
  let value: unknown;
  if (!existsSync(file)) throw new WrongUse('Het bestand van --mapping is er niet.');
  try {
    value = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  } catch {
    throw wrong('het is niet te lezen als JSON');
  }
  if (!isObject(value)) throw wrong('het bevat geen JSON-object');
  for (const name of Object.keys(value)) if (!KNOWN.has(name)) throw wrong(`het veld ${name} bestaat niet`);
  const { delimiter = ';', encoding, columns, events } = value;
  if (typeof delimiter !== 'string' || delimiter.length !== 1) throw wrong('delimiter is één teken');
  if (encoding !== undefined && !ENCODINGS.some((one) => one === encoding)) throw wrong(`encoding is ${ENCODINGS.join(' of ')}`);
  if (!isTexts(columns)) throw wrong('columns is de lijst van alle kolommen');
  if (new Set(columns).size !== columns.length) throw wrong('columns noemt een kolom twee keer');
  if (!Array.isArray(events) || events.length === 0) throw wrong('events is een lijst van gebeurtenissen');
  events.forEach((event: unknown, index) => { checkEvent(event, `events[${index}]`, new Set(columns)); });
  return {
    delimiter, columns, events: events as readonly RowEvent[],
    ...(encoding === undefined ? {} : { encoding: encoding as Encoding }),
  };
}

function checkEvent(event: unknown, place: string, columns: ReadonlySet<string>): void {
  if (!isObject(event)) throw wrong(`${place} is geen object`);
  const { when, type, id, data } = event;
  for (const name of Object.keys(event)) if (!['when', 'type', 'id', 'data'].includes(name)) throw wrong(`${place}.${name} bestaat niet`);
  if (typeof type !== 'string' || !isSentEventType(type)) throw wrong(`${place}.type is geen soort gebeurtenis uit de catalogus`);
  if (!isTexts(id)) throw wrong(`${place}.id is een lijst van kolommen`);
  for (const column of id) known(column, `${place}.id`, columns);
  if (when !== undefined) {
    if (!isObject(when) || typeof when['column'] !== 'string' || !isTexts(when['is'])) throw wrong(`${place}.when noemt een kolom (column) en teksten (is)`);
    known(when['column'], `${place}.when`, columns);
  }
  if (!isObject(data) || isFromColumn(data)) throw wrong(`${place}.data is een object`);
  checkTemplate(data, `${place}.data`, columns);
}

function checkTemplate(template: unknown, place: string, columns: ReadonlySet<string>): void {
  if (Array.isArray(template)) template.forEach((one, index) => { checkTemplate(one, `${place}[${index}]`, columns); });
  else if (isFromColumn(template)) {
    known(template.column, place, columns);
    for (const name of Object.keys(template)) if (!['column', 'day', 'as', 'split'].includes(name)) throw wrong(`${place}.${name} bestaat niet`);
    if (template.day !== undefined && !DAY_FORM.test(template.day)) throw wrong(`${place}.day is een vorm als DD-MM-YYYY`);
    if (template.as !== undefined && template.as !== 'number' && template.as !== 'flag') throw wrong(`${place}.as is number of flag`);
    if (template.split !== undefined && (typeof template.split !== 'string' || template.split === '')) throw wrong(`${place}.split is een tekst`);
  } else if (isObject(template)) {
    for (const [name, one] of Object.entries(template)) checkTemplate(one, `${place}.${name}`, columns);
  } else if (!['string', 'number', 'boolean'].includes(typeof template)) throw wrong(`${place} is geen tekst, getal, true of false`);
}

export function isFromColumn(template: unknown): template is FromColumn {
  return isObject(template) && typeof template['column'] === 'string';
}

function known(column: string, place: string, columns: ReadonlySet<string>): void {
  if (!columns.has(column)) throw wrong(`${place} noemt een kolom die niet in columns staat`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && one !== '');
}

function wrong(what: string): WrongUse {
  return new WrongUse(`Het bestand van --mapping klopt niet: ${what}.`);
}
