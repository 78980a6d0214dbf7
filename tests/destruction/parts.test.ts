import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamName } from '#domain/ledger/ids';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { PART } from '#src/destruction/run/run-parts';
import { collect, found, missing } from './canaries.js';
import { codeOf, LedgerHouse, must, OIN, SYSTEM } from './house.js';

const OWN = `urn:nld:oin:${OIN}:systeem:rekenschap`;
const DUE = PART + 20;

/** More dossiers than one part of the journal holds: what a kill leaves half-way is a part that is through and one that is not. */
describe('a run of more than one part', () => {
  let house: LedgerHouse;
  const due: StreamName[] = [];

  beforeAll(async () => {
    house = await LedgerHouse.open();
    await house.adopt();
    for (let from = 0; from < DUE; from += 65) {
      due.push(...await Promise.all(Array.from({ length: Math.min(65, DUE - from) }, (_, n) => house.dossier(`deel-${from + n}`, from + n, '2020-01-05'))));
    }
    house.at('2022-04-04');
  }, 240_000);
  afterAll(async () => { await house.remove(); });

  const send = (type: string, data: Readonly<Record<string, unknown>>): Promise<string> => {
    const whole = { occurredAt: house.clock.now().toString(), ...data };
    return house.ledger.facts.record({ type, source: OWN, id: `${type}-${house.clock.now().toString()}`, data: whole, canonicalData: canonicalJson(whole) }, {
      iss: 'urn:test', sub: 'privacy', roles: ['privacy-officer', 'record-manager', 'controller'], oin: OIN, systems: [], local: true,
    }).then(codeOf);
  };

  /** Stops at the second time that the point is passed, and opens the ledger anew. */
  async function stoppedAtSecond(point: string, start: () => Promise<void>): Promise<void> {
    await start();
    let times = 0;
    const destruction = house.destruction((passed) => {
      if (passed === point) times += 1;
      if (times === 2) throw new Error('stopped by the test');
    });
    await expect(destruction.runs.finish()).rejects.toThrow('stopped by the test');
    house = await house.reopened();
  }

  it('calls off what was begun before a kill when everything is held meanwhile, in every part', async () => {
    const list = await house.approved(await house.drawUp(), '2022-04-12');
    expect(list.items).toBe(DUE);
    await stoppedAtSecond('gate: dossier begun', () => house.start(list, house.destruction()));
    expect(await send('hold-placed', { kind: 'vernietigingsstop', on: '2022-04-12', scope: {}, holdId: 'stop' })).toBe('done');
    expect(await house.destruction().runs.finish()).toMatchObject({ destroyed: 0 });
    expect(await house.view(list.id)).toMatchObject({ status: 'purged', destroyed: 0, skipped: { held: DUE } });
    expect(await house.ledger.vault.runPart(0)).toBeNull();
    house.at('2022-04-13');
    expect(await send('hold-lifted', { kind: 'vernietigingsstop', on: '2022-04-13', scope: {}, holdId: 'stop' })).toBe('done');
    house.at('2022-04-15');
    expect((await house.verifyWithKeys()).answer).toBe('intact');
  }, 120_000);

  it('comes to its end after a stop in its second part at every step, and leaves no stored byte', async () => {
    const canaries = collect(house.folder, due.slice(0, 40));
    expect(missing(house.folder, canaries)).toEqual([]);
    const list = await house.approved(await house.drawUp(), '2022-04-25');
    await stoppedAtSecond('gate: dossier begun', () => house.start(list, house.destruction()));
    for (const stop of ['fence: first marks', 'events: first dossiers', 'views: before']) {
      const destruction = house.destruction((point) => { if (point === stop) throw new Error('stopped by the test'); });
      await expect(destruction.runs.finish(), stop).rejects.toThrow('stopped by the test');
      house = await house.reopened();
    }
    await stoppedAtSecond('views: some dossiers', () => Promise.resolve());
    expect(await house.destruction().runs.finish()).toMatchObject({ destroyed: DUE });
    expect(found(house.folder, canaries)).toEqual([]);
    const { issued } = must(await house.destruction().lists.certificate(list.id));
    expect(issued.certificate).toMatchObject({ destroyed: { dossiers: DUE }, classes: [{ dossiers: DUE }] });
    expect(await house.ledger.vault.findStream({ system: SYSTEM, reference: `deel-${DUE - 1}` })).toBeNull();
    const verified = await house.verifyWithKeys();
    expect([verified.answer, ...new Set(verified.findings.map(({ kind }) => kind))]).toEqual(['intact', 'destroyed-lawfully']);
  }, 120_000);
});
