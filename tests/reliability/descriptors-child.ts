import { strict as assert } from 'node:assert';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadFile, HeadWriteError } from '#infra/head/head-file';
import type { HeadLine } from '#infra/head/head-line';
import { LedgerFolder } from '../contract/event-store/harness.ts';

// Runs under `ulimit -n`: what it says on standard output is what the test expects.
const held: number[] = [];

function takeAll(leave = 0): void {
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'EMFILE');
  }
  for (let n = 0; n < leave; n += 1) closeSync(held.pop()!);
}

function giveBack(): void {
  for (const fd of held.splice(0)) closeSync(fd);
}

function say(what: string, value: unknown): void {
  process.stdout.write(`${what}: ${JSON.stringify(value)}\n`);
}

const folder = new LedgerFolder();
const engine = await folder.open();
const stream = await folder.sealer.stream();
const code = (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => 'done', (error: unknown) => (error as { readonly code?: string }).code ?? String(error));
const append = async (revision: number): Promise<string> => (await engine.store.append(folder.sealer.append(stream, revision))).kind;

await append(-1);
takeAll();
say('purge without descriptors', await code(engine.store.purgeFreedPages()));
say('fence without descriptors', await code(engine.vaultChannel.call('fence', { marks: [{ stream, references: [] }], year: 2026 })));
say('reading goes on', (await engine.store.readAll(0, 10)).entries.length);
say('append needs none', await append(0));
giveBack();
say('state', engine.state());
say('append again', await append(1));
say('fence again', await code(engine.vaultChannel.call('fence', { marks: [{ stream, references: [] }], year: 2026 })));
say('purge again', await code(engine.store.purgeFreedPages()));

// A new head file is begun: with no descriptor at all, and with one, which the folder's fsync then lacks.
const dir = join(folder.root, 'rotating');
const heads = new HeadFile(dir, { fileBytes: 1, filesKept: 100 });
const line = { checkpoint: 'x', vault: 0, fence: { length: 0, sha256: '' }, signature: '' } satisfies HeadLine;
heads.append(line);
for (const leave of [0, 1]) {
  takeAll(leave);
  let outcome = 'written';
  try {
    heads.append(line);
  } catch (error) {
    outcome = error instanceof HeadWriteError ? error.phase : String(error);
  }
  giveBack();
  say(`a new head file with ${leave} descriptors`, outcome);
  heads.append(line);
}
heads.close();
say('head files', readdirSync(dir).sort().map((name) => readFileSync(join(dir, name), 'utf8').trimEnd().split('\n').length));
await folder.remove();
