import { isSentEventType } from '#domain/catalogue';
import { isBsn } from '#domain/dossier/bsn';
import type { FieldError, RefusalCode } from '#domain/ledger/refusals';
import { compiledFieldErrors } from '#src/events/compiled-fields';
import { isPlainObject } from '#src/events/dto/fields';
import type { FieldCheck } from '#src/events/field-errors';
import { shapeErrors, valueAt } from '#src/events/json-shape';
import { personsAt, togetherErrors } from '#src/events/together';

/** Validated data as it was sent: nothing is converted, dropped or added. Persons may still be BSNs. */
export type WireData = Readonly<Record<string, unknown>>;

export type ValidationResult =
  | { readonly ok: true; readonly value: WireData }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

export interface ValidationOptions {
  /** The source's configuration declares that its dossier references are no BSNs. */
  readonly referencesAreNoBsns?: boolean;
  /** Ids of the retention rules that are known here; left out: they are not checked. */
  readonly retentionRules?: ReadonlySet<string>;
}

/**
 * Checks the data of one event from outside against the DTO of its type (catalogue name without prefix).
 * All errors at once, sorted by path; paths are JSON Pointers into the data; details are Dutch and repeat nothing
 * that was sent. An unknown field is named and refused, never dropped.
 */
export function validateEventData(
  type: string, data: unknown, options: ValidationOptions = {}, fieldErrors: FieldCheck = compiledFieldErrors,
): ValidationResult {
  if (!isSentEventType(type)) return refused([fault('unknown-event-type', '', 'Dit soort gebeurtenis is onbekend.')]);
  if (!isPlainObject(data)) return refused([fault('malformed', '', 'De gegevens zijn een JSON-object.')]);

  const texts: FoundText[] = [];
  const shape = shapeErrors(data, mayHoldBsn, (text, path) => texts.push({ text, path }));
  if (shape.length > 0) return refused(shape);

  const errors = [
    ...fieldErrors(type, data),
    ...togetherErrors(type, data),
    ...(texts.length === 0 ? [] : [...referenceErrors(texts, options), ...repeatedBsnErrors(data, texts)]),
    ...ruleErrors(data, options),
  ];
  return errors.length === 0 ? { ok: true, value: data } : refused(errors);
}

/** Nine digits on end, or with nothing in between that one leaves out of a BSN: without those there is none in it. */
function mayHoldBsn(text: string): boolean {
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x30 && unit <= 0x39) {
      digits += 1;
      if (digits === 9) return true;
    } else if (unit > SPACE && unit < 0x7f && unit !== HYPHEN && unit !== DOT) digits = 0;
  }
  return false;
}

const SPACE = 0x20;
const HYPHEN = 0x2d;
const DOT = 0x2e;

interface FoundText {
  readonly text: string;
  readonly path: string;
}

/**
 * The second step of a correction: once the ledger has told the type of the event that is corrected, its replacement
 * is checked as data of that type. Paths point into the data of the correction.
 */
export function validateReplacement(ofType: string, replacement: unknown, options: ValidationOptions = {}): ValidationResult {
  const result = validateEventData(ofType, replacement, options);
  return result.ok ? result : { ok: false, errors: result.errors.map((error) => ({ ...error, path: `/replacement${error.path}` })) };
}

function refused(errors: readonly FieldError[]): ValidationResult {
  const once = new Map(errors.map((error) => [`${error.code} ${error.path}`, error]));
  return { ok: false, errors: [...once.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)) };
}

/** Where a dossier is named: the event's own, the others that a consent covers, a meeting's items. */
const DOSSIER_REFERENCE = /^(?:\/items\/[0-9]+)?\/dossiers?(?:\/[0-9]+)?\/reference$/;

/** A dossier reference ends up in the index and in questions: it may not be somebody's BSN. */
function referenceErrors(texts: readonly FoundText[], options: ValidationOptions): readonly FieldError[] {
  if (options.referencesAreNoBsns === true) return [];
  return texts
    .filter(({ text, path }) => path.endsWith('/reference') && DOSSIER_REFERENCE.test(path) && isBsn(text.replace(/[\s.-]/g, '')))
    .map(({ path }) => fault('bsn-not-allowed', path, 'De verwijzing (•••••••••) kan een BSN zijn. Geef het dossier een eigen nummer in de vertaaltabel van uw systeem.'));
}

/** The BSN of a person in this very message may stand in no other field, whatever that field is for. */
function repeatedBsnErrors(data: WireData, texts: readonly FoundText[]): readonly FieldError[] {
  const places = new Set<string>();
  const bsns = personsAt(data, '').flatMap(([person, path]) => {
    const { bsn } = person;
    if (typeof bsn !== 'string' || !isBsn(bsn)) return [];
    places.add(`${path}/bsn`);
    return [bsn];
  });
  if (bsns.length === 0) return [];
  return texts
    .filter(({ text, path }) => !places.has(path) && bsns.some((bsn) => text.replace(/[\s.-]/g, '').includes(bsn)))
    .map(({ path }) => fault('bsn-not-allowed', path, 'Hier staat het BSN (•••••••••) van een betrokkene. Haal het weg en stuur het bericht opnieuw.'));
}

/** A rule that is not known here would leave a dossier without a date, or a hold without effect. */
function ruleErrors(data: WireData, { retentionRules }: ValidationOptions): readonly FieldError[] {
  if (retentionRules === undefined) return [];
  return ['/retentionRules', '/scope/rules'].flatMap((path) => {
    const rules = valueAt(data, path);
    return Array.isArray(rules) ? rules.flatMap((rule, index) => (retentionRules.has(String(rule))
      ? [] : [fault('unknown-code', `${path}/${index}`, 'Deze bewaarregel is onbekend.')])) : [];
  });
}

function fault(code: RefusalCode, path: string, detail: string): FieldError {
  return { code, path, detail };
}
