import { describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEvent } from '#domain/ledger/event';
import { SqliteViews } from '#infra/views/sqlite-views';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { consentIn } from '#projections/consent-status/queries';
import type { RowReader, Rows } from '#projections/projection';
import { dossierStream, fact, ledgerEvents, type Recorded } from '../fold-harness.js';

const STREAM = dossierStream(0);

/** Given, withdrawn, given again, over and over, under ever new consentIds or one; every tenth arrives ten acts late. */
function acts(size: number, oneConsent: boolean): readonly LedgerEvent[] {
  const start = Temporal.Instant.from('2010-01-01T00:00:00Z');
  return ledgerEvents(Array.from({ length: size }, (_, i): Recorded => {
    const at = { occurredAt: start.add({ hours: i % 10 === 9 ? i - 10 : i }).toString(), consentId: oneConsent ? 'T' : `T${Math.floor(i / 4)}` };
    return i % 2 === 1
      ? fact(0, 'consent-withdrawn', at)
      : fact(0, 'consent-given', { ...at, purposes: ['hulp'], recipients: [{ organisation: 'Wijkteam' }], categories: ['gezondheid', 'schulden'], givenBy: [{ relation: 'self' }], form: 'oral' });
  }));
}

/** Counts every row that is read or written, so that no clock is needed. */
function counting(rows: RowReader | Rows, count: (rows: number) => void): Rows {
  const all = rows as Rows;
  return {
    get: (table, key) => { count(1); return all.get(table, key); },
    select: (table, where) => { const found = all.select(table, where); count(1 + found.length); return found; },
    atMost: (table, where, column, value) => { count(1); return all.atMost(table, where, column, value); },
    atLeast: (table, where, column, value) => { count(1); return all.atLeast(table, where, column, value); },
    page: (table, query) => { const found = all.page(table, query); count(1 + found.length); return found; },
    put: (table, row) => { count(1); all.put(table, row); },
    removeAll: (table, where) => { count(1); all.removeAll(table, where); },
    remove: (table, key) => { count(1); all.remove(table, key); },
  };
}

interface Cost {
  readonly perAct: number;
  readonly mostPerQuestion: number;
}

function costOf(size: number, oneConsent: boolean): Cost {
  const folder = mkdtempSync(join(tmpdir(), 'long-stream-'));
  const views = new SqliteViews(join(folder, 'views.db'));
  try {
    views.open(consentStatusProjection);
    const events = acts(size, oneConsent);
    let applied = 0;
    views.advance(consentStatusProjection, size, (rows) => {
      const counted = counting(rows, (n) => { applied += n; });
      for (const event of events) consentStatusProjection.apply(event, counted, { counting: true });
    });
    let most = 0;
    for (const hour of [0, 1, 0.3 * size, 0.5 * size, size - 2, size + 5]) {
      for (const asKnownAt of [undefined, 5, Math.floor(size / 2), size - 1]) {
        let asked = 0;
        consentIn(counting(views.reader(consentStatusProjection), (n) => { asked += n; }), [{ stream: STREAM, onlyLaw: null }], {
          purpose: 'hulp', recipient: { organisation: 'Wijkteam' }, category: 'schulden',
          at: { occurredAt: Temporal.Instant.from('2010-01-01T00:00:00Z').add({ hours: Math.floor(hour) }).toString() },
          ...(asKnownAt === undefined ? {} : { asKnownAt }),
        });
        most = Math.max(most, asked);
      }
    }
    return { perAct: applied / size, mostPerQuestion: most };
  } finally {
    views.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a long stream', () => {
  it.each([['ever new consents', false], ['one consent', true]])('costs each act and each question the same: %s', (_name, oneConsent) => {
    const short = costOf(200, oneConsent);
    const long = costOf(6_000, oneConsent);
    expect(long.perAct / short.perAct).toBeLessThan(1.2);
    expect(long.perAct).toBeLessThan(40);
    expect(long.mostPerQuestion / short.mostPerQuestion).toBeLessThan(1.5);
  });
});
