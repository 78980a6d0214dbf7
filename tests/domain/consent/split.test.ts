import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitConsent, type ConsentAsSent } from '#domain/consent/split';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { validateEventData } from '#src/events/validation';
import { generated } from '../event-data/generated.js';
import { MINIMUM } from '../event-data/wire-fixture.js';

const given = MINIMUM['consent-given'] as ConsentAsSent;

describe('a consent over several dossiers', () => {
  it('becomes an event of each dossier, each once, none naming another', () => {
    const other = { system: 'suite-jeugd', reference: 'J-1' };
    const { parts, whole } = splitConsent({ ...given, dossiers: [other, given.dossier, { ...other }, { system: 'suite-schuld', reference: 'J-1' }] });
    expect(parts.map(({ part, data }) => [part, data['dossier']])).toEqual([['dossiers/0', other], ['dossiers/3', { system: 'suite-schuld', reference: 'J-1' }]]);
    expect(whole).toEqual(given);
    expect(canonicalJson(whole)).not.toContain('J-1');
    expect(canonicalJson(parts[0]!.data)).not.toContain(given.dossier.reference);
  });

  it('is itself when it covers one dossier', () => {
    expect(splitConsent(given)).toEqual({ parts: [], whole: given });
  });

  it('property: each part is a consent that could have been sent alone', () => {
    fc.assert(fc.property(generated('consent-given', 'maximal'), (data) => {
      const { parts, whole } = splitConsent(data as unknown as ConsentAsSent);
      for (const one of [whole, ...parts.map((part) => part.data)]) {
        expect(one).not.toHaveProperty('dossiers');
        expect(validateEventData('consent-given', one)).toEqual({ ok: true, value: one });
      }
      const dossiers = [data['dossier'], ...data['dossiers'] as unknown[]].map((dossier) => canonicalJson(dossier));
      expect(new Set([whole, ...parts.map((part) => part.data)].map((one) => canonicalJson(one['dossier'])))).toEqual(new Set(dossiers));
    }), { numRuns: 100 });
  });
});
