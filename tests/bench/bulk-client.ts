import { once } from 'node:events';
import { request } from 'node:http';
import { testBsn } from '../../domain/dossier/bsn.ts';

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
}

const asked = JSON.parse(process.argv[2]!) as Asked;
const yesterday = new Date(Date.now() - 86_400_000).toISOString();

function line(n: number): string {
  const dossier = { system: 'zaaksysteem', reference: `bulk-${asked.run}-${Math.floor(n / asked.perDossier)}` };
  const [type, data] = n % asked.perDossier === 0
    ? ['dossier-opened', { occurredAt: yesterday, dossier, law: 'wmo2015', subjects: [{ role: 'client', bsn: testBsn(Math.floor(n / asked.perDossier) % 8_000) }] }]
    : ['consent-given', {
      occurredAt: yesterday, dossier, consentId: `toestemming-${n}`, purposes: ['zorg-afstemmen'],
      recipients: [{ organisation: 'Thuiszorg Noord' }], categories: ['gezondheid'], givenBy: [{ relation: 'self' }], form: 'written',
      motivation: 'De inwoner wil dat de zorgaanbieder meekijkt met het plan, en heeft daar een gesprek over gehad.',
    }];
  return `${JSON.stringify({
    specversion: '1.0', id: `bulk-${asked.run}-${n}`, source: asked.source, type: `nl.overheid.sociaaldomein.${type as string}`,
    time: yesterday, datacontenttype: 'application/json', data,
  })}\n`;
}

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
  for (const end = Math.min(asked.events, n + 200); n < end; n += 1) lines.push(line(n));
  if (!sending.write(lines.join(''))) await once(sending, 'drain');
}
sending.end();
const counts = JSON.parse(await answered) as { recorded: number; failed: number; failures: unknown[] };
const seconds = (performance.now() - start) / 1000;
if (counts.recorded !== asked.events) throw new Error(`not all recorded: ${JSON.stringify(counts).slice(0, 500)}`);
process.stdout.write(`${JSON.stringify({ perSecond: asked.events / seconds, recorded: counts.recorded })}\n`);
