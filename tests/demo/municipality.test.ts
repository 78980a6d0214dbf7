import { describe, expect, test } from 'vitest';
import { isBsn } from '#domain/dossier/bsn';
import 'reflect-metadata';
import { imaginaryMunicipality, LAST_DAY } from '#src/demo/municipality';
import { moment, sourceOf } from '#src/synthetic/played-event';
import type { Json } from '#domain/ledger/event';
import { readFact } from '#src/events/read-fact';

describe('the imaginary municipality', () => {
  const municipality = imaginaryMunicipality();

  test('is the same every time', () => {
    expect(JSON.stringify(imaginaryMunicipality().events)).toBe(JSON.stringify(municipality.events));
  });

  test('has about forty dossiers beside the eight of the Jansen household', () => {
    expect(municipality.dossiers).toBe(48);
    expect(municipality.due.length).toBeGreaterThanOrEqual(12);
  });

  test('plays in order of time and ends before the last day', () => {
    const times = municipality.events.map(({ at }) => at.epochMilliseconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(moment(LAST_DAY).epochMilliseconds);
  });

  test('opens every dossier before anything else happens in it', () => {
    const opened = new Set<string>();
    for (const { type, data } of municipality.events) {
      const reference = JSON.stringify(data['dossier']);
      if (type === 'dossier-opened') opened.add(reference);
      expect(opened.has(reference), `${type} ${reference}`).toBe(true);
    }
  });

  test('names no person but those of the test range', () => {
    const numbers = JSON.stringify(municipality.events).match(/\b[0-9]{9}\b/g) ?? [];
    expect(numbers.length).toBeGreaterThan(48);
    for (const number of numbers) {
      expect(isBsn(number)).toBe(true);
      expect(number.startsWith('9999')).toBe(true);
    }
  });

  test('sends nothing that the service would refuse', () => {
    for (const [index, event] of municipality.events.entries()) {
      const read = readFact({
        specversion: '1.0', id: String(index), source: sourceOf(event.sender), type: `nl.overheid.sociaaldomein.${event.type}`,
        time: event.at.toString(), datacontenttype: 'application/json', data: event.data as Json,
      });
      expect(read, event.type).toMatchObject({ kind: 'done' });
    }
  });

  test('walks every kind of event that is built', () => {
    const types = new Set(municipality.events.map(({ type }) => type));
    expect([...types].sort()).toEqual([
      'consent-given', 'consent-refused', 'consent-requested', 'consent-withdrawn', 'data-shared', 'dossier-closed',
      'dossier-opened', 'hold-lifted', 'hold-placed', 'objection-received', 'retention-trigger', 'sharing-decided',
    ]);
  });
});
