import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENT_EVENT_TYPES } from '#domain/catalogue';
import { testBsn } from '#domain/dossier/bsn';
import { applyMapping } from '#domain/mapping/apply-mapping';
import { originalsOfPart, originalsOfWhole } from '#domain/mapping/originals';
import { validateEventData } from '#src/events/validation';
import { codePlacesOf } from '#src/mapping/code-places';
import { readTable } from '#src/mapping/read-table';
import { MINIMUM } from '../domain/event-data/wire-fixture.js';

const OIN = '00000001823288444000';
const SOURCE = `urn:nld:oin:${OIN}:systeem:aeolus`;

const table = readTable({
  source: SOURCE,
  codes: { dataCategories: { MED: 'gezondheid', SCH: 'onderwijs' }, retentionTriggers: { 'Einde WMO': 'end-of-provision' }, laws: { WMO: 'wmo2015' }, meetingRoles: {} },
  dossierTypes: {
    'Leerplicht vrijstelling': { law: 'leerplichtwet', retentionRules: ['leerplicht-ontheffing'], zaaktype: 'vrijstelling' },
    KCC: { law: 'algemeen', leadingSource: 'grootboek' },
  },
  retentionRules: { 'LP-19': 'leerplicht-ontheffing' },
  locations: { 'I:': { system: 'i-schijf', kind: 'share', controller: 'own' } },
}, OIN, 'aeolus.json');

const map = (type: (typeof SENT_EVENT_TYPES)[number], data: Record<string, unknown>) => applyMapping(table, type, codePlacesOf(type), data);
const common = { occurredOn: '2026-03-01', dossier: { system: 'aeolus', reference: 'A-1' } };

describe('codes of a source', () => {
  it('become ours; our own pass; what nobody knows becomes onbekend with the original beside it', () => {
    const mapped = map('data-shared', { ...common, recipient: { organisation: 'School' }, categories: ['MED', 'onderwijs', 'Zorg & meer'], decisionId: 'b-1', purpose: 'DOEL 7' });
    expect(mapped).toMatchObject({
      kind: 'mapped', data: { categories: ['gezondheid', 'onderwijs', 'onbekend'], purpose: 'onbekend', decisionId: 'b-1' },
      originals: { '/categories/2': 'Zorg & meer', '/purpose': 'DOEL 7' }, unmapped: ['/categories/2', '/purpose'],
    });
  });

  it('are found in nested objects and lists, and nowhere else', () => {
    const mapped = map('consent-given', { ...common, consentId: 'MED', purposes: ['zorg'], recipients: [{ organisation: 'MED', kind: 'politie' }, { kind: 'X9' }], categories: ['SCH'], givenBy: [{ relation: 'zelf' }], form: 'mondeling' });
    expect(mapped).toMatchObject({
      data: { consentId: 'MED', recipients: [{ organisation: 'MED', kind: 'politie' }, { kind: 'onbekend' }], categories: ['onderwijs'] },
      originals: { '/purposes/0': 'zorg', '/recipients/1/kind': 'X9' },
    });
  });

  it('that nobody knows, two in one list: both originals are kept, each at its own place', () => {
    const mapped = map('consent-given', { ...common, consentId: 'T-1', purposes: ['DOEL 7', 'zorg', 'DOEL 8'], recipients: [{ organisation: 'School' }], categories: ['SCH'], givenBy: [{ relation: 'zelf' }], form: 'mondeling' });
    expect(mapped).toMatchObject({
      data: { purposes: ['onbekend', 'onbekend', 'onbekend'] },
      originals: { '/purposes/0': 'DOEL 7', '/purposes/1': 'zorg', '/purposes/2': 'DOEL 8' }, unmapped: ['/purposes/0', '/purposes/1', '/purposes/2'],
    });
  });

  it('that steer are mapped, or left for the check to refuse: never replaced by onbekend', () => {
    const good = map('retention-trigger', { ...common, trigger: 'Einde WMO', on: '2026-03-01' });
    expect(good).toMatchObject({ data: { trigger: 'end-of-provision' }, unmapped: [] });
    const wrong = map('retention-trigger', { ...common, trigger: 'Iets anders', on: '2026-03-01' });
    if (wrong.kind !== 'mapped') throw new Error('refused too early');
    expect(wrong).toMatchObject({ data: { trigger: 'Iets anders' }, originals: {} });
    expect(validateEventData('retention-trigger', wrong.data)).toMatchObject({ ok: false, errors: [{ code: 'unknown-code', path: '/trigger' }] });
  });

  it.each([['a BSN', testBsn(3)], ['a BSN with points', `${testBsn(3).slice(0, 3)}.${testBsn(3).slice(3, 6)}.${testBsn(3).slice(6)}`], ['prose with a BSN', `mevrouw ${testBsn(4)}`]])('holding %s are refused, and repeated nowhere', (_name, code) => {
    const refused = map('data-shared', { ...common, recipient: { organisation: 'School' }, categories: [code], decisionId: 'b-1' });
    expect(refused).toMatchObject({ kind: 'refused', errors: [{ code: 'bsn-not-allowed', path: '/categories/0' }] });
    expect(JSON.stringify(refused)).not.toContain(code);
  });

  it('as long as a story, or empty, are refused', () => {
    for (const code of ['x'.repeat(201), ' ']) {
      expect(map('data-shared', { ...common, categories: [code] })).toMatchObject({ kind: 'refused', errors: [{ code: 'field-invalid' }] });
    }
  });
});

describe('a dossier type', () => {
  it('says law and rules where the sender does not', () => {
    expect(map('dossier-opened', { ...common, zaaktype: 'Leerplicht vrijstelling' })).toMatchObject({
      data: { law: 'leerplichtwet', zaaktype: 'vrijstelling', retentionRules: ['leerplicht-ontheffing'] },
    });
  });

  it('does not overrule what the sender says', () => {
    expect(map('dossier-opened', { ...common, zaaktype: 'Leerplicht vrijstelling', law: 'WMO', retentionRules: ['LP-19'] })).toMatchObject({
      data: { law: 'wmo2015', retentionRules: ['leerplicht-ontheffing'] },
    });
  });

  it('that is unknown and comes without a law is refused; with a law it is a fact like any other', () => {
    expect(map('dossier-opened', { ...common, zaaktype: 'ONB' })).toMatchObject({ kind: 'refused', errors: [{ code: 'unknown-code', path: '/zaaktype' }] });
    expect(map('dossier-opened', { ...common, zaaktype: 'ONB', law: 'jeugdwet' })).toMatchObject({ kind: 'mapped', data: { zaaktype: 'ONB', law: 'jeugdwet' } });
  });

  it('may leave the lead to the ledger', () => {
    expect(map('dossier-opened', { ...common, zaaktype: 'KCC' })).toMatchObject({ leadingSource: `urn:nld:oin:${OIN}:systeem:rekenschap` });
    expect(map('dossier-opened', { ...common, zaaktype: 'Leerplicht vrijstelling' })).not.toHaveProperty('leadingSource');
  });

  it('an unknown retention rule is refused where the table knows rules', () => {
    expect(map('dossier-opened', { ...common, law: 'jeugdwet', retentionRules: ['LP-19', 'Z9'] })).toMatchObject({ kind: 'refused', errors: [{ code: 'unknown-code', path: '/retentionRules/1' }] });
  });
});

describe('locations', () => {
  it('get their kind and controller from the table, unless the sender says otherwise', () => {
    expect(map('dossier-located', { ...common, location: { system: 'I:', reference: 'map 7' } })).toMatchObject({ data: { location: { system: 'i-schijf', reference: 'map 7', kind: 'share', controller: 'own' } } });
    expect(map('dossier-located', { ...common, location: { system: 'I:', controller: 'processor' } })).toMatchObject({ data: { location: { system: 'i-schijf', controller: 'processor' } } });
    expect(map('dossier-located', { ...common, location: { system: 'kast' } })).toMatchObject({ data: { location: { system: 'kast' } } });
  });
});

describe('laws of the mapping', () => {
  const type = fc.constantFrom(...SENT_EVENT_TYPES);
  const junk = fc.jsonValue({ maxDepth: 4 });

  it('never throws and never changes what it was given, whatever comes', () => {
    fc.assert(fc.property(type, fc.dictionary(fc.oneof(fc.constantFrom('categories', 'recipient', 'recipients', 'items', 'zaaktype', 'retentionRules', 'location', 'law', '__proto__'), fc.string()), junk), (one, data) => {
      const before = JSON.stringify(data);
      map(one, data);
      expect(JSON.stringify(data)).toBe(before);
    }), { numRuns: 500 });
  });

  it('mapping what is mapped changes nothing more', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom('MED', 'SCH', 'gezondheid', 'bsn'), fc.string({ minLength: 1, maxLength: 20 })), { minLength: 1, maxLength: 6 }), (categories) => {
      const once = map('data-shared', { ...common, categories });
      if (once.kind === 'refused') return;
      expect(map('data-shared', once.data)).toMatchObject({ kind: 'mapped', data: once.data, originals: {} });
      // Every original stands where onbekend stands, and the other way round.
      const places = (once.data['categories'] as string[]).flatMap((code, index) => (code === 'onbekend' && categories[index] !== 'onbekend' ? [`/categories/${index}`] : []));
      expect(once.unmapped).toEqual([...places].sort());
    }), { numRuns: 300 });
  });

  it('leaves data in our own codes as they are, for every type', () => {
    for (const [one, data] of Object.entries(MINIMUM)) {
      const mapped = applyMapping({ ...table, retentionRules: new Map() }, one, codePlacesOf(one as (typeof SENT_EVENT_TYPES)[number]), data);
      if (mapped.kind === 'refused') throw new Error(`${one}: ${JSON.stringify(mapped.errors)}`);
      expect(Object.keys(mapped.data), one).toEqual(Object.keys(data));
    }
  });
});

describe('originals of a message that is split', () => {
  const all = { '/kind': 'K', '/items/0/mode': 'M', '/items/1/purpose': 'P', '/items/10/mode': 'T' };

  it('go with their own item only', () => {
    expect(originalsOfPart(all, 'items/1')).toEqual({ '/kind': 'K', '/purpose': 'P' });
    expect(originalsOfPart(all, 'items/10')).toEqual({ '/kind': 'K', '/mode': 'T' });
    expect(originalsOfWhole(all)).toEqual({ '/kind': 'K' });
    expect(originalsOfWhole({ '/items/0/mode': 'M' })).toBeUndefined();
    expect(originalsOfPart(undefined, 'items/0')).toBeUndefined();
  });
});
