import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { NightlyRun } from '#src/scheduling/nightly-run';
import { consentGiven } from '../http/harness.js';
import { adopt, at, closed, event, House, lapses, opened, record, SYSTEM, youth } from './house.js';

let house: House;
let system: string;
beforeEach(async () => {
  house = await House.open();
  system = await house.token('case-system', { valid: '3650d' }).catch(() => house.token('case-system'));
});
afterEach(async () => { await house.close(); });

const run = async (): Promise<Awaited<ReturnType<House['post']>>> => house.post('/v1/retention/runs', await house.token('record-manager'), {});

describe('the nightly run', () => {
  it('records a term on its day, once, and nothing a day before', async () => {
    await record(house, system, opened('N-1'));
    await record(house, system, closed('N-1', '2026-02-28'));
    await adopt(house);
    house.clock.advanceTo(at('2028-02-28'));
    expect((await run()).body).toMatchObject({ today: '2028-02-28', retentionExpired: 0 });
    house.clock.advanceTo(at('2028-02-29'));
    expect((await run()).body).toEqual({ today: '2028-02-29', retentionExpired: 1, consentExpired: 0, authorityEnded: 0 });
    expect((await run()).body).toMatchObject({ retentionExpired: 0 });
    house.clock.advanceTo(at('2028-03-05'));
    expect((await run()).body).toMatchObject({ retentionExpired: 0 });
    expect((await lapses(house)).map(({ type, at: moment }) => [type, moment])).toEqual([['retention-expired', '2028-02-29T00:00:00+01:00']]);
  });

  it('a hold does not keep a term from ending, and a term that was moved ends again', async () => {
    await record(house, system, opened('N-1'));
    await record(house, system, closed('N-1', '2026-02-28'));
    await record(house, system, event('hold-placed', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'N-1' }, kind: 'klacht', on: '2026-03-01' }));
    await adopt(house);
    house.clock.advanceTo(at('2028-03-01'));
    expect((await run()).body).toMatchObject({ retentionExpired: 1 });
    const manager = await house.token('record-manager');
    const extended = await house.send(manager, { ...event('retention-extended', { occurredOn: '2028-03-01', dossier: { system: SYSTEM, reference: 'N-1' }, until: '2029-06-30', ground: 'nazorg', motivation: 'De zorg loopt door.' }), source: `urn:nld:oin:${house.ledger.config.oin}:systeem:rekenschap` });
    expect(extended.status, extended.text).toBe(201);
    expect((await run()).body).toMatchObject({ retentionExpired: 0 });
    house.clock.advanceTo(at('2029-07-01'));
    expect((await run()).body).toMatchObject({ retentionExpired: 1 });
    expect((await lapses(house)).map(({ at: moment }) => moment)).toEqual(['2028-02-29T00:00:00+01:00', '2029-07-01T00:00:00+02:00']);
  });

  it('after downtime everything comes with its own moment, in the order in which it came', async () => {
    await record(house, system, youth('N-1', 1, '2010-05-05'));
    await record(house, system, consentGiven('N-1', { validUntil: '2026-06-30' }));
    await record(house, system, opened('N-2', { subjects: [{ bsn: testBsn(2), role: 'client' }] }));
    await record(house, system, closed('N-2', '2025-01-31'));
    await record(house, system, consentGiven('N-2', { validUntil: '2026-04-30' }));
    await record(house, system, opened('N-3'));
    await record(house, system, closed('N-3', '2024-05-04'));
    await adopt(house);
    house.clock.advanceTo(at('2028-09-01'));
    expect((await run()).body).toMatchObject({ today: '2028-09-01', retentionExpired: 2, consentExpired: 2, authorityEnded: 2 });
    const seen = await lapses(house);
    expect(seen.map(({ type, at: moment }) => [moment, type])).toEqual([
      ['2026-05-01T00:00:00+02:00', 'consent-expired'],
      ...[['2026-05-05T00:00:00+02:00', 'authority-ended'], ['2026-05-05T00:00:00+02:00', 'retention-expired']].sort((a, b) => seen.findIndex((one) => one.type === a[1]) - seen.findIndex((one) => one.type === b[1])),
      ['2026-07-01T00:00:00+02:00', 'consent-expired'],
      ['2027-02-01T00:00:00+01:00', 'retention-expired'],
      ['2028-05-05T00:00:00+02:00', 'authority-ended'],
    ]);
    expect((await run()).body).toMatchObject({ retentionExpired: 0, consentExpired: 0, authorityEnded: 0 });
  });

  it('cut off after any append it goes on, and nothing is there twice', async () => {
    for (const n of [1, 2, 3, 4]) {
      await record(house, system, opened(`N-${n}`, { subjects: [{ bsn: testBsn(n), role: 'client' }] }));
      await record(house, system, closed(`N-${n}`, `2025-0${n}-15`));
    }
    await adopt(house);
    house.clock.advanceTo(at('2027-12-01'));
    // Parts of a real ledger; only its answer to an append is kept back, as when the process dies before it arrives.
    for (let lost = 0; lost < 4; lost += 1) {
      let appends = 0;
      const { writer } = house.ledger;
      const cut = new NightlyRun({ ...house.ledger, writer: {
        read: (stream, from) => writer.read(stream, from),
        async append(append) {
          await writer.append(append);
          appends += 1;
          throw new Error(`cut off after append ${appends}`);
        },
      } });
      await expect(cut.run()).rejects.toThrow('cut off after append 1');
      expect(await lapses(house)).toHaveLength(lost + 1);
    }
    expect((await run()).body).toMatchObject({ retentionExpired: 0 });
    expect((await lapses(house)).map(({ at: moment }) => moment.slice(0, 10))).toEqual(['2027-01-16', '2027-02-16', '2027-03-16', '2027-04-16']);
  });

  it('runs one at a time, and only for who keeps the records', async () => {
    await record(house, system, opened('N-1'));
    await record(house, system, closed('N-1', '2020-02-28'));
    await adopt(house);
    const both = await Promise.all([house.ledger.nightly.run(), house.ledger.nightly.run()]);
    expect(both.map(({ kind }) => kind)).toEqual(['done', 'refused']);
    expect(await lapses(house)).toHaveLength(1);
    for (const role of ['case-system', 'fg', 'controller', 'auditor', 'operations'] as const) {
      expect((await house.post('/v1/retention/runs', await house.token(role), {})).status).toBe(403);
    }
  });

  it('meets a fact that comes in between: decided again on what is there then', async () => {
    await record(house, system, opened('N-1'));
    await record(house, system, closed('N-1', '2020-02-28'));
    await adopt(house);
    let first = true;
    const { writer } = house.ledger;
    const raced = new NightlyRun({ ...house.ledger, writer: {
      read: (stream, from) => writer.read(stream, from),
      async append(append) {
        if (first) {
          first = false;
          await record(house, system, event('dossier-reopened', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'N-1' }, on: '2026-03-01', reason: 'nieuwe vraag' }));
        }
        return writer.append(append);
      },
    } });
    const outcome = await raced.run();
    expect(first).toBe(false);
    expect(outcome).toMatchObject({ kind: 'done', value: { retentionExpired: 0 } });
    expect(await lapses(house)).toEqual([]);
  });
});

describe('holds by class', () => {
  it('stop dossiers that are there and those to come, until the day after their lifting', async () => {
    await record(house, system, opened('N-1'));
    await record(house, system, closed('N-1', '2020-02-28'));
    await adopt(house);
    const manager = await house.token('record-manager');
    const own = `urn:nld:oin:${house.ledger.config.oin}:systeem:rekenschap`;
    const scope = { laws: ['wmo2015'], period: { from: '2026-01-01' } };
    const placed = await house.send(manager, { ...event('hold-placed', { occurredOn: '2026-03-02', kind: 'vernietigingsstop', on: '2026-03-02', scope, holdId: 'stop-1' }), source: own });
    expect(placed.status, placed.text).toBe(201);
    await record(house, system, opened('N-2', { subjects: [{ bsn: testBsn(7), role: 'client' }] }));
    const last = await record(house, system, closed('N-2', '2020-02-28'));
    const agenda = async (position: number, query = ''): Promise<Record<string, string>> => {
      const answer = await house.ask({ path: `/v1/retention/agenda${query}`, token: await house.token('record-manager'), headers: { 'rekenschap-min-position': String(position) } });
      expect(answer.status, answer.text).toBe(200);
      return Object.fromEntries((answer.body.items as { dossier: { reference: string }; category: string }[]).map(({ dossier, category }) => [dossier.reference, category]));
    };
    expect(await agenda(last)).toEqual({ 'N-1': 'held', 'N-2': 'held' });
    const lifted = await house.send(manager, { ...event('hold-lifted', { occurredOn: '2026-03-02', kind: 'vernietigingsstop', on: '2026-03-02', scope, holdId: 'stop-1' }), source: own });
    expect(lifted.status, lifted.text).toBe(201);
    expect(await agenda(lifted.body.position as number)).toEqual({ 'N-1': 'soon', 'N-2': 'soon' });
    house.clock.advanceTo(at('2026-03-03'));
    expect(await agenda(lifted.body.position as number, '?category=due')).toEqual({ 'N-1': 'due', 'N-2': 'due' });
  });
});

describe('what another schedule would do', () => {
  it('names every dossier whose date moves, counts them by rule, and records nothing', async () => {
    await record(house, system, opened('N-1'));
    await record(house, system, closed('N-1', '2025-02-28'));
    await record(house, system, opened('N-2', { law: 'jeugdwet', subjects: [{ bsn: testBsn(9), role: 'youth' }] }));
    const position = await adopt(house);
    const size = house.size;
    const rule = { ...(await import('./house.js')).RULE, period: 'P5Y' };
    const keeper = await house.token('record-manager');
    const ask = async (body: Record<string, unknown>) => house.post('/v1/retention-schedules/_preview', keeper, { schedule: 'nieuw', ...body }, { 'rekenschap-min-position': String(position) });
    const before = house.size;
    const seen = await ask({ rules: [rule] });
    expect(seen.status, seen.text).toBe(200);
    expect(seen.body).toMatchObject({
      schedule: 'nieuw', against: 'proef', today: '2026-03-02',
      counts: { dossiers: 2, moved: 1, earlier: 0, later: 1, dueAtOnce: 0, byReason: { 'other-term': 1 }, classes: [{ rule: 'proef', dossiers: 1, earlier: 0, later: 1 }] },
      changes: [{ dossier: { reference: 'N-1' }, from: { firstDestructionDay: '2027-03-01' }, to: { firstDestructionDay: '2030-03-01' }, reason: 'other-term' }],
    });
    expect((await ask({ rules: [{ ...rule, period: 'P6M' }] })).body).toMatchObject({ counts: { earlier: 1, dueAtOnce: 1 } });
    expect((await ask({ rules: [{ ...rule, period: 'P2Y' }] })).body).toMatchObject({ counts: { moved: 0 }, changes: [] });
    expect((await ask({ rules: [{ ...rule, waardering: 'blijvend_bewaren', period: null, trigger: null }] })).body).toMatchObject({ changes: [{ reason: 'kept-for-good' }] });
    expect(house.size).toBe(before);
    expect(size).toBeLessThanOrEqual(before);
  });

  it('is paged, and refuses a schedule that could not be adopted with every error at once', async () => {
    for (const n of [1, 2, 3]) {
      await record(house, system, opened(`P-${n}`, { subjects: [{ bsn: testBsn(n), role: 'client' }] }));
      await record(house, system, closed(`P-${n}`, '2025-02-28'));
    }
    const position = house.size - 1;
    const { RULE } = await import('./house.js');
    const keeper = await house.token('applicatiebeheer');
    const ask = async (body: Record<string, unknown>) => house.post('/v1/retention-schedules/_preview', keeper, { schedule: 'nieuw', ...body }, { 'rekenschap-min-position': String(position) });
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await ask({ rules: [RULE], limit: 1, ...(after === undefined ? {} : { after }) });
      expect(page.body.counts === undefined).toBe(after !== undefined);
      expect(page.body.changes).toHaveLength(1);
      found.push(page.body.changes[0].dossier.reference as string);
      after = page.body.next as string | undefined;
    } while (after !== undefined);
    expect(found.sort()).toEqual(['P-1', 'P-2', 'P-3']);
    const wrong = await ask({ rules: [
      { ...RULE, validUntil: '2016-12-31' }, { ...RULE, version: '2', validFrom: '2018-01-01', trigger: 'ooit' }, { ...RULE, id: 'lang', period: 'P900Y' },
    ] });
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors.map(({ path }: { path: string }) => path)).toEqual(['/rules/1/trigger', '/rules/2/period', '/rules/1/validFrom']);
  });
});
