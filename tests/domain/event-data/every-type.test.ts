import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENT_EVENT_TYPES } from '#domain/catalogue';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { SubjectId } from '#domain/ledger/ids';
import { fieldsOfType } from '#src/events/dto/describe';
import { findPersons, withSubjectIds } from '#src/events/map-subjects';
import { validateEventData, validateReplacement } from '#src/events/validation';
import { generated, type Fill } from './generated.js';
import { MINIMUM, type Wire } from './wire-fixture.js';

function errors(type: string, data: unknown): readonly string[] {
  const result = validateEventData(type, data);
  return result.ok ? [] : result.errors.map((error) => `${error.code} ${error.path}`);
}

function without(data: Wire, name: string): Wire {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key !== name));
}

/** Every JSON Pointer of an object within a value, the root as the empty one. */
function objectsIn(value: unknown, path = ''): readonly (readonly [string, Wire])[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => objectsIn(one, `${path}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  return [[path, value as Wire], ...Object.entries(value).flatMap(([name, member]) => objectsIn(member, `${path}/${name}`))];
}

describe.each(SENT_EVENT_TYPES)('generated data of %s', (type) => {
  it.each(['minimal', 'maximal', 'some'] as const)('%s data are accepted, and recorded without a BSN or an identifier', (fill: Fill) => {
    fc.assert(fc.property(generated(type, fill), (data) => {
      expect(errors(type, data)).toEqual([]);
      const ids = new Map<string, SubjectId>();
      const idOf = (identifier: object): SubjectId => {
        const key = canonicalJson(identifier);
        ids.set(key, ids.get(key) ?? (`0000000a-0000-4000-8000-${String(ids.size).padStart(12, 'a')}` as SubjectId));
        return ids.get(key)!;
      };
      const persons = findPersons(type, data);
      const recorded = withSubjectIds(type, data, idOf);
      expect(ids.size).toBe(new Set(persons.map(({ identifier }) => canonicalJson(identifier))).size);
      const text = canonicalJson(recorded);
      // Whatever stands under that name, found as a person or not. Nine digits of a hash may pass for a BSN by chance.
      for (const bsn of objectsIn(data).flatMap(([, one]) => (typeof one['bsn'] === 'string' ? [one['bsn']] : []))) expect(text).not.toContain(bsn);
      for (const { identifier } of persons) {
        const secret = 'bsn' in identifier ? identifier.bsn : identifier.reference;
        // Control: it was there before.
        expect(canonicalJson(data)).toContain(secret);
        expect(text).not.toContain(secret);
      }
      if (persons.length === 0) expect(recorded).toEqual(data);
    }), { numRuns: fill === 'some' ? 60 : 20 });
  });

  it('every required field that is left out is refused with its path', () => {
    for (const { name, required } of fieldsOfType(type)) {
      if (required) expect(errors(type, without(MINIMUM[type], name))).toContain(`field-invalid /${name}`);
    }
  });

  it('an unknown field is refused with its path, wherever it stands', () => {
    fc.assert(fc.property(generated(type, 'maximal'), fc.nat(), (data, which) => {
      // A replacement is checked as data of its own type, not here.
      const objects = objectsIn(data).filter(([path]) => !path.startsWith('/replacement'));
      const [path] = objects[which % objects.length]!;
      const copy = structuredClone(data);
      const place = objectsIn(copy).find(([other]) => other === path)![1];
      place['verzonnenVeld'] = 1;
      expect(errors(type, copy)).toContain(`unknown-field ${path}/verzonnenVeld`);
    }), { numRuns: 20 });
  });
});

describe('a replacement', () => {
  it('is checked as data of the type that it corrects, with paths into the correction', () => {
    fc.assert(fc.property(fc.constantFrom(...SENT_EVENT_TYPES).chain((type) => generated(type, 'some').map((data) => [type, data] as const)), ([type, data]) => {
      expect(validateReplacement(type, data).ok).toBe(true);
      expect(validateReplacement(type, { ...data, verzonnenVeld: 1 })).toMatchObject({ ok: false, errors: [{ code: 'unknown-field', path: '/replacement/verzonnenVeld' }] });
    }), { numRuns: 100 });
  });

  it('has its persons mapped too', () => {
    const data = { ...MINIMUM['event-corrected'], replacement: MINIMUM['dossier-opened'] };
    expect(findPersons('event-corrected', data).map(({ path }) => path)).toEqual(['/replacement/subjects/0']);
    expect(canonicalJson(withSubjectIds('event-corrected', data, () => 'x' as SubjectId))).not.toContain('bsn');
  });
});
