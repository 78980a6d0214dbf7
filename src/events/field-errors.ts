import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { SentEventType } from '#domain/catalogue';
import type { FieldError, RefusalCode } from '#domain/ledger/refusals';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';
import { CONSTRAINT, isCodeText } from '#src/events/dto/fields';
import { memberPath, valueAt } from '#src/events/json-shape';

/** What the DTO of a type finds wrong with the fields of data. Paths are JSON Pointers into the data. */
export type FieldCheck = (type: SentEventType, data: Readonly<Record<string, unknown>>) => readonly FieldError[];

/** By class-validator itself: what the decorators mean. compiled-fields.ts must say the same, and is measured by it. */
export const classValidatorErrors: FieldCheck = (type, data) => {
  const instance = plainToInstance(DTO_BY_TYPE[type], data);
  const found = validateSync(instance, {
    whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, validationError: { target: false, value: false },
  });
  return found.flatMap((error) => fieldErrors(error, '', data));
};

function fieldErrors(error: ValidationError, parent: string, data: unknown): readonly FieldError[] {
  const path = memberPath(parent, error.property);
  const constraints = error.constraints ?? {};
  if (constraints['whitelistValidation'] !== undefined) return [unknownField(path)];
  const own = Object.entries(constraints)
    // Our own constraint on the same field already says that it is no object.
    .filter(([name]) => name !== 'nestedValidation')
    .flatMap(([name, detail]) => constraintErrors(name, detail, valueAt(data, path), path));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, path, data))];
}

export function unknownField(path: string): FieldError {
  return fault('unknown-field', path, 'Dit veld is onbekend. Haal het weg of kijk in de catalogus.');
}

/** What one constraint (by its name) that does not hold comes to. */
export function constraintErrors(name: string, detail: string, value: unknown, path: string): readonly FieldError[] {
  return name === CONSTRAINT.codes ? codeListErrors(value, path, detail) : [fault(codeOf(name, value), path, detail)];
}

const CODES: Readonly<Record<string, RefusalCode>> = {
  [CONSTRAINT.knownCode]: 'unknown-code',
  [CONSTRAINT.bsnInText]: 'bsn-not-allowed',
  [CONSTRAINT.name]: 'bsn-not-allowed',
  [CONSTRAINT.knownCodes]: 'unknown-code',
  [CONSTRAINT.bsnInNames]: 'bsn-not-allowed',
};

/** What is no text at all, or no list of texts, is not an unknown code either. */
function codeOf(constraint: string, value: unknown): RefusalCode {
  const texts = typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'));
  return (texts ? CODES[constraint] : undefined) ?? 'field-invalid';
}

/** The codes of a list that are wrong, each with its own path. */
function codeListErrors(value: unknown, path: string, detail: string): readonly FieldError[] {
  const wrong = Array.isArray(value)
    ? value.flatMap((code, index) => (isCodeText(code) ? [] : [fault('field-invalid', `${path}/${index}`, 'Geef hier één code: letters, cijfers en streepjes, zonder spaties.')]))
    : [];
  return wrong.length > 0 ? wrong : [fault('field-invalid', path, detail)];
}

function fault(code: RefusalCode, path: string, detail: string): FieldError {
  return { code, path, detail };
}
