import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { runCommandLine } from '#src/cli/command-line';
import type { Role } from '#src/recording/principal';
import { event, House, opened, SYSTEM } from '../http/harness.js';

const RULE = {
  id: 'wmo', version: 'proef', law: 'wmo2015', result: null, name: 'Wmo', period: 'P1D', trigger: 'process-completed',
  waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: { list: '2020', number: '1.1' },
};

let house: House;
let folder: string;

beforeAll(async () => {
  house = await House.open();
  folder = mkdtempSync(join(tmpdir(), 'rekenschap-cli-retention-'));
});
afterAll(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each call by the person whose step it is, with a token of their own. */
async function run(role: Role, args: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(['retention', ...args], {
    environment: { REKENSCHAP_URL: `http://127.0.0.1:${house.port}`, REKENSCHAP_TOKEN: await house.token(role), ...environment },
    out: (line) => out.push(line), err: (line) => err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const json = async (role: Role, args: readonly string[]): Promise<any> => {
  const { code, out, err } = await run(role, [...args, '--json']);
  expect({ code, err }, out).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as unknown;
};

describe('rekenschap retention, from schedule to certificate', () => {
  test('a schedule is adopted out of a file, and only by the college', async () => {
    const rules = join(folder, 'regels.json');
    writeFileSync(rules, JSON.stringify({ rules: [RULE] }));
    const args = ['adopt', '--schedule', 'eigen-2026', '--rules', rules, '--mandate', 'besluit 12', '--archivist-advice', 'akkoord', '--on', '2026-03-01'];
    expect(await run('record-manager', args)).toMatchObject({ code: 1, out: '' });
    expect(await run('controller', args)).toEqual({ code: 0, out: 'Het schema is vastgesteld: 1 regel.', err: '' });
    expect(await run('controller', args.slice(0, -2))).toMatchObject({ code: 2, out: '' });
    writeFileSync(rules, '{');
    expect(await run('controller', args)).toMatchObject({ code: 1 });
  });

  test('a list goes through every hand, each step by its person', async () => {
    const sender = await house.token('case-system');
    for (const n of [1, 2, 3]) {
      expect((await house.send(sender, opened(`R-${n}`, { subjects: [{ bsn: testBsn(n), role: 'client' }] }))).status).toBe(201);
      expect((await house.send(sender, event('dossier-closed', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: `R-${n}` }, on: '2026-02-01', result: 'verleend' }))).status).toBe(201);
    }
    const { id } = await json('record-manager', ['propose', '--name', 'Maart 2026']);
    const list = ['--list', id as string];
    expect(await json('auditor', ['lists'])).toMatchObject({ ok: true, lists: [{ id, status: 'draft', items: 3 }] });
    const shown = await run('auditor', ['show', ...list]);
    expect(shown.out.split('\n')).toHaveLength(5);
    // Who judges a dossier sees what the case system calls it.
    expect([...shown.out.matchAll(/  zaaksysteem (R-[123])  wmo  /g)].map(([, reference]) => reference).sort()).toEqual(['R-1', 'R-2', 'R-3']);
    expect(shown.out).toMatch(/^Lijst [0-9a-f-]{36} "Maart 2026": nog een concept; volledige procedure; 3 dossiers; versie 0\.$/m);

    expect(await run('record-manager', ['submit', ...list, '--seen', '7'])).toMatchObject({ code: 1, out: '', err: 'De lijst is intussen veranderd. Bekijk haar opnieuw.' });
    expect((await run('record-manager', ['submit', ...list, '--seen', '0'])).out).toMatch(/: ingediend;/);
    expect(await json('process-owner', ['except', ...list, '--item', '2', '--exception', 'extend', '--until', '2027-01-01', '--reason', 'nazorg \u202eloopt'])).toMatchObject({ excepted: 1 });
    expect((await run('auditor', ['show', ...list])).out).toMatch(/eraf, verlengen: nazorg \?loopt$/m);
    expect(await json('process-owner', ['except', ...list, '--item', '2', '--exception', 'none', '--reason', 'toch niet'])).toMatchObject({ excepted: 0 });
    expect(await json('process-owner', ['request-changes', ...list, '--reason', 'graag nakijken'])).toMatchObject({ status: 'changes-requested' });
    expect(await run('record-manager', ['submit', ...list])).toMatchObject({ code: 1 });
    expect(await json('record-manager', ['submit', ...list, '--answer', 'nagekeken'])).toMatchObject({ status: 'submitted' });
    expect(await json('process-owner', ['review', ...list])).toMatchObject({ status: 'reviewed' });
    expect(await run('archivist', ['approve', ...list, '--name', 'Maart'])).toMatchObject({ code: 1 });
    expect(await json('archivist', ['approve', ...list, '--name', 'Maart 2026'])).toMatchObject({ status: 'approved', executableFrom: '2026-03-09' });
    // What another schedule would move is shown beforehand, and moves nothing.
    const rules = join(folder, 'langer.json');
    writeFileSync(rules, JSON.stringify([{ ...RULE, version: 'langer', period: 'P10Y' }]));
    const preview = await run('record-manager', ['preview', '--schedule', 'langer', '--rules', rules]);
    expect(preview).toMatchObject({ code: 0, err: '' });
    expect(preview.out).toMatch(/^Schema langer \(nu geldt eigen-2026\): van 3 dossiers verschuiven er 3\.\nEerder: 0; later: 3; meteen te vernietigen: 0\. Er is niets vastgelegd\.\n +3 {2}Dezelfde regel/);
    expect(preview.out.match(/^[0-9-]{10} -> 02-02-2036 {2}wmo {2}zaaksysteem R-[123] /gm)).toHaveLength(3);
    expect((await run('auditor', ['preview', '--schedule', 'langer', '--rules', rules])).code).toBe(1);
    expect((await run('applicatiebeheer', ['execute', ...list])).err).toMatch(/wachttijd/);
    house.clock.advanceTo(Temporal.Instant.from('2026-03-10T09:00:00Z'));
    const executed = await run('applicatiebeheer', ['execute', ...list, '--wait']);
    expect(executed).toMatchObject({ code: 0 });
    expect(executed.out).toMatch(/uitgevoerd.*; 3 vernietigd;/);
    const afterwards = (await run('auditor', ['show', ...list])).out;
    expect(afterwards).not.toMatch(/R-[123]/);
    expect(afterwards.match(/  vernietigd  wmo  /g)).toHaveLength(3);
  });

  test('a draft is taken over and withdrawn; the night is run by hand', async () => {
    house.clock.advanceTo(Temporal.Instant.from('2026-03-20T09:00:00Z'));
    const sender = await house.token('case-system');
    expect((await house.send(sender, opened('R-9', { subjects: [{ bsn: testBsn(9), role: 'client' }] }))).status).toBe(201);
    expect((await house.send(sender, event('dossier-closed', { occurredOn: '2026-03-19', dossier: { system: SYSTEM, reference: 'R-9' }, on: '2026-03-01', result: 'verleend' }))).status).toBe(201);
    const night = await run('record-manager', ['nightly']);
    expect(night).toMatchObject({ code: 0, err: '' });
    expect(night.out).toMatch(/1 bewaartermijn voorbij.*\nVoorstel voor vernietiging opgesteld: 1 dossier \(/s);
    expect((await run('record-manager', ['nightly'])).out).toBe('Tot en met 2026-03-20 was er niets vast te leggen.');
    const { lists: [proposal] } = await json('auditor', ['lists']) as { lists: [{ id: string }] };
    expect(await json('record-manager', ['take-over', '--list', proposal.id, '--part', 'drawing-up', '--reason', 'voorstel opgepakt'])).toMatchObject({ status: 'draft' });
    expect(await json('record-manager', ['cancel', '--list', proposal.id, '--reason', 'nog niet'])).toMatchObject({ status: 'cancelled' });
    const lists = await run('auditor', ['lists']);
    expect(lists.out).not.toContain(proposal.id);
    expect(lists.out).toContain('\nNiet getoond: 1 ingetrokken lijst (toon ze met --all).');
    expect((await run('auditor', ['lists', '--all'])).out).toContain(proposal.id);
  });

  test.each([
    [['zomaar']], [[]], [['submit']], [['submit', '--list', '../../health']], [['submit', '--list', 'x', '--seen', '-1']],
    [['except', '--list', '00000000-0000-4000-8000-000000000000', '--item', 'x', '--exception', 'keep', '--reason', 'waarom']],
    [['approve', '--list', '00000000-0000-4000-8000-000000000000']], [['propose']], [['cancel', '--geheim', '999990019']],
  ])('used wrongly: exit code 2, and nothing of what was typed comes back: %j', async (args) => {
    const { code, out, err } = await run('record-manager', args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/999990019|zomaar|geheim|health/);
  });

  test('a list that is not there, and a service that is not: exit code 1', async () => {
    const missing = ['submit', '--list', '00000000-0000-4000-8000-000000000000'];
    expect(await run('record-manager', missing)).toMatchObject({ code: 1, err: 'Deze vernietigingslijst bestaat niet.' });
    expect(await run('record-manager', missing, { REKENSCHAP_URL: 'http://127.0.0.1:1' })).toMatchObject({ code: 1 });
    const asJson = await run('record-manager', [...missing, '--json']);
    expect(JSON.parse(asJson.out)).toEqual({ ok: false, code: 'not-found', message: 'Deze vernietigingslijst bestaat niet.' });
  });
});
