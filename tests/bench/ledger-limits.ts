import { randomBytes, randomUUID, randomUUIDv7 } from 'node:crypto';
import { join } from 'node:path';
import type { Revision, StreamName } from '#domain/ledger/ids';
import { openEngine, type Engine } from '#infra/engine/engine';
import { openKeys } from '#infra/keys/key-folder';
import { newDataKey, sealEvent } from '#infra/sealing/sealing';
import type { Append } from '#infra/event-store/port';
import { BATCH, RandomKeys } from './disk-limits.ts';
import { concurrently, type Contender } from './measure.ts';

const BATCHES = 20;
const TEXT = 'x'.repeat(560);
const HMAC = randomBytes(32);
const randomKeys = new RandomKeys();

export interface Target {
  readonly stream: StreamName;
  readonly dataKey: Uint8Array;
  revision: Revision;
}

/** Appends as the application makes them: sealed under the stream's own key, with a (source, id) key each. */
export function sealedAppend(target: Target): Append {
  target.revision += 1;
  const event = sealEvent({
    id: randomUUIDv7() as never, stream: target.stream, revision: target.revision, type: 'data-shared', schema: 1,
    recordedAt: new Date().toISOString(),
  }, { data: { text: TEXT } }, target.dataKey);
  return {
    stream: target.stream, expectedRevision: target.revision - 1, events: [event],
    deduplication: { key: randomKeys.next(), contentHmac: HMAC },
  };
}

export function benchEngine(folder: string): Promise<Engine> {
  return openEngine({
    dataDir: join(folder, 'data'), headDirs: [join(folder, 'head')], oin: '00000001823288444000',
    keys: openKeys({ masterKeyFile: join(folder, 'keys', 'master.key') }),
  });
}

export async function newTargets(engine: Engine, count = BATCH): Promise<readonly Target[]> {
  const targets = Array.from({ length: count }, (): Target =>
    ({ stream: `dossier-${randomUUID()}` as StreamName, dataKey: newDataKey(), revision: -1 }));
  await Promise.all(targets.map(({ stream, dataKey }) =>
    engine.vaultChannel.call('register', { stream, newKey: dataKey, newIdentities: [], subjects: [] })));
  return targets;
}

/** The ledger on its embedded store: encrypted, leaf hashed, fsynced, checkpoint signed, head line fsynced. */
export const ledgerBatches: Contender = {
  name: 'grootboek, per 1.000',
  note: 'versleuteld, gehasht, ondertekend',
  async open(folder) {
    const engine = await benchEngine(folder);
    const targets = await newTargets(engine);
    return {
      async run() {
        let before: Promise<unknown> = Promise.resolve();
        for (let n = 0; n < BATCHES; n += 1) {
          const next = engine.store.appendAll(targets.map(sealedAppend));
          // The next thousand are sealed while the engine writes these.
          await before;
          before = next.then((results) => results.forEach(mustBeAppended));
        }
        await before;
        return BATCH * BATCHES;
      },
      close: () => engine.close(),
    };
  },
};

export function ledgerConcurrent(callers: number): Contender {
  return {
    name: `grootboek, ${callers} wachtenden`,
    note: 'elk wacht op zijn eigen bevestiging',
    async open(folder) {
      const engine = await benchEngine(folder);
      const targets = await newTargets(engine);
      return {
        async run() {
          await concurrently(callers, BATCH * BATCHES, async (index) => {
            mustBeAppended(await engine.store.append(sealedAppend(targets[index % BATCH]!)));
          });
          return BATCH * BATCHES;
        },
        close: () => engine.close(),
      };
    },
  };
}

export function mustBeAppended(result: { readonly kind: string }): void {
  if (result.kind !== 'appended') throw new Error(`not appended: ${result.kind}`);
}
