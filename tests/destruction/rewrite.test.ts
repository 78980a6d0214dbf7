import Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { PROJECTIONS } from '#src/composition/projections';
import { destructionProvider } from '#src/destruction/destruction';
import type { ListView } from '#src/destruction/lists/list-view';
import { nightLines } from '#src/scheduling/night-lines';
import { backUp, newFolder } from '../reliability/backup-fixture.js';
import { collect, found, missing, type Canaries } from './canaries.js';
import { houseWithApprovedList, must, type LedgerHouse } from './house.js';

const isLedger = (name: string): boolean => name.startsWith('ledger.db');

/** `ledger.db` is rewritten within days of a run, in the night; everything else at once. */
describe('a run that rests until the ledger is rewritten', () => {
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;
  let canaries: Canaries;

  beforeEach(async () => {
    ({ house, due, list } = await houseWithApprovedList({ ledgerRewriteDays: 7, smallRunsWait: false }));
    watchNights();
    canaries = collect(house.folder, due);
    expect(missing(house.folder, canaries)).toEqual([]);
  });
  afterEach(async () => { await house.remove(); });

  /** As the root module does for a service. */
  function watchNights(): void {
    void destructionProvider(PROJECTIONS, (error) => { throw error; }).useFactory(house.ledger);
  }

  async function night(day: string): Promise<readonly string[]> {
    house.at(day);
    return nightLines(must(await house.ledger.nightly.run())).filter((line) => line.includes('herschreven'));
  }

  /** As rows leave that move to another page of a large file: a copy in a page that is free. */
  function leaveCopies(): void {
    const ledger = new Database(join(house.folder, 'data', 'ledger.db'));
    ledger.pragma('secure_delete = OFF');
    ledger.exec('CREATE TABLE moved (bytes BLOB)');
    const insert = ledger.prepare('INSERT INTO moved (bytes) VALUES (?)');
    for (const [name, bytes] of canaries) if (name.endsWith('ciphertext')) insert.run(bytes);
    ledger.exec('DROP TABLE moved');
    ledger.close();
  }

  const completed = async (): Promise<string | null> => must(await house.destruction().lists.certificate(list.id)).completed?.certificate.pagesRewrittenOn ?? null;

  it('leaves no stored byte anywhere but in the file of the ledger, and from the night on none there either', async () => {
    leaveCopies();
    await house.execute(list);
    expect((await house.view(list.id)).status).toBe('executed');
    expect(await completed()).toBeNull();
    expect(found(house.folder, canaries, (name) => !isLedger(name))).toEqual([]);
    // Control: a copy is still there, so that this would find one.
    expect(found(house.folder, canaries, isLedger).length).toBeGreaterThan(0);
    for (const day of ['2022-04-13', '2022-04-18']) {
      expect(await night(day)).toEqual([]);
      expect(await completed(), day).toBeNull();
    }
    expect(await night('2022-04-19')).toEqual(['Het grootboek is herschreven. Daarmee is 1 vernietiging afgerond.']);
    expect(found(house.folder, canaries)).toEqual([]);
    expect([await completed(), (await house.view(list.id)).status]).toEqual(['2022-04-19', 'purged']);
    expect(await night('2022-04-20')).toEqual([]);
    expect((await house.verifyWithKeys()).answer).toBe('intact');
    expect((await house.announced()).filter((type) => type.startsWith('certificate'))).toEqual(['certificate-issued', 'certificate-completed']);
  });

  it('catches up after nights that never were, and takes a later run along', async () => {
    await house.execute(list);
    must(await house.record('dossier-closed', 'open', { on: '2020-04-01' }));
    const second = await house.approved(await house.drawUp(), '2022-04-20');
    await house.execute(second);
    expect(await house.ledger.vault.restingRuns()).toHaveLength(2);
    house = await house.reopened();
    watchNights();
    expect(await completed()).toBeNull();
    expect(await night('2022-04-21')).toEqual(['Het grootboek is herschreven. Daarmee zijn 2 vernietigingen afgerond.']);
    expect([(await house.view(list.id)).status, (await house.view(second.id)).status]).toEqual(['purged', 'purged']);
    expect(found(house.folder, canaries)).toEqual([]);
    expect(await house.ledger.vault.restingRuns()).toEqual([]);
  });

  it('says when somebody reads the file on the night itself, and does it the next', async () => {
    await house.execute(list);
    const reader = new Database(join(house.folder, 'data', 'ledger.db'), { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM events').get();
    expect(await night('2022-04-19')).toEqual([expect.stringContaining('SIGNAAL: het grootboek kon niet worden herschreven')]);
    expect([await completed(), (await house.view(list.id)).status]).toEqual([null, 'executed']);
    reader.exec('COMMIT');
    reader.close();
    expect(await night('2022-04-20')).toHaveLength(1);
    expect(await completed()).toBe('2022-04-20');
    expect(found(house.folder, canaries)).toEqual([]);
  });

  it('is no run that is open: another may begin, and a backup takes nothing along of what was removed', async () => {
    leaveCopies();
    await house.execute(list);
    expect(await house.ledger.vault.openRun()).toBeNull();
    // Control: without its own rewriting the copy would hold what this file holds.
    expect(found(house.folder, canaries, isLedger).length).toBeGreaterThan(0);
    const into = newFolder('tijdens-rust');
    try {
      await backUp(house, into, 'een');
      expect(found(into, canaries)).toEqual([]);
    } finally {
      rmSync(into, { recursive: true, force: true });
    }
  });

  it('stopped at any point of its end, it comes to the same end, and the vault is rewritten before anything else', async () => {
    await house.start(list, house.destruction());
    for (const stop of ['close: views rewritten', 'close: journal erased', 'close: vault rewritten']) {
      const destruction = house.destruction((point) => { if (point === stop) throw new Error('stopped by the test'); });
      await expect(destruction.runs.finish(), stop).rejects.toThrow('stopped by the test');
      house = await house.reopened();
    }
    await house.destruction().runs.finish();
    expect(found(house.folder, canaries, (name) => !isLedger(name))).toEqual([]);
    house.at('2022-04-19');
    for (const stop of ['close: pages rewritten', 'certificate-completed: appended', 'list-purged: appended', 'close: completed']) {
      const destruction = house.destruction((point) => { if (point === stop) throw new Error('stopped by the test'); });
      await expect(destruction.runs.rewriteDue(), stop).rejects.toThrow('stopped by the test');
      house = await house.reopened();
    }
    expect(await house.destruction().runs.rewriteDue()).toBe(0);
    expect((await house.view(list.id)).status).toBe('purged');
    expect((await house.announced()).filter((type) => type === 'certificate-completed')).toHaveLength(1);
    expect(found(house.folder, canaries)).toEqual([]);
    expect((await house.verifyWithKeys()).answer).toBe('intact');
  });
});
