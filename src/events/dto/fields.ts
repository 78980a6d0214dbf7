import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ValidateBy, ValidateIf, ValidateNested, type ValidationOptions } from 'class-validator';
import { isCode, type CodeList } from '#domain/reference/codes';
import { holdsBsn, isBsn } from '#domain/dossier/bsn';

/**
 * The decorators of the wire's fields. Each is one class-validator constraint, so that a field gives one error; its
 * name decides the refusal code (validation.ts). Messages are Dutch and never repeat what was sent.
 */
export const CONSTRAINT = {
  code: 'codeText', codes: 'codeTexts', knownCode: 'knownCode', text: 'text', bsnInText: 'bsnInText', name: 'organisationName',
  day: 'calendarDay', moment: 'moment', bsn: 'bsn', flag: 'flag', object: 'singleObject', objects: 'objectList',
  count: 'count', basis: 'claimedBasis', digest: 'sha256', caseReference: 'caseReference',
  knownCodes: 'knownCodes', names: 'organisationNames', bsnInNames: 'bsnInNames', choice: 'choice', wordOr: 'wordOrObject',
} as const;

const REQUIRED = 'Dit veld is verplicht.';

/** What a decorator says of its field beyond its constraint's name; read by `fieldsOf` (describe.ts). */
export interface FieldLimits {
  /** Characters of a text. */
  readonly max?: number;
  /** Ends of a number. */
  readonly range?: readonly [number, number];
  /** Lists of codes.json where the codes are; only a code that steers must be in one of them. */
  readonly lists?: readonly CodeList[];
  /** Words that may stand there. */
  readonly words?: readonly string[];
  /** Class of a nested object. */
  readonly of?: () => Constructor;
  readonly many?: boolean;
}

export const FIELD_LIMITS = 'rekenschap:field-limits';

function field(name: string, accepts: (value: unknown) => boolean, message: string, limits: FieldLimits = {}): PropertyDecorator {
  const validate = ValidateBy({
    name,
    validator: {
      validate: accepts,
      defaultMessage: (given) => (given?.value === undefined ? REQUIRED : message),
    },
  });
  return (target, key) => {
    validate(target, key);
    const known = Reflect.getOwnMetadata(FIELD_LIMITS, target, key) as FieldLimits | undefined;
    Reflect.defineMetadata(FIELD_LIMITS, { ...known, ...limits }, target, key);
  };
}

/** May be left out. Null is not leaving out: it would be stored and mean nothing. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** A code as some list writes it. One word without spaces: what ends up in views must not be prose. */
const CODE = /^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,99}$/u;
/** Most codes are: looked at first, since classes of Unicode cost twenty times as much. */
const PLAIN_CODE = /^[a-z][a-z0-9._:/-]{0,99}$/;

export function isCodeText(value: unknown): value is string {
  return typeof value === 'string' && (PLAIN_CODE.test(value) || (CODE.test(value) && !isBsn(value)));
}

/** A code that steers nothing: an unknown one is kept, and is a signal. `lists`: where the known ones are. */
export function Code(...lists: readonly CodeList[]): PropertyDecorator {
  return field(CONSTRAINT.code, isCodeText, 'Geef hier één code: letters, cijfers en streepjes, zonder spaties.', lists.length === 0 ? {} : { lists });
}

/** A code that steers (law, trigger): an unknown one is refused. */
export function KnownCode(lists: readonly CodeList[], what: string): PropertyDecorator {
  return field(CONSTRAINT.knownCode, (value) => typeof value === 'string' && lists.some((list) => isCode(list, value)), `${what} is onbekend. Gebruik een code uit de codelijst.`, { lists });
}

/** A list of codes that steer, at least one. */
export function KnownCodes(lists: readonly CodeList[], what: string): PropertyDecorator {
  return field(CONSTRAINT.knownCodes, (value) => Array.isArray(value) && value.length > 0 && value.length <= LIST_MAX && value.every((code) => typeof code === 'string' && lists.some((list) => isCode(list, code))), `${what} is onbekend. Gebruik codes uit de codelijst.`, { lists });
}

/** One of a few words that steer. */
export function OneOf(...words: readonly string[]): PropertyDecorator {
  return field(CONSTRAINT.choice, (value) => typeof value === 'string' && words.includes(value), `Geef hier ${words.join(' of ')}.`, { words });
}

/** A list of codes, at least one. `lists`: where the known ones are. */
export function Codes(...lists: readonly CodeList[]): PropertyDecorator {
  return field(CONSTRAINT.codes, (value) => Array.isArray(value) && value.length > 0 && value.length <= LIST_MAX && value.every(isCodeText), `Geef hier een lijst van 1 tot ${LIST_MAX} codes.`, lists.length === 0 ? {} : { lists });
}

export const LIST_MAX = 100;

// Line ends and tabs are part of a text; other control characters are not.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const FILLED = /\S/;

function isFilled(value: unknown, max: number): value is string {
  return typeof value === 'string' && (value.length <= max || [...value].length <= max) && FILLED.test(value)
    && value.isWellFormed() && !CONTROL.test(value);
}

/** Free text, at most `max` characters (code points), without a BSN. */
export function Text(max = 500): PropertyDecorator {
  const filled = field(CONSTRAINT.text, (value) => isFilled(value, max), `Geef hier een tekst van 1 tot ${max} tekens.`, { max });
  const noBsn = field(CONSTRAINT.bsnInText, (value) => typeof value !== 'string' || !holdsBsn(value), 'In deze tekst staat een BSN (•••••••••). Haal het weg en stuur het bericht opnieuw.');
  return (target, key) => { filled(target, key); noBsn(target, key); };
}

/** A reference in another system: not tested for BSNs, since RSINs and one in eleven case numbers would fail. */
export function Reference(max = 200): PropertyDecorator {
  return field(CONSTRAINT.text, (value) => isFilled(value, max), `Geef hier een verwijzing van 1 tot ${max} tekens.`, { max });
}

/** An organisation, by name or by RSIN or OIN: a number alone is a reference, a number in a name may be a BSN. */
export function OrganisationName(): PropertyDecorator {
  const filled = field(CONSTRAINT.text, (value) => isFilled(value, 200), 'Geef hier de naam van een organisatie, van 1 tot 200 tekens.');
  const noBsn = field(CONSTRAINT.name, (value) => typeof value !== 'string' || /^[0-9]+$/.test(value) || !holdsBsn(value), 'In deze naam staat een BSN (•••••••••). Haal het weg en stuur het bericht opnieuw.');
  return (target, key) => { filled(target, key); noBsn(target, key); };
}

/** Names of organisations, at least one. */
export function OrganisationNames(): PropertyDecorator {
  const filled = field(CONSTRAINT.names, (value) => Array.isArray(value) && value.length > 0 && value.length <= LIST_MAX && value.every((name) => isFilled(name, 200)), `Geef hier een lijst van 1 tot ${LIST_MAX} namen van organisaties.`);
  const noBsn = field(CONSTRAINT.bsnInNames, (value) => !Array.isArray(value) || !value.some((name) => typeof name === 'string' && !/^[0-9]+$/.test(name) && holdsBsn(name)), 'In een van deze namen staat een BSN (•••••••••). Haal het weg en stuur het bericht opnieuw.');
  return (target, key) => { filled(target, key); noBsn(target, key); };
}

/** The case system's reference of a dossier. Whether it is a BSN is asked apart: a source may declare it is not. */
export function CaseReference(): PropertyDecorator {
  return field(CONSTRAINT.caseReference, (value) => isFilled(value, 200), 'Geef hier de verwijzing van het dossier, van 1 tot 200 tekens.');
}

const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
/** Nobody alive or in an archive that counts was born earlier; what lies before is a typing error. */
const FIRST_YEAR = 1850;

export function isCalendarDay(value: unknown): value is string {
  if (typeof value !== 'string' || !DAY.test(value)) return false;
  const [year, month, day] = [Number(value.slice(0, 4)), Number(value.slice(5, 7)), Number(value.slice(8, 10))];
  return year >= FIRST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

/** Gregorian; asked of every date that comes in, so counted here instead of by an exception of Temporal's. */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** A calendar date that exists: YYYY-MM-DD. */
export function Day(): PropertyDecorator {
  return field(CONSTRAINT.day, isCalendarDay, 'Geef hier een datum die bestaat, als jaar-maand-dag (2026-01-31).');
}

const MOMENT = /^([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$/;

export function isMoment(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (!MOMENT.test(value) || !isCalendarDay(value.slice(0, 10))) return false;
  // Within these years the shape and a day that exists are enough; at the very ends Temporal has the last word.
  if (value >= '1900' && value < '9000') return true;
  try {
    Temporal.Instant.from(value);
    return true;
  } catch {
    return false;
  }
}

/** RFC 3339 with offset. */
export function Moment(): PropertyDecorator {
  return field(CONSTRAINT.moment, isMoment, 'Geef hier een tijdstip dat bestaat, met tijdzone (2026-01-31T09:30:00+01:00).');
}

export function Bsn(): PropertyDecorator {
  return field(CONSTRAINT.bsn, (value) => typeof value === 'string' && isBsn(value), 'Dit is geen geldig BSN. Geef negen cijfers als tekst.');
}

export function Flag(): PropertyDecorator {
  return field(CONSTRAINT.flag, (value) => typeof value === 'boolean', 'Geef hier true of false.');
}

/** A whole number, both ends included. */
export function Count(min = 1, max = 1_000): PropertyDecorator {
  return field(CONSTRAINT.count, (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max, `Geef hier een geheel getal van ${min} tot ${max}.`, { range: [min, max] });
}

export function Sha256(): PropertyDecorator {
  return field(CONSTRAINT.digest, (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value), 'Geef hier een SHA-256 als 64 tekens 0-9 en a-f.');
}

type Constructor = new () => object;

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One nested object of the given class. */
export function Item(of: () => Constructor): PropertyDecorator {
  return nested(field(CONSTRAINT.object, isPlainObject, 'Geef hier één object.', { of }), of, {});
}

/** A list of nested objects of the given class, at least one. */
export function Items(of: () => Constructor, max = LIST_MAX): PropertyDecorator {
  return nested(
    field(CONSTRAINT.objects, (value) => Array.isArray(value) && value.length > 0 && value.length <= max && value.every(isPlainObject), `Geef hier een lijst van 1 tot ${max} objecten.`, { of, many: true }),
    of, { each: true },
  );
}

function nested(shape: PropertyDecorator, of: () => Constructor, options: ValidationOptions): PropertyDecorator {
  const validate = ValidateNested(options);
  const type = Type(of);
  return (target, key) => { shape(target, key); validate(target, key); type(target, key); };
}

/** `none`, `onbekend`, or an object of the given class. */
export function BasisOr(of: () => Constructor): PropertyDecorator {
  return nested(field(CONSTRAINT.basis, (value) => value === 'none' || value === 'onbekend' || isPlainObject(value), 'Geef hier de grondslag als object, of none, of onbekend.', { of, words: ['none', 'onbekend'] }), of, {});
}

/** This word, or an object of the given class. */
export function WordOr(word: string, of: () => Constructor): PropertyDecorator {
  return nested(field(CONSTRAINT.wordOr, (value) => value === word || isPlainObject(value), `Geef hier een object, of ${word}.`, { of, words: [word] }), of, {});
}

/** Data of another event type, whose own class checks them once that type is known (validateReplacement). */
export function EventData(): PropertyDecorator {
  return field(CONSTRAINT.object, isPlainObject, 'Geef hier één object.');
}
