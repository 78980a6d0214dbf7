import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { StreamName } from '#domain/ledger/ids';
import type { GovernanceState } from '#domain/governance/state';
import { PROJECTIONS } from '#src/composition/projections';
import type { ListView } from '#src/destruction/lists/list-view';
import { RunExecutor } from '#src/destruction/run/run-executor';
import { runLedgerOf } from '#src/destruction/run/run-ledger-of';
import type { Principal } from '#src/recording/principal';
import { codeOf, houseWithApprovedList, must, OIN, type LedgerHouse } from './house.js';

const CONTROLLER: Principal = { iss: 'urn:test', sub: 'college', roles: ['privacy-officer', 'record-manager', 'controller'], oin: OIN, systems: [], local: true };
const OWN = `urn:nld:oin:${OIN}:systeem:rekenschap`;
const DUE = 12;

/**
 * The gate appends with exactly the revision its check saw, so a hold on the dossier itself is never missed. A hold by
 * class has a stream of its own: recorded between check and gate it stands lower than the gate that did not see it.
 */
describe('holds by class or period are looked up once more when all gates are passed', () => {
  let house: LedgerHouse;
  let due: readonly StreamName[];
  let list: ListView;

  beforeEach(async () => { ({ house, due, list } = await houseWithApprovedList()); });
  afterEach(async () => { await house.remove(); });

  async function hold(scope: Readonly<Record<string, unknown>>): Promise<number> {
    const data = { occurredAt: house.clock.now().toString(), kind: 'vernietigingsstop', on: '2022-04-12', scope, holdId: 'stop' };
    return must(await house.ledger.facts.record({ type: 'hold-placed', source: OWN, id: 'stop', data, canonicalData: canonicalJson(data) }, CONTROLLER)).position;
  }

  /** A run whose first look at what the organisation decided is followed by `meanwhile`, before its first gate. */
  async function runWith(meanwhile: () => Promise<unknown>): Promise<void> {
    await house.start(list, house.destruction());
    const whole = runLedgerOf(house.ledger, PROJECTIONS);
    let looks = 0;
    const governance = { state: async (): Promise<GovernanceState> => {
      const seen = await whole.governance.state();
      looks += 1;
      if (looks === 1) await meanwhile();
      return seen;
    } };
    await new RunExecutor({ ...whole, governance }).finish();
    expect(looks).toBeGreaterThan(1);
  }

  const gates = (stream: StreamName): Promise<readonly (readonly [string, number])[]> => house.ledger.writer.read(stream).then((read) => {
    if (typeof read === 'string') throw new Error(`it is ${read}`);
    return read.events.filter(({ type }) => type.startsWith('destruction-')).map(({ type, position }) => [type, position] as const);
  });

  it.each([
    ['every dossier of a law', { laws: ['wmo2015'] }], ['a rule', { rules: ['wmo'] }], ['a period of opening', { period: { from: '2020-01-01', until: '2020-12-31' } }], ['everything', {}],
  ])('over %s, below every gate: found, and called off; nothing is announced or destroyed', async (_, scope) => {
    let held = 0;
    const before = await house.cells();
    await runWith(async () => { held = await hold(scope); });
    expect(await house.view(list.id)).toMatchObject({ status: 'purged', destroyed: 0, skipped: { held: DUE } });
    for (const stream of due) {
      const [begun, calledOff, ...more] = await gates(stream);
      expect([begun![0], calledOff![0], more]).toEqual(['destruction-begun', 'destruction-called-off', []]);
      // What makes it worth a second look: the gate came after the hold, and had not seen it.
      expect(begun![1]).toBeGreaterThan(held);
    }
    expect(await house.announced()).toEqual(['epoch-started']);
    // The dossiers count again, as held, and take facts again.
    const cells = await house.cells();
    const others = (all: typeof cells): typeof cells => all.filter(({ figure }) => !/due|held|^holds$/.test(figure));
    expect(others(cells)).toEqual(others(before));
    expect(cells.filter(({ figure }) => figure === 'dossiers-held').reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(DUE);
    expect(cells.filter(({ figure }) => /destroy/.test(figure)).reduce((sum, { count }) => sum + count, 0)).toBe(0);
    expect(codeOf(await house.record('hold-placed', 'oud-1', { kind: 'bezwaar', on: '2022-04-12' }))).toBe('done');
    expect((await house.verifyWithKeys()).answer).toBe('intact');
  });

  it('control: a hold over other dossiers, or none, lets every one go', async () => {
    await runWith(() => hold({ laws: ['jeugdwet'] }));
    expect(await house.view(list.id)).toMatchObject({ status: 'purged', destroyed: DUE, skipped: {} });
  });
});
