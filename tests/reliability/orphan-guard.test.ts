import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { newDataKey } from '#infra/sealing/sealing';
import { failureOf } from '#src/cli/failure';
import { LedgerHouse, SYSTEM } from '../destruction/house.js';

/** A start removes keys without events: never one whose events are there under a name that was tampered with. */
describe('the keys that a start removes', () => {
  let house: LedgerHouse;
  let kept: StreamName;
  let orphan: StreamName;

  beforeEach(async () => {
    house = await LedgerHouse.open();
    kept = await house.dossier('een', 1, null);
    await house.dossier('twee', 2, null);
    // As a crash between vault and ledger leaves it.
    orphan = house.ledger.writer.newStreamName('dossier');
    await house.ledger.vault.register({ stream: orphan, newKey: newDataKey(), reference: { system: SYSTEM, reference: 'drie' }, newIdentities: [], subjects: [] });
    await house.close();
  });
  afterEach(() => { rmSync(house.folder, { recursive: true, force: true }); });

  const sql = (text: string, ...values: readonly unknown[]): void => {
    const ledger = new Database(join(house.folder, 'data', 'ledger.db'));
    try {
      ledger.prepare(text).run(...values);
    } finally {
      ledger.close();
    }
  };
  const keys = (): unknown[] => {
    const vault = new Database(join(house.folder, 'data', 'vault.db'), { readonly: true });
    try {
      return vault.prepare("SELECT stream FROM stream_keys WHERE stream LIKE 'dossier-%'").pluck().all();
    } finally {
      vault.close();
    }
  };
  const reopen = async (): Promise<void> => { await (await LedgerHouse.open({ folder: house.folder })).close(); };

  it('control: the orphan goes, the others stay', async () => {
    expect(keys()).toContain(orphan);
    await reopen();
    expect(keys()).not.toContain(orphan);
    expect(keys()).toHaveLength(2);
  });

  it.each([
    ['removed', 'DELETE FROM streams WHERE name = ?'],
    ['changed', "UPDATE streams SET name = 'dossier-00000000-0000-4000-8000-000000000000' WHERE name = ?"],
    ['led to other events', 'UPDATE streams SET no = no + 1000 WHERE name = ?'],
  ])('a name %s in the lookup: no key goes, and the start is refused', async (_what, text) => {
    const before = keys();
    sql(text, kept);
    const error = await LedgerHouse.open({ folder: house.folder }).then(() => null, (thrown: unknown) => thrown);
    expect(failureOf(error)).toMatchObject({ code: 'lookup-differs', exitCode: 1 });
    expect(keys()).toEqual(before);
  });

  it('events removed too: nothing goes while a leaf without an event is not explained by a run', async () => {
    const before = keys();
    sql('DELETE FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)', kept);
    sql('DELETE FROM streams WHERE name = ?', kept);
    await reopen();
    expect(keys()).toEqual(before);
    expect(existsSync(join(house.folder, 'data', 'ledger.db'))).toBe(true);
  });
});
