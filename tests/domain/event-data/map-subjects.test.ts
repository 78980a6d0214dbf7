import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENT_EVENT_TYPES } from '#domain/catalogue';
import { isBsn, testBsn } from '#domain/dossier/bsn';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { SubjectId } from '#domain/ledger/ids';
import { fieldsOfType } from '#src/events/dto/describe';
import { findPersons, withSubjectIds } from '#src/events/map-subjects';
import { validateEventData } from '#src/events/validation';
import { MINIMUM } from './wire-fixture.js';

/** Types that take any number of persons; the others have theirs in every-type.test.ts. */
const WITH_SUBJECTS = SENT_EVENT_TYPES.filter((type) => fieldsOfType(type).some(({ name }) => name === 'subjects'));

const person = fc.oneof(
  fc.record({ bsn: fc.nat(8_000).map(testBsn), role: fc.constantFrom('client', 'youth') }),
  fc.record({ bsn: fc.nat(8_000).map(testBsn), role: fc.constant('parent') }),
  fc.record({ system: fc.constant('suite'), reference: fc.uuid(), role: fc.constantFrom('client', 'housemate') }),
);

describe('persons in event data', () => {
  it('finds each person with path, identifier, role and date of birth', () => {
    const data = { ...MINIMUM['dossier-opened'], subjects: [
      { bsn: testBsn(1), role: 'client', dateOfBirth: '1980-02-29' }, { system: 'suite', reference: 'K-2', role: 'youth' },
    ] };
    expect(findPersons('dossier-opened', data)).toEqual([
      { path: '/subjects/0', identifier: { bsn: testBsn(1) }, role: 'client', dateOfBirth: '1980-02-29' },
      { path: '/subjects/1', identifier: { system: 'suite', reference: 'K-2' }, role: 'youth' },
    ]);
    expect(withSubjectIds('dossier-opened', data, (identifier) => ('bsn' in identifier ? 'one' : 'two') as SubjectId)['subjects']).toEqual([
      { subjectId: 'one', role: 'client', dateOfBirth: '1980-02-29' }, { subjectId: 'two', role: 'youth' },
    ]);
    expect(findPersons('consent-withdrawn', MINIMUM['consent-withdrawn'])).toEqual([]);
    expect(withSubjectIds('consent-withdrawn', MINIMUM['consent-withdrawn'], () => 'x' as SubjectId)).toEqual(MINIMUM['consent-withdrawn']);
  });

  it('property: no BSN of the message is left in what is recorded, in no field, of no type', () => {
    let recordedWithBsn = 0;
    fc.assert(fc.property(fc.constantFrom(...WITH_SUBJECTS), fc.array(person, { minLength: 1, maxLength: 5 }), fc.nat(4), fc.constantFrom('none', 'motivation', 'motivationRef'), (type, subjects, which, leak) => {
      const bsns = subjects.flatMap((subject) => ('bsn' in subject ? [subject.bsn] : []));
      const leaked = bsns[which % Math.max(bsns.length, 1)] ?? 'niets';
      const result = validateEventData(type, { ...MINIMUM[type], subjects, ...(leak === 'none' ? {} : { [leak]: `zie ${leaked}` }) });
      if (!result.ok) {
        expect(bsns.length > 0 && leak !== 'none').toBe(true);
        return;
      }
      const ids = new Map(findPersons(type, result.value).map(({ identifier }, n) => [canonicalJson(identifier), `0000000a-0000-4000-8000-00000000000${n}` as SubjectId]));
      const recorded = canonicalJson(withSubjectIds(type, result.value, (identifier) => ids.get(canonicalJson(identifier))!));
      if (bsns.length > 0) recordedWithBsn += 1;
      for (const bsn of bsns) {
        // Control: it was there before.
        expect(canonicalJson(result.value)).toContain(bsn);
        expect(recorded).not.toContain(bsn);
      }
      expect((recorded.match(/(?<![0-9])[0-9]{9}(?![0-9])/g) ?? []).filter(isBsn)).toEqual([]);
    }), { numRuns: 500 });
    expect(recordedWithBsn).toBeGreaterThan(50);
  });
});
