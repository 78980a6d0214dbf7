import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CommandFailure } from '#src/cli/command';
import { EVENT_TYPE_PREFIX } from '#domain/catalogue';
import type { CsvMapping, Encoding } from '#src/cli/import/mapping-file';
import { rowReader, type MadeEvent } from '#src/cli/import/row-events';

/**
 * What one line of the input asks for: an event to be sent, or why there is none. `line` counts from 1; `content` is
 * the line itself, or empty where nobody asked for it.
 */
export type ImportItem =
  | { readonly line: number; readonly id: string; readonly event: string; readonly content: string }
  | { readonly line: number; readonly code: string; readonly content: string };

export interface Counted {
  /** Cells that a spreadsheet would take for a formula: sent as text. */
  formulaCells: number;
}

const LINE_MAX = 1024 * 1024;
const FORMULA = /^\s*[=+@-]/;
const NUMBER = /^\s*[+-]?[0-9.,]+\s*$/;

/** Byte order marks. */
const UTF_16: readonly Buffer[] = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** Text of a file, in pieces. A byte that the encoding does not have stops the import: guessing would corrupt names. */
export async function* textOf(file: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let first = true;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (first && UTF_16.some((mark) => chunk.subarray(0, 2).equals(mark))) {
        throw new CommandFailure('encoding', 'Het bestand is UTF-16. Bewaar het als UTF-8, en lees het daarna in.');
      }
      first = false;
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandFailure('encoding', encoding === 'utf-8'
      ? 'Het bestand is geen UTF-8. Is het Windows-1252, zeg dat dan met --encoding windows-1252.'
      : 'Het bestand heeft tekens die niet in Windows-1252 bestaan.');
  }
}

/** NDJSON: a structured CloudEvent per line. The source, and the load it belongs to, are put on it when they are missing. */
export async function* itemsOfNdjson(text: AsyncIterable<string>, more: Readonly<Record<string, string>>): AsyncGenerator<ImportItem> {
  for await (const { line, content, ended } of linesOf(text)) {
    if (content.trim() === '') continue;
    let event: unknown;
    try {
      event = JSON.parse(content);
    } catch {
      yield { line, code: ended ? 'malformed' : 'cut-off', content };
      continue;
    }
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      yield { line, code: 'malformed', content };
      continue;
    }
    const { id } = event as { readonly id?: unknown };
    // What was read goes as it was read: the ledger is the judge of it, of names that come twice too.
    const missing = Object.entries(more).filter(([name]) => !Object.hasOwn(event, name)).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    const members = content.trim().slice(1);
    const sent = missing.length === 0 ? content : `{${missing.join(',')}${Object.keys(event).length === 0 ? '' : ','}${members}`;
    yield { line, id: typeof id === 'string' ? id : '', event: sent, content };
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<{ readonly line: number; readonly content: string; readonly ended: boolean }> {
  let line = 1;
  let rest = '';
  for await (const piece of text) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop()!;
    for (const part of parts) yield { line: line++, content: part.replace(/\r$/, ''), ended: true };
    if (rest.length > LINE_MAX) throw new CommandFailure('too-large', `Regel ${line} is langer dan 1 MiB. Is dit wel NDJSON?`);
  }
  if (rest !== '') yield { line, content: rest, ended: false };
}

/** CSV: the events that the mapping makes of each row. A row that cannot be read is one rejected line, not the end. */
export async function* itemsOfCsv(text: AsyncIterable<string>, mapping: CsvMapping, more: Readonly<Record<string, string>>, counted: Counted, withContent: boolean): AsyncGenerator<ImportItem> {
  const skipped: ImportItem[] = [];
  const parser = parse({
    delimiter: mapping.delimiter, relax_column_count: true, skip_empty_lines: true, skip_records_with_error: true, info: true, raw: withContent,
    max_record_size: LINE_MAX,
    on_skip: (error) => {
      skipped.push({ line: Number(error?.['lines'] ?? 0), code: error?.code === 'CSV_QUOTE_NOT_CLOSED' ? 'cut-off' : 'malformed', content: '' });
      return undefined;
    },
  });
  const input = Readable.from(text);
  input.on('error', (error) => parser.destroy(error)).pipe(parser);
  let header: readonly string[] | null = null;
  let eventsOf: ((cells: readonly string[]) => readonly MadeEvent[]) | null = null;
  for await (const read of parser as AsyncIterable<{ readonly record: readonly string[]; readonly raw?: string; readonly info: { readonly lines: number } }>) {
    const { record, info } = read;
    // The parser reads ahead: in the order of the file, or going on after a break would count otherwise.
    while (skipped.length > 0 && skipped[0]!.line < info.lines) yield skipped.shift()!;
    const content = read.raw?.replace(/\r?\n$/, '') ?? '';
    if (header === null || eventsOf === null) {
      header = headerOf(record, mapping);
      eventsOf = rowReader(mapping, header);
      continue;
    }
    if (record.length !== header.length) {
      yield { line: info.lines, code: 'wrong-columns', content };
      continue;
    }
    for (const cell of record) if (FORMULA.test(cell) && !NUMBER.test(cell)) counted.formulaCells += 1;
    const made = eventsOf(record);
    if (made.length === 0) yield { line: info.lines, code: 'no-event', content };
    for (const { type, id, data } of made) {
      yield { line: info.lines, id, content, event: JSON.stringify({ specversion: '1.0', id, type: `${EVENT_TYPE_PREFIX}${type}`, datacontenttype: 'application/json', ...more, data }) };
    }
  }
  yield* skipped.splice(0);
  if (header === null) throw new CommandFailure('wrong-columns', 'Het bestand is leeg: de eerste regel noemt de kolommen.');
}

/** What the file calls its columns may be a row of personal data when the header is missing: it is not repeated. */
function headerOf(record: readonly string[], { columns, delimiter }: CsvMapping): readonly string[] {
  const found = record.map((cell) => cell.trim());
  const missing = columns.filter((column) => !found.includes(column));
  const unknown = found.flatMap((column, index) => (columns.includes(column) ? [] : [index + 1]));
  const twice = found.flatMap((column, index) => (found.indexOf(column) < index ? [index + 1] : []));
  const faults = [
    ...(missing.length === 0 ? [] : [`deze kolommen ontbreken: ${missing.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`niet bekend is kolom ${unknown.join(', ')}`]),
    ...(twice.length === 0 ? [] : [`dubbel is kolom ${twice.join(', ')}`]),
  ];
  const other = record.length === 1 && columns.length > 1 ? ` Staat er tussen de kolommen wel "${delimiter}" (delimiter)?` : '';
  if (faults.length > 0) throw new CommandFailure('wrong-columns', `De kolommen van het bestand zijn anders dan die van --mapping: ${faults.join('; ')}.${other}`);
  return found;
}
