import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '#src/cli/command-line';
import { adopt, at, closed, House, opened, record } from './house.js';

let house: House;
beforeEach(async () => { house = await House.open(); });
afterEach(async () => { await house.close(); });

/** As the watch records it (clock-watch.test.ts). */
async function suspect(): Promise<void> {
  const now = house.clock.now();
  const recorded = await house.ledger.governance.append({ type: 'clock-suspected', schema: 1, data: { occurredAt: now.toString(), reason: 'behind', lastTick: now.toString() } }, null);
  expect(recorded.kind).toBe('done');
}

describe('a clock that is not believed', () => {
  it('lets facts in, is seen in health and figures, and lets nothing expire until operations confirms', async () => {
    const system = await house.token('case-system');
    expect((await house.ask({ path: '/health/ready' })).body).toEqual({ status: 'ready', reasons: [] });
    await suspect();
    const run = async () => house.post('/v1/retention/runs', await house.token('record-manager'), {});
    const refused = await run();
    expect([refused.status, refused.body.code, refused.body.title]).toEqual([409, 'clock-suspect', 'De klok wordt niet vertrouwd']);
    await record(house, system, opened('K-1'));
    expect((await house.ask({ path: '/health/ready' })).body).toEqual({ status: 'ready', reasons: [], marks: ['clock-suspect'] });
    expect((await house.ask({ path: '/metrics', token: await house.token('operations') })).text).toContain('rekenschap_clock_suspect 1');

    for (const role of ['record-manager', 'controller', 'case-system'] as const) {
      expect((await house.post('/v1/clock/confirmations', await house.token(role), {})).status).toBe(403);
    }
    const confirmed = await house.post('/v1/clock/confirmations', await house.token('operations'), {});
    expect(confirmed.status, confirmed.text).toBe(201);
    expect(confirmed.body.now).toBe(house.clock.now().toString());
    const entry = (await house.ledger.store.readAll(confirmed.body.position as number, 1)).entries[0]!;
    expect(entry.kind === 'event' ? await house.ledger.writer.open(entry.event) : null).toMatchObject({ type: 'clock-confirmed', person: { role: 'operations' } });
    expect((await run()).status).toBe(200);
    expect((await house.ask({ path: '/health/ready' })).body).toEqual({ status: 'ready', reasons: [] });
    expect((await house.post('/v1/clock/confirmations', await house.token('operations'), {})).body.code).toBe('wrong-state');
  });

  it('destroys nothing', async () => {
    const system = await house.token('case-system');
    await record(house, system, opened('K-1'));
    const position = await record(house, system, closed('K-1', '2020-01-31'));
    await adopt(house);
    const keeper = await house.token('record-manager');
    await house.ask({ path: '/v1/retention/agenda', token: keeper, headers: { 'rekenschap-min-position': String(position) } });
    const { id } = (await house.post('/v1/destruction-lists', keeper, { name: 'Lijst maart' })).body as { id: string };
    const act = async (what: string, role: 'record-manager' | 'process-owner' | 'archivist' | 'applicatiebeheer', version: number, body: unknown = {}) =>
      house.post(`/v1/destruction-lists/${id}/${what}`, await house.token(role), body, { 'if-match': `"${version}"` });
    expect((await act('submissions', 'record-manager', 0)).status).toBeLessThan(300);
    expect((await act('reviews', 'process-owner', 1)).status).toBeLessThan(300);
    expect((await act('approvals', 'archivist', 2, { name: 'Lijst maart' })).status).toBeLessThan(300);
    house.clock.advanceTo(at('2026-03-10'));
    await suspect();
    const refused = await act('executions', 'applicatiebeheer', 3);
    expect([refused.status, refused.body.code]).toEqual([409, 'clock-suspect']);
    await house.post('/v1/clock/confirmations', await house.token('operations'), {});
    expect((await act('executions', 'applicatiebeheer', 3)).status).toBeLessThan(300);
    const auditor = await house.token('auditor');
    await expect.poll(async () => (await house.ask({ path: `/v1/destruction-lists/${id}`, token: auditor })).body.status, { timeout: 60_000 }).toBe('purged');
  });

  it('is confirmed from the command line with the token of operations', async () => {
    await suspect();
    const said: string[] = [];
    const run = (token: string, ...args: string[]) => runCommandLine(['clock', ...args], {
      environment: { REKENSCHAP_URL: `http://127.0.0.1:${house.port}`, REKENSCHAP_TOKEN: token }, out: (text) => said.push(text), err: (text) => said.push(text),
    });
    expect(await run(await house.token('operations'))).toBe(2);
    expect(await run('', 'confirm')).toBe(2);
    expect(await run(await house.token('fg'), 'confirm')).toBe(1);
    said.length = 0;
    expect(await run(await house.token('operations'), 'confirm')).toBe(0);
    expect(said).toEqual(['De klok is bevestigd: het is 2026-03-02 11:00. Verlopen en vernietigen gaan weer door.']);
    expect(await run(await house.token('operations'), 'confirm', '--url', 'http://127.0.0.1:1')).toBe(1);
    expect(said.at(-1)).toMatch(/niet te bereiken/);
  });
});
