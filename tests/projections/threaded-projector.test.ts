import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SqliteViewsReader } from '#infra/views/sqlite-views-reader';
import { dossierRegisterProjection } from '#projections/dossier-register/projection';
import { ThreadedProjector } from '#src/projecting/threaded-projector';
import { LedgerHouse } from '../destruction/house.js';

const REAL = new URL('../../src/composition/projector-thread.ts', import.meta.url);
const DYING = new URL('./dying-thread.ts', import.meta.url);

const open: { house: LedgerHouse; projector: ThreadedProjector; reader: SqliteViewsReader }[] = [];
afterEach(async () => {
  for (const { house, projector, reader } of open.splice(0)) {
    reader.close();
    await projector.stop();
    await house.remove();
  }
});

/** A projector of its own beside a ledger with three dossiers, over view files of its own. */
async function besideALedger(thread: URL): Promise<(typeof open)[number]> {
  const house = await LedgerHouse.open();
  const { config, store, keys } = house.ledger;
  const viewsFile = join(house.folder, 'other-views.db');
  const projector = await ThreadedProjector.start({
    thread, store, viewsFile, ledgerFile: join(config.dataDir, 'ledger.db'), vaultFile: join(config.dataDir, 'vault.db'),
    master: keys.master, log: { publicKey: keys.log.publicKey },
  });
  const opened = { house, projector, reader: new SqliteViewsReader(viewsFile) };
  open.push(opened);
  for (const n of [1, 2, 3]) await house.dossier(`D-${n}`, n, null);
  return opened;
}

const names = (reader: SqliteViewsReader): number => reader.read(dossierRegisterProjection, (rows) => rows.page('dossier', { limit: 10 }).length);

describe('the projector in its own thread', () => {
  it('follows, and whoever waits for a position reads it from another connection', async () => {
    const { house, projector, reader } = await besideALedger(REAL);
    const last = house.ledger.store.head().size - 1;
    expect(await projector.waitFor(last, 60_000)).toBe(true);
    expect(reader.position(dossierRegisterProjection)).toBe(last);
    expect(names(reader)).toBe(3);
    expect(await projector.waitFor(last + 1, 50)).toBe(false);
  });

  it('is held for a run exactly where it was asked, and goes on afterwards', async () => {
    const { house, projector, reader } = await besideALedger(REAL);
    const held = await projector.pauseAt(house.ledger.store.head().size - 1);
    await house.dossier('D-4', 4, null);
    expect(await projector.waitFor(held + 1, 200)).toBe(false);
    expect(names(reader)).toBe(3);
    await projector.resume();
    expect(await projector.waitFor(house.ledger.store.head().size - 1, 60_000)).toBe(true);
    expect(names(reader)).toBe(4);
  });

  it('a view that was built anew answers at once, in a file of its own', async () => {
    const { house, projector, reader } = await besideALedger(REAL);
    await projector.waitFor(house.ledger.store.head().size - 1, 60_000);
    expect(names(reader)).toBe(3);
    await projector.rebuild(dossierRegisterProjection.name);
    expect(await projector.untilBuilt(60_000)).toBe(true);
    await house.dossier('D-4', 4, null);
    await projector.waitFor(house.ledger.store.head().size - 1, 60_000);
    expect(names(reader)).toBe(4);
  });

  it('ends unexpectedly: every view says that it stands still, nobody waits in vain, the ledger goes on', async () => {
    const { house, projector, reader } = await besideALedger(DYING);
    const last = house.ledger.store.head().size - 1;
    expect(await projector.waitFor(last, 60_000)).toBe(true);
    const waiting = projector.waitFor(last + 1, 60_000);
    await expect(projector.rebuild(dossierRegisterProjection.name)).rejects.toThrow('stopped');
    expect(await waiting).toBe(false);
    expect(projector.status().views.map(({ halted }) => halted?.code)).toEqual(projector.status().views.map(() => 'projection-failed'));
    await house.dossier('D-4', 4, null);
    expect(names(reader)).toBe(3);
  });
});
