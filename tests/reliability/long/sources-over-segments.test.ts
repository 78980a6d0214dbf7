import { expect, test } from 'vitest';
import { SEGMENT_POSITIONS } from '#infra/event-store/key-filter';
import { LedgerFolder } from '../../contract/event-store/harness.js';

test('over the engine: sources are known across a full segment and after opening again', async () => {
  const folder = new LedgerFolder();
  try {
    let { store } = await folder.open();
    const stream = await folder.sealer.stream();
    const first = folder.sealer.known(folder.sealer.append(stream));
    await store.append(first);
    const filler = await folder.sealer.stream();
    for (let from = 0; from < SEGMENT_POSITIONS; from += 8_192) {
      const results = await store.appendAll(Array.from({ length: 64 }, (_, i) => folder.sealer.append(filler, from + i * 128 - 1, 128)));
      expect(results.every(({ kind }) => kind === 'appended')).toBe(true);
    }
    const last = folder.sealer.known(folder.sealer.append(stream, 0));
    await store.append(last);
    const check = async (): Promise<void> => {
      for (const one of [first, last]) {
        expect(await store.findSource(one.deduplication.key)).toMatchObject({ stream, eventId: one.events[0]!.id });
        expect(await store.append({ ...folder.sealer.append(stream, 1), deduplication: one.deduplication })).toMatchObject({ kind: 'source-known' });
      }
    };
    await check();
    await folder.engine!.close();
    ({ store } = await folder.open());
    await check();
    await store.destroy(stream);
    for (const one of [first, last]) expect(await store.findSource(one.deduplication.key)).toBeNull();
  } finally {
    await folder.remove();
  }
});
