import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '#src/cli/failure';
import { headDirs, LedgerHouse } from '../destruction/house.js';

describe('the vault that a ledger is opened with', () => {
  let house: LedgerHouse;
  let other: LedgerHouse;
  beforeEach(async () => {
    house = await LedgerHouse.open();
    await house.dossier('een', 1, null);
    await house.close();
    // Under the same master key and with a higher count: every other check lets it pass.
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-other-'));
    cpSync(join(house.folder, 'keys'), join(folder, 'keys'), { recursive: true });
    other = await LedgerHouse.open({ folder });
    for (let n = 0; n < 3; n += 1) await other.dossier(`ander-${n}`, n, null);
    await other.close();
  });
  afterEach(() => {
    for (const { folder } of [house, other]) rmSync(folder, { recursive: true, force: true });
  });

  const vaultFile = ({ folder }: LedgerHouse): string => join(folder, 'data', 'vault.db');
  const heads = (): string[] => headDirs(house.folder).map((dir) => readFileSync(join(dir, 'head-000001.log'), 'utf8'));
  const refusal = (): Promise<unknown> => LedgerHouse.open({ folder: house.folder }).then(() => null, (error: unknown) => failureOf(error));

  it('is refused when it is another ledger\'s, before anything is signed; its own opens again', async () => {
    const own = readFileSync(vaultFile(house));
    cpSync(vaultFile(other), vaultFile(house));
    const before = heads();
    expect(await refusal()).toMatchObject({ code: 'vault-of-another-ledger', message: expect.stringContaining('ander grootboek') as string });
    expect(heads()).toEqual(before);
    rmSync(vaultFile(house));
    writeFileSync(vaultFile(house), own);
    await (await LedgerHouse.open({ folder: house.folder })).close();
  });

  it('is refused when it is not there, and none is made', async () => {
    rmSync(vaultFile(house));
    expect(await refusal()).toMatchObject({ code: 'vault-missing' });
    expect(existsSync(vaultFile(house))).toBe(false);
  });
});
