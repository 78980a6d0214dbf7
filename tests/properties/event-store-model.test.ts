import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryEventStore } from '#infra/event-store/memory';
import type { Append, AppendResult, EventStore } from '#infra/event-store/port';
import { checkpointSigner, logOrigin } from '#infra/transparency-log/checkpoint';
import { LedgerFolder, memorySubject, OIN } from '../contract/event-store/harness.js';
import { compare, step, type Restartable } from './event-store-steps.js';

test('SQLite does what the model does, closed and crashed in between', async () => {
  const folder = new LedgerFolder();
  await folder.open();
  const model = new MemoryEventStore(checkpointSigner(logOrigin(OIN), folder.keys.log.privateKey));
  const real: Restartable = {
    store: () => folder.engine!.store,
    async reopen() {
      await folder.engine!.close();
      await folder.open();
    },
    async crash() {
      await folder.engine!.terminate();
      await folder.open();
    },
  };
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => compare(model, real, folder.sealer, steps)),
      // Both stores live on through all runs: after a difference no smaller run would be comparable.
      { numRuns: Number(process.env['REKENSCHAP_RUNS'] ?? 80), endOnFailure: true },
    );
  } finally {
    await folder.remove();
  }
}, 180_000);

/** Controls: the same comparison must find each of these. */
const PLANTED: readonly (readonly [string, (signer: ReturnType<typeof checkpointSigner>) => EventStore])[] = [
  ['a resend is stored twice when another stream was appended in between', (signer) => new (class extends MemoryEventStore {
    override async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
      const before = this.head().size;
      const results = await super.appendAll(appends);
      return results.map((result) => (result.kind === 'appended' && result.firstPosition < before - 1 ? { ...result, firstPosition: before } : result));
    }
  })(signer)],
  ['a crash loses the last event', (signer) => new MemoryEventStore(signer)],
];

for (const [bug, make] of PLANTED) {
  test(`the comparison finds a planted bug: ${bug}`, async () => {
    const subject = memorySubject();
    const signer = checkpointSigner(logOrigin(OIN), subject.sealer.logKey);
    const model = new MemoryEventStore(signer);
    let store = make(signer);
    const loses = bug.startsWith('a crash');
    const real: Restartable = {
      store: () => store,
      reopen: () => Promise.resolve(),
      async crash() {
        if (!loses) return;
        const events = (await store.readAll(0, 1_000_000)).entries.flatMap((entry) => (entry.kind === 'event' ? entry.event : []));
        store = make(signer);
        for (const event of events.slice(0, -1)) await store.append({ stream: event.stream, expectedRevision: event.revision - 1, events: [event] });
      },
    };
    const run = fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => compare(model, real, subject.sealer, steps)), { numRuns: 300, endOnFailure: true });
    await expect(run).rejects.toThrow(/Property failed/);
    await subject.close();
  });
}
