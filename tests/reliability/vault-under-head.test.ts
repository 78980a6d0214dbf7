import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseHeadLine } from '#infra/head/head-line';
import { LedgerFolder } from '../contract/event-store/harness.js';

/** Which changes of the vault bring a head line of their own: none may be left that no line follows. */
describe('the vault under the head', () => {
  let folder: LedgerFolder;
  beforeEach(async () => {
    folder = new LedgerFolder();
    await folder.open();
  });
  afterEach(async () => {
    await folder.engine?.close();
    folder.engine = null;
    await folder.remove();
  });

  const counts = (n: 0 | 1): number[] => readFileSync(join(folder.headDirs[n]!, 'head-000001.log'), 'utf8')
    .trimEnd().split('\n').map((text) => parseHeadLine(text)!.vault);
  const call = (method: string, args: unknown): Promise<unknown> => folder.engine!.vaultChannel.call(method, args);

  test('a registration has none: its append brings one', async () => {
    const before = counts(0);
    const stream = await folder.sealer.stream();
    expect(counts(0)).toEqual(before);
    await folder.engine!.store.append(folder.sealer.append(stream, -1));
    expect(counts(0)).toEqual([...before, before.at(-1)! + 1]);
    expect(counts(1)).toEqual(counts(0));
  });

  test('of registrations in a row that no append follows, one at most is without', async () => {
    const before = counts(0).at(-1)!;
    for (let n = 1; n <= 6; n += 1) {
      await folder.sealer.stream();
      expect(before + n - counts(0).at(-1)!).toBeLessThanOrEqual(1);
    }
    expect(counts(0).length).toBeLessThanOrEqual(1 + 3);
  });

  test('a journal, its erasure and destroyed keys each have one before they are answered, in every head folder', async () => {
    const stream = await folder.sealer.stream();
    await folder.engine!.store.append(folder.sealer.append(stream, -1));
    let expected = counts(0).at(-1)!;
    for (const [method, args] of [['saveRun', { runId: 'r', state: '{}' }], ['destroyStreams', [stream]], ['eraseRun', null]] as const) {
      await call(method, args);
      expected += 1;
      expect([counts(0).at(-1), counts(1).at(-1)], method).toEqual([expected, expected]);
    }
  });

  test('marks in the fence are signed before they are answered', async () => {
    const length = (): number => parseHeadLine(readFileSync(join(folder.headDirs[0]!, 'head-000001.log'), 'utf8').trimEnd().split('\n').at(-1)!)!.fence.length;
    const before = length();
    await call('fence', { marks: [{ stream: await folder.sealer.stream(), references: [] }], year: 2026 });
    expect(length()).toBe(readFileSync(join(folder.headDirs[0]!, 'fence.log')).length);
    expect(length()).toBeGreaterThan(before);
  });

  test('what changes nothing writes nothing', async () => {
    const before = counts(0);
    await call('eraseRun', null);
    await call('removeOrphans', []);
    await call('purgeFreedPages', null);
    expect(counts(0)).toEqual(before);
  });
});
