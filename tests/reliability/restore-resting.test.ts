import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { verify } from '#infra/verifier/verify';
import { restore, type Restored, type RestoreOptions } from '#src/backup/restore';
import type { ListView } from '#src/destruction/lists/list-view';
import { RunCertificates } from '#src/destruction/run-certificates';
import { collect, found, missing, type Canaries } from '../destruction/canaries.js';
import { configIn, headDirs, houseWithApprovedList, LedgerHouse, must } from '../destruction/house.js';
import { backUp, newFolder, type MadeBackup } from './backup-fixture.js';

const RESTORED = '2022-04-14T09:00:00Z';
const REWRITE = { ledgerRewriteDays: 7 };

/** A run has ended on 12 April and rests: the ledger's file is rewritten, and its certificate completed, on the 19th. Until then its state is in the vault. */
describe('a new epoch while a run rests', () => {
  let original: string;
  let into: string;
  let root: string;
  let before: MadeBackup;
  let resting: MadeBackup;
  let due: readonly StreamName[];
  let list: ListView;
  let canaries: Canaries;
  let master: Uint8Array;
  let runId: string;

  beforeAll(async () => {
    const built = await houseWithApprovedList(REWRITE);
    const { house } = built;
    ({ due, list } = built);
    original = house.folder;
    master = house.ledger.keys.master;
    into = newFolder('kopie-rust');
    before = await backUp(house, into, 'voor');
    canaries = collect(original, due);
    expect(missing(into, canaries)).toEqual([]);
    await house.execute(list);
    expect(await house.ledger.vault.restingRuns()).toHaveLength(1);
    resting = await backUp(house, into, 'rust');
    runId = (await house.view(list.id)).runId!;
    must(await house.record('consent-withdrawn', 'jong', { consentId: 'jong-c' }, 'na-de-kopie'));
    await house.close();
  }, 120_000);
  afterAll(() => { for (const folder of [original, into]) rmSync(folder, { recursive: true, force: true }); });
  beforeEach(() => {
    root = newFolder('rust');
    cpSync(original, root, { recursive: true });
  });
  afterEach(() => { rmSync(root, { recursive: true, force: true }); });

  const putBack = (options: Partial<RestoreOptions>): Promise<Restored> => restore({
    config: { ...configIn(root), ...REWRITE }, clock: new SimulatedClock(Temporal.Instant.from(RESTORED)), ledgerFolder: null, vaultFolder: null, newEpoch: true, acceptLoss: false, shown: [], ...options,
  });
  const opened = (at = RESTORED): Promise<LedgerHouse> => LedgerHouse.open({ folder: root, at, config: REWRITE });
  const verified = async (at: string): Promise<readonly string[]> => {
    const { answer, findings } = await verify({ dataDir: join(root, 'data'), headDirs: headDirs(root), now: new Date(at), keys: { master } });
    return [answer, ...new Set(findings.map(({ kind }) => kind))];
  };
  const loseData = (): void => { rmSync(join(root, 'data'), { recursive: true, force: true }); };

  it('as it rested: it is completed on its day, in the new epoch, and nothing goes twice', async () => {
    loseData();
    expect(await putBack({ ledgerFolder: resting.ledger, vaultFolder: resting.vault })).toMatchObject({ epoch: 2, destroyedAgain: { streams: 0, leaves: 0 }, certificate: null });
    let house = await opened();
    await house.destruction().runs.finish();
    expect(await house.destruction().runs.rewriteDue()).toBe(0);
    expect((await house.view(list.id)).status).toBe('executed');
    await house.close();
    house = await opened('2022-04-19T09:00:00Z');
    expect(await house.destruction().runs.rewriteDue()).toBe(1);
    expect(await house.view(list.id)).toMatchObject({ status: 'purged', destroyed: due.length });
    expect(must(await house.destruction().lists.certificate(list.id)).completed?.certificate).toMatchObject({ runId, pagesRewrittenOn: '2022-04-19' });
    expect(await house.ledger.vault.restingRuns()).toEqual([]);
    expect(found(root, canaries)).toEqual([]);
    await house.close();
    expect((await verified('2022-04-19T10:00:00Z'))[0]).toBe('intact');
  });

  it('the ledger rolled back to before the run, with the vault that rests: gone by the fence, and no list says what it does not know', async () => {
    cpSync(join(before.ledger, 'ledger.db'), join(root, 'data', 'ledger.db'));
    for (const end of ['-wal', '-shm']) rmSync(join(root, 'data', `ledger.db${end}`), { force: true });
    const restored = await putBack({});
    expect(restored).toMatchObject({ epoch: 2, destroyedAgain: { streams: due.length } });
    let house = await opened();
    await house.destruction().runs.finish();
    await house.close();
    house = await opened('2022-04-19T09:00:00Z');
    expect(await house.destruction().runs.rewriteDue()).toBe(1);
    // Its own start and end were in the part that was lost: the list stands as it was approved, and would find all gone.
    expect(await house.view(list.id)).toMatchObject({ status: 'approved', runId: null, destroyed: null });
    expect(await house.ledger.vault.restingRuns()).toEqual([]);
    expect(found(root, canaries)).toEqual([]);
    await house.close();
    expect((await verified('2022-04-19T10:00:00Z'))[0]).toBe('intact');
  });

  it('both from before the run: it goes again with a certificate of its own, found by its run; executing the list finds all gone', async () => {
    loseData();
    const restored = await putBack({ ledgerFolder: before.ledger, vaultFolder: before.vault });
    expect(restored).toMatchObject({ epoch: 2, destroyedAgain: { streams: due.length } });
    const house = await opened();
    expect(await house.ledger.vault.restingRuns()).toEqual([]);
    const certificates = new RunCertificates(house.ledger.writer, house.ledger.store);
    const { certificates: [entry, ...more], next } = await certificates.page(-1);
    expect([entry, more, next]).toEqual([expect.objectContaining({ basis: 'restore', listId: null, dossiers: due.length }), [], null]);
    expect(entry!.runId).not.toBe(runId);
    expect(must(await certificates.of(entry!.runId))).toEqual(restored.certificate);
    expect((await certificates.of(runId)).kind).toBe('refused');
    const now = await house.view(list.id);
    expect(now).toMatchObject({ status: 'approved' });
    house.at('2022-04-30');
    await house.start(now, house.destruction());
    await house.destruction().runs.finish();
    expect(await house.view(list.id)).toMatchObject({ destroyed: 0, skipped: { gone: due.length } });
    expect(found(root, canaries)).toEqual([]);
    expect((await house.verifyWithKeys()).answer).toBe('intact');
    await house.close();
  });
});
