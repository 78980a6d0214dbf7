import { getMetadataStorage, ValidationTypes, type ValidationArguments, type ValidatorConstraintInterface } from 'class-validator';
import { SENT_EVENT_TYPES, type SentEventType } from '#domain/catalogue';
import type { FieldError } from '#domain/ledger/refusals';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';
import { FIELD_LIMITS, isPlainObject, type FieldLimits } from '#src/events/dto/fields';
import { constraintErrors, unknownField, type FieldCheck } from '#src/events/field-errors';
import { memberPath } from '#src/events/json-shape';

type Constructor = new () => object;
type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Members = Readonly<Record<string, unknown>>;

interface Check {
  /** Name of the constraint. */
  readonly name: string;
  readonly accepts: (value: unknown) => boolean;
  readonly detail: (value: unknown) => string;
}

interface Field {
  readonly name: string;
  readonly mayBeLeftOut: boolean;
  readonly checks: readonly Check[];
  readonly nested: Fields | null;
}

/** A DTO class as read from its decorators. */
interface Fields {
  readonly byName: ReadonlyMap<string, Field>;
  readonly list: readonly Field[];
}

/**
 * The same checks as class-validator's, read once out of the same decorators: for every event there is then nothing
 * left to look up, copy or turn into an instance. Equal to `classValidatorErrors` on generated input by a test.
 */
export const compiledFieldErrors: FieldCheck = (type, data) => {
  const errors: FieldError[] = [];
  checkMembers(COMPILED.get(type)!, data, '', errors);
  return errors;
};

function checkMembers(fields: Fields, data: Members, parent: string, errors: FieldError[]): void {
  for (const name in data) {
    if (!fields.byName.has(name)) errors.push(unknownField(memberPath(parent, name)));
  }
  for (const field of fields.list) {
    const value = data[field.name];
    if (value === undefined && field.mayBeLeftOut) continue;
    for (const check of field.checks) {
      if (!check.accepts(value)) errors.push(...constraintErrors(check.name, check.detail(value), value, `${parent}/${field.name}`));
    }
    if (field.nested !== null && value !== undefined) checkNested(field.nested, value, `${parent}/${field.name}`, errors);
  }
}

/** Also where a list stands in the place of an object, or the other way round: what is in it is looked at all the same. */
function checkNested(fields: Fields, value: unknown, path: string, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      if (value[index] !== undefined) checkNested(fields, value[index], `${path}/${index}`, errors);
    }
  } else if (isPlainObject(value)) {
    checkMembers(fields, value, path, errors);
  }
}

function compile(dto: Constructor, known: Map<Constructor, Fields>): Fields {
  const before = known.get(dto);
  if (before !== undefined) return before;
  const byName = new Map<string, Field>();
  const list: Field[] = [];
  const fields: Fields = { byName, list };
  known.set(dto, fields);
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  for (const [name, ofField] of Object.entries(getMetadataStorage().groupByPropertyName(metadatas))) {
    const field = fieldOf(dto, name, ofField, known);
    byName.set(name, field);
    list.push(field);
  }
  if (list.length === 0) throw new Error(`${dto.name} has no decorators`);
  return fields;
}

function fieldOf(dto: Constructor, name: string, metadatas: readonly Metadata[], known: Map<Constructor, Fields>): Field {
  const of = (type: string) => metadatas.filter((metadata) => metadata.type === type);
  const custom = of(ValidationTypes.CUSTOM_VALIDATION);
  const conditions = of(ValidationTypes.CONDITIONAL_VALIDATION);
  const nested = of(ValidationTypes.NESTED_VALIDATION);
  // What is not understood here must not pass in silence: the service does not start.
  if (custom.length + conditions.length + nested.length !== metadatas.length || custom.some(({ each, message, validateIf }) => each || message || validateIf)) {
    throw new Error(`${dto.name}.${name} has a decorator that is not compiled`);
  }
  const limits = Reflect.getMetadata(FIELD_LIMITS, dto.prototype as object, name) as FieldLimits | undefined;
  if (nested.length > 0 && limits?.of === undefined) throw new Error(`${dto.name}.${name} is nested and does not say of what`);
  return {
    name,
    mayBeLeftOut: conditions.length > 0 && conditions.every((condition) => isOptional(condition, `${dto.name}.${name}`)),
    checks: custom.flatMap(checksOf),
    nested: nested.length === 0 ? null : compile(limits!.of!(), known),
  };
}

/** The one condition there is: not when it is left out. */
function isOptional({ constraints }: Metadata, name: string): boolean {
  const applies = constraints[0] as (object: object, value: unknown) => boolean;
  if (applies({}, undefined) || !applies({}, null) || !applies({}, 'x')) throw new Error(`${name} has a condition that is not compiled`);
  return true;
}

function checksOf({ constraintCls }: Metadata): readonly Check[] {
  return getMetadataStorage().getTargetValidatorConstraints(constraintCls).map(({ name, instance }) => {
    const { validate, defaultMessage } = instance as ValidatorConstraintInterface;
    const none = {} as ValidationArguments;
    return {
      name,
      accepts: (value) => validate(value, none) as boolean,
      detail: (value) => defaultMessage!({ ...none, value }),
    };
  });
}

const known = new Map<Constructor, Fields>();
const COMPILED: ReadonlyMap<SentEventType, Fields> = new Map(SENT_EVENT_TYPES.map((type) => [type, compile(DTO_BY_TYPE[type], known)]));
