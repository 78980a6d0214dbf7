import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accessDecider, type AccessStreamEvent } from '#domain/access/decider';
import { meetingDecider, type MeetingStreamEvent } from '#domain/casusoverleg/decider';
import { CATALOGUE, catalogueEntry, isEventType, isSentEventType, routeOf, SENT_EVENT_TYPES, sendersOf } from '#domain/catalogue';
import { evolveList, initialList, type DoneListEvent } from '#domain/destruction/list-state';
import { dossierDecider, type DossierStreamEvent } from '#domain/dossier/decider';
import { evolveGovernance, initialGovernance } from '#domain/governance/state';
import type { GovernanceEvent } from '#domain/governance/events';
import { STREAM_KINDS } from '#domain/ledger/ids';
import { ROLES } from '#domain/ledger/roles';
import { rightsRequestDecider, type RightsRequestStreamEvent } from '#domain/rights/request';
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

  it('has a leading source for trigger, hold, closing, its undoing and its destruction, and for nothing else; rules are the record-manager’s', () => {
    expect(SENT_EVENT_TYPES.filter((type) => catalogueEntry(type).needsLeadingSource))
      .toEqual(['dossier-closed', 'dossier-reopened', 'retention-trigger', 'hold-placed', 'hold-lifted', 'destroyed-at-source']);
    expect(catalogueEntry('retention-rule-changed').who).toEqual(['record-manager']);
  });

  it('routes every sent type to the kind of stream of its row, and a hold over many dossiers to governance', () => {
    for (const type of SENT_EVENT_TYPES) {
      const { route, stream } = catalogueEntry(type);
      expect(route).toBe(stream ?? 'of-event');
      expect(routeOf(type, {})).toBe(route);
      if (stream !== null) expect(STREAM_KINDS).toContain(stream);
    }
    expect(routeOf('hold-placed', { scope: { laws: ['jeugdwet'] } })).toBe('governance');
    expect(routeOf('hold-placed', { dossier: {} })).toBe('dossier');
    expect(sendersOf('hold-placed', { dossier: {} })).toContain('case-system');
    expect(sendersOf('hold-placed', { scope: { laws: ['jeugdwet'] } })).toEqual(['record-manager', 'privacy-officer']);
  });
});

/** The folds of the streams that facts go to. Streams of lists' items and of the log have none. */
const FOLDS: Readonly<Record<string, (event: unknown) => unknown>> = {
  'dossier': (event) => dossierDecider.evolve(dossierDecider.initial, event as DossierStreamEvent),
  'access': (event) => accessDecider.evolve(accessDecider.initial, event as AccessStreamEvent),
  'rights-request': (event) => rightsRequestDecider.evolve(rightsRequestDecider.initial, event as RightsRequestStreamEvent),
  'meeting': (event) => meetingDecider.evolve(meetingDecider.initial, event as MeetingStreamEvent),
  'governance': (event) => evolveGovernance(initialGovernance, event as GovernanceEvent),
  'destruction-list': (event) => evolveList(initialList, event as DoneListEvent),
};

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
    const own = { ...current, id: '018e0a52-0000-7000-8000-0000000000ff', person: { iss: 'i', sub: 's', role: 'archivist' } };
    // A correction is held by every kind of stream that facts go to: shown by that of the event it names.
    const { ofType, kind: held } = current.data as { ofType?: string; kind?: string };
    const folds = entry.stream !== null ? [entry.stream] : [ofType === undefined ? held : catalogueEntry(ofType).stream];
    for (const kind of folds) {
      const fold = FOLDS[kind!];
      if (fold === undefined) expect(() => dossierDecider.evolve(dossierDecider.initial, current as DossierStreamEvent)).toThrow('does not hold');
      else expect(fold(own)).toBeDefined();
    }
    // No other kind of stream takes it.
    if (entry.stream !== null && !event.type.startsWith('hold-')) {
      for (const [kind, fold] of Object.entries(FOLDS)) if (kind !== entry.stream) expect(() => fold(own), kind).toThrow();
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
