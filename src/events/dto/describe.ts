import 'reflect-metadata';
import { getMetadataStorage } from 'class-validator';
import type { SentEventType } from '#domain/catalogue';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';
import { CONSTRAINT, FIELD_LIMITS, type FieldLimits } from '#src/events/dto/fields';

type Constructor = new () => object;

/** One field of a DTO as its decorators say it: the classes stay the one source of schema and documentation. */
export interface FieldDescription extends FieldLimits {
  readonly name: string;
  /** A value of CONSTRAINT: the constraint that tells what the field is. */
  readonly constraint: string;
  readonly required: boolean;
}

/** Constraints that stand beside the one that says what a field is. */
const BESIDE: ReadonlySet<string> = new Set([CONSTRAINT.bsnInText, CONSTRAINT.name, CONSTRAINT.bsnInNames]);
const OURS: ReadonlySet<string> = new Set(Object.values(CONSTRAINT));

/** Fields of a class and its parents, sorted by name. */
export function fieldsOf(dto: Constructor): readonly FieldDescription[] {
  const found = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const byName = Map.groupBy(found, (metadata) => metadata.propertyName);
  return [...byName].map(([name, metadata]): FieldDescription => {
    const constraint = metadata.find((one) => one.name !== undefined && OURS.has(one.name) && !BESIDE.has(one.name))?.name;
    if (constraint === undefined) throw new Error(`${dto.name}.${name} has no constraint of ours`);
    return {
      name, constraint, required: !metadata.some((one) => one.type === 'conditionalValidation'),
      ...(Reflect.getMetadata(FIELD_LIMITS, dto.prototype as object, name) as FieldLimits | undefined),
    };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function fieldsOfType(type: SentEventType): readonly FieldDescription[] {
  return fieldsOf(DTO_BY_TYPE[type]);
}
