import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '#domain/catalogue';
import { streamName } from '#domain/ledger/ids';
import { EVENT_TITLES } from '#src/dossiers/event-titles';
import { FIELD_NAMES } from '#src/dossiers/field-names';
import { readableEvent } from '#src/dossiers/readable';
import { fieldsOf, fieldsOfType, type FieldDescription } from '#src/events/dto/describe';
import type { SentEventType } from '#domain/catalogue';
import { consentGiven, event, House, opened, SYSTEM, type Answer } from '../http/harness.js';

let house: House;
let system: string;
let officer: string;

beforeAll(async () => {
  house = await House.open();
  system = await house.token('case-system');
  officer = await house.token('privacy-officer');
});
afterAll(async () => { await house.close(); });

async function recorded(...sent: readonly Record<string, unknown>[]): Promise<void> {
  for (const one of sent) expect((await house.send(system, one)).status).toBe(201);
}

async function idOf(reference: string): Promise<string> {
  const stream = await house.ledger.vault.findStream({ system: SYSTEM, reference });
  return stream!.slice('dossier-'.length);
}

const look = (id: string, query = '', token = officer): Promise<Answer> => house.ask({ path: `/v1/dossiers/${id}/timeline${query}`, token });

async function accessEvents(id: string): Promise<readonly { readonly type: string; readonly person?: unknown; readonly data: unknown }[]> {
  const read = await house.ledger.writer.read(streamName('access', id));
  return typeof read === 'string' ? [] : read.events;
}

describe('GET /v1/dossiers/{id}/timeline', () => {
  it('tells every event in Dutch: codes by their label, dates as people write them', async () => {
    await recorded(opened('T-1'), consentGiven('T-1', { form: 'schriftelijk', validUntil: '2026-12-31' }), event('dossier-closed', { dossier: { system: SYSTEM, reference: 'T-1' }, occurredOn: '2026-03-01', on: '2026-03-01', result: 'verleend' }));
    const answer = await look(await idOf('T-1'));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.items.map((item: { title: string }) => item.title)).toEqual(['Dossier geopend', 'Toestemming gegeven', 'Dossier afgesloten']);
    const [opening, consent, closing] = answer.body.items;
    expect(opening).toMatchObject({ when: '1 maart 2026, 9.00 uur', source: expect.stringContaining('zaaksysteem'), person: null });
    expect(opening.lines).toContainEqual({ name: 'Wet', value: 'Wet maatschappelijke ondersteuning 2015' });
    expect(opening.lines).toContainEqual({ name: 'Personen: Rol', value: 'Cliënt' });
    expect(consent.lines).toContainEqual({ name: 'Vorm', value: 'Schriftelijk' });
    expect(consent.lines).toContainEqual({ name: 'Ontvangers: Organisatie', value: 'Thuiszorg Noord' });
    expect(consent.lines).toContainEqual({ name: 'Geldig tot en met', value: '31 december 2026' });
    expect(closing).toMatchObject({ when: '1 maart 2026', lines: [{ name: 'Op', value: '1 maart 2026' }, { name: 'Resultaat', value: 'Verleend of verstrekt' }] });
    expect(answer.body.next).toBeUndefined();
    expect(answer.text).not.toContain('bsn');
  });

  it('comes page by page, each event once', async () => {
    await recorded(opened('T-2'), ...Array.from({ length: 6 }, (_, n) => consentGiven('T-2', { consentId: `c-${n}` })));
    const id = await idOf('T-2');
    const seen: string[] = [];
    let query = '?limit=3';
    for (let page = 0; page < 3; page += 1) {
      const { body } = await look(id, query);
      seen.push(...body.items.map((item: { id: string }) => item.id));
      query = `?limit=3&after=${body.next}`;
      if (page === 2) expect(body.next).toBeUndefined();
    }
    expect(new Set(seen).size).toBe(7);
  });

  it('records the look before it shows anything: once per session, person and dossier a day', async () => {
    await recorded(opened('T-3'), opened('T-4'));
    const [one, two] = [await idOf('T-3'), await idOf('T-4')];
    expect(await accessEvents(one)).toEqual([]);
    await look(one);
    await look(one);
    await look(one, '?limit=1');
    expect(await accessEvents(one)).toMatchObject([{ type: 'personal-data-viewed', person: { sub: 'lokaal-privacy-officer', role: 'privacy-officer' }, data: { what: 'timeline', on: '2026-03-02', session: expect.stringMatching(/^[0-9a-f-]{36}$/) } }]);
    await look(one, '', await house.token('privacy-officer'));
    await look(one, '', await house.token('fg'));
    expect((await accessEvents(one)).map(({ person }) => (person as { role: string }).role)).toEqual(['privacy-officer', 'privacy-officer', 'fg']);
    await look(two);
    expect(await accessEvents(two)).toHaveLength(1);
  });

  it('is once also when asked many times at once', async () => {
    await recorded(opened('T-5'));
    const id = await idOf('T-5');
    const answers = await Promise.all(Array.from({ length: 20 }, () => look(id)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await accessEvents(id)).toHaveLength(1);
  });

  it('knows no reference, no unknown id and no other page', async () => {
    await recorded(opened('T-6'));
    const before = house.size;
    for (const id of ['T-6', '00000000-0000-4000-8000-000000000000', 'x']) expect((await look(id)).status).toBe(404);
    const id = await idOf('T-6');
    for (const query of ['?limit=0', '?limit=501', '?limit=x', '?after=x', '?after=-2', '?other=1']) expect((await look(id, query)).status, query).toBe(400);
    expect(house.size).toBe(before);
    expect((await look(id, '?after=99')).body.items).toEqual([]);
  });

  it('is as fast in a dossier of thousands of events as in a short one', async () => {
    await recorded(opened('T-short'), opened('T-long'));
    const batch = (n: number): Record<string, unknown>[] => Array.from({ length: 100 }, (_, i) => consentGiven('T-long', { consentId: `c-${n}-${i}` }));
    for (let n = 0; n < 20; n += 1) await house.send(system, JSON.stringify(batch(n)), 'application/cloudevents-batch+json');
    await recorded(...Array.from({ length: 49 }, (_, n) => consentGiven('T-short', { consentId: `c-${n}` })));
    const [short, long] = [await idOf('T-short'), await idOf('T-long')];
    const read = async (id: string, after: number): Promise<number> => {
      const pages = house.ledger.store;
      let events = 0;
      const original = pages.readStream.bind(pages);
      pages.readStream = async (...asked) => { const page = await original(...asked); if (page.kind === 'events') events += page.events.length; return page; };
      try {
        expect((await look(id, `?limit=50&after=${after}`)).body.items.length).toBe(50);
        return events;
      } finally {
        pages.readStream = original;
      }
    };
    for (const id of [short, long]) await look(id);
    // Not by the clock of a shared machine: as many events are read, whatever lies around them.
    expect(await read(long, 1_500)).toBe(await read(short, -1));
  });
});

describe('what a person reads', () => {
  it('has a title for every event that a dossier can hold', () => {
    // Streams with a term of their own, which no dossier is.
    const elsewhere = ['stream-destruction-begun', 'stream-destruction-called-off'];
    const types = Object.entries(CATALOGUE).filter(([, { stream }]) => stream === 'dossier' || stream === null).map(([type]) => type)
      .filter((type) => !elsewhere.includes(type));
    expect(types.filter((type) => EVENT_TITLES[type] === undefined)).toEqual([]);
    expect(Object.keys(EVENT_TITLES).filter((type) => !types.includes(type))).toEqual([]);
  });

  it('has a Dutch name for every field of such an event', () => {
    const names = new Set<string>();
    const walk = (fields: readonly FieldDescription[], depth: number): void => {
      for (const field of fields) {
        names.add(field.name);
        if (field.of !== undefined && depth < 6) walk(fieldsOf(field.of()), depth + 1);
      }
    };
    for (const [type, { dto, stream }] of Object.entries(CATALOGUE)) if (dto !== null && stream === 'dossier') walk(fieldsOfType(type as SentEventType), 0);
    expect([...names].filter((name) => name !== 'bsn' && FIELD_NAMES[name] === undefined)).toEqual([]);
  });

  it('reads a correction as what it stands for, and keeps a code that no list knows', () => {
    const { title, lines } = readableEvent({ type: 'event-corrected', data: { eventId: 'x', ofType: 'dossier-closed', ofSchema: 1, replacement: { on: '2026-01-02', result: 'iets-nieuws' } } });
    expect(title).toBe('Gebeurtenis verbeterd');
    expect(lines).toContainEqual({ name: 'Soort gebeurtenis', value: 'Dossier afgesloten' });
    expect(lines.slice(-2).map(({ value }) => value)).toEqual(['2 januari 2026', 'iets-nieuws']);
  });
});
