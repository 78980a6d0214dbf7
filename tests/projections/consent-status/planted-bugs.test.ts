import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Projection, Row, Rows } from '#projections/projection';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { fold, ledgerEvents } from '../fold-harness.js';
import { both } from './both-answers.js';
import { randomQuestion, randomStream } from './random-acts.js';

/** The projection with one thing done wrong to its rows. */
function with_(wrong: (rows: Rows) => Partial<Rows>): Projection {
  return { ...consentStatusProjection, apply(event, rows, context) { consentStatusProjection.apply(event, { ...bound(rows), ...wrong(rows) }, context); } };
}

function bound(rows: Rows): Rows {
  return Object.assign(Object.create(rows) as Rows, {
    get: rows.get.bind(rows), select: rows.select.bind(rows), atMost: rows.atMost.bind(rows), atLeast: rows.atLeast.bind(rows),
    put: rows.put.bind(rows), remove: rows.remove.bind(rows),
  });
}

const changed = (table: string, change: (row: Row) => Row | null) => (rows: Rows): Partial<Rows> => ({
  put(name, row) {
    const kept = name === table || (name === 'head' && table === 'span') ? change(row) : row;
    if (kept !== null) rows.put(name, kept);
  },
});
const notRemoved = (table: string) => (rows: Rows): Partial<Rows> => ({
  remove(name, key) { if (name !== table && !(name === 'head' && table === 'span')) rows.remove(name, key); },
});
const onLine = (prefix: string) => (row: Row): Row | null => (String(row['line']).startsWith(prefix) ? null : row);

const BUGS: Readonly<Record<string, Projection>> = {
  'what was known before is not kept': with_(changed('past', () => null)),
  'what was known before never ends': with_(changed('past', (row) => ({ ...row, until: '~~' }))),
  'what is known now was always known': with_(changed('span', (row) => ({ ...row, known_from: 0 }))),
  'an act hidden by one of the same moment is lost': with_(changed('hidden', () => null)),
  'a hidden act comes back after it was annulled': with_(notRemoved('hidden')),
  'an annulled act stays on its line': with_(notRemoved('span')),
  'a withdrawal forgets its consent': with_(changed('taking', () => null)),
  'an annulled withdrawal still takes from a consent that comes later': with_(notRemoved('taking')),
  'a scope is not kept for withdrawals that come later': with_(changed('scope', () => null)),
  'a scope given twice is gone after one is annulled': with_(changed('scope', (row) => ({ ...row, acts: 1 }))),
  'wide scopes are not looked at': with_(changed('wide', () => null)),
  'a correction has the place of its own coming': with_(changed('span', (row) => ({ ...row, place: row['act']! }))),
  'an act keeps only its newest version': with_((rows) => ({
    put(name, row) {
      rows.put(name, row);
      if (name !== 'act') return;
      for (const older of rows.select('act', { stream: row['stream']! })) if (older['event_id'] === row['event_id']) rows.put('act', { ...older, act: row['act']! });
    },
  })),
  'disputes are not kept': with_(changed('span', onLine('dispute'))),
  'outcomes invalid and unproven are not kept': with_(changed('span', onLine('void'))),
  'ends of plans are not kept': with_(changed('span', onLine('plan'))),
  'requests are not kept': with_(changed('span', onLine('requests'))),
  'generic consents are not kept': with_(changed('span', onLine('generic'))),
};

function isFound(projection: Projection, numRuns: number): boolean {
  return fc.check(fc.property(randomStream, fc.array(randomQuestion, { minLength: 6, maxLength: 10 }), (recorded, questions) => {
    const events = ledgerEvents(recorded);
    const reader = fold([projection], events).reader(projection);
    return questions.every((question) => {
      const { oracle, rows } = both(events, reader, question);
      return JSON.stringify(oracle) === JSON.stringify(rows);
    });
  }), { numRuns, seed: 20_26, endOnFailure: true }).failed;
}

describe('a bug planted in the interval rows is found', () => {
  it.each(Object.keys(BUGS))('%s', (name) => {
    expect(isFound(BUGS[name]!, 4_000)).toBe(true);
  });

  it('control: without a bug nothing is found', () => {
    expect(isFound(with_(() => ({})), 500)).toBe(false);
  });
});
