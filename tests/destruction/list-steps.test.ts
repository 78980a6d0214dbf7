import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { event, House, opened, SYSTEM, type Answer } from '../http/harness.js';

const LISTS = '/v1/destruction-lists';
const RULE = {
  id: 'wmo', version: 'proef', law: 'wmo2015', result: null, name: 'Wmo', period: 'P1D', trigger: 'process-completed',
  waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null,
};
const JEUGD = { ...RULE, id: 'jeugd', law: 'jeugdwet', name: 'Jeugd', period: 'P30D', policy: 'short' };

/** Exceptions, change requests, advice, people who take over, the short procedure: what is not the straight road. */
describe('steps of a destruction list', () => {
  let house: House;
  const people = {
    keeper: ['record-manager', 'k1'], colleague: ['record-manager', 'k2'], owner: ['process-owner', 'o1'], second: ['process-owner', 'o2'],
    archivist: ['archivist', 'a1'], operator: ['applicatiebeheer', 'b1'], controller: ['controller', 'c1'], auditor: ['auditor', 'u1'],
  } as const;
  type Who = keyof typeof people;

  const token = (who: Who): Promise<string> => house.token(people[who][0], { subject: people[who][1] });
  const call = async (who: Who, method: string, path: string, body: unknown, version?: number): Promise<Answer> => house.ask({
    method, path, token: await token(who), ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', ...(version === undefined ? {} : { 'if-match': `"${version}"` }) },
  });
  const page = async (id: string): Promise<any> => (await call('auditor', 'GET', `${LISTS}/${id}`, undefined)).body; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** On the newest version; answers status, or code of the refusal. */
  const step = async (id: string, who: Who, what: string, body: unknown = {}, method = 'POST'): Promise<string> => {
    const { version } = await page(id);
    const answer = await call(who, method, `${LISTS}/${id}/${what}`, body, version as number);
    return answer.status === 200 ? answer.body.status as string : answer.body.code as string;
  };
  const drawn = async (more: Record<string, unknown> = {}): Promise<string> => {
    const answer = await call('keeper', 'POST', LISTS, { name: 'Lijst maart', ...more });
    expect(answer.status, answer.text).toBe(201);
    return answer.body.id as string;
  };

  const closed = async (reference: string, law: string, on: string): Promise<void> => {
    const sender = await house.token('case-system');
    const subjects = [{ bsn: testBsn(Number(reference.slice(1)) + 600), role: law === 'jeugdwet' ? 'youth' : 'client' }];
    expect((await house.send(sender, opened(reference, { law, subjects }))).status).toBe(201);
    const answer = await house.send(sender, event('dossier-closed', { occurredAt: '2026-03-01T12:00:00+01:00', dossier: { system: SYSTEM, reference }, on, result: 'verleend' }));
    expect(answer.status, answer.text).toBe(201);
  };

  beforeAll(async () => {
    house = await House.open({ allowTestSchedules: true });
    const adopted = await call('controller', 'POST', '/v1/retention-schedules', {
      schedule: 'proef', rules: [RULE, JEUGD], use: 'test', mandate: 'besluit-1', archivistAdvice: 'geen bezwaar', on: '2026-01-01',
    });
    expect(adopted.status, adopted.text).toBe(201);
    for (const n of [1, 2, 3]) await closed(`w${n}`, 'wmo2015', '2026-02-20');
    // One term still runs when its closing is recorded, the other ended before.
    await closed('j4', 'jeugdwet', '2026-03-01');
    await closed('j5', 'jeugdwet', '2025-06-01');
    house.clock.advanceTo(Temporal.Instant.from('2026-04-10T09:00:00Z'));
  });
  afterAll(async () => { await house.close(); });

  it('the reviewer takes items off with a reason, and they stay when the rest goes', async () => {
    const id = await drawn();
    expect(await step(id, 'owner', 'items/1', { exception: 'keep', reason: 'te vroeg' }, 'PUT')).toBe('forbidden');
    expect(await step(id, 'keeper', 'items/5', { exception: 'extend', until: '2027-01-01', reason: 'nazorg loopt' }, 'PUT')).toBe('draft');
    expect(await step(id, 'keeper', 'submissions')).toBe('submitted');
    expect(await step(id, 'keeper', 'items/4', { exception: 'keep', reason: 'te laat nu' }, 'PUT')).toBe('forbidden');
    for (const [body, code] of [
      [{ exception: 'extend', reason: 'zonder dag' }, 'field-invalid'], [{ exception: 'extend', until: '2026-04-10', reason: 'vandaag' }, 'field-invalid'],
      [{ exception: 'other-rule', reason: 'welke dan' }, 'field-invalid'], [{ exception: 'other-rule', rule: 'bestaat-niet', reason: 'een andere' }, 'field-invalid'], [{ exception: 'zomaar', reason: 'kan niet' }, 'field-invalid'],
      [{ exception: 'keep', reason: `bij ${testBsn(3)}` }, 'bsn-not-allowed'], [{ exception: 'keep' }, 'field-invalid'],
      [{ exception: null, reason: 'staat er al op' }, 'wrong-state'],
    ] as const) expect(await step(id, 'owner', 'items/2', body, 'PUT'), JSON.stringify(body)).toBe(code);
    for (const n of ['0', '6', '99999999999', 'x', '-1']) expect(await step(id, 'owner', `items/${n}`, { exception: 'keep', reason: 'bestaat niet' }, 'PUT')).toBe('not-found');
    const { version } = await page(id);
    expect(await step(id, 'owner', 'items/2', { exception: 'keep', reason: 'voorbeeld voor later' }, 'PUT')).toBe('submitted');
    expect((await call('owner', 'PUT', `${LISTS}/${id}/items/3`, { exception: 'keep', reason: 'oude stand' }, version as number)).status).toBe(412);
    expect((await call('owner', 'PUT', `${LISTS}/${id}/items/3`, { exception: 'keep', reason: 'geen stand' })).status).toBe(428);
    // Another process-owner would have to take the review over first.
    expect(await step(id, 'second', 'reviews')).toBe('forbidden');
    const seen = await page(id);
    expect(seen).toMatchObject({ items: 5, excepted: 2, procedure: 'full' });
    expect(seen.page.map(({ exception }: { exception: { kind: string; part: string } | null }) => exception === null ? null : `${exception.part} ${exception.kind}`))
      .toEqual([null, 'review keep', null, null, 'drawing-up extend']);

    expect(await step(id, 'owner', 'reviews')).toBe('reviewed');
    expect(await step(id, 'archivist', 'approvals', { name: 'Lijst maart' })).toBe('approved');
    house.clock.advanceTo(Temporal.Instant.from('2026-04-30T09:00:00Z'));
    const begun = await call('operator', 'POST', `${LISTS}/${id}/executions`, {}, (await page(id)).version as number);
    expect(begun.status, begun.text).toBe(202);
    await expect.poll(async () => (await page(id)).status, { timeout: 20_000 }).toBe('purged');
    expect(await page(id)).toMatchObject({ destroyed: 3, skipped: {} });
    const kept = seen.page.filter(({ exception }: { exception: unknown }) => exception !== null) as { dossier: string }[];
    for (const { dossier } of kept) expect((await house.ledger.store.readStream(`dossier-${dossier}` as never, 0, 1)).kind).toBe('events');
    expect(kept).toHaveLength(2);
    // Nobody has to decide it twice: what the list decided is in those dossiers, with the words that were given.
    const decided = await Promise.all(kept.map(async ({ dossier }) => {
      const read = await house.ledger.writer.read(`dossier-${dossier}` as never);
      if (typeof read === 'string') throw new Error(read);
      const { type, data, person } = read.events.at(-1)!;
      return { type, data: data as Record<string, unknown>, role: person?.role };
    }));
    expect(decided).toMatchObject([
      { type: 'designation-changed', role: 'archivist', data: { designation: 'blijvend_bewaren', motivation: 'voorbeeld voor later', motivationRef: `vernietigingslijst ${id}, regel 2` } },
      { type: 'retention-extended', role: 'archivist', data: { until: '2027-01-01', motivation: 'nazorg loopt', decidedBy: { function: 'archivaris' } } },
    ]);
    const none = await call('keeper', 'POST', LISTS, { name: 'Lijst maart' });
    expect([none.status, none.body.code]).toEqual([409, 'wrong-state']);
    for (const n of [8, 9]) await closed(`w${n}`, 'wmo2015', '2026-03-01');
  });

  it('changes that were requested are answered, and what was written is there to read', async () => {
    const id = await drawn();
    await step(id, 'keeper', 'submissions');
    expect(await step(id, 'owner', 'items/1', { exception: 'other-rule', rule: 'jeugd', reason: 'andere wet' }, 'PUT')).toBe('submitted');
    expect(await step(id, 'owner', 'change-requests', { reason: 'regel 2 ook nakijken' })).toBe('changes-requested');
    expect(await step(id, 'keeper', 'submissions')).toBe('field-invalid');
    expect(await step(id, 'keeper', 'items/1', { exception: null, reason: 'hoort er toch op' }, 'PUT')).toBe('forbidden');
    expect(await step(id, 'keeper', 'submissions', { answer: 'nagekeken, klopt' })).toBe('submitted');
    expect(await step(id, 'owner', 'items/1', { exception: null, reason: 'akkoord, toch erop' }, 'PUT')).toBe('submitted');
    const seen = await page(id);
    expect(seen.excepted).toBe(0);
    expect(seen.notes).toEqual([{ about: 'changes-requested', text: 'regel 2 ook nakijken' }, { about: 'answered', text: 'nagekeken, klopt' }]);
    expect(await step(id, 'keeper', 'cancellations', { reason: 'opnieuw' })).toBe('cancelled');
  });

  it('a person is replaced while their step is open, and takes no other step', async () => {
    const id = await drawn();
    expect(await step(id, 'colleague', 'submissions')).toBe('forbidden');
    expect(await step(id, 'owner', 'replacements', { part: 'drawing-up', reason: 'ik doe het wel' })).toBe('forbidden');
    expect(await step(id, 'keeper', 'replacements', { part: 'drawing-up', reason: 'van mijzelf' })).toBe('wrong-state');
    expect(await step(id, 'colleague', 'replacements', { part: 'drawing-up', reason: 'k1 is met verlof' })).toBe('draft');
    expect(await step(id, 'keeper', 'submissions')).toBe('forbidden');
    expect(await step(id, 'colleague', 'submissions')).toBe('submitted');
    expect(await step(id, 'second', 'replacements', { part: 'review', reason: 'niemand begon' })).toBe('wrong-state');
    await step(id, 'owner', 'items/1', { exception: 'keep', reason: 'even kijken' }, 'PUT');
    expect(await step(id, 'second', 'replacements', { part: 'review', reason: 'o1 is ziek' })).toBe('submitted');
    expect(await step(id, 'owner', 'reviews')).toBe('forbidden');
    // Everything on it was taken off but one: that one goes off too, and there is nothing left to review.
    expect(await step(id, 'second', 'items/2', { exception: 'keep', reason: 'ook deze' }, 'PUT')).toBe('submitted');
    expect(await step(id, 'second', 'reviews')).toBe('wrong-state');
    expect(await step(id, 'colleague', 'cancellations', { reason: 'niets over' })).toBe('cancelled');
  });

  it('where the archivist only advises, that advice is heard before a second process-owner approves', async () => {
    const policy = await call('controller', 'POST', '/v1/destruction-policies', { archivistStep: 'advies', waitingDays: 14, mandate: 'besluit-2', on: '2026-04-01' });
    expect([policy.status, policy.body]).toEqual([201, { archivistStep: 'advies', waitingDays: 14 }]);
    expect((await call('controller', 'POST', '/v1/destruction-policies', { mandate: 'besluit-3', on: '2026-04-01' })).body.code).toBe('field-invalid');
    const id = await drawn();
    await step(id, 'keeper', 'submissions');
    await step(id, 'owner', 'reviews');
    expect(await step(id, 'owner', 'approvals', { name: 'Lijst maart' })).toBe('conflict-of-roles');
    expect(await step(id, 'second', 'approvals', { name: 'Lijst maart' })).toBe('wrong-state');
    expect(await step(id, 'archivist', 'advices', { advice: 'not-agreed', reason: 'liever later' })).toBe('reviewed');
    expect(await step(id, 'second', 'approvals', { name: 'Lijst maart' })).toBe('approved');
    const seen = await page(id);
    expect(seen).toMatchObject({ executableFrom: '2026-05-14', advices: [{ function: 'archivaris', advice: 'not-agreed' }] });
    expect(await step(id, 'keeper', 'cancellations', { reason: 'archivaris wil later' })).toBe('cancelled');
    await call('controller', 'POST', '/v1/destruction-policies', { archivistStep: 'machtiging', mandate: 'besluit-4', on: '2026-04-02' });
  });

  it('the short procedure takes only what its rules allow, and no term that had run out when it was recorded', async () => {
    const sender = await house.token('case-system');
    for (const [reference, on] of [['s1', '2026-04-28'], ['s2', '2026-04-29'], ['s3', '2020-01-01']] as const) {
      const dossier = { system: SYSTEM, reference };
      await house.send(sender, opened(reference, { law: 'jeugdwet', subjects: [{ bsn: testBsn(700 + Number(reference[1])), role: 'youth' }] }));
      expect((await house.send(sender, event('dossier-closed', { occurredOn: '2026-04-29', dossier, on, result: 'verleend' }))).status).toBe(201);
    }
    house.clock.advanceTo(Temporal.Instant.from('2026-06-15T09:00:00Z'));
    const id = await drawn({ procedure: 'short' });
    // s1 and s2; j4 was extended on the first list; s3's term was over before its closing came in.
    expect(await page(id)).toMatchObject({ procedure: 'short', items: 2 });
    await step(id, 'keeper', 'submissions');
    await step(id, 'owner', 'reviews');
    // No step of the archivist: a second process-owner approves.
    expect(await step(id, 'owner', 'approvals', { name: 'Lijst maart' })).toBe('conflict-of-roles');
    expect(await step(id, 'second', 'approvals', { name: 'Lijst maart' })).toBe('approved');
    expect((await call('keeper', 'POST', LISTS, { name: 'Lijst maart', procedure: 'standing' })).body.code).toBe('field-invalid');
    // The control: the full procedure takes them all.
    expect((await page(await drawn())).items).toBe(5);
  });

  it('two who act on the same version: one is told that the other was first; what was done is not done twice', async () => {
    const id = await drawn({ name: 'Lijst juni' });
    const both = async (who: Who, what: string, body: unknown, version: number): Promise<readonly number[]> =>
      (await Promise.all([1, 2].map(() => call(who, 'POST', `${LISTS}/${id}/${what}`, body, version)))).map(({ status }) => status).sort();
    expect(await both('keeper', 'submissions', {}, 0)).toEqual([200, 412]);
    expect(await both('owner', 'reviews', {}, 1)).toEqual([200, 412]);
    expect(await both('archivist', 'approvals', { name: 'Lijst juni' }, 2)).toEqual([200, 412]);
    expect(await step(id, 'archivist', 'approvals', { name: 'Lijst juni' })).toBe('wrong-state');
    expect(await step(id, 'owner', 'reviews')).toBe('wrong-state');
    const exceptions = await Promise.all([1, 2].map((n) => call('owner', 'PUT', `${LISTS}/${id}/items/${n}`, { exception: 'keep', reason: 'te laat' }, 3)));
    expect(exceptions.map(({ body }) => body.code)).toEqual(['wrong-state', 'wrong-state']);
    expect((await page(id)).excepted).toBe(0);
    expect(await step(id, 'keeper', 'cancellations', { reason: 'terug' })).toBe('cancelled');
  });

  it('of two exceptions that meet, the one that was decided counts, whatever was written beside the list', async () => {
    const id = await drawn({ name: 'Lijst juli' });
    await step(id, 'keeper', 'submissions');
    const { version } = await page(id);
    const put = (n: number) => call('owner', 'PUT', `${LISTS}/${id}/items/${n}`, { exception: 'keep', reason: `regel ${n} blijft` }, version as number);
    const answers = await Promise.all([put(1), put(2), put(3)]);
    const done = answers.flatMap(({ status }, index) => (status === 200 ? [index + 1] : []));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    const seen = await page(id);
    expect(seen.excepted).toBe(1);
    expect(seen.page.filter(({ exception }: { exception: unknown }) => exception !== null).map(({ n }: { n: number }) => n)).toEqual(done);
    await step(id, 'keeper', 'cancellations', { reason: 'terug' });
  });

  it('what is no longer due when the list is executed stays, and is counted', async () => {
    const id = await drawn({ name: 'Lijst augustus' });
    const { items } = await page(id);
    await step(id, 'keeper', 'submissions');
    await step(id, 'owner', 'reviews');
    await step(id, 'archivist', 'approvals', { name: 'Lijst augustus' });
    const sender = await house.token('case-system');
    const stops = [
      event('hold-placed', { occurredOn: '2026-06-15', dossier: { system: SYSTEM, reference: 's1' }, kind: 'klacht', on: '2026-06-15' }),
      event('dossier-reopened', { occurredOn: '2026-06-15', dossier: { system: SYSTEM, reference: 's2' }, on: '2026-06-15', reason: 'nieuwe vraag' }),
    ];
    for (const stop of stops) expect((await house.send(sender, stop)).status).toBe(201);
    house.clock.advanceTo(Temporal.Instant.from('2026-06-30T09:00:00Z'));
    expect((await call('operator', 'POST', `${LISTS}/${id}/executions`, {}, (await page(id)).version as number)).status).toBe(202);
    await expect.poll(async () => (await page(id)).status, { timeout: 20_000 }).toBe('purged');
    expect(await page(id)).toMatchObject({ destroyed: (items as number) - 2, skipped: { 'held': 1, 'no-date': 1 } });
  });
});
