import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { StreamName } from '#domain/ledger/ids';
import type { ListView } from '#src/destruction/lists/list-view';
import type { Outcome } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import { ARCHIVIST, codeOf, KEEPER, LedgerHouse, must, OIN, OPERATOR, OWNER, SYSTEM } from './house.js';

const OFFICER: Principal = { iss: 'urn:test', sub: 'privacy', roles: ['privacy-officer'], oin: OIN, local: true };
const OWN = `urn:nld:oin:${OIN}:systeem:rekenschap`;

/** One person with two dossiers under the Wmo, one of them still open; another person with one. Nothing is due by its term. */
describe('erasure on a granted request', () => {
  let house: LedgerHouse;
  let own: StreamName;
  let open: StreamName;
  let other: StreamName;
  let sent = 0;

  const record = async (type: string, data: Record<string, unknown>): Promise<{ readonly id: string }> => {
    const whole = { occurredAt: house.clock.now().toString(), ...data };
    sent += 1;
    return must(await house.ledger.facts.record({ type, source: OWN, id: `e-${sent}`, data: whole, canonicalData: canonicalJson(whole) }, OFFICER));
  };
  const request = async (requestId: string, outcome: string | null, right = 'vernietiging-jw-wmo', person = 1): Promise<string | null> => {
    await record('rights-request-received', { requestId, right, receivedOn: '2020-01-06', subject: { bsn: testBsn(person) } });
    return outcome === null ? null : (await record('rights-request-decided', { requestId, outcome, decidedOn: '2020-01-20' })).id;
  };
  const drawUp = (requestId: string, references?: readonly string[]): Promise<Outcome<ListView>> => house.destruction().lists.drawUpErasure('Wissing 1', KEEPER, {
    requestId, ...(references === undefined ? {} : { dossiers: references.map((reference) => ({ system: SYSTEM, reference })) }),
  });
  const approved = async (list: ListView): Promise<ListView> => {
    const { lists } = house.destruction();
    const submitted = must(await lists.act(list.id, list.version, { kind: 'submit' }, KEEPER));
    const reviewed = must(await lists.act(list.id, submitted.version, { kind: 'review' }, OWNER));
    return must(await lists.act(list.id, reviewed.version, { kind: 'approve', typedName: 'Wissing 1', localToken: false }, ARCHIVIST));
  };
  const lives = async (stream: StreamName): Promise<boolean> => typeof await house.ledger.writer.read(stream) !== 'string';

  beforeEach(async () => {
    house = await LedgerHouse.open();
    await house.adopt();
    own = await house.dossier('eigen', 1, '2020-01-05');
    open = await house.dossier('open', 1, null);
    other = await house.dossier('ander', 2, '2020-01-05');
    house.at('2020-01-21');
  });
  afterEach(async () => { await house.remove(); });

  it('destroys that person\'s dossiers long before their term, without waiting for ten, and says on what ground', async () => {
    await request('R-1', 'toegewezen');
    must(await house.record('dossier-located', 'eigen', { location: { system: 'ggd', reference: 'G-1', kind: 'system', controller: 'other' } }));
    must(await house.record('dossier-located', 'eigen', { location: { system: 'dms', reference: 'D-1', kind: 'system', controller: 'own' } }));
    must(await house.record('data-shared', 'eigen', { recipient: { organisation: 'School Zuid' }, categories: ['gezondheid'], decisionId: 'eigen-d', direction: 'request' }));
    const before = await house.cells();
    const list = await approved(must(await drawUp('R-1')));
    expect(list).toMatchObject({ kind: 'erasure', items: 2, erasure: { right: 'vernietiging-jw-wmo', decidedOn: '2020-01-20', deadline: '2020-04-06' } });
    // The waiting period runs as on any list; the end of the month is not waited for.
    expect(codeOf(await house.destruction().lists.begin(list.id, list.version, OPERATOR))).toBe('wrong-state');
    house.at('2020-01-28');
    expect(await house.execute(list)).toMatchObject({ destroyed: 2 });
    expect([await lives(own), await lives(open), await lives(other)]).toEqual([false, false, true]);
    // Afterwards no dossier says any more who has to be told.
    expect(must(await house.destruction().lists.view(list.id, 0))).toMatchObject({ toTell: [{ name: 'Thuiszorg Noord' }, { name: 'ggd', reference: 'G-1' }] });
    const { issued } = must(await house.destruction().lists.certificate(list.id));
    expect(issued.certificate).toMatchObject({
      basis: { kind: 'erasure', right: 'vernietiging-jw-wmo', decidedOn: '2020-01-20' }, destroyed: { dossiers: 2 },
      classes: [{ rule: { id: 'vernietiging-jw-wmo', name: 'Vernietiging op verzoek (Jeugdwet, Wmo 2015)' }, law: 'wmo2015', dossiers: 2 }],
    });
    // Published figures stand; only what was destroyed, and the stock, moved.
    const after = new Map((await house.cells()).map((cell) => [JSON.stringify([cell.figure, cell.year, cell.dimensions]), cell.count]));
    const moved = before.filter((cell) => after.get(JSON.stringify([cell.figure, cell.year, cell.dimensions])) !== cell.count).map(({ figure }) => figure);
    expect(moved.filter((figure) => !figure.startsWith('dossiers'))).toEqual([]);
    expect((await house.verify()).answer).toBe('intact');
    expect(codeOf(await house.record('dossier-closed', 'eigen', { on: '2020-01-29' }))).toBe('dossier-destroyed');
  });

  it('takes only the dossiers that were named, and only of that person and under that right', async () => {
    await request('R-1', 'deels-toegewezen');
    expect(must(await drawUp('R-1', ['eigen'])).items).toBe(1);
    expect(codeOf(await drawUp('R-1', ['eigen', 'ander']))).toBe('field-invalid');
    expect(codeOf(await drawUp('R-1', ['bestaat-niet']))).toBe('field-invalid');
  });

  it.each([
    ['was not decided on', null, 'vernietiging-jw-wmo'], ['was refused', 'afgewezen', 'vernietiging-jw-wmo'], ['asks for something else', 'toegewezen', 'inzage'],
  ])('gives no list for a request that %s', async (_, outcome, right) => {
    await request('R-1', outcome, right);
    expect(codeOf(await drawUp('R-1'))).toBe('wrong-state');
    expect(codeOf(await drawUp('onbekend'))).toBe('wrong-state');
  });

  it('stops when the decision is annulled, before the run', async () => {
    const decision = await request('R-1', 'toegewezen');
    const list = await approved(must(await drawUp('R-1')));
    await record('event-annulled', { eventId: decision, reason: 'wrong-person', motivation: 'Het besluit ging over een ander.' });
    house.at('2020-01-28');
    const refused = await house.destruction().lists.begin(list.id, list.version, OPERATOR);
    expect(refused).toMatchObject({ kind: 'refused', refusal: { code: 'wrong-state', detail: expect.stringContaining('geldt niet meer') as unknown } });
    expect([await lives(own), await lives(open)]).toEqual([true, true]);
  });

  it('stops when the decision is annulled while its gates are under way: what had begun is called off', async () => {
    const decision = await request('R-1', 'toegewezen');
    const list = await approved(must(await drawUp('R-1')));
    house.at('2020-01-28');
    const destruction = house.destruction(async (point) => {
      if (point === 'gate: all begun') await record('event-annulled', { eventId: decision, reason: 'wrong-person', motivation: 'Het besluit ging over een ander.' });
    });
    expect(await house.execute(list, destruction)).toMatchObject({ destroyed: 0 });
    expect((await house.view(list.id)).skipped).toEqual({ 'decision-lapsed': 2 });
    expect([await lives(own), await lives(open)]).toEqual([true, true]);
    must(await house.record('dossier-closed', 'open', { on: '2020-01-28' }));
  });

  it('leaves what is held, kept for good or extended, and takes it off the list for no other reason', async () => {
    await request('R-1', 'toegewezen');
    const list = must(await drawUp('R-1'));
    must(await house.record('hold-placed', 'eigen', { kind: 'gerechtelijke-procedure', on: '2020-01-21' }));
    const refused = await house.destruction().lists.act(list.id, list.version, { kind: 'except', n: 1, exception: 'extend', until: '2030-01-01', reason: 'Later' }, KEEPER);
    expect(codeOf(refused)).toBe('field-invalid');
    const ready = await approved(list);
    house.at('2020-01-28');
    expect(await house.execute(ready)).toMatchObject({ destroyed: 1 });
    expect((await house.view(list.id)).skipped).toEqual({ held: 1 });
    expect([await lives(own), await lives(open)]).toEqual([true, false]);
  });
});
