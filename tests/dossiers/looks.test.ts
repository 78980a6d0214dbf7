import Database from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseStreamName, streamName, type StreamName } from '#domain/ledger/ids';
import type { ListView } from '#src/destruction/lists/list-view';
import type { Viewer } from '#src/dossiers/looks';
import { found, missing, type Canaries } from '../destruction/canaries.js';
import { houseWithApprovedList, type LedgerHouse, must } from '../destruction/house.js';

const FG: Viewer = { person: { iss: 'urn:test', sub: 'fg', role: 'fg' }, session: 'sessie-1' };
const accessOf = (dossier: StreamName): StreamName => streamName('access', parseStreamName(dossier).uuid);

/** Everything that is stored of the access streams. */
function accessCanaries(folder: string, dossiers: readonly StreamName[]): Canaries {
  const canaries = new Map<string, Buffer>();
  const ledger = new Database(join(folder, 'data', 'ledger.db'), { readonly: true });
  const vault = new Database(join(folder, 'data', 'vault.db'), { readonly: true });
  for (const [n, stream] of dossiers.map(accessOf).entries()) {
    for (const row of ledger.prepare<[string], { id: string; header: Buffer; payload: Buffer }>('SELECT id, header, payload FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').all(stream)) {
      canaries.set(`${n} id`, Buffer.from(row.id)).set(`${n} header`, row.header).set(`${n} ciphertext`, row.payload);
    }
    canaries.set(`${n} wrapped key`, vault.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM stream_keys WHERE stream = ?').get(stream)!.wrapped);
  }
  ledger.close();
  vault.close();
  return canaries;
}

describe('who looked at a dossier', () => {
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;
  beforeEach(async () => { ({ house, due, list } = await houseWithApprovedList()); });
  afterEach(async () => { await house.remove(); });

  it('goes with the dossier: in the files before, nowhere after, and verify is intact', async () => {
    for (const dossier of due) must(await house.ledger.looks.viewed(dossier, FG));
    const canaries = accessCanaries(house.folder, due);
    expect(canaries.size).toBe(due.length * 4);
    expect(missing(house.folder, canaries)).toEqual([]);
    await house.execute(list);
    expect(found(house.folder, canaries)).toEqual([]);
    expect((await house.verify()).answer).toBe('intact');
    expect((await house.verifyWithKeys()).answer).toBe('intact');
    expect(await house.ledger.looks.viewed(due[0]!, { ...FG, session: 'later' })).toMatchObject({ kind: 'refused', refusal: { code: 'dossier-destroyed' } });
  });

  it('after the gate a look is a search, and nothing is added to what the run announces', async () => {
    const destruction = house.destruction((point) => { if (point === 'gate: done') throw new Error('stopped by the test'); });
    await house.start(list, destruction);
    await expect(destruction.runs.finish()).rejects.toThrow('stopped by the test');
    must(await house.ledger.looks.viewed(due[0]!, FG));
    expect((await house.ledger.store.readStream(accessOf(due[0]!), 0, 1)).kind).toBe('none');
    const searches = await house.ledger.writer.read((await house.ledger.vault.findStream({ system: 'rekenschap', reference: 'searches/2022-04' }))!);
    expect(typeof searches === 'string' ? [] : searches.events).toMatchObject([{ type: 'personal-data-searched', data: { what: 'timeline', session: 'sessie-1' } }]);
    await house.destruction().runs.finish();
    expect((await house.verifyWithKeys()).answer).toBe('intact');
  });

  it('a look under way when the gate falls is announced with the rest', async () => {
    const looks: Promise<unknown>[] = [];
    const destruction = house.destruction((point) => {
      // As late as a look can begin that still saw no gate.
      if (point === 'start: journal saved') for (const dossier of due) looks.push(house.ledger.looks.viewed(dossier, FG));
    });
    await house.execute(list, destruction);
    await Promise.all(looks);
    for (const dossier of due) expect((await house.ledger.store.readStream(accessOf(dossier), 0, 1)).kind).not.toBe('events');
    expect((await house.verifyWithKeys()).answer).toBe('intact');
  });

  it('once per session, person, dossier and day', async () => {
    const day = async (viewer: Viewer): Promise<number> => {
      must(await house.ledger.looks.viewed(due[0]!, viewer));
      const read = await house.ledger.writer.read(accessOf(due[0]!));
      return typeof read === 'string' ? 0 : read.events.length;
    };
    expect(await day(FG)).toBe(1);
    expect(await day(FG)).toBe(1);
    expect(await day({ ...FG, session: 'sessie-2' })).toBe(2);
    expect(await day({ ...FG, person: { ...FG.person, sub: 'een ander' } })).toBe(3);
    house.at('2022-04-13');
    expect(await day(FG)).toBe(4);
    house = await house.reopened();
    expect(await day(FG)).toBe(4);
  });
});
