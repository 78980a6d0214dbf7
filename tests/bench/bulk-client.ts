import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { bulkLine } from './bulk-events.ts';

// One client process: node bulk-client.ts '{"url","token","source","events","perDossier","run"}' -> one JSON line.
interface Asked {
  readonly url: string;
  readonly token: string;
  readonly source: string;
  readonly events: number;
  /** Events of one dossier, its opening included, one after the other. */
  readonly perDossier: number;
  /** Tells one run's dossiers and ids from another's. */
  readonly run: string;
  /** Whole lives of dossiers (12 kinds of events) in place of one opening and then consents. */
  readonly lives?: boolean;
  /** No faster than this; left out: as fast as it goes. */
  readonly perSecond?: number;
}

const asked = JSON.parse(process.argv[2]!) as Asked;
const PER_WRITE = asked.perSecond === undefined ? 200 : Math.ceil(asked.perSecond / 50);
const { hostname, port } = new URL(asked.url);
const sending = request({
  hostname, port, method: 'POST', path: '/v1/events/_bulk',
  headers: { authorization: `Bearer ${asked.token}`, 'content-type': 'application/x-ndjson' },
});
const answered = new Promise<string>((resolve, reject) => {
  sending.on('error', reject).on('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => resolve(text)).on('error', reject);
  });
});
const start = performance.now();
for (let n = 0; n < asked.events;) {
  const lines: string[] = [];
  for (const end = Math.min(asked.events, n + PER_WRITE); n < end; n += 1) lines.push(bulkLine(n, asked));
  if (!sending.write(lines.join(''))) await once(sending, 'drain');
  if (asked.perSecond !== undefined) await wait(Math.max(0, start + n * 1_000 / asked.perSecond - performance.now()));
}
sending.end();
const counts = JSON.parse(await answered) as { recorded: number; failed: number; failures: unknown[] };
const seconds = (performance.now() - start) / 1000;
if (counts.recorded !== asked.events) throw new Error(`not all recorded: ${JSON.stringify(counts).slice(0, 500)}`);
process.stdout.write(`${JSON.stringify({ perSecond: asked.events / seconds, recorded: counts.recorded })}\n`);
