import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verify } from '#infra/verifier/verify';
import type { ListView } from '#src/destruction/lists/list-view';
import { headDirs, houseWithApprovedList, type LedgerHouse } from '../destruction/house.js';
import { backUp, newFolder } from './backup-fixture.js';

describe('a backup', () => {
  let house: LedgerHouse;
  let list: ListView;
  let into: string;

  beforeEach(async () => {
    ({ house, list } = await houseWithApprovedList());
    into = newFolder('backup');
  });
  afterEach(async () => {
    await house.remove();
    rmSync(into, { recursive: true, force: true });
  });

  it('is made while the service writes: one moment of it, intact with keys, and the service goes on', async () => {
    let writing = true;
    const load = Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; writing; n += 1) await house.dossier(`druk-${writer}-${n}`, writer * 1_000 + n, null);
    }));
    const before = house.ledger.store.head().size;
    const { ledger, vault, made } = await backUp(house, into, 'een');
    const after = house.ledger.store.head().size;
    writing = false;
    await load;
    expect(after - before).toBeGreaterThan(8);
    expect(made.ledger.size).toBeGreaterThanOrEqual(before);
    expect(made.ledger.size).toBeLessThanOrEqual(after);
    const checked = await verify({
      dataDir: ledger, vaultFile: join(vault, 'vault.db'), headDirs: headDirs(house.folder), until: made.ledger.size,
      keys: { master: house.ledger.keys.master }, now: new Date(house.clock.now().epochMilliseconds),
    });
    expect([checked.answer, checked.size, checked.withKeys, checked.findings]).toEqual(['intact', made.ledger.size, true, []]);
    expect(await house.verifyWithKeys()).toMatchObject({ answer: 'intact' });
  });

  it('holds two files and what they say of themselves, for nobody else to read; no key of any kind', async () => {
    const { ledger, vault, made } = await backUp(house, into, 'een');
    expect(readdirSync(into).sort()).toEqual(['grootboek-een', 'kluis-een']);
    expect(readdirSync(ledger).sort()).toEqual(['ledger.db', 'manifest.json']);
    expect(readdirSync(vault).sort()).toEqual(['manifest.json', 'vault.db']);
    for (const file of [join(ledger, 'ledger.db'), join(vault, 'vault.db')]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(made.ledger.keepThrough).toBe('2022-07-11');
    expect(made.vault.keepThrough).toBe('2022-05-12');
    const secrets = [house.ledger.keys.master, readFileSync(join(house.folder, 'keys', 'log.key'))];
    const bytes = [ledger, vault].flatMap((folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name))));
    for (const secret of secrets) expect(bytes.some((content) => content.includes(secret))).toBe(false);
  });

  it('is refused while a run is open, leaves nothing behind, and is made after it', async () => {
    const destruction = house.destruction((point) => { if (point === 'keys: before') throw new Error('stopped'); });
    await house.start(list, destruction);
    await expect(destruction.runs.finish()).rejects.toThrow('stopped');
    await expect(backUp(house, into, 'een')).rejects.toMatchObject({ code: 'run-open' });
    expect(readdirSync(into)).toEqual([]);
    await house.destruction().runs.finish();
    await backUp(house, into, 'een');
    expect(readdirSync(into)).toHaveLength(2);
  });

  it('gives way to a run that begins between ledger and vault, also when it is over before the vault is copied', async () => {
    await expect(backUp(house, into, 'een', {
      onStep: async (point) => { if (point === 'vault') await house.start(list, house.destruction()); },
    })).rejects.toMatchObject({ code: 'run-open' });
    await expect(backUp(house, into, 'twee', {
      onStep: async (point) => { if (point === 'vault') await house.destruction().runs.finish(); },
    })).rejects.toMatchObject({ code: 'run-open' });
    expect(readdirSync(into)).toEqual([]);
  });

  it('and to one that begins and ends between them', async () => {
    await expect(backUp(house, into, 'een', {
      onStep: async (point) => { if (point === 'vault') await house.execute(list); },
    })).rejects.toMatchObject({ code: 'run-open' });
    expect(readdirSync(into)).toEqual([]);
  });

  it('does not get its name when the ledger was tampered with', async () => {
    const ledger = new Database(join(house.folder, 'data', 'ledger.db'));
    ledger.prepare("UPDATE events SET payload = zeroblob(64) WHERE position = 4").run();
    ledger.close();
    await expect(backUp(house, into, 'een')).rejects.toMatchObject({ code: 'copy-not-intact' });
    expect(readdirSync(into)).toEqual([]);
  });

  it('overwrites nothing', async () => {
    const { ledger } = await backUp(house, into, 'een');
    const before = readFileSync(join(ledger, 'manifest.json'), 'utf8');
    await expect(backUp(house, into, 'een')).rejects.toMatchObject({ code: 'folder-exists' });
    expect(readFileSync(join(ledger, 'manifest.json'), 'utf8')).toBe(before);
    expect(existsSync(`${ledger}.bezig`)).toBe(false);
  });
});
