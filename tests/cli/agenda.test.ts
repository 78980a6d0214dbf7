import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENDA_CATEGORIES } from '#projections/retention-agenda/queries';
import { runCommandLine } from '#src/cli/command-line';
import { CATEGORY_LABELS } from '#src/cli/retention/agenda';
import { House, opened } from '../http/harness.js';

let house: House;
let token: string;

beforeAll(async () => {
  house = await House.open();
  token = await house.token('record-manager');
  const sender = await house.token('case-system');
  for (let number = 1; number <= 3; number += 1) expect((await house.send(sender, opened(`A-${number}`))).status).toBe(201);
  const steering = await house.send(sender, opened('A-4\u202ex'));
  expect(steering.status, steering.text).toBe(201);
  await house.ledger.runner.waitFor(house.size - 1, 60_000);
});
afterAll(async () => { await house.close(); });

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(['retention', ...args], {
    environment: { REKENSCHAP_URL: `http://127.0.0.1:${house.port}`, REKENSCHAP_TOKEN: token, ...environment },
    out: (line) => out.push(line), err: (line) => err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('rekenschap retention agenda', () => {
  test('shows each dossier with its standing, day, rule and reference', async () => {
    const { code, out, err } = await run(['agenda']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Agenda van 02-03-2026, er zijn nog geen bewaartermijnen vastgesteld\.\nloopt nog: 4\./);
    expect(out.split('\n').slice(3)[0]).toMatch(/^stand +dag +regel +kenmerk$/);
    for (const number of [1, 2, 3]) expect(out).toMatch(new RegExp(`^loopt nog +0[12]-03-2026 +- +zaaksysteem A-${number}$`, 'm'));
  });

  test('a reference from a source system does not steer the terminal', async () => {
    const { out } = await run(['agenda']);
    expect(out).toContain('A-4?x');
    expect(out).not.toContain('\u202e');
  });

  test('--json gives every page, and says whether there is more', async () => {
    const all = JSON.parse((await run(['agenda', '--json'])).out) as { items: { stream: string }[]; more: boolean; counts: { open: number } };
    expect(all).toMatchObject({ ok: true, more: false, schedule: null, counts: { open: 4 } });
    expect(new Set(all.items.map(({ stream }) => stream)).size).toBe(4);
    const some = JSON.parse((await run(['agenda', '--json', '--limit', '3'])).out) as { items: unknown[]; more: boolean };
    expect(some).toMatchObject({ more: true });
    expect(some.items).toHaveLength(3);
    expect((await run(['agenda', '--limit', '3'])).out).toContain('Er zijn er meer');
  });

  test('--category shows that standing alone', async () => {
    expect((await run(['agenda', '--category', 'open', '--limit', '1'])).out).toContain('loopt nog  ');
    expect((await run(['agenda', '--category', 'due'])).out).toContain('Geen dossiers in deze lijst.');
  });

  test('every standing has its words', () => {
    expect(Object.keys(CATEGORY_LABELS).sort()).toEqual([...AGENDA_CATEGORIES].sort());
  });

  test.each([
    [[]], [['zaaien']], [['agenda', '--category', '999990019']], [['agenda', '--limit', '0']], [['agenda', '--limit', 'x999990019']],
    [['agenda', '--token', 'geheim']], [['adopt']],
  ])('wrong use is exit code 2 and repeats nothing of what was typed: %j', async (args) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/999990019|zaaien|geheim/);
  });

  test('without a token: exit code 2', async () => {
    expect(await run(['agenda'], { REKENSCHAP_TOKEN: '' })).toMatchObject({ code: 2, out: '' });
  });

  test('what the service refuses is exit code 1 with its sentence, and the token in none of them', async () => {
    const wrong = await house.token('fg');
    for (const [bearer, words] of [[wrong, /./], [`${token.slice(0, -6)}AAAAAA`, /./]] as const) {
      const { code, out, err } = await run(['agenda'], { REKENSCHAP_TOKEN: bearer });
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(words);
      expect(err).not.toContain(bearer.slice(0, 20));
    }
    const away = await run(['agenda', '--url', 'http://127.0.0.1:1']);
    expect(away).toMatchObject({ code: 1, out: '' });
    expect(away.err).toContain('niet te bereiken');
  });
});
