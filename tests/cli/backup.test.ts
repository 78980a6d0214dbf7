import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Surroundings } from '#src/cli/command';
import { runCommandLine } from '#src/cli/command-line';
import { headDirs, LedgerHouse, OIN } from '../destruction/house.js';
import { newFolder } from '../reliability/backup-fixture.js';

describe('backup and restore on the command line', () => {
  let folder: string;
  let into: string;
  let out: string[];
  let err: string[];

  beforeEach(async () => {
    const house = await LedgerHouse.open({ at: new Date(Date.now() - 3_600_000).toISOString() });
    folder = house.folder;
    into = newFolder('backup');
    await house.dossier('een', 1, null);
    await house.close();
  });
  afterEach(() => { for (const each of [folder, into]) rmSync(each, { recursive: true, force: true }); });

  const run = (...args: readonly string[]): Promise<number> => runWith({}, ...args);
  const runWith = async (environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<number> => {
    out = [];
    err = [];
    const surroundings: Surroundings = {
      environment: {
        REKENSCHAP_OIN: OIN, REKENSCHAP_DATA: join(folder, 'data'), REKENSCHAP_HEAD_DIR: headDirs(folder).join(','),
        REKENSCHAP_MASTER_KEY_FILE: join(folder, 'keys', 'master.key'), ...environment,
      },
      out: (text) => out.push(text), err: (text) => err.push(text),
    };
    return runCommandLine(args, surroundings);
  };
  const made = (): { readonly ledger: { readonly folder: string; readonly keepThrough: string }; readonly vault: { readonly folder: string; readonly keepThrough: string } } => JSON.parse(out[0]!) as never;

  const problems = async (): Promise<readonly string[]> => {
    await run('doctor', '--json');
    return (JSON.parse(out[0]!) as { readonly problems: readonly { readonly code: string }[] }).problems.map(({ code }) => code).sort();
  };

  it('goes round: made, lost, put back, verified', async () => {
    const before = await problems();
    expect(before).toContain('no-identity-provider');
    expect(await run('backup', '--to', into, '--days', '14', '--json')).toBe(0);
    const { ledger, vault } = made();
    rmSync(join(folder, 'data'), { recursive: true });
    expect(await run('restore', '--ledger', ledger.folder, '--vault', vault.folder)).toBe(0);
    expect(out[0]).toMatch(/^Teruggezet tot en met 5 bladen; dit is tijdvak 1\. Dat is vastgelegd\.\nongeschonden tot omvang 6/);
    rmSync(join(folder, 'data'), { recursive: true });
    expect(await run('restore', '--ledger', ledger.folder, '--vault', vault.folder)).toBe(1);
    expect(err[0]).toContain('voeg --new-epoch toe');
    expect(await run('restore', '--ledger', ledger.folder, '--vault', vault.folder, '--new-epoch', '--json')).toBe(0);
    expect(JSON.parse(out[0]!)).toMatchObject({ ok: true, epoch: 2, size: 5, lost: [5, 5], verified: { answer: 'intact' } });
    expect(await run('verify', '--keys')).toBe(0);
    expect(await problems()).toEqual(before);
    expect(await run('backup', '--to', into)).toBe(0);
    expect(out[0]).toMatch(/^Reservekopie gemaakt en gecontroleerd: 7 bladen\./);
  });

  it('is used in one way only', async () => {
    for (const args of [
      ['backup'], ['backup', '--to', join(folder, 'data', 'kopie')], ['backup', '--to', join(folder, 'head-a')], ['backup', '--to', join(folder, 'keys')],
      ['backup', '--to', into, '--days', '0'], ['backup', '--to', into, '--vault-days', 'veel'], ['restore', '--resume', '--new-epoch'],
    ]) expect(await run(...args), args.join(' ')).toBe(2);
    expect(readdirSync(into)).toEqual([]);
    expect(await run('restore', '--json')).toBe(1);
    expect(JSON.parse(out[0]!)).toMatchObject({ ok: false, code: 'nothing-to-restore' });
    expect(await run('restore', '--resume', '--json')).toBe(1);
    expect(JSON.parse(out[0]!)).toMatchObject({ ok: false, code: 'nothing-unfinished' });
  });

  it('keeps no copy longer than the certificates say', async () => {
    const promised = { REKENSCHAP_BACKUP_DAYS: '20', REKENSCHAP_VAULT_BACKUP_DAYS: '10' };
    expect(await runWith(promised, 'backup', '--to', into, '--days', '21')).toBe(2);
    expect(await runWith(promised, 'backup', '--to', into, '--days', '7', '--json')).toBe(0);
    const days = (through: string): number => Math.round((Date.parse(through) - Date.now()) / 86_400_000);
    expect(days(made().ledger.keepThrough)).toBeLessThanOrEqual(7);
    expect([9, 10]).toContain(days(made().vault.keepThrough));
  });

  it('makes no keys: without the key folder nothing is put back', async () => {
    expect(await run('backup', '--to', into, '--json')).toBe(0);
    const { ledger, vault } = made();
    rmSync(join(folder, 'data'), { recursive: true });
    rmSync(join(folder, 'keys'), { recursive: true });
    expect(await run('restore', '--ledger', ledger.folder, '--vault', vault.folder, '--json')).toBe(1);
    expect(JSON.parse(out[0]!)).toMatchObject({ code: 'key-file' });
    expect(existsSync(join(folder, 'keys'))).toBe(false);
  });
});
