import { Agent, request } from 'node:http';
import { randomUUID } from 'node:crypto';

// One client process: node http-client.ts '{"url","token","connections","seconds","perSecond"?,"dossiers","open"}' -> one JSON line.
interface Asked {
  readonly url: string;
  readonly token: string;
  readonly source: string;
  readonly connections: number;
  readonly seconds: number;
  /** Open loop: sent at this rate whatever the answers do; without it every connection waits for its answer. */
  readonly perSecond?: number;
  readonly dossiers: number;
  /** Opens the dossiers first, unmeasured. */
  readonly open: boolean;
}

const asked = JSON.parse(process.argv[2]!) as Asked;
const { hostname, port } = new URL(asked.url);
const agent = new Agent({ keepAlive: true, maxSockets: asked.connections });
const wrong = new Map<number, number>();
const yesterday = new Date(Date.now() - 86_400_000).toISOString();

function post(type: string, data: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify({
    specversion: '1.0', id: randomUUID(), source: asked.source, type: `nl.overheid.sociaaldomein.${type}`,
    datacontenttype: 'application/json', data,
  });
  return new Promise((resolve, reject) => {
    const sent = request({
      agent, hostname, port, method: 'POST', path: '/v1/events',
      headers: { authorization: `Bearer ${asked.token}`, 'content-type': 'application/cloudevents+json', 'content-length': Buffer.byteLength(body) },
    }, (answer) => {
      if (answer.statusCode !== 201) wrong.set(answer.statusCode!, (wrong.get(answer.statusCode!) ?? 0) + 1);
      answer.resume().on('end', resolve).on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}

function dossier(n: number): { readonly system: string; readonly reference: string } {
  return { system: 'zaaksysteem', reference: `bench-${n % asked.dossiers}` };
}

function consent(n: number): Promise<void> {
  return post('consent-given', {
    occurredAt: yesterday, dossier: dossier(n), consentId: `toestemming-${n}`, purposes: ['afstemming-ondersteuning'],
    recipients: [{ organisation: 'Thuiszorg Noord' }], categories: ['gezondheid'], givenBy: [{ relation: 'zelf' }], form: 'schriftelijk',
  });
}

async function closedLoop(until: (done: number) => boolean, one: (n: number) => Promise<void>): Promise<number> {
  let next = 0;
  let done = 0;
  await Promise.all(Array.from({ length: asked.connections }, async () => {
    while (!until(next)) {
      await one(next++);
      done += 1;
    }
  }));
  return done;
}

async function openLoop(perSecond: number): Promise<readonly number[]> {
  const waits: Promise<number>[] = [];
  const start = performance.now();
  for (let n = 0; n < asked.seconds * perSecond;) {
    const due = Math.floor((performance.now() - start) / 1000 * perSecond);
    for (; n <= due; n += 1) {
      // Measured from when it was due, also when this process was late itself.
      const planned = start + n * 1000 / perSecond;
      waits.push(consent(n).then(() => performance.now() - planned));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return (await Promise.all(waits)).sort((a, b) => a - b);
}

if (asked.open) {
  await closedLoop((n) => n >= asked.dossiers, (n) => post('dossier-opened', {
    occurredAt: yesterday, dossier: dossier(n), law: 'wmo2015', subjects: [{ role: 'client', bsn: bsn(n) }],
  }));
}

if (asked.perSecond === undefined) {
  const start = performance.now();
  const done = await closedLoop(() => performance.now() - start > asked.seconds * 1000, consent);
  say({ perSecond: done / ((performance.now() - start) / 1000) });
} else {
  const waits = await openLoop(asked.perSecond);
  say({ perSecond: asked.perSecond, p50: waits[Math.floor(waits.length * 0.5)], p99: waits[Math.floor(waits.length * 0.99)] });
}
agent.destroy();

function say(result: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ ...result, wrong: Object.fromEntries(wrong) })}\n`);
}

/** Invented numbers of the test range that pass the elfproef. */
function bsn(n: number): string {
  for (let candidate = 999_000_000 + (n % 50_000) * 11; ; candidate += 1) {
    const digits = [...String(candidate)].map(Number);
    const sum = digits.reduce((total, digit, i) => total + digit * (i === 8 ? -1 : 9 - i), 0);
    if (sum % 11 === 0) return String(candidate);
  }
}
