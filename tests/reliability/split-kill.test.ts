import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { beforeAll, expect, test } from 'vitest';
import { streamKind } from '#domain/ledger/ids';
import type { LedgerEvent } from '#domain/ledger/event';
import { SystemClock } from '#infra/clock/system-clock';
import type { LedgerConfig } from '#src/composition/config';
import { openLedger } from '#src/composition/ledger';
import { buildProgram, runProgram, startProgram } from '../cli/program.js';

const OIN = '00000001823288444000';
const SOURCE = `urn:nld:oin:${OIN}:systeem:zaaksysteem`;
const KILLS = process.env['REKENSCHAP_RELIABILITY'] === 'long' ? 300 : 6;
const ITEMS = 8;

beforeAll(() => { buildProgram(); }, 300_000);

function meeting(n: number): string {
  const data = {
    occurredOn: '2026-01-05', meetingId: `CO-${n}`, on: '2026-01-05', participants: [{ organisation: 'Zorggroep Noord', role: 'deelnemer' }],
    items: Array.from({ length: ITEMS }, (_, item) => ({ dossier: { system: 'zaaksysteem', reference: `D-${(n * 3 + item) % 20}` }, whyIdentifiable: `${n}/${item}` })),
  };
  return JSON.stringify({ specversion: '1.0', id: `overleg-${n}`, source: SOURCE, type: 'nl.overheid.sociaaldomein.casusoverleg-held', datacontenttype: 'application/json', data });
}

async function everyEvent(folder: string, environment: Readonly<Record<string, string>>): Promise<readonly LedgerEvent[]> {
  const config = {
    oin: OIN, dataDir: join(folder, 'data'), headDirs: [join(folder, 'head')], masterKeyFile: join(folder, 'keys', 'master.key'),
    host: '127.0.0.1', port: 0, oidc: null, waitingPeriodDays: 7, smallRunsWait: false, allowTestSchedules: false,
  } as LedgerConfig;
  expect(environment['REKENSCHAP_OIN']).toBe(OIN);
  const ledger = await openLedger(config, new SystemClock());
  try {
    const { entries } = await ledger.store.readAll(0, 1_000_000);
    return await Promise.all(entries.flatMap((entry) => (entry.kind === 'event' ? [ledger.writer.open(entry.event)] : [])));
  } finally {
    await ledger.close();
  }
}

test(`${KILLS} times kill -9 in the middle of split messages: sent again every item is there once, and every frame`, { timeout: 6 * 60 * 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekenschap-split-'));
  const environment = { REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0', REKENSCHAP_DATA: join(folder, 'data') };
  try {
    let next = 0;
    let halfWay = 0;
    let unanswered: number[] = [];
    for (let life = 0; life <= KILLS; life += 1) {
      const running = startProgram(['serve', '--json'], environment, folder);
      const { url } = JSON.parse(await running.line(/^\{/)) as { url: string };
      const issued = await runProgram(['token', '--role', 'case-system', '--source', SOURCE, '--systems', 'zaaksysteem'], environment, folder);
      const authorization = `Bearer ${issued.out.trim()}`;
      const send = async (n: number): Promise<boolean> => {
        try {
          const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers: { authorization, 'content-type': 'application/cloudevents+json' }, body: meeting(n) });
          const body = await answer.json() as { items?: readonly { status: number }[] };
          return answer.status < 300 && body.items?.every(({ status }) => status < 300) === true;
        } catch {
          return false;
        }
      };
      // The last life is not killed: whatever has no answer yet is sent again.
      const killing = life < KILLS ? setTimeout(() => running.child.kill('SIGKILL'), 20 + Math.random() * 150) : undefined;
      let alive = true;
      running.child.once('exit', () => { alive = false; });
      const again = unanswered;
      unanswered = [];
      for (const n of again) if (!await send(n)) unanswered.push(n);
      while (life < KILLS && alive) {
        const batch = Array.from({ length: 4 }, () => next++);
        const answered = await Promise.all(batch.map(send));
        unanswered.push(...batch.filter((_, at) => !answered[at]));
      }
      clearTimeout(killing);
      halfWay += unanswered.length;
      if (life === KILLS) {
        expect(unanswered).toEqual([]);
        running.child.kill('SIGTERM');
      }
      if (running.child.exitCode === null && running.child.signalCode === null) await once(running.child, 'exit');
    }
    const events = await everyEvent(folder, environment);
    const items = events.filter(({ type }) => type === 'case-discussed').map(({ data }) => (data as { whyIdentifiable: string }).whyIdentifiable).sort();
    const expected = Array.from({ length: next }, (_, n) => Array.from({ length: ITEMS }, (__, item) => `${n}/${item}`)).flat().sort();
    expect(items).toEqual(expected);
    const frames = events.filter(({ stream }) => streamKind(stream) === 'meeting').map(({ data }) => (data as { meetingId: string }).meetingId).sort();
    expect(frames).toEqual(Array.from({ length: next }, (_, n) => `CO-${n}`).sort());
    // The control: kills did cut messages off, there was something to complete.
    expect(halfWay).toBeGreaterThan(0);
    console.log(`kill -9: ${KILLS} kills, ${next} meetings of ${ITEMS} items, ${halfWay} sent again`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
