import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import type { ListView } from '#src/destruction/lists/list-view';
import { collect, found, leafHashes, missing } from './canaries.js';
import { houseWithApprovedList, LedgerHouse, SYSTEM } from './house.js';

describe('canaries: the stored bytes of a destroyed dossier', () => {
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;

  beforeEach(async () => { ({ house, due, list } = await houseWithApprovedList()); });
  afterEach(async () => { await house.remove(); });

  it('are all in the files before, and nowhere after, while the service still runs and after it stopped', async () => {
    const canaries = collect(house.folder, due);
    // Per dossier: key, index entry and per event (5) header, ciphertext, id and deduplication key; identities once.
    expect(canaries.size).toBe(due.length * (2 + 5 * 4) + (due.length - 1) * 3);
    expect(missing(house.folder, canaries)).toEqual([]);
    await house.execute(list);
    expect(found(house.folder, canaries)).toEqual([]);
    await house.close();
    expect(found(house.folder, canaries)).toEqual([]);
    house = await LedgerHouse.open({ folder: house.folder, at: house.clock.now().toString() });
  });

  it('leave only what the design names: leaf hashes, and the stream\'s random name', async () => {
    const survivor = (await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' }))!;
    const kept = [...collect(house.folder, [survivor]).entries()];
    const leaves = leafHashes(house.folder, due);
    await house.execute(list);
    expect(missing(house.folder, new Map(kept))).toEqual([]);
    expect(missing(house.folder, leaves)).toEqual([]);
    expect(missing(house.folder, new Map(due.map((stream) => [stream, Buffer.from(stream)])))).toEqual([]);
  });

  it('control: a run that stops before its events go leaves them all', async () => {
    const canaries = collect(house.folder, due);
    const destruction = house.destruction((point) => { if (point === 'keys: before') throw new Error('stopped by the test'); });
    await house.start(list, destruction);
    await expect(destruction.runs.finish()).rejects.toThrow('stopped by the test');
    expect(missing(house.folder, canaries)).toEqual([]);
    await house.destruction().runs.finish();
    expect(found(house.folder, canaries)).toEqual([]);
  });

  it('control: before the files are rewritten, bytes are still in them', async () => {
    const canaries = collect(house.folder, due);
    const destruction = house.destruction((point) => { if (point === 'certificate-issued: appended') throw new Error('stopped by the test'); });
    await house.start(list, destruction);
    await expect(destruction.runs.finish()).rejects.toThrow('stopped by the test');
    expect(found(house.folder, canaries)).not.toEqual([]);
    await house.destruction().runs.finish();
    expect(found(house.folder, canaries)).toEqual([]);
  });
});
