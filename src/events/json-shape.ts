import type { FieldError, RefusalCode } from '#domain/ledger/refusals';
import { isPlainObject } from '#src/events/dto/fields';

/** Limits of one event's data, checked before anything else looks at it. */
export const DATA_LIMITS = { depth: 8, values: 5_000, bytes: 64 * 1024 } as const;

/** Names that JavaScript gives a meaning of its own, class-transformer passes over in silence; no field has them. */
const DANGEROUS_NAMES = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

const PLAIN_NAMES_KEPT = 2_000;
const PLAIN_NAME = /^(?:[0-9]{1,4}|(?!.*[0-9]{8})[A-Za-z][A-Za-z0-9_-]{0,63})$/;

/** RFC 6901 pointer to a member. A name that is no field name may be personal: it is not repeated. */
export function memberPath(path: string, name: string): string {
  return isPlainName(name) ? `${path}/${name}` : `${path}/?`;
}

/** The same few hundred names come with every event. */
const plainNames = new Set<string>();

function isPlainName(name: string): boolean {
  if (plainNames.has(name)) return true;
  if (!PLAIN_NAME.test(name)) return false;
  if (plainNames.size < PLAIN_NAMES_KEPT) plainNames.add(name);
  return true;
}

/**
 * Depth, number of values, size, names and text of a JSON value. Every string of it that `wanted` says is handed to
 * `onText`.
 */
export function shapeErrors(data: unknown, wanted: (text: string) => boolean, onText: (text: string, path: string) => void): readonly FieldError[] {
  const left = { values: DATA_LIMITS.values, bytes: DATA_LIMITS.bytes };
  if (isPlain(data, 1, left, wanted)) return NONE;
  return errorsOfShape(data, (text, path) => {
    if (wanted(text)) onText(text, path);
  });
}

const NONE: readonly FieldError[] = [];

/** Nothing wrong and nothing wanted: so it is with most, and then no path and no list has to be made. */
function isPlain(value: unknown, depth: number, left: { values: number; bytes: number }, wanted: (text: string) => boolean): boolean {
  left.values -= 1;
  if (left.values < 0) return false;
  if (typeof value === 'string') {
    left.bytes -= Buffer.byteLength(value);
    return left.bytes >= 0 && value.isWellFormed() && !wanted(value);
  }
  if (typeof value !== 'object' || value === null) return true;
  if (depth > DATA_LIMITS.depth) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      left.bytes -= index < 10 ? 1 : String(index).length;
      if (!isPlain(value[index], depth + 1, left, wanted)) return false;
    }
    return left.bytes >= 0;
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(record)) {
    left.bytes -= Buffer.byteLength(name);
    if (DANGEROUS_NAMES.has(name) || !isPlain(record[name], depth + 1, left, wanted)) return false;
  }
  return left.bytes >= 0;
}

/** Without recursion: depth is what an attacker picks. */
function errorsOfShape(data: unknown, onText: (text: string, path: string) => void): readonly FieldError[] {
  const errors: FieldError[] = [];
  const stack: { readonly value: unknown; readonly path: string; readonly depth: number }[] = [{ value: data, path: '', depth: 1 }];
  let values = 0;
  let bytes = 0;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { value, path, depth } = top;
    values += 1;
    if (values > DATA_LIMITS.values) return [fault('too-large', '', `De gegevens zijn te groot: ten hoogste ${DATA_LIMITS.values} waarden.`)];
    if (typeof value === 'string') {
      bytes += Buffer.byteLength(value);
      if (!value.isWellFormed()) errors.push(fault('field-invalid', path, 'Deze tekst bevat tekens die niet bestaan.'));
      onText(value, path);
    } else if (typeof value === 'object' && value !== null) {
      if (depth > DATA_LIMITS.depth) return [fault('too-large', '', `De gegevens zijn te diep genest: ten hoogste ${DATA_LIMITS.depth} lagen.`)];
      for (const [name, member] of Object.entries(value)) {
        bytes += Buffer.byteLength(name);
        if (DANGEROUS_NAMES.has(name)) errors.push(fault('unknown-field', memberPath(path, name), 'Dit veld is onbekend.'));
        stack.push({ value: member, path: Array.isArray(value) ? `${path}/${name}` : memberPath(path, name), depth: depth + 1 });
      }
    }
    if (bytes > DATA_LIMITS.bytes) return [fault('too-large', '', 'De gegevens zijn te groot: ten hoogste 64 KiB.')];
  }
  return errors;
}

/** The value at a JSON Pointer that `memberPath` made out of plain names; undefined when there is none. */
export function valueAt(data: unknown, path: string): unknown {
  let value = data;
  for (const name of path.split('/').slice(1)) {
    if (Array.isArray(value)) value = value[Number(name)] as unknown;
    else if (isPlainObject(value) && Object.hasOwn(value, name)) value = value[name];
    else return undefined;
  }
  return value;
}

function fault(code: RefusalCode, path: string, detail: string): FieldError {
  return { code, path, detail };
}
