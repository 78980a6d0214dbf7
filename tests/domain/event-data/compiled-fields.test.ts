import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENT_EVENT_TYPES, type SentEventType } from '#domain/catalogue';
import { testBsn } from '#domain/dossier/bsn';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';
import { fieldsOf } from '#src/events/dto/describe';
import { isCalendarDay } from '#src/events/dto/fields';
import { classValidatorErrors } from '#src/events/field-errors';
import { compiledFieldErrors } from '#src/events/compiled-fields';
import { validateEventData } from '#src/events/validation';
import { generated, type Fill } from './generated.js';

type Data = Record<string, unknown>;

const oddity: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null, true, 0, 1, -1, 1.5, 1e21, '', ' ', 'x', 'een zin met spaties', testBsn(5), `tekst ${testBsn(5)} tekst`, 'x'.repeat(600), 'none', 'onbekend',
    '2024-02-30', '2024-02-29', '2024-02-29T10:00:00Z', '1700-01-01', 'wmo2015', '\u0001', '😀', [], {}, [[]], [{}], [null], [[{ x: 1 }]], { bsn: testBsn(6) },
    [{ bsn: testBsn(6) }], [testBsn(6)], { reference: 'R', system: 'S' }, { organisation: 'O' }, [{ organisation: 1 }], Array.from({ length: 101 }, () => 'a'),
  ),
  fc.string(), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
);

const strangeName = fc.constantFrom(
  'verzonnen', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', 'constructor', 'length', 'name', 'then', '0', '1', 'a b', 'é', '', testBsn(7), 'x'.repeat(80), 'bsn', 'dossier', 'items', 'subjects',
);

/** Every place in a JSON value, as the way to it. */
function placesOf(value: unknown, way: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([name, member]) => placesOf(member, [...way, name]))];
}

function changed(data: Data, way: readonly (string | number)[], change: (parent: Data, name: string) => void): Data {
  const copy = structuredClone(data);
  const parent = way.slice(0, -1).reduce<Data>((at, name) => at[name] as Data, copy);
  change(parent, String(way.at(-1)));
  return copy;
}

/** Valid data with some things wrong: a member replaced, left out, wrapped in a list, or one too many. */
function mutant(data: Data): fc.Arbitrary<Data> {
  const places = placesOf(data).filter((way) => way.length > 0);
  const step = fc.record({ way: fc.constantFrom(...places), kind: fc.constantFrom('replace', 'replace', 'drop', 'wrap', 'add'), oddity, strangeName });
  return fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => asJson(steps.reduce<Data>((now, { way, kind, oddity: odd, strangeName: strange }) => {
    try {
      return changed(now, way, (parent, name) => {
        if (kind === 'drop') delete parent[name];
        else if (kind === 'wrap') parent[name] = [parent[name]];
        else if (kind === 'add' && Array.isArray(parent)) parent.push(odd);
        else if (kind === 'add') Object.defineProperty(parent, strange, { value: odd, enumerable: true, configurable: true, writable: true });
        else parent[name] = odd;
      });
    } catch {
      // An earlier step took the place away.
      return now;
    }
  }, data)));
}

/** As it comes in over the wire: no holes in lists, nothing undefined. */
function asJson(data: Data): Data {
  return JSON.parse(JSON.stringify(data)) as Data;
}

function byTemporal(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).year >= 1850;
  } catch {
    return false;
  }
}

const FILLS: readonly Fill[] = ['minimal', 'maximal', 'some'];
const typed = (type: SentEventType) => fc.constantFrom(...FILLS).chain((fill) => generated(type, fill)) as fc.Arbitrary<Data>;

/** Over all types together at least 20,000. */
const PER_TYPE = Math.ceil(20_000 / SENT_EVENT_TYPES.length);

describe('what is compiled out of the decorators finds what class-validator finds', () => {
  it.each(SENT_EVENT_TYPES)('%s', { timeout: 120_000 }, (type) => {
    const verdicts = { accepted: 0, refused: 0 };
    fc.assert(fc.property(typed(type).chain((data) => fc.oneof({ weight: 1, arbitrary: fc.constant(data) }, { weight: 5, arbitrary: mutant(data) })), (data) => {
      const before = JSON.stringify(data);
      const compiled = validateEventData(type, data, {}, compiledFieldErrors);
      const slow = validateEventData(type, data, {}, classValidatorErrors);
      expect(compiled).toEqual(slow);
      // Nothing converted, dropped or added: the very data that were given.
      if (compiled.ok) expect(compiled.value).toBe(data);
      expect(JSON.stringify(data)).toBe(before);
      verdicts[compiled.ok ? 'accepted' : 'refused'] += 1;
    }), { numRuns: PER_TYPE });
    expect(verdicts.accepted).toBeGreaterThan(PER_TYPE / 10);
    expect(verdicts.refused).toBeGreaterThan(PER_TYPE / 3);
  });

  it.each(SENT_EVENT_TYPES)('%s: every field with every oddity', (type) => {
    for (const { name } of fieldsOf(DTO_BY_TYPE[type])) {
      for (const odd of fc.sample(oddity, { numRuns: 40, seed: 7 })) {
        const data = { [name]: odd };
        expect(compiledFieldErrors(type, data), name).toEqual(classValidatorErrors(type, data));
      }
    }
  });

  it('a calendar day is what Temporal says it is', () => {
    const digits = (count: number) => fc.stringMatching(new RegExp(`^[0-9]{${count}}$`));
    const near = fc.tuple(fc.integer({ min: 1840, max: 2110 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
      .map(([year, month, day]) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
    fc.assert(fc.property(fc.oneof(near, fc.tuple(digits(4), digits(2), digits(2)).map((parts) => parts.join('-'))), (text) => {
      expect(isCalendarDay(text)).toBe(byTemporal(text));
    }), { numRuns: 20_000 });
  });

  it('control: a difference is found', () => {
    const data = fc.sample(generated('data-shared', 'minimal'), { numRuns: 1, seed: 1 })[0] as Data;
    expect(compiledFieldErrors('data-shared', { ...data, recipient: 1 })).not.toEqual(classValidatorErrors('data-shared', data));
  });
});
