import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { NO_STREAM, type Revision, type StreamName } from '#domain/ledger/ids';
import type { Append, EventStore } from '#infra/event-store/port';
import type { Sealer } from '../contract/event-store/harness.js';

const STREAMS = 4;
const stream = fc.nat({ max: STREAMS - 1 });
const append = fc.record({
  stream,
  /** Added to the true revision: 0 is right, the rest conflicts. */
  off: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-2, -1, 1) }),
  count: fc.integer({ min: 1, max: 4 }),
  source: fc.option(fc.nat({ max: 5 }), { freq: 2 }),
});
export const step = fc.oneof(
  { weight: 16, arbitrary: fc.record({ kind: fc.constant('append' as const), appends: fc.array(append, { minLength: 1, maxLength: 5 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('resend' as const), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), stream, from: fc.nat({ max: 5 }), limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('destroy' as const), stream }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), stream, afterTicks: fc.nat({ max: 4 }) }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A store under test that can be closed and crashed; what is in it stays. */
export interface Restartable {
  store(): EventStore;
  reopen(): Promise<void>;
  crash(): Promise<void>;
}

/** One run on fresh streams of both stores; throws at the first difference. */
export async function compare(model: EventStore, real: Restartable, sealer: Sealer, steps: readonly Step[]): Promise<void> {
  const streams: StreamName[] = [];
  for (let i = 0; i < STREAMS; i += 1) streams.push(await sealer.stream(i === STREAMS - 1 ? 'log' : 'dossier'));
  const sources = Array.from({ length: 6 }, () => ({ key: randomBytes(32), contentHmac: randomBytes(32) }));
  const sent: (readonly Append[])[] = [];
  const start = model.head().size;
  const last = async (name: StreamName): Promise<Revision> => {
    const page = await model.readStream(name, 0, 1);
    return page.kind === 'events' ? page.lastRevision : NO_STREAM;
  };
  const both = async (appends: readonly Append[]): Promise<void> => {
    sent.push(appends);
    same(await real.store().appendAll(appends), await model.appendAll(appends));
  };
  for (const one of steps) {
    switch (one.kind) {
      case 'append': {
        const next = new Map<StreamName, Revision>();
        const appends: Append[] = [];
        for (const { stream: s, off, count, source } of one.appends) {
          const name = streams[s]!;
          const revision = next.get(name) ?? await last(name);
          if (off === 0) next.set(name, revision + count);
          const plain = sealer.append(name, Math.max(NO_STREAM, revision + off), count);
          appends.push(source === null ? plain : { ...plain, deduplication: sources[source]! });
        }
        await both(appends);
        break;
      }
      case 'resend':
        if (sent.length > 0) await both(sent[one.which % sent.length]!);
        break;
      case 'read': {
        const { from, limit } = one;
        same(await real.store().readStream(streams[one.stream]!, from, limit), await model.readStream(streams[one.stream]!, from, limit));
        break;
      }
      case 'destroy':
        same(await real.store().destroy(streams[one.stream]!), await model.destroy(streams[one.stream]!));
        break;
      case 'reopen':
        await real.reopen();
        break;
      case 'crash': {
        // The outcome of what was under way is unknown; sent again it must be there exactly once.
        const name = streams[one.stream]!;
        const lost = [sealer.append(name, await last(name), 2)];
        const answer = real.store().appendAll(lost);
        for (let i = 0; i < one.afterTicks; i += 1) await new Promise((resolve) => setImmediate(resolve));
        await real.crash();
        const early = await answer;
        const settled = await model.appendAll(lost);
        if (early[0]!.kind !== 'unavailable') same(early, settled);
        await both(lost);
        break;
      }
    }
    for (const name of streams) same(await real.store().readStream(name, 0, 1_000), await model.readStream(name, 0, 1_000));
    for (const { key } of sources) same(await real.store().findSource(key), await model.findSource(key));
    same(await real.store().readAll(start, 1_000), await model.readAll(start, 1_000));
    same(await real.store().readAnnouncements(start, 1_000), await model.readAnnouncements(start, 1_000));
    same(real.store().head(), model.head());
  }
}

/** Bytes as hex; a checkpoint may be older than the one the model gives, its root is compared in `head`. */
function same(actual: unknown, expected: unknown): void {
  expect(plain(actual)).toEqual(plain(expected));
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => (name === 'checkpoint' ? [] : [[name, plain(member)]])));
}
