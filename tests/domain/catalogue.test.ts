import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, catalogueEntry, isEventType, isSentEventType, SENT_EVENT_TYPES } from '#domain/catalogue';
import { evolveList, initialList, type DoneListEvent } from '#domain/destruction/list-state';
import { dossierDecider, type DossierStreamEvent } from '#domain/dossier/decider';
import { evolveGovernance, initialGovernance } from '#domain/governance/state';
import type { GovernanceEvent } from '#domain/governance/events';
import { ROLES } from '#domain/ledger/roles';
import { createUpcaster, upcast, type Versioned } from '#domain/upcast';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';

const folder = join(import.meta.dirname, '../golden/events');
const golden = readdirSync(folder).filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Versioned] as const);

describe('catalogue', () => {
  it('names for every type from outside the DTO that checks it, and only roles that exist', () => {
    for (const type of SENT_EVENT_TYPES) {
      expect(catalogueEntry(type).dto).toBe(DTO_BY_TYPE[type].name);
      expect(catalogueEntry(type).who.length).toBeGreaterThan(0);
      expect(ROLES).toEqual(expect.arrayContaining([...catalogueEntry(type).who]));
    }
  });

  it('lets the ledger’s own types be sent by nobody, and knows no name that objects happen to have', () => {
    for (const [type, entry] of Object.entries(CATALOGUE)) expect(isSentEventType(type)).toBe(entry.who.length > 0);
    for (const name of ['toString', '__proto__', 'constructor', '', 'consent-given ']) {
      expect(isEventType(name)).toBe(false);
      expect(isSentEventType(name)).toBe(false);
    }
    expect(() => catalogueEntry('toString')).toThrow('not in the catalogue');
  });

  it('has a leading source for trigger, hold and closing, and for nothing else yet', () => {
    expect(SENT_EVENT_TYPES.filter((type) => catalogueEntry(type).needsLeadingSource))
      .toEqual(['dossier-closed', 'retention-trigger', 'hold-placed', 'hold-lifted']);
  });
});

describe('golden events', () => {
  it('holds every version of every type ever written', () => {
    const expected = Object.entries(CATALOGUE).flatMap(([type, entry]) =>
      Array.from({ length: entry.schema }, (_, n) => `${type}.v${n + 1}.json`));
    expect(golden.map(([name]) => name).sort()).toEqual(expected.sort());
  });

  it.each(golden)('%s upcasts to the current shape and folds', (name, event) => {
    expect(name).toBe(`${event.type}.v${event.schema}.json`);
    const current = upcast(event);
    const entry = catalogueEntry(event.type);
    expect(current).toMatchObject({ type: event.type, schema: entry.schema });
    switch (entry.stream) {
      case 'dossier':
        expect(dossierDecider.evolve(dossierDecider.initial, current as DossierStreamEvent)).not.toBe(dossierDecider.initial);
        break;
      case 'governance':
        expect(evolveGovernance(initialGovernance, current as GovernanceEvent)).toBeDefined();
        break;
      case 'destruction-list':
        expect(evolveList(initialList, { ...current, person: { iss: 'i', sub: 's', role: 'archivist' } } as DoneListEvent)).toBeDefined();
        break;
      default:
        expect(() => dossierDecider.evolve(dossierDecider.initial, current as DossierStreamEvent)).toThrow('does not hold');
    }
  });
});

describe('upcasting', () => {
  const catalogue = { renamed: { schema: 3 }, plain: { schema: 1 } };
  const read = createUpcaster(catalogue, {
    renamed: [(data: { a: number }) => ({ b: data.a }), (data: { b: number }) => ({ b: data.b, unit: 'days' })],
  });

  it('leads every older version through each step to the current one', () => {
    expect(read({ type: 'renamed', schema: 1, data: { a: 7 } })).toEqual({ type: 'renamed', schema: 3, data: { b: 7, unit: 'days' } });
    expect(read({ type: 'renamed', schema: 2, data: { b: 7 } })).toEqual({ type: 'renamed', schema: 3, data: { b: 7, unit: 'days' } });
    expect(read({ type: 'renamed', schema: 3, data: { b: 7, unit: 'hours' } }).data).toEqual({ b: 7, unit: 'hours' });
  });

  it('throws on what it does not know', () => {
    for (const event of [
      { type: 'renamed', schema: 4 }, { type: 'renamed', schema: 0 }, { type: 'renamed', schema: 1.5 }, { type: 'other', schema: 1 }, { type: 'toString', schema: 1 },
    ]) expect(() => read({ ...event, data: {} })).toThrow('unknown');
  });

  it('refuses steps that do not fit the table', () => {
    expect(() => createUpcaster(catalogue, {})).toThrow('no upcast steps');
    expect(() => createUpcaster(catalogue, { renamed: [(data) => data] })).toThrow('1 upcast steps for schema 3');
    expect(() => createUpcaster({ plain: { schema: 1 } }, { gone: [] })).toThrow('not in the catalogue');
  });
});
