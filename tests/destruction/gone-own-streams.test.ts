import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { StreamName } from '#domain/ledger/ids';
import { PROJECTIONS } from '#src/composition/projections';
import type { Receipt, Outcome } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import { collect, found, missing } from './canaries.js';
import { codeOf, KEEPER, LedgerHouse, must, OIN, SYSTEM } from './house.js';

const PRIVACY: Principal = { iss: 'urn:test', sub: 'privacy', roles: ['privacy-officer', 'record-manager', 'controller'], oin: OIN, systems: [], local: true };
const OWN = `urn:nld:oin:${OIN}:systeem:rekenschap`;

/** Everything the ledger has that is no dossier's and has a term: each destroyed when it is over, and nothing sooner. */
describe('streams with a term of their own', () => {
  let house: LedgerHouse;
  let streams: Record<'meeting' | 'request' | 'searches' | 'items', StreamName>;
  let listId: string;
  let sent = 0;

  function send(type: string, data: Readonly<Record<string, unknown>>, id?: string): Promise<Outcome<Receipt>> {
    sent += 1;
    const whole = { occurredAt: house.clock.now().toString(), ...data };
    return house.ledger.facts.record({ type, source: OWN, id: id ?? `eigen-${sent}`, data: whole, canonicalData: canonicalJson(whole) }, PRIVACY);
  }

  async function adopt(): Promise<void> {
    must(await house.ledger.governance.append({ type: 'schedule-adopted', schema: 1, data: {
      version: 'proef-2', use: 'test', adoptedBy: 'college', mandate: 'besluit 2020-1', archivistAdvice: 'geen bezwaar', on: '2019-01-02',
      rules: [
        { id: 'wmo', version: 'proef-1', law: 'wmo2015', result: null, name: 'Wmo', period: 'P2Y', trigger: 'process-completed', waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null },
        { id: 'verzoek', version: 'proef-1', law: 'avg', result: 'afgewezen', name: 'Verzoek, afgewezen', period: 'P1Y', trigger: 'request-handled', waardering: 'vernietigen', extendable: false, policy: 'full', selectielijst: null },
      ],
    } }, { iss: 'urn:test', sub: 'college', role: 'controller' }));
  }

  const meetingHeld = (id?: string): Promise<Outcome<Receipt>> => house.record('casusoverleg-held', 'x', {
    dossier: undefined, meetingId: 'overleg-1', on: '2020-01-06', participants: [{ organisation: 'Thuiszorg Noord', role: 'zorgaanbieder' }],
    items: [{ anonymous: true }], kind: 'wijkteam',
  }, id);

  beforeEach(async () => {
    house = await LedgerHouse.open({ config: { smallRunsWait: false } });
    await adopt();
    must(await meetingHeld('overleg'));
    must(await send('rights-request-received', { requestId: 'verzoek-1', right: 'inzage', receivedOn: '2020-01-06', subject: { bsn: testBsn(7) } }));
    must(await send('rights-request-decided', { requestId: 'verzoek-1', outcome: 'afgewezen', decidedOn: '2020-01-20' }));
    must(await send('rights-request-received', { requestId: 'verzoek-open', right: 'inzage', receivedOn: '2020-01-06', subject: { bsn: testBsn(8) } }));
    must(await house.ledger.looks.searched({ what: 'data-subject', criteria: { bsn: testBsn(7) }, reason: 'verzoek om inzage' }, { person: KEEPER, session: 's1' }));
    await house.dossier('oud', 7, '2020-01-05');
    house.at('2022-01-06');
    const list = await house.approved(await house.drawUp(), '2022-01-14');
    listId = list.id;
    await house.execute(list);
    const { vault, writer } = house.ledger;
    const at = async (reference: string): Promise<StreamName> => (await vault.findStream({ system: 'rekenschap', reference }))!;
    const drawnUp = await writer.read(`destruction-list-${listId}` as StreamName);
    if (typeof drawnUp === 'string') throw new Error('no list');
    streams = {
      meeting: await at('meeting/overleg-1'), request: await at('rights-request/verzoek-1'), searches: await at('searches/2020-01'),
      items: (drawnUp.events[0]!.data as { itemsStream: StreamName }).itemsStream,
    };
  });
  afterEach(async () => { await house.remove(); });

  const gone = async (): Promise<readonly string[]> => (await Promise.all(Object.entries(streams).map(async ([name, stream]) =>
    (await house.ledger.writer.read(stream) === 'destroyed' ? name : '')))).filter((name) => name !== '').sort();

  it('go one by one, each after its own term and not a day before', async () => {
    const days = [
      ['2022-01-14', ['request']], ['2022-02-13', ['request']], ['2022-02-14', ['items', 'request']],
      ['2025-01-06', ['items', 'request']], ['2025-01-07', ['items', 'meeting', 'request', 'searches']],
    ] as const;
    for (const [day, expected] of days) {
      house.at(day);
      must(await house.destruction().ownTerms.run());
      expect(await gone(), day).toEqual(expected);
    }
    expect((await house.destruction().lists.view(listId, 0))).toMatchObject({ kind: 'done', value: { page: null, status: 'purged' } });
    const verified = await house.verifyWithKeys();
    expect([verified.answer, ...new Set(verified.findings.map(({ kind }) => kind))]).toEqual(['intact', 'destroyed-lawfully']);
    expect(must(await house.destruction().ownTerms.run())).toEqual({ runId: null, destroyed: 0 });
    const open = await house.ledger.vault.findStream({ system: 'rekenschap', reference: 'rights-request/verzoek-open' });
    expect(await house.ledger.writer.read(open!)).toMatchObject({ revision: 0 });
  });

  it('leave none of their stored bytes in any file, and the person of the request goes with it', async () => {
    const canaries = collect(house.folder, Object.values(streams));
    expect(missing(house.folder, canaries)).toEqual([]);
    expect([...canaries.keys()].filter((name) => name.includes('BSN')).length).toBeGreaterThan(0);
    house.at('2025-01-07');
    expect(must(await house.destruction().ownTerms.run()).destroyed).toBe(4);
    expect(found(house.folder, canaries)).toEqual([]);
    expect(await house.ledger.vault.findSubject('avg', { bsn: testBsn(7) })).toBeNull();
    // Control: of a request that is open nothing went.
    expect(await house.ledger.vault.findSubject('avg', { bsn: testBsn(8) })).not.toBeNull();
  });

  it('take nothing from their gate on, and nothing afterwards', async () => {
    house.at('2025-01-07');
    const answers: string[] = [];
    const destruction = house.destruction(async (point) => {
      if (point !== 'gate: done') return;
      answers.push(codeOf(await house.record('casusoverleg-outcome-shared', 'x', { dossier: undefined, meetingId: 'overleg-1' }, 'te-laat')));
      answers.push(codeOf(await send('rights-request-extended', { requestId: 'verzoek-1' }, 'te-laat')));
      answers.push(codeOf(await send('rights-request-extended', { requestId: 'verzoek-open' }, 'op-tijd')));
    });
    must(await destruction.ownTerms.run());
    const size = house.ledger.store.head().size;
    for (const id of ['overleg', 'nieuw']) answers.push(codeOf(await meetingHeld(id)));
    expect(answers.filter((answer) => answer !== 'forbidden')).toEqual(['destruction-begun', 'done', 'dossier-destroyed', 'dossier-destroyed']);
    expect(house.ledger.store.head().size).toBe(size);
  });

  it('are stopped by a hold over everything, also one that comes while the gate is passed', async () => {
    house.at('2025-01-07');
    const hold = (): Promise<Outcome<Receipt>> => send('hold-placed', { kind: 'vernietigingsstop', on: '2025-01-07', scope: {}, holdId: 'stop' });
    const destruction = house.destruction(async (point) => { if (point === 'gate: all begun') must(await hold()); });
    expect(must(await destruction.ownTerms.run()).destroyed).toBe(0);
    expect(await gone()).toEqual([]);
    expect(must(await house.destruction().ownTerms.run())).toEqual({ runId: null, destroyed: 0 });
    must(await send('hold-lifted', { kind: 'vernietigingsstop', on: '2025-01-08', scope: {}, holdId: 'stop' }));
    house.at('2025-01-10');
    expect(must(await house.destruction().ownTerms.run()).destroyed).toBe(4);
    expect((await house.verify()).answer).toBe('intact');
  });

  it('come to the same end after a stop at every step, and answer the same after a rebuild', async () => {
    house.at('2025-01-07');
    const canaries = collect(house.folder, Object.values(streams));
    for (const stop of ['gate: all begun', 'figures: done', 'run-begun 1: appended', 'fence: first marks', 'keys: first streams', 'events: first dossiers', 'views: before', 'views: some dossiers', 'close: vault rewritten']) {
      const open = await house.ledger.vault.openRun() !== null;
      const destruction = house.destruction((point) => { if (point === stop) throw new Error('stopped by the test'); });
      await expect(open ? destruction.runs.finish() : destruction.ownTerms.run(), stop).rejects.toThrow('stopped by the test');
      expect((await house.verifyWithKeys()).answer, stop).toBe('intact');
      house = await house.reopened();
    }
    expect(await house.destruction().runs.finish()).toMatchObject({ destroyed: 4 });
    expect(found(house.folder, canaries)).toEqual([]);
    const rows = async (): Promise<string> => {
      const { runner, store, views } = house.ledger;
      await runner.waitFor(store.head().size - 1, 60_000);
      return JSON.stringify(PROJECTIONS.map((projection) => projection.tables.map(({ name }) => views.reader(projection).select(name).map((row) => JSON.stringify(Object.entries(row).sort())).sort())));
    };
    const before = await rows();
    expect(before.length).toBeGreaterThan(500);
    for (const stream of Object.values(streams)) expect(before).not.toContain(stream);
    for (const { name } of house.ledger.runner.status().views) await house.ledger.runner.rebuild(name);
    expect(await rows()).toBe(before);
    expect(must(await house.destruction().ownTerms.run())).toEqual({ runId: null, destroyed: 0 });
    expect(await house.ledger.vault.findStream({ system: SYSTEM, reference: 'nooit' })).toBeNull();
  });
});
