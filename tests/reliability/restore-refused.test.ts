import { cpSync, existsSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BackupRestored } from '#domain/destruction/events';
import type { StreamName } from '#domain/ledger/ids';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { verify } from '#infra/verifier/verify';
import { restore, type RestoreOptions } from '#src/backup/restore';
import { failureOf } from '#src/cli/failure';
import type { SignedCertificate } from '#src/destruction/certificate-signature';
import { collect, found, type Canaries } from '../destruction/canaries.js';
import { configIn, headDirs, houseWithApprovedList, LedgerHouse, must, SYSTEM } from '../destruction/house.js';
import { backUp, newFolder, type MadeBackup } from './backup-fixture.js';

const LATER = '2022-05-02T09:00:00Z';

/** One history for all: a backup, a run, a second backup, and a little more. Every test has a copy of its own. */
describe('what is not put back, and what is', () => {
  let original: string;
  let into: string;
  let root: string;
  let first: MadeBackup;
  let second: MadeBackup;
  let canaries: Canaries;
  let certificate: SignedCertificate;
  let headAtFirst: string;
  let lastCheckpoint: string;
  let master: Uint8Array;
  let due: readonly StreamName[];

  beforeAll(async () => {
    const built = await houseWithApprovedList();
    const { house, list } = built;
    ({ due } = built);
    original = house.folder;
    into = newFolder('backup');
    master = house.ledger.keys.master;
    first = await backUp(house, into, 'een');
    headAtFirst = newFolder('head-een');
    for (const name of ['head-a', 'head-b']) cpSync(join(original, name), join(headAtFirst, name), { recursive: true });
    canaries = collect(original, due);
    await house.execute(list);
    ({ issued: certificate } = must(await house.destruction().lists.certificate(list.id)));
    must(await house.record('consent-withdrawn', 'jong', { consentId: 'jong-c' }, 'na-een'));
    second = await backUp(house, into, 'twee');
    await house.dossier('nieuw', 70, null);
    lastCheckpoint = house.ledger.store.head().checkpoint;
    await house.close();
  }, 60_000);
  afterAll(() => { for (const folder of [original, into, headAtFirst]) rmSync(folder, { recursive: true, force: true }); });
  beforeEach(() => {
    root = newFolder('restore');
    cpSync(original, root, { recursive: true });
  });
  afterEach(() => { rmSync(root, { recursive: true, force: true }); });

  const data = (name = ''): string => join(root, 'data', name);
  const lose = (...names: readonly string[]): void => {
    if (names.length === 0) rmSync(data(), { recursive: true, force: true });
    for (const name of names) for (const end of ['', '-wal', '-shm']) rmSync(data(`${name}${end}`), { force: true });
  };
  const place = (backup: MadeBackup, ...names: readonly ('ledger.db' | 'vault.db')[]): void => {
    for (const name of names) {
      lose(name);
      cpSync(join(name === 'ledger.db' ? backup.ledger : backup.vault, name), data(name));
    }
  };
  const putBack = (options: Partial<RestoreOptions> = {}): Promise<BackupRestored> => restore({
    config: configIn(root), clock: new SimulatedClock(Temporal.Instant.from(LATER)),
    ledgerFolder: null, vaultFolder: null, newEpoch: true, acceptLoss: false, shown: [], ...options,
  });
  const both = (backup: MadeBackup): Pick<RestoreOptions, 'ledgerFolder' | 'vaultFolder'> => ({ ledgerFolder: backup.ledger, vaultFolder: backup.vault });
  const opened = (): Promise<string> => LedgerHouse.open({ folder: root, at: LATER }).then(async (house) => { await house.close(); return 'opened'; }, (error: unknown) => failureOf(error)?.code ?? String(error));
  const kinds = async (): Promise<readonly string[]> => {
    const result = await verify({ dataDir: data(), headDirs: headDirs(root), now: new Date(LATER), keys: { master } });
    return [result.answer, ...result.findings.map(({ kind }) => kind).sort()];
  };
  const headFile = (dir: string): string => join(dir, 'head-000001.log');
  const lastLine = (folder: string): string => readFileSync(headFile(join(folder, 'head-a')), 'utf8').trimEnd().split('\n').at(-1)!;
  const cutFence = (...dirs: readonly string[]): void => { for (const dir of dirs) truncateSync(join(root, dir, 'fence.log'), 70); };

  it('control: as it was, it opens', async () => { expect(await opened()).toBe('opened'); });

  it('the ledger rolled back alone: no start; with the vault that is there, a new epoch', async () => {
    place(first, 'ledger.db');
    expect(await opened()).toBe('ledger-behind-head');
    // The keys of what was destroyed are gone from this vault: what no longer opens is announced, not counted, and goes.
    const restored = await putBack();
    expect(restored).toMatchObject({ epoch: 2, ledgerMadeAt: null, destroyedAgain: { streams: 12 }, keysLost: { streams: 0 } });
    expect(found(root, canaries)).toEqual([]);
    expect(await kinds()).toEqual(['intact', 'destroyed-lawfully', 'epoch-lost']);
    expect(await opened()).toBe('opened');
  });

  it('the vault rolled back alone: no start; lost keys are named, and must be accepted', async () => {
    place(first, 'vault.db');
    expect(await opened()).toBe('vault-behind-head');
    await expect(putBack()).rejects.toMatchObject({ code: 'keys-lost' });
    expect(readdirSync(data())).not.toContain('restore.json');
    const restored = await putBack({ acceptLoss: true });
    // The dossier that came after, and nothing else: what was destroyed had come back with its keys, and goes once more.
    expect(restored).toMatchObject({ epoch: 2, lost: null, keysLost: { streams: 1, leaves: 4 } });
    expect(found(root, canaries)).toEqual([]);
    expect(await kinds()).toEqual(['intact', 'destroyed-lawfully']);
    const house = await LedgerHouse.open({ folder: root, at: LATER });
    // A resend makes the dossier anew.
    await house.dossier('nieuw', 70, null);
    expect(await house.ledger.vault.findStream({ system: SYSTEM, reference: 'nieuw' })).not.toBeNull();
    await house.close();
  });

  it('a tail lost together with its head is found by what was kept elsewhere; a head alone is not older', async () => {
    place(second, 'ledger.db', 'vault.db');
    const kept = lastLine(root);
    const line = lastLine(root);
    for (const dir of headDirs(root)) writeFileSync(headFile(dir), readFileSync(headFile(dir), 'utf8').split('\n').filter((text) => text !== line).slice(0, -8).join('\n').concat('\n'));
    const against = [lastCheckpoint];
    expect((await verify({ dataDir: data(), headDirs: headDirs(root), now: new Date(LATER), against })).findings.map(({ kind }) => kind)).toContain('outside-beyond-ledger');
    // The head folders are older than what is shown: then nothing tells how long the fence must be.
    await expect(putBack({ shown: against })).rejects.toMatchObject({ code: 'fence-behind' });
    // The newest line itself says how long.
    const restored = await putBack({ shown: [kept] });
    expect(restored.lost).toEqual([second.made.ledger.size, second.made.ledger.size + 3]);
  });

  it('a fence cut short is refused, in one folder it is filled up', async () => {
    lose();
    cutFence('head-a', 'head-b');
    await expect(putBack(both(first))).rejects.toMatchObject({ code: 'fence-behind' });
    expect(existsSync(data('ledger.db'))).toBe(false);
    cpSync(join(original, 'head-b', 'fence.log'), join(root, 'head-b', 'fence.log'));
    expect(await putBack(both(first))).toMatchObject({ destroyedAgain: { streams: 12 } });
    expect(found(root, canaries)).toEqual([]);
  });

  it('head folders as old as the backup: refused with a newer certificate, receipt or head line in hand', async () => {
    lose();
    for (const name of ['head-a', 'head-b']) {
      rmSync(join(root, name), { recursive: true });
      cpSync(join(headAtFirst, name), join(root, name), { recursive: true });
    }
    for (const shown of [JSON.stringify(certificate), JSON.stringify({ issued: certificate, completed: null }), lastCheckpoint, lastLine(original)]) {
      await expect(putBack({ ...both(first), shown: [shown] })).rejects.toMatchObject({ code: 'fence-behind' });
    }
    for (const shown of ['', '{}', 'iets', JSON.stringify({ checkpoint: lastCheckpoint.replace(/[0-9]+\n/, '1\n') })]) {
      await expect(putBack({ ...both(first), shown: [shown] })).rejects.toMatchObject({ code: 'shown-malformed' });
    }
  });

  it('head and data rolled back together, the fence not: no start, and a new epoch destroys again', async () => {
    place(first, 'ledger.db', 'vault.db');
    for (const name of ['head-a', 'head-b']) cpSync(headFile(join(headAtFirst, name)), headFile(join(root, name)));
    expect(await opened()).toBe('ledger-behind-fence');
    expect(await putBack()).toMatchObject({ epoch: 2, lost: null, destroyedAgain: { streams: 12 } });
    expect(found(root, canaries)).toEqual([]);
    expect(await opened()).toBe('opened');
  });

  it('a year whose key was forgotten: a backup from before its end is too old', async () => {
    lose();
    for (const dir of headDirs(root)) rmSync(join(dir, 'fence-keys', '2022.key'));
    await expect(putBack(both(first))).rejects.toMatchObject({ code: 'fence-key-forgotten' });
  });

  it('a changed backup, half a backup, or another ledger\'s', async () => {
    lose();
    const copy = join(root, 'kopie');
    cpSync(first.ledger, copy, { recursive: true });
    const file = new Database(join(copy, 'ledger.db'));
    file.exec('DELETE FROM gone');
    file.exec("UPDATE events SET payload = zeroblob(80) WHERE position = 5");
    file.close();
    await expect(putBack({ ...both(first), ledgerFolder: copy })).rejects.toMatchObject({ code: 'backup-changed' });
    rmSync(join(copy, 'ledger.db'));
    await expect(putBack({ ...both(first), ledgerFolder: copy })).rejects.toMatchObject({ code: 'backup-unreadable' });
    await expect(putBack({ ...both(first), ledgerFolder: join(root, 'nergens') })).rejects.toMatchObject({ code: 'backup-unreadable' });
    const other = await LedgerHouse.open();
    await other.dossier('een', 1, null);
    const theirs = await backUp(other, into, 'ander');
    await other.remove();
    await expect(putBack(both(theirs))).rejects.toMatchObject({ code: 'backup-of-another-ledger' });
    await expect(putBack({ ...both(first), vaultFolder: theirs.vault })).rejects.toMatchObject({ code: 'vault-of-another-ledger' });
    expect(readdirSync(data())).toEqual(['lock.db']);
  });

  it('no older than the head: put back without a new epoch, and it says so itself', async () => {
    const house = await LedgerHouse.open({ folder: root, at: LATER });
    const fresh = await backUp(house, into, 'vers');
    await house.close();
    lose();
    expect(await putBack({ ...both(fresh), newEpoch: false })).toMatchObject({ epoch: 1, lost: null, destroyedAgain: { streams: 0 } });
    expect(await kinds()).toEqual(['intact', 'destroyed-lawfully']);
    expect(await opened()).toBe('opened');
  });

  it('on a second machine, twice: the second time back beyond the first restore', async () => {
    // The same folders under another root: only head folders, keys and the backups came over.
    lose();
    const before = await putBack(both(second));
    expect(before).toMatchObject({ epoch: 2, destroyedAgain: { streams: 0, leaves: 0 } });
    const house = await LedgerHouse.open({ folder: root, at: LATER });
    must(await house.record('consent-withdrawn', 'open', { consentId: 'open-c' }));
    await house.close();
    lose();
    const after = await putBack(both(first));
    expect(after).toMatchObject({ epoch: 3, size: first.made.ledger.size, destroyedAgain: { streams: 12 } });
    expect(found(root, canaries)).toEqual([]);
    expect(await kinds()).toEqual(['intact', 'destroyed-lawfully', 'epoch-lost']);
    expect(await opened()).toBe('opened');
    // The first machine goes on in the first epoch: to the second, what it signs from now on is of no epoch it knows that far.
    const old = await LedgerHouse.open({ folder: original, at: LATER });
    await old.dossier('gevorkt', 80, null);
    const forked = old.ledger.store.head().checkpoint;
    await old.close();
    const { answer, findings } = await verify({ dataDir: data(), headDirs: headDirs(root), now: new Date(LATER), against: [forked] });
    expect([answer, findings.map(({ kind }) => kind).includes('outside-lost')]).toEqual(['not-verifiable', true]);
  });
});
