import { Agent, request } from 'node:http';

// One client process: node status-client.ts '{"url","token","perSecond","seconds","dossiers","run"}' -> one JSON line.
interface Asked {
  readonly url: string;
  readonly token: string;
  /** Open loop: asked at this rate whatever the answers do. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Dossiers of the bulk client's run, each asked about in turn. */
  readonly dossiers: number;
  readonly run: string;
}

const asked = JSON.parse(process.argv[2]!) as Asked;
const { hostname, port } = new URL(asked.url);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
let wrong = 0;
let yes = 0;

function ask(n: number): Promise<void> {
  const body = JSON.stringify({
    dossier: { system: 'zaaksysteem', reference: `bulk-${asked.run}-${n % asked.dossiers}` },
    purpose: 'afstemming-ondersteuning', recipient: { organisation: 'Thuiszorg Noord' }, category: 'gezondheid', at: new Date().toISOString(),
  });
  return new Promise((resolve, reject) => {
    request({
      agent, hostname, port, method: 'POST', path: '/v1/consents/_status',
      headers: { authorization: `Bearer ${asked.token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }, (answer) => {
      if (answer.statusCode !== 200) wrong += 1;
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => {
        if (text.includes('"recorded":"given"')) yes += 1;
        resolve();
      }).on('error', reject);
    }).on('error', reject).end(body);
  });
}

const waits: Promise<number>[] = [];
const start = performance.now();
for (let n = 0; n < asked.seconds * asked.perSecond;) {
  const due = Math.floor((performance.now() - start) / 1_000 * asked.perSecond);
  for (; n <= due; n += 1) {
    // Measured from when it was due, also when this process was late itself.
    const planned = start + n * 1_000 / asked.perSecond;
    waits.push(ask(n).then(() => performance.now() - planned));
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
const times = (await Promise.all(waits)).sort((a, b) => a - b);
const seconds = (performance.now() - start) / 1_000;
agent.destroy();
process.stdout.write(`${JSON.stringify({
  asked: times.length, perSecond: times.length / seconds, wrong, yes, p50: times[Math.floor(times.length * 0.5)], p99: times[Math.floor(times.length * 0.99)],
})}\n`);
