import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeLabel, codesOf, isCode } from '#domain/reference/codes';
import { consentRequired, findLegalBasis, legalBases } from '#domain/reference/legal-bases';

const root = join(import.meta.dirname, '../..');
const original = join(root, '../shared/reference');

describe('reference data', () => {
  it('loads the lists and knows their codes, labels and days', () => {
    expect(isCode('laws', 'jeugdwet')).toBe(true);
    expect(isCode('laws', 'jeugd-wet')).toBe(false);
    expect(isCode('laws', 'toString')).toBe(false);
    expect(isCode('laws', 'wbp', Temporal.PlainDate.from('2018-05-24'))).toBe(true);
    expect(isCode('laws', 'wbp', Temporal.PlainDate.from('2018-05-25'))).toBe(false);
    expect(isCode('laws', 'avg', Temporal.PlainDate.from('2018-05-24'))).toBe(false);
    expect(codeLabel('consentStatuses', 'none-found')).toBe('Geen gevonden');
    expect(codeLabel('consentStatuses', 'from-elsewhere')).toBe('from-elsewhere');
    expect(codesOf('consentStatuses')).toHaveLength(10);
  });

  it('finds a legal basis and what it says on consent, keeping "not stated" apart', () => {
    expect(legalBases()).toHaveLength(165);
    expect(consentRequired(findLegalBasis('wmo2015-5.1.1-4-hergebruik-client')!)).toBe('required');
    expect(consentRequired(findLegalBasis('wmo2015-5.2.1-1-a-toezichthouder-wmo-verstrekken')!)).toBe('not-stated');
    expect(findLegalBasis('unknown-row')).toBeUndefined();
    const counted = { 'required': 0, 'not-required': 0, 'not-stated': 0 };
    for (const row of legalBases()) counted[consentRequired(row)] += 1;
    expect(counted).toEqual({ 'required': 23, 'not-required': 98, 'not-stated': 44 });
  });

  it('says NOT RUN when the originals are not there, and compares them when they are', (context) => {
    if (!existsSync(original)) {
      console.log('NOT RUN reference copies: ../shared/reference is not on this machine');
      context.skip('../shared/reference is not on this machine');
    }
    const names = readdirSync(original).filter((name) => name.endsWith('.json'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      expect(readFileSync(join(root, 'domain/reference', name)).equals(readFileSync(join(original, name))), name).toBe(true);
    }
  });
});
