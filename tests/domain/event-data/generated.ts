import fc from 'fast-check';
import type { SentEventType } from '#domain/catalogue';
import { testBsn } from '#domain/dossier/bsn';
import { codesOf } from '#domain/reference/codes';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';
import { fieldsOf, type FieldDescription } from '#src/events/dto/describe';
import { CONSTRAINT } from '#src/events/dto/fields';
import { EITHER } from '#src/events/together';
import type { Wire } from './wire-fixture.js';

/** How much of what is optional goes in. */
export type Fill = 'minimal' | 'maximal' | 'some';

const word = fc.stringMatching(/^[a-z][a-z-]{0,20}[a-z]$/);
const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const moment = day.map((date) => `${date}T10:20:30+01:00`);
const person: fc.Arbitrary<Wire> = fc.oneof(
  fc.record({ bsn: fc.nat(8_000).map(testBsn) }),
  fc.record({ system: word, reference: fc.uuid().map((uuid) => `K-${uuid.slice(0, 8)}x`) }),
);

const BY_CONSTRAINT: Readonly<Record<string, (field: FieldDescription) => fc.Arbitrary<unknown>>> = {
  [CONSTRAINT.code]: () => word,
  [CONSTRAINT.codes]: () => fc.array(word, { minLength: 1, maxLength: 3 }),
  [CONSTRAINT.knownCode]: (field) => fc.constantFrom(...known(field)),
  [CONSTRAINT.knownCodes]: (field) => fc.array(fc.constantFrom(...known(field)), { minLength: 1, maxLength: 3 }),
  [CONSTRAINT.choice]: (field) => fc.constantFrom(...field.words!),
  [CONSTRAINT.text]: (field) => fc.string({ minLength: 1, maxLength: Math.min(field.max ?? 200, 100), unit: fc.constantFrom(...'abcdeé ß😀.') }).map((text) => (text.trim() === '' ? 'x' : text)),
  [CONSTRAINT.names]: () => fc.array(word, { minLength: 1, maxLength: 3 }),
  [CONSTRAINT.caseReference]: () => fc.stringMatching(/^[A-Z]-[0-9]{1,5}$/),
  [CONSTRAINT.day]: () => day,
  [CONSTRAINT.moment]: () => moment,
  [CONSTRAINT.flag]: () => fc.boolean(),
  [CONSTRAINT.count]: (field) => fc.integer({ min: field.range![0], max: field.range![1] }),
  [CONSTRAINT.digest]: () => fc.stringMatching(/^[0-9a-f]{64}$/),
};

function known(field: FieldDescription): readonly string[] {
  return field.lists!.flatMap((list) => codesOf(list).map(({ code }) => code));
}

type Constructor = new () => object;

/** Data that the class accepts: only what is required, everything, or something in between. */
function dataOf(dto: Constructor, fill: Fill, leaveOut: ReadonlySet<string>): fc.Arbitrary<Wire> {
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  const optional: string[] = [];
  const fields = fieldsOf(dto);
  const isPerson = fields.some(({ constraint }) => constraint === CONSTRAINT.bsn);
  for (const field of fields) {
    if (leaveOut.has(field.name) || (isPerson && ['bsn', 'system', 'reference'].includes(field.name))) continue;
    if (!field.required) {
      if (fill === 'minimal') continue;
      if (fill === 'some') optional.push(field.name);
    }
    members[field.name] = valueOf(field, fill);
  }
  const required = Object.keys(members).filter((name) => !optional.includes(name));
  const own = fc.record(members, { requiredKeys: required }) as fc.Arbitrary<Wire>;
  if (isPerson) return fc.tuple(own, person).map(([data, who]) => ({ ...data, ...who }));
  const either = EITHER_OF_CLASS[dto.name];
  return either === undefined ? own : own.map((data) => (either.fields.some((name) => data[name] !== undefined) ? data : { ...data, ...either.filling }));
}

/** Nested classes of which one field at least must be there. */
const EITHER_OF_CLASS: Readonly<Record<string, { readonly fields: readonly string[]; readonly filling: Wire }>> = {
  RecipientDto: { fields: ['organisation', 'kind'], filling: { kind: 'zorgaanbieder' } },
  LegalBasisDto: { fields: ['gdpr', 'article'], filling: { gdpr: '6-1-e' } },
};

function valueOf(field: FieldDescription, fill: Fill): fc.Arbitrary<unknown> {
  if (field.of === undefined) return (BY_CONSTRAINT[field.constraint] ?? missing(field))(field);
  const of = field.of();
  if (of.name === 'ItemDto') {
    const named = dataOf(of, fill, new Set(['anonymous', 'dossier'])).chain((item) => dossier.map((mine) => ({ ...item, dossier: mine })));
    return fc.array(fc.oneof(named, fc.constant({ anonymous: true })), { minLength: 1, maxLength: 3 });
  }
  const nested = dataOf(of, fill, new Set());
  if (field.many === true) return fc.array(nested, { minLength: 1, maxLength: 3 });
  return field.words === undefined || fill === 'maximal' ? nested : fc.oneof(nested, fc.constantFrom(...field.words));
}

const dossier = fc.record({ system: word, reference: fc.stringMatching(/^[A-Z]-[0-9]{1,5}$/) });

function missing(field: FieldDescription): never {
  throw new Error(`no generator for ${field.constraint} (${field.name})`);
}

/** Data of one type that the catalogue allows. `event-corrected` has no class of its own for its replacement. */
export function generated(type: SentEventType, fill: Fill): fc.Arbitrary<Wire> {
  const leaveOut = new Set(['occurredAt', 'occurredOn', 'replacement', ...(type.startsWith('hold-') ? ['scope'] : [])]);
  const either = EITHER[type] ?? [];
  return fc.tuple(dataOf(DTO_BY_TYPE[type], fill, leaveOut), fc.oneof(fc.record({ occurredAt: moment }), fc.record({ occurredOn: day })))
    .chain(([data, when]) => {
      const lacking = either.filter(({ fields }) => !fields.some((name) => data[name] !== undefined)).map(({ fields }) => fields[0]);
      const described = fieldsOf(DTO_BY_TYPE[type]).filter(({ name }) => lacking.includes(name));
      return fc.record(Object.fromEntries(described.map((field) => [field.name, valueOf(field, 'minimal')])))
        .map((extra): Wire => ({ ...data, ...extra, ...when, ...(type === 'event-corrected' ? { replacement: REPLACEMENT } : {}) }));
    });
}

const REPLACEMENT: Wire = {
  occurredOn: '2024-03-04', dossier: { system: 'suite-wmo', reference: 'W-1' }, consentId: 'T-1', subjects: [{ bsn: testBsn(9), role: 'client' }],
};
