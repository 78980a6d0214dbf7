import { afterEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { gateViewOf } from '#domain/destruction/gate';
import { standingHolds } from '#domain/retention/state';
import type { StreamName } from '#domain/ledger/ids';
import type { Principal } from '#src/recording/principal';
import { RequestHolds } from '#src/rights/request-holds';
import { codeOf, houseWithApprovedList, LedgerHouse, must, OIN, OPERATOR } from '../destruction/house.js';

const OFFICER: Principal = { iss: 'urn:test', sub: 'privacy', roles: ['privacy-officer'], oin: OIN, local: true };
const OWN = `urn:nld:oin:${OIN}:systeem:rekenschap`;
const KIND = 'rechtenverzoek-lopend';
let sent = 0;

async function record(house: LedgerHouse, type: string, data: Record<string, unknown>): Promise<{ readonly id: string }> {
  const whole = { occurredAt: house.clock.now().toString(), ...data };
  sent += 1;
  return must(await house.ledger.facts.record({ type, source: OWN, id: `p-${sent}`, data: whole, canonicalData: canonicalJson(whole) }, OFFICER));
}

const received = (house: LedgerHouse, requestId: string, person: number, right = 'inzage'): Promise<{ readonly id: string }> =>
  record(house, 'rights-request-received', { requestId, right, receivedOn: '2022-04-08', subject: { bsn: testBsn(person) } });
const decided = (house: LedgerHouse, requestId: string): Promise<{ readonly id: string }> =>
  record(house, 'rights-request-decided', { requestId, outcome: 'toegewezen', decidedOn: '2022-04-11' });

async function holdsOf(house: LedgerHouse, stream: StreamName): Promise<readonly string[]> {
  const read = await house.ledger.writer.read(stream);
  if (typeof read === 'string') return [read];
  return standingHolds(gateViewOf(read.events).retention).map(({ kind }) => kind);
}

describe('a request of a person that is not decided on', () => {
  let house: LedgerHouse;
  afterEach(async () => { await house.remove(); });

  it('holds every dossier of that person, and no other, until it is decided', async () => {
    house = await LedgerHouse.open({ at: '2022-04-08T09:00:00Z' });
    const [own, second, other] = [await house.dossier('a', 1, null), await house.dossier('b', 1, null), await house.dossier('c', 2, null)];
    await received(house, 'R-1', 1);
    await received(house, 'R-2', 1);
    expect([await holdsOf(house, own), await holdsOf(house, second), await holdsOf(house, other)]).toEqual([[KIND, KIND], [KIND, KIND], []]);
    await decided(house, 'R-1');
    expect([await holdsOf(house, own), await holdsOf(house, second)]).toEqual([[KIND], [KIND]]);
    const { id } = await decided(house, 'R-2');
    expect([await holdsOf(house, own), await holdsOf(house, second)]).toEqual([[], []]);
    // The decision was another's: the request is open again.
    await record(house, 'event-annulled', { eventId: id, reason: 'wrong-dossier', motivation: 'Dit was een ander verzoek.' });
    expect(await holdsOf(house, own)).toEqual([KIND]);
  });

  it('for erasure holds nothing: who asks to be forgotten is not kept longer by asking', async () => {
    house = await LedgerHouse.open({ at: '2022-04-08T09:00:00Z' });
    const own = await house.dossier('a', 1, null);
    await received(house, 'R-1', 1, 'gegevenswissing');
    expect(await holdsOf(house, own)).toEqual([]);
  });

  it('keeps the dossier out of a run that was approved before; without its hold the dossier would have gone', async () => {
    const made = await houseWithApprovedList();
    house = made.house;
    const [kept, ...gone] = made.due;
    await received(house, 'R-1', 0);
    expect(await house.execute(made.list)).toMatchObject({ destroyed: gone.length });
    expect((await house.view(made.list.id)).skipped).toEqual({ held: 1 });
    expect(await holdsOf(house, kept!)).toEqual([KIND]);
  });

  it('gets its holds before a run when a crash came between', async () => {
    const made = await houseWithApprovedList();
    house = made.house;
    // As a process that dies after the request was recorded, and before anything else.
    house.ledger.facts.afterRequest(() => Promise.resolve());
    await received(house, 'R-1', 0);
    expect(await holdsOf(house, made.due[0]!)).toEqual([]);
    expect(await house.execute(made.list)).toMatchObject({ destroyed: made.due.length - 1 });
    expect(await holdsOf(house, made.due[0]!)).toEqual([KIND]);
  });

  it('refuses a run while it is not known which requests there are', async () => {
    const made = await houseWithApprovedList();
    house = made.house;
    const behind = new RequestHolds({ ...house.ledger, runner: { waitFor: () => Promise.resolve(false) } });
    Object.assign(house.ledger, { requestHolds: behind });
    expect(codeOf(await house.destruction().lists.begin(made.list.id, made.list.version, OPERATOR))).toBe('position-not-reached');
    expect(await house.ledger.vault.openRun()).toBeNull();
  });
});
