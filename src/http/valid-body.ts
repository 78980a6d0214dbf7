import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FieldError, RefusalCode } from '#domain/ledger/refusals';
import { RefusalError } from '#src/http/refusal.error';
import { malformed } from '#src/http/strict-json';

/** The body as the class of its DTO; throws with every error at once, unknown fields named, nothing echoed. */
export function validBody<Dto extends object>(dto: new () => Dto, body: unknown): Dto {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw malformed('Stuur een JSON-object.');
  const instance = plainToInstance(dto, body);
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true })
    .flatMap((error) => fieldErrors(error, ''));
  if (errors.length > 0) throw invalid(errors);
  return instance;
}

export function invalid(errors: readonly FieldError[]): RefusalError {
  const first = errors[0]!;
  const detail = errors.length === 1 ? first.detail : `Er zijn ${errors.length} fouten gevonden.`;
  return new RefusalError({ code: first.code, detail, errors });
}

function fieldErrors(error: ValidationError, above: string): readonly FieldError[] {
  const path = `${above}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  // Our own constraint on the same field already says that it is no object.
  const own = Object.entries(error.constraints ?? {}).filter(([name]) => name !== 'nestedValidation').map(([name, detail]): FieldError =>
    name === 'whitelistValidation' ? { code: 'unknown-field', path, detail: 'Dit veld is onbekend.' } : { code: CODES[name] ?? 'field-invalid', path, detail });
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, path))];
}

/** Constraints of src/events/dto/fields that refuse with a code of their own. */
const CODES: Readonly<Record<string, RefusalCode>> = {
  knownCode: 'unknown-code', bsnInText: 'bsn-not-allowed', organisationName: 'bsn-not-allowed',
};
