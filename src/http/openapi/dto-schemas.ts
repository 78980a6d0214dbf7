import { getMetadataStorage } from 'class-validator';
import { codesOf, type CodeList } from '#domain/reference/codes';
import { FIELD_LIMITS, LIST_MAX, type CONSTRAINT, type FieldLimits } from '#src/events/dto/fields';
import { nullable, ref, type Schema } from '#src/http/openapi/schema';

type Constructor = new () => object;
type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** Stand beside the constraint that says what a field is; a schema cannot express them. */
type Beside = 'bsnInText' | 'name' | 'bsnInNames';
type Shaping = (typeof CONSTRAINT)[Exclude<keyof typeof CONSTRAINT, Beside>];

const REFERENCE_MAX = 200;
const text = ({ max = REFERENCE_MAX }: FieldLimits): Schema => ({ type: 'string', minLength: 1, maxLength: max });
const listOf = (items: Schema): Schema => ({ type: 'array', minItems: 1, maxItems: LIST_MAX, items });
// Without \p{…}: many readers of a schema take a pattern without the flag that needs.
const code = ({ lists }: FieldLimits): Schema => ({ type: 'string', pattern: '^\\S+$', minLength: 1, maxLength: 100, ...inLists(lists) });
const knownCode = ({ lists = [] }: FieldLimits): Schema => ({
  type: 'string', enum: [...new Set(lists.flatMap((name) => codesOf(name).map((row) => row.code)))], ...inLists(lists),
});
const word = ({ words = [] }: FieldLimits): Schema => ({ type: 'string', enum: words });

/** What each constraint of ours looks like; a new one is a type error here. Never stricter than the constraint. */
const SHAPES: Readonly<Record<Shaping, (limits: FieldLimits, nested: Schema) => Schema>> = {
  codeText: code,
  codeTexts: (limits) => listOf(code(limits)),
  knownCode,
  knownCodes: (limits) => listOf(knownCode(limits)),
  text,
  caseReference: text,
  organisationNames: () => listOf(text({})),
  choice: word,
  calendarDay: () => ({ type: 'string', format: 'date' }),
  moment: () => ({ type: 'string', format: 'date-time' }),
  bsn: () => ({ type: 'string', pattern: '^[0-9]{9}$' }),
  flag: () => ({ type: 'boolean' }),
  count: ({ range }) => ({ type: 'integer', minimum: range![0], maximum: range![1] }),
  sha256: () => ({ type: 'string', pattern: '^[0-9a-f]{64}$' }),
  singleObject: (_limits, nested) => nested,
  objectList: ({ max = LIST_MAX }, nested) => ({ type: 'array', minItems: 1, maxItems: max, items: nested }),
  claimedBasis: (limits, nested) => ({ oneOf: [word(limits), nested] }),
  wordOrObject: (limits, nested) => ({ oneOf: [word(limits), nested] }),
};

/** Those of class-validator itself, and of DTOs outside the events, by name and arguments. What is not here says nothing. */
const OTHERS: Readonly<Record<string, (args: readonly unknown[]) => Schema>> = {
  isString: () => ({ type: 'string' }),
  isLength: ([min, max]) => ({ minLength: min, maxLength: max }),
  matches: ([pattern]) => ((pattern as RegExp).unicode ? {} : { pattern: (pattern as RegExp).source }),
  matching: () => ({ type: 'string' }),
  ledgerPosition: () => ({ type: 'integer', minimum: 0 }),
  oneOf: ([allowed]) => {
    const values = allowed as readonly unknown[];
    return { type: 'string', enum: values, ...(values.includes(null) ? { nullable: true } : {}) };
  },
};

/**
 * Schemas out of the decorators of DTO classes: what class-validator checks is what the document says. Unknown members
 * are refused, so `additionalProperties` is false everywhere.
 */
export class DtoSchemas {
  readonly #schemas = new Map<string, Schema>();
  readonly #names = new Map<Constructor, string>();

  /** Reference to the schema of a class; it and all that it holds are then in `components`. */
  of(dto: Constructor, describe: { readonly description?: string } = {}): Schema {
    const known = this.#names.get(dto);
    if (known !== undefined) return ref(known);
    const name = this.#freeName(dto.name.replace(/Dto$/, ''));
    this.#names.set(dto, name);
    this.#schemas.set(name, { ...this.#read(dto), ...describe });
    return ref(name);
  }

  #freeName(wanted: string): string {
    const taken = new Set(this.#names.values());
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}${number}`;
    return name;
  }

  get components(): Readonly<Record<string, Schema>> {
    return Object.fromEntries(this.#schemas);
  }

  #read(dto: Constructor): Schema {
    const found = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    const fields = [...Map.groupBy(found, ({ propertyName }) => propertyName)].map(([name, constraints]) => ({
      name, required: isAskedFor(constraints, undefined), schema: this.#field(dto, name, constraints),
    }));
    // What must be there first: that is what a vendor looks for.
    const ordered = [...fields.filter(({ required }) => required), ...fields.filter(({ required }) => !required)];
    const required = ordered.filter((field) => field.required).map(({ name }) => name);
    return {
      type: 'object', additionalProperties: false, ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(ordered.map(({ name, schema }) => [name, schema])),
    };
  }

  #field(dto: Constructor, name: string, constraints: readonly Metadata[]): Schema {
    const limits = (Reflect.getMetadata(FIELD_LIMITS, dto.prototype as object, name) ?? {}) as FieldLimits;
    const nested = limits.of === undefined ? { type: 'object' } : this.of(limits.of());
    const shapes = constraints.flatMap((constraint) => {
      const own = SHAPES[constraint.name as Shaping] as (typeof SHAPES)[Shaping] | undefined;
      if (own !== undefined) return [own(limits, nested)];
      const other = OTHERS[constraint.name ?? ''];
      return other === undefined ? [] : [other(constraint.constraints as unknown[])];
    });
    const schema = Object.assign({}, ...shapes) as Schema;
    return isAskedFor(constraints, null) ? schema : nullable(schema);
  }
}

/** Is a field with this value checked at all, or may it be so? Each ValidateIf is asked. */
function isAskedFor(constraints: readonly Metadata[], value: null | undefined): boolean {
  return constraints.filter(({ type }) => type === 'conditionalValidation')
    .every(({ constraints: [condition] }) => (condition as (object: object, value: unknown) => boolean)({}, value));
}

function inLists(lists: readonly CodeList[] | undefined): Schema {
  return lists === undefined || lists.length === 0 ? {} : { 'x-codelijst': lists };
}
