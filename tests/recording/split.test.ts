import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind } from '#domain/ledger/ids';
import type { IncomingFact } from '#src/recording/record-fact.command';
import { factOf, openedFact, RecorderHouse, SYSTEM } from './recorder-house.js';

let house: RecorderHouse;
beforeEach(() => { house = new RecorderHouse(); });
afterEach(() => { house.remove(); });

function meeting(dossiers: readonly { readonly system?: string; readonly reference: string }[], id = 'overleg-1'): IncomingFact {
  return factOf('casusoverleg-held', id, {
    meetingId: 'CO-1', on: '2026-03-01', participants: [{ organisation: 'Zorggroep Noord', role: 'expert-adviseur' }],
    items: [...dossiers.map(({ system = SYSTEM, reference }) => ({ dossier: { system, reference }, subjects: [{ bsn: testBsn(7) }] })), { anonymous: true }],
  });
}

function consent(dossiers: readonly string[], id = 'toestemming'): IncomingFact {
  return factOf('consent-given', id, {
    dossier: { system: SYSTEM, reference: 'D-0' }, dossiers: dossiers.map((reference) => ({ system: SYSTEM, reference })),
    consentId: 'c-1', purposes: ['zorg-afstemmen'], recipients: [{ organisation: 'Thuiszorg Noord' }], categories: ['gezondheid'],
    givenBy: [{ relation: 'self' }], form: 'written',
  });
}

function shapeOf(events: readonly LedgerEvent[]): readonly string[] {
  return events.map((event) => `${streamKind(event.stream)} ${event.type} ${JSON.stringify((event.data as { dossier?: { reference: string } }).dossier?.reference ?? null)}`).sort();
}

describe('a casusoverleg', () => {
  test('becomes one event per dossier, and a frame without persons or dossiers in a stream of its own', async () => {
    const outcome = await house.record(meeting([{ reference: 'D-1' }, { reference: 'D-2' }]));
    expect(outcome).toMatchObject({ kind: 'done', value: { status: 'recorded', items: [{ index: 0, status: 201, receipt: { sourceId: 'overleg-1' } }, { index: 1, status: 201 }] } });
    const events = await house.events();
    expect(shapeOf(events)).toEqual(['dossier case-discussed "D-1"', 'dossier case-discussed "D-2"', 'meeting casusoverleg-held null']);
    const frame = events.find(({ type }) => type === 'casusoverleg-held')!;
    // The frame last: only it makes (source, id) known.
    expect(frame.position).toBe(2);
    expect(JSON.stringify(frame.data)).not.toContain('D-1');
    expect(frame.data).toMatchObject({ items: { identifiable: 2, anonymous: 1 } });
  });

  test('sent again gives the same receipts and nothing new', async () => {
    const first = await house.record(meeting([{ reference: 'D-1' }, { reference: 'D-2' }]));
    const again = await house.record(meeting([{ reference: 'D-1' }, { reference: 'D-2' }]));
    const ids = (outcome: typeof first) => (outcome.kind === 'done' ? [outcome.value.id, ...outcome.value.items!.map((item) => ('receipt' in item ? item.receipt.id : ''))] : []);
    expect(ids(again)).toEqual(ids(first));
    expect(again).toMatchObject({ kind: 'done', value: { status: 'known', items: [{ status: 200 }, { status: 200 }] } });
    expect((await house.events()).length).toBe(3);
  });

  test('the same id with other items is refused before anything of it is recorded', async () => {
    await house.record(meeting([{ reference: 'D-1' }]));
    expect(await house.record(meeting([{ reference: 'D-1' }, { reference: 'D-9' }]))).toMatchObject({ kind: 'refused', refusal: { code: 'id-reused' } });
    expect((await house.events()).length).toBe(2);
  });

  test('one item that is refused leaves the others standing', async () => {
    const outcome = await house.record(meeting([{ reference: 'D-1' }, { system: 'van-een-ander', reference: 'X-1' }, { reference: 'D-2' }]));
    expect(outcome).toMatchObject({ kind: 'done', value: { items: [{ index: 0, status: 201 }, { index: 1, status: 403, problem: { code: 'forbidden' } }, { index: 2, status: 201 }] } });
    expect(shapeOf(await house.events())).toEqual(['dossier case-discussed "D-1"', 'dossier case-discussed "D-2"', 'meeting casusoverleg-held null']);
  });

  test('an item of a destroyed dossier is refused alone', async () => {
    await house.record(openedFact('D-1', testBsn(1)));
    const stream = (await house.vault.findStream({ system: SYSTEM, reference: 'D-1' }))!;
    await house.vault.fence([{ stream, references: [{ system: SYSTEM, reference: 'D-1' }] }], 2026);
    const outcome = await house.record(meeting([{ reference: 'D-1' }, { reference: 'D-2' }]));
    expect(outcome).toMatchObject({ kind: 'done', value: { items: [{ index: 0, status: 410, problem: { code: 'dossier-destroyed' } }, { index: 1, status: 201 }] } });
  });
});

describe('a consent over several dossiers', () => {
  test('becomes each one\'s own event, and none names another', async () => {
    const outcome = await house.record(consent(['D-1', 'D-2', 'D-0']));
    expect(outcome).toMatchObject({ kind: 'done', value: { items: [{ index: 0, status: 201 }, { index: 1, status: 201 }] } });
    const events = await house.events();
    expect(shapeOf(events)).toEqual(['dossier consent-given "D-0"', 'dossier consent-given "D-1"', 'dossier consent-given "D-2"']);
    expect(events.every(({ data }) => !('dossiers' in (data as object)))).toBe(true);
    expect(new Set(events.map(({ stream }) => stream)).size).toBe(3);
  });
});

const MESSAGES = [
  ['a casusoverleg', () => meeting([{ reference: 'D-1' }, { reference: 'D-2' }, { reference: 'D-3' }]), 4],
  ['a consent over several dossiers', () => consent(['D-1', 'D-2', 'D-3']), 4],
] as const;

describe.each(MESSAGES)('%s, cut between any two appends', (_name, message, appends) => {
  test('is completed by sending it again: nothing lost, nothing double', async () => {
    const whole = new RecorderHouse();
    await whole.record(message());
    const expected = shapeOf(await whole.events());
    expect(whole.fateful.appends).toBe(appends);
    whole.remove();
    for (let cut = 0; cut <= appends; cut += 1) {
      for (const fate of ['lost', 'answer-lost'] as const) {
        const own = new RecorderHouse();
        own.fateful.fate = (_append, nth) => (nth < cut ? 'through' : nth === cut ? fate : 'lost');
        const first = await own.record(message());
        expect(first.kind).toBe(cut === appends ? 'done' : 'refused');
        own.fateful.fate = () => 'through';
        own.restart();
        expect(await own.record(message())).toMatchObject({ kind: 'done', value: { items: [{ index: 0 }, { index: 1 }, { index: 2 }] } });
        expect(shapeOf(await own.events())).toEqual(expected);
        own.remove();
      }
    }
  });

  test('control: cut and not sent again, something is missing', async () => {
    house.fateful.fate = (_append, nth) => (nth < 2 ? 'through' : 'lost');
    await house.record(message());
    expect((await house.events()).length).toBe(2);
  });
});
