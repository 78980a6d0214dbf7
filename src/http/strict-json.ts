import { isUtf8 } from 'node:buffer';
import type { Json } from '#domain/ledger/event';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import { JSON_DEPTH_MAX } from '#src/http/limits';
import { RefusalError } from '#src/http/refusal.error';

/**
 * JSON as I-JSON (RFC 7493) has it: UTF-8, no name twice in one object, no lone surrogate, no number beyond a double;
 * and here no `__proto__` and at most JSON_DEPTH_MAX levels. What passes has one meaning for every reader, and its
 * RFC 8785 form exists. Throws a RefusalError `malformed`; its detail holds nothing of what was sent.
 */
export function parseStrictJson(bytes: Buffer): Json {
  return parseStrictText(decodeUtf8(bytes));
}

export function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw malformed('Het bericht is geen geldige UTF-8.');
  return bytes.toString('utf8');
}

export function parseStrictText(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw malformed('Het bericht is geen geldige JSON.');
  }
  // JSON.parse keeps the last of two equal names in silence; every member has one colon outside the strings.
  if (members(value, 0) !== colonsOutsideStrings(text)) throw malformed('Een veldnaam komt twee keer voor in hetzelfde deel.');
  return value;
}

/** Counts the members of all objects; throws on what one reader would read otherwise than another. */
function members(value: Json, depth: number): number {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw malformed('Een tekst bevat een half teken (surrogate).');
    return 0;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw malformed('Een getal is te groot.');
  if (value === null || typeof value !== 'object') return 0;
  if (depth >= JSON_DEPTH_MAX) throw malformed('Het bericht is te diep genest.');
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) count += members(item, depth + 1);
    return count;
  }
  const record = value as { readonly [name: string]: Json };
  for (const name of Object.keys(record)) {
    if (name === '__proto__') throw malformed('De veldnaam __proto__ is niet toegestaan.');
    if (!name.isWellFormed()) throw malformed('Een veldnaam bevat een half teken (surrogate).');
    count += 1 + members(record[name]!, depth + 1);
  }
  return count;
}

/** Only for text that JSON.parse has accepted. */
function colonsOutsideStrings(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x3a) count += 1;
    else if (unit === 0x22) at = endOfString(text, at);
  }
  return count;
}

/** Index of the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let end = text.indexOf('"', open + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** One element of a batch as it was sent: read, or why not. Its neighbours do not suffer from it. */
export type BatchElement =
  | { readonly value: Json; readonly bytes: number }
  | { readonly refusal: Refusal };

/**
 * The elements of a JSON array, each read strictly on its own, so that one with a name twice does not reject the
 * others. Throws `malformed` when the whole is no JSON array, `too-large` beyond `elementsMax`.
 */
export function parseStrictBatch(bytes: Buffer, elementsMax: number, elementBytesMax: number): readonly BatchElement[] {
  const text = decodeUtf8(bytes);
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    throw malformed('Het bericht is geen geldige JSON.');
  }
  if (!Array.isArray(whole)) throw malformed('Een batch is een JSON-lijst van gebeurtenissen.');
  if (whole.length > elementsMax) throw new RefusalError(refusal('too-large', `Een batch heeft ten hoogste ${elementsMax} gebeurtenissen.`));
  return whole.length === 0 ? [] : elementTexts(text).map((element) => readElement(element, elementBytesMax));
}

function readElement(text: string, bytesMax: number): BatchElement {
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesMax) return { refusal: tooLarge(bytesMax) };
  try {
    return { value: parseStrictText(text), bytes };
  } catch (error) {
    if (error instanceof RefusalError) return { refusal: error.refusal };
    throw error;
  }
}

/** Texts of the top-level elements of a non-empty JSON array that JSON.parse has accepted. */
function elementTexts(text: string): readonly string[] {
  const elements: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: at = endOfString(text, at); break;
      case 0x5b: case 0x7b:
        depth += 1;
        if (depth === 1) from = at + 1;
        break;
      case 0x5d: case 0x7d:
        depth -= 1;
        if (depth === 0) elements.push(text.slice(from, at).trim());
        break;
      case 0x2c:
        if (depth === 1) {
          elements.push(text.slice(from, at).trim());
          from = at + 1;
        }
        break;
      default:
    }
  }
  return elements;
}

export function tooLarge(bytesMax: number): Refusal {
  return refusal('too-large', `Het bericht is groter dan ${Math.floor(bytesMax / 1024)} KiB.`);
}

export function malformed(detail: string): RefusalError {
  return new RefusalError(refusal('malformed', detail));
}
