import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect, found, leafHashes, missing, type Canaries } from './canaries.js';
import { SYSTEM } from './house.js';
import { OTHER_HOUSES, type ReadyHouse } from './other-lists.js';

describe.each(OTHER_HOUSES)('canaries of a list of another kind: $kind', ({ build }) => {
  let ready: ReadyHouse;
  let canaries: Canaries;

  beforeEach(async () => {
    ready = await build();
    canaries = collect(ready.house.folder, ready.due);
    expect(missing(ready.house.folder, canaries)).toEqual([]);
    expect([...canaries.keys()].filter((name) => name.endsWith('BSN')).length).toBeGreaterThan(0);
  });
  afterEach(async () => { await ready.house.remove(); });

  it('everything stored of them is nowhere after, and only what the design names is', async () => {
    const { house, due, list, by, dossiers } = ready;
    const survivor = collect(house.folder, [(await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' }))!]);
    const leaves = leafHashes(house.folder, due);
    expect(await house.execute(list, house.destruction(), by)).toMatchObject({ destroyed: dossiers });
    expect(found(house.folder, canaries)).toEqual([]);
    expect(missing(house.folder, survivor)).toEqual([]);
    expect(missing(house.folder, leaves)).toEqual([]);
    expect(missing(house.folder, new Map(due.map((stream) => [stream, Buffer.from(stream)])))).toEqual([]);
  });

  it('control: stopped before the keys go all is there; before the files are rewritten, still some', async () => {
    const { house, list, by } = ready;
    const stopAt = (at: string): ReturnType<typeof house.destruction> => house.destruction((point) => { if (point === at) throw new Error('stopped by the test'); });
    const first = stopAt('keys: before');
    await house.start(list, first, by);
    await expect(first.runs.finish()).rejects.toThrow('stopped by the test');
    expect(missing(house.folder, canaries)).toEqual([]);
    await expect(stopAt('certificate-issued: appended').runs.finish()).rejects.toThrow('stopped by the test');
    expect(found(house.folder, canaries)).not.toEqual([]);
    await house.destruction().runs.finish();
    expect(found(house.folder, canaries)).toEqual([]);
  });
});
