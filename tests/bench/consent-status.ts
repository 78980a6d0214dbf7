import { join } from 'node:path';
import type { LedgerEvent } from '#domain/ledger/event';
import type { EventId, StreamName } from '#domain/ledger/ids';
import { SqliteViews } from '#infra/views/sqlite-views';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { consentIn, type AskedConsent } from '#projections/consent-status/queries';
import { inFreshFolder } from './measure.ts';

/**
 * How long does a question about consent take in a stream of 100 acts and in one of 100,000, now and as known half
 * way; and what does applying one act cost? `node --conditions=source tests/bench/consent-status.ts`
 */
const STREAM = 'dossier-00000000-0000-4000-8000-000000000001' as StreamName;
const PURPOSES = ['onderzoek-na-melding', 'toegang-wmo', 'zorg-afstemmen'];
const CATEGORIES = ['gezondheid', 'inkomen', 'schulden', 'wonen'];
const ORGANISATIONS = ['Zorggroep Noord', 'Wijkteam', 'GGD'];

/** Asked, given, withdrawn, given again, disputed, settled: over many consents and scopes, one an hour. */
export function consentStream(size: number): readonly LedgerEvent[] {
  const start = Temporal.Instant.from('2010-01-01T00:00:00Z');
  return Array.from({ length: size }, (_, i): LedgerEvent => {
    const n = Math.floor(i / 6);
    const about = {
      purposes: [PURPOSES[n % 3]!], recipients: [{ organisation: ORGANISATIONS[n % 3]! }],
      categories: [CATEGORIES[n % 4]!, CATEGORIES[(n + 1) % 4]!],
    };
    const kinds = ['consent-requested', 'consent-given', 'consent-withdrawn', 'consent-renewed', 'consent-disputed', 'consent-dispute-resolved'] as const;
    const type = kinds[i % 6]!;
    const scope = type === 'consent-requested' || type === 'consent-given' || type === 'consent-renewed' ? about : {};
    return {
      id: `019a0000-0000-7000-8000-${String(i).padStart(12, '0')}` as EventId, stream: STREAM, revision: i, position: i * 3, type, schema: 1,
      recordedAt: '2026-01-01T00:00:00.000Z',
      data: {
        occurredAt: start.add({ hours: i }).toString(), dossier: { system: 's', reference: 'r' }, consentId: `T${n}`, ...scope,
        ...(type === 'consent-dispute-resolved' ? { outcome: 'upheld' } : {}),
      },
    };
  });
}

export interface Timing {
  readonly size: number;
  readonly applyMicros: number;
  readonly now: Percentiles;
  readonly asKnownHalfway: Percentiles;
}

interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export function timeStream(folder: string, size: number, questions: number): Timing {
  const views = new SqliteViews(join(folder, `views-${size}.db`));
  try {
    views.open(consentStatusProjection);
    const events = consentStream(size);
    const started = performance.now();
    for (let at = 0; at < events.length; at += 1_000) {
      const page = events.slice(at, at + 1_000);
      views.advance(consentStatusProjection, page.at(-1)!.position, (rows) => {
        for (const event of page) consentStatusProjection.apply(event, rows, { counting: true });
      });
    }
    const applyMicros = (performance.now() - started) * 1_000 / size;
    const reader = views.reader(consentStatusProjection);
    const ask = (i: number, asKnownAt?: number): void => {
      const asked: AskedConsent = {
        purpose: PURPOSES[i % 3]!, recipient: { organisation: ORGANISATIONS[i % 3]! }, category: CATEGORIES[i % 4]!,
        at: { occurredAt: Temporal.Instant.from('2010-01-01T00:00:00Z').add({ hours: (i * 7_919) % size }).toString() },
        ...(asKnownAt === undefined ? {} : { asKnownAt }),
      };
      consentIn(reader, [{ stream: STREAM, onlyLaw: null }], asked);
    };
    const half = Math.floor(size / 2) * 3;
    const measured = (asKnownAt?: number): Percentiles => {
      for (let i = 0; i < questions / 4; i += 1) ask(i, asKnownAt);
      const times = Array.from({ length: questions }, (_, i) => {
        const from = performance.now();
        ask(i, asKnownAt);
        return (performance.now() - from) * 1_000;
      }).sort((a, b) => a - b);
      return { p50: times[Math.floor(questions * 0.5)]!, p99: times[Math.floor(questions * 0.99)]! };
    };
    return { size, applyMicros, now: measured(), asKnownHalfway: measured(half) };
  } finally {
    views.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  const questions = Number(process.env['QUESTIONS'] ?? 4_000);
  for (const size of [100, 100_000]) {
    await inFreshFolder((folder) => {
      const { applyMicros, now, asKnownHalfway } = timeStream(folder, size, questions);
      const shown = ({ p50, p99 }: Percentiles): string => `p50 ${p50.toFixed(0)} µs, p99 ${p99.toFixed(0)} µs`;
      process.stdout.write(`${size} acts: applied in ${applyMicros.toFixed(0)} µs each; asked now: ${shown(now)}; as known half way: ${shown(asKnownHalfway)}\n`);
      return Promise.resolve();
    });
  }
}
