import Database from 'better-sqlite3';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import type { ListView } from '#src/destruction/lists/list-view';
import { houseWithApprovedList, LedgerHouse, SYSTEM } from './house.js';

/** The bytes that were stored, by what they are. */
type Canaries = ReadonlyMap<string, Buffer>;

describe('canaries: the stored bytes of a destroyed dossier', () => {
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;

  beforeEach(async () => { ({ house, due, list } = await houseWithApprovedList()); });
  afterEach(async () => { await house.remove(); });

  it('are all in the files before, and nowhere after, while the service still runs and after it stopped', async () => {
    const canaries = collect(house, due);
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
    const kept = [...collect(house, [survivor]).entries()];
    const leaves = leafHashes(house, due);
    await house.execute(list);
    expect(missing(house.folder, new Map(kept))).toEqual([]);
    expect(missing(house.folder, leaves)).toEqual([]);
    expect(missing(house.folder, new Map(due.map((stream) => [stream, Buffer.from(stream)])))).toEqual([]);
  });

  it('control: a run that stops before its events go leaves them all', async () => {
    const canaries = collect(house, due);
    const destruction = house.destruction((point) => { if (point === 'keys: before') throw new Error('stopped by the test'); });
    await house.start(list, destruction);
    await expect(destruction.runs.finish()).rejects.toThrow('stopped by the test');
    expect(missing(house.folder, canaries)).toEqual([]);
    await house.destruction().runs.finish();
    expect(found(house.folder, canaries)).toEqual([]);
  });

  it('control: before the files are rewritten, bytes are still in them', async () => {
    const canaries = collect(house, due);
    const destruction = house.destruction((point) => { if (point === 'certificate-issued: appended') throw new Error('stopped by the test'); });
    await house.start(list, destruction);
    await expect(destruction.runs.finish()).rejects.toThrow('stopped by the test');
    expect(found(house.folder, canaries)).not.toEqual([]);
    await house.destruction().runs.finish();
    expect(found(house.folder, canaries)).toEqual([]);
  });
});

function collect(house: LedgerHouse, streams: readonly StreamName[]): Canaries {
  const canaries = new Map<string, Buffer>();
  const ledger = new Database(join(house.folder, 'data', 'ledger.db'), { readonly: true });
  const vault = new Database(join(house.folder, 'data', 'vault.db'), { readonly: true });
  const keptIdentities = new Set<string>();
  const living = vault.prepare<[], { stream: string; subject_id: string }>('SELECT stream, subject_id FROM stream_subjects').all();
  for (const { stream, subject_id: subject } of living) if (!streams.includes(stream as StreamName)) keptIdentities.add(subject);
  for (const [n, stream] of streams.entries()) {
    for (const event of ledger.prepare<[string], { id: string; header: Buffer; payload: Buffer; revision: number }>('SELECT id, header, payload, revision FROM events WHERE stream = ?').all(stream)) {
      canaries.set(`${n}.${event.revision} header`, event.header);
      canaries.set(`${n}.${event.revision} ciphertext`, event.payload);
      canaries.set(`${n}.${event.revision} id`, Buffer.from(event.id));
    }
    for (const row of ledger.prepare<[string], { key: Buffer; revision: number }>('SELECT d.key, e.revision FROM deduplication d JOIN events e ON e.position = d.position WHERE e.stream = ?').all(stream)) {
      canaries.set(`${n}.${row.revision} deduplication key`, row.key);
    }
    canaries.set(`${n} wrapped key`, vault.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM stream_keys WHERE stream = ?').get(stream)!.wrapped);
    canaries.set(`${n} reference lookup`, vault.prepare<[string], { lookup: Buffer }>('SELECT lookup FROM reference_index WHERE stream = ?').get(stream)!.lookup);
    for (const { subject_id: subject } of living.filter((row) => row.stream === stream)) {
      if (keptIdentities.has(subject)) continue;
      const identity = vault.prepare<[string], { lookup: Buffer; sealed: Buffer }>('SELECT lookup, sealed FROM identities WHERE subject_id = ?').get(subject)!;
      canaries.set(`${n} BSN lookup`, identity.lookup);
      canaries.set(`${n} encrypted BSN`, identity.sealed);
      canaries.set(`${n} subjectId`, Buffer.from(subject));
    }
  }
  ledger.close();
  vault.close();
  return canaries;
}

function leafHashes(house: LedgerHouse, streams: readonly StreamName[]): Canaries {
  const ledger = new Database(join(house.folder, 'data', 'ledger.db'), { readonly: true });
  const rows = streams.flatMap((stream) => ledger.prepare<[string], { hash: Buffer; idx: number }>('SELECT idx, hash FROM leaves WHERE idx IN (SELECT position FROM events WHERE stream = ?)').all(stream));
  ledger.close();
  return new Map(rows.map(({ idx, hash }) => [`leaf ${idx}`, hash]));
}

function files(folder: string): readonly Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

function found(folder: string, canaries: Canaries): readonly string[] {
  const contents = files(folder);
  return [...canaries].filter(([, bytes]) => contents.some((content) => content.includes(bytes))).map(([name]) => name);
}

function missing(folder: string, canaries: Canaries): readonly string[] {
  const there = new Set(found(folder, canaries));
  return [...canaries.keys()].filter((name) => !there.has(name));
}
