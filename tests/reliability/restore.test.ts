import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { verifyCertificate } from '#infra/verifier/certificate-check';
import { verify, type VerifyOptions } from '#infra/verifier/verify';
import { restore, resumeRestore, type Restored, type RestoreOptions } from '#src/backup/restore';
import { openResumedLedger } from '#src/composition/resumed-ledger';
import type { SignedCertificate } from '#src/destruction/certificate-signature';
import type { ListView } from '#src/destruction/lists/list-view';
import { collect, found, missing, type Canaries } from '../destruction/canaries.js';
import { codeOf, configIn, headDirs, houseWithApprovedList, LedgerHouse, must } from '../destruction/house.js';
import { backUp, newFolder, type MadeBackup } from './backup-fixture.js';

const LATER = '2022-05-02T09:00:00Z';

/** A backup is made; then twelve dossiers are destroyed and others written to; then the data folder is lost. */
describe('an old backup put back in a new epoch', () => {
  let house: LedgerHouse;
  let into: string;
  let due: readonly StreamName[];
  let list: ListView;
  let backup: MadeBackup;
  let canaries: Canaries;
  let receipt: string;
  let master: Uint8Array;

  beforeEach(async () => {
    ({ house, due, list } = await houseWithApprovedList());
    into = newFolder('backup');
    master = house.ledger.keys.master;
    backup = await backUp(house, into, 'een');
    canaries = collect(house.folder, due);
    await house.execute(list);
    must(await house.record('consent-withdrawn', 'jong', { consentId: 'jong-c' }, 'na-de-kopie'));
    await house.dossier('nieuw', 70, null);
    receipt = house.ledger.store.head().checkpoint;
    await house.close();
  });
  afterEach(() => {
    rmSync(house.folder, { recursive: true, force: true });
    rmSync(into, { recursive: true, force: true });
  });

  const loseData = (): void => { rmSync(join(house.folder, 'data'), { recursive: true, force: true }); };
  const putBack = (options: Partial<RestoreOptions> = {}): Promise<Restored> => restore({
    config: configIn(house.folder), clock: new SimulatedClock(Temporal.Instant.from(LATER)),
    ledgerFolder: backup.ledger, vaultFolder: backup.vault, newEpoch: true, acceptLoss: false, shown: [], ...options,
  });
  const reopen = (): Promise<LedgerHouse> => LedgerHouse.open({ folder: house.folder, at: LATER });
  const kinds = async (options: Partial<VerifyOptions> = {}): Promise<readonly string[]> => {
    const result = await verify({ dataDir: join(house.folder, 'data'), headDirs: headDirs(house.folder), now: new Date(LATER), keys: { master }, ...options });
    return [result.answer, ...result.findings.map(({ kind }) => kind).sort()];
  };

  it('loses what came after, says which, and destroys again what had been destroyed: nowhere in any file', async () => {
    loseData();
    expect(missing(into, canaries)).toEqual([]);
    const size = backup.made.ledger.size;
    const restored = await putBack();
    expect(restored).toMatchObject({ epoch: 2, size, lost: [size, expect.any(Number)], destroyedAgain: { streams: 12, leaves: 60 }, keysLost: { streams: 0, leaves: 0 } });
    expect(found(house.folder, canaries)).toEqual([]);
    expect(await kinds()).toEqual(['intact', 'destroyed-lawfully', 'epoch-lost']);
    house = await reopen();
    for (const stream of due) expect(await house.ledger.writer.read(stream)).toBe('destroyed');
    expect(found(house.folder, canaries)).toEqual([]);
    expect(readdirSync(join(house.folder, 'data'))).not.toContain('restore.json');
    const log = await house.announced();
    expect(log).toEqual(['epoch-started', 'epoch-started', 'figures-fixed', 'run-begun', 'run-closed', 'certificate-issued', 'certificate-completed', 'backup-restored']);
    await house.close();
  });

  it('gives a certificate of what went again: checked without the ledger, counted by its rule, by no list', async () => {
    loseData();
    await putBack();
    house = await reopen();
    const page = await house.ledger.store.readAnnouncements(0, 100);
    const log = await Promise.all(page.map((stored) => house.ledger.writer.open(stored)));
    const [issued, completed] = ['certificate-issued', 'certificate-completed'].map((type) => (log.find((event) => event.type === type)!.data as { certificate: unknown }).certificate);
    const vkey = readFileSync(join(headDirs(house.folder)[0]!, 'log.vkey'), 'utf8');
    const file = JSON.stringify({ issued, completed });
    expect(verifyCertificate(file, [vkey])).toMatchObject({ answer: 'genuine', findings: [], certificate: { dossiers: 12, completions: 1 } });
    expect((issued as SignedCertificate).certificate).toMatchObject({
      listId: null, persons: [], destroyed: { dossiers: 12, events: 72 }, basis: { kind: 'restore', backupMadeAt: expect.stringMatching(/^2022-04-12T/), withoutClass: 0 },
      classes: [{ rule: { id: 'wmo', version: 'proef-1', name: 'Wmo' }, law: 'wmo2015', yearOfOrigin: 2020, dossiers: 12 }],
      begunOn: '2022-05-02', careBearer: { scheduleVersion: 'proef-1' },
    });
    // Control: one dossier more, and the check says no.
    expect(verifyCertificate(file.replaceAll('"dossiers":12', '"dossiers":13'), [vkey]).answer).toBe('tampered');
    await house.close();
  });

  it('takes resends of what was lost once more, knows what it still had, and refuses what was destroyed', async () => {
    loseData();
    await putBack();
    house = await reopen();
    const size = house.ledger.store.head().size;
    expect(codeOf(await house.record('dossier-opened', 'oud-1', { law: 'wmo2015', subjects: [{ bsn: '999990019', role: 'client' }] }))).toBe('dossier-destroyed');
    expect(house.ledger.store.head().size).toBe(size);
    const again = await house.record('consent-withdrawn', 'jong', { consentId: 'jong-c' }, 'na-de-kopie');
    expect(codeOf(again)).toBe('done');
    expect(house.ledger.store.head().size).toBe(size + 1);
    expect(must(await house.record('consent-withdrawn', 'jong', { consentId: 'jong-c' }, 'na-de-kopie')).position).toBe(must(again).position);
    expect(house.ledger.store.head().size).toBe(size + 1);
    await house.dossier('nieuw', 70, null);
    expect((await house.cells()).filter(({ figure }) => /destroy/.test(figure)).reduce((sum, { count }) => sum + count, 0)).toBe(12);
    expect(house.ledger.runner.status().views.every(({ halted }) => halted === null)).toBe(true);
    expect(await kinds()).toEqual(['intact', 'destroyed-lawfully', 'epoch-lost']);
    await house.close();
  });

  it('verify: a receipt from before holds, one of what was lost says so, one of the new epoch holds', async () => {
    loseData();
    await putBack();
    house = await reopen();
    const { checkpoint } = house.ledger.store.head();
    await house.close();
    expect(checkpoint.split('\n')[0]).toMatch(/\/2$/);
    expect(await kinds({ against: [backup.made.ledger.headLine.checkpoint, checkpoint] })).toEqual(['intact', 'destroyed-lawfully', 'epoch-lost']);
    expect(await kinds({ against: [receipt] })).toEqual(['not-verifiable', 'destroyed-lawfully', 'epoch-lost', 'outside-lost']);
  });

  it('verify finds an epoch that was tampered with, and cannot tell without the old head', async () => {
    const lines = (folder: string): string => join(folder, 'head-a', 'epochs', '1', 'head-000001.log');
    const later = readFileSync(join(house.folder, 'head-a', 'head-000001.log'), 'utf8').trimEnd().split('\n').at(-1)!;
    // The old head is cut first, so that the new epoch does not name what was signed last.
    loseData();
    for (const dir of headDirs(house.folder)) {
      const file = join(dir, 'head-000001.log');
      writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(0, -2).join('\n').concat('\n'));
    }
    await putBack();
    expect(await kinds()).toEqual(['intact', 'destroyed-lawfully', 'epoch-lost']);
    const attacks: readonly (readonly [string, (folder: string) => void, readonly string[]])[] = [
      ['a later line turns up', (folder) => { writeFileSync(lines(folder), `${readFileSync(lines(folder), 'utf8')}${later}\n`); }, ['tampered', 'epoch-inconsistent']],
      ['the old head gone', (folder) => { for (const dir of headDirs(folder)) rmSync(join(dir, 'epochs'), { recursive: true }); }, ['not-verifiable', 'epoch-head-missing']],
      ['the new epoch cut off', (folder) => {
        const ledger = new Database(join(folder, 'data', 'ledger.db'));
        ledger.exec("UPDATE events SET type = 'run-begun' WHERE type = 'epoch-started' AND position > 0");
        ledger.close();
      }, ['tampered', 'columns-differ', 'epoch-unfinished']],
    ];
    for (const [what, attack, expected] of attacks) {
      const folder = newFolder('epoch');
      cpSync(house.folder, folder, { recursive: true });
      attack(folder);
      const found = await kinds({ dataDir: join(folder, 'data'), headDirs: headDirs(folder) });
      rmSync(folder, { recursive: true, force: true });
      expect(found, what).toEqual(expect.arrayContaining([...expected]));
      expect(found[0], what).toBe(expected[0]);
    }
  });

  it('goes on wherever it was cut off, and no service starts before it is done', async () => {
    loseData();
    class Stopped extends Error {}
    const clock = new SimulatedClock(Temporal.Instant.from(LATER));
    await expect(putBack({ onStep: () => { throw new Stopped(); } })).rejects.toBeInstanceOf(Stopped);
    await expect(openResumedLedger(configIn(house.folder), clock)).rejects.toMatchObject({ code: 'restore-unfinished' });
    await expect(putBack()).rejects.toMatchObject({ code: 'restore-unfinished' });
    // Every point in turn, each the first new one after the last.
    const seen = new Set(['planned']);
    for (let done = false; !done;) {
      let stopped = false;
      await resumeRestore({ config: configIn(house.folder), clock, onStep: (point) => {
        if (seen.has(point) || stopped) return;
        seen.add(point);
        stopped = true;
        throw new Stopped();
      } }).then(() => { done = true; }, (error: unknown) => { expect(error).toBeInstanceOf(Stopped); });
      if (!done) await expect(openResumedLedger(configIn(house.folder), clock), [...seen].at(-1)).rejects.toMatchObject({ code: 'restore-unfinished' });
    }
    expect(seen.size).toBeGreaterThan(18);
    expect(await kinds()).toEqual(['intact', 'destroyed-lawfully', 'epoch-lost']);
    expect(found(house.folder, canaries)).toEqual([]);
    await expect(resumeRestore({ config: configIn(house.folder), clock })).rejects.toMatchObject({ code: 'nothing-unfinished' });
    house = await reopen();
    expect(await house.announced()).toEqual(['epoch-started', 'epoch-started', 'figures-fixed', 'run-begun', 'run-closed', 'certificate-issued', 'certificate-completed', 'backup-restored']);
    await house.close();
  }, 240_000);

  it('is refused without a new epoch, and over files that are there; nothing is touched', async () => {
    await expect(putBack({ newEpoch: false })).rejects.toMatchObject({ code: 'data-present' });
    loseData();
    const heads = headDirs(house.folder).map((dir) => readFileSync(join(dir, 'head-000001.log'), 'utf8'));
    await expect(putBack({ newEpoch: false })).rejects.toMatchObject({ code: 'older-than-head' });
    expect(existsSync(join(house.folder, 'data', 'ledger.db'))).toBe(false);
    expect(headDirs(house.folder).map((dir) => readFileSync(join(dir, 'head-000001.log'), 'utf8'))).toEqual(heads);
  });
});
