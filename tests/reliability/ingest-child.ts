import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { streamName, type EventId, type Revision } from '#domain/ledger/ids';
import { openEngine } from '#infra/engine/engine';
import type { EngineFaults } from '#infra/engine/group-commit';
import type { SealedEvent } from '#infra/event-store/port';
import { newDataKey, sealEvent } from '#infra/sealing/sealing';

/** What the parent gives: a ledger folder with its keys, and how to write. */
export interface ChildTask {
  readonly root: string;
  readonly oin: string;
  readonly master: string;
  readonly logKey: string;
  readonly faults: EngineFaults;
  /** Writers at the same time; each waits for its own acknowledgement. */
  readonly writers: number;
  /** Appends in all; absent: until it is killed. */
  readonly appends?: number;
  /** Appends answered `unavailable` before it gives up. */
  readonly refusalsTaken?: number;
}

const task = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as ChildTask;
const privateKey = createPrivateKey({ key: Buffer.from(task.logKey, 'base64'), format: 'der', type: 'pkcs8' });
const engine = await openEngine({
  dataDir: join(task.root, 'data'),
  headDirs: [join(task.root, 'head-a'), join(task.root, 'head-b')],
  oin: task.oin,
  keys: { master: Buffer.from(task.master, 'base64'), log: { privateKey, publicKey: createPublicKey(privateKey) } },
  faults: task.faults,
});

let begun = 0;
let refused = 0;
let checkpoint = '';

/** Synchronous: what was printed has reached the parent, whatever happens to this process next. */
function acknowledge(event: SealedEvent, position: number, covering: string): void {
  const line = covering === checkpoint ? '' : `C ${JSON.stringify(covering)}\n`;
  checkpoint = covering;
  tell(`${line}A ${event.id} ${event.stream} ${event.revision} ${position}\n`);
}

function tell(text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      // The parent is slower than this process: the pipe is full.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

async function write(): Promise<void> {
  const stream = streamName('dossier', randomUUID());
  const newKey = newDataKey();
  await engine.vaultChannel.call('register', { stream, newKey, newIdentities: [], subjects: [] });
  for (let revision: Revision = 0; task.appends === undefined || begun < task.appends; revision += 1) {
    begun += 1;
    const header = { id: randomUUID() as EventId, stream, revision, type: 'consent-given', schema: 1, recordedAt: new Date().toISOString() };
    const event = sealEvent(header, { data: { text: 'x'.repeat(400) } }, newKey);
    const append = { stream, expectedRevision: revision - 1, events: [event] };
    let result = await engine.store.append(append);
    // Clause 2: an unknown outcome is settled by sending the same again.
    while (result.kind === 'unavailable') {
      tell(`U ${result.reason}\n`);
      refused += 1;
      if (refused > (task.refusalsTaken ?? 0)) return;
      result = await engine.store.append(append);
    }
    if (result.kind !== 'appended') throw new Error(`append answered ${result.kind}`);
    acknowledge(event, result.firstPosition, result.checkpoint);
  }
}

await Promise.all(Array.from({ length: task.writers }, write));
await engine.close();
