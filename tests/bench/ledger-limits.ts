import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Revision, StreamName } from '#domain/ledger/ids';
import { openEngine } from '#infra/engine/engine';
import { openKeys } from '#infra/keys/key-folder';
import { newDataKey, sealEvent } from '#infra/sealing/sealing';
import type { Append } from '#infra/event-store/port';
import { concurrently, inFreshFolder, median, type Measurement } from './measure.ts';

const BATCH = 1_000;
const BATCHES = 20;
const TEXT_BYTES = 560;

interface Prepared {
  readonly stream: StreamName;
  readonly dataKey: Uint8Array;
  revision: Revision;
}

/** Appends as the application makes them: sealed under the stream's own key, with a (source, id) key each. */
function sealedAppend(target: Prepared, text: string): Append {
  target.revision += 1;
  const event = sealEvent({
    id: randomUUID() as never, stream: target.stream, revision: target.revision, type: 'data-shared', schema: 1,
    recordedAt: new Date().toISOString(),
  }, { data: { text } }, target.dataKey);
  return {
    stream: target.stream, expectedRevision: target.revision - 1, events: [event],
    deduplication: { key: randomBytes(32), contentHmac: randomBytes(32) },
  };
}

/** The ledger on its embedded store: encrypted, leaf hashed, fsynced, checkpoint signed, head line fsynced. */
export function ledgerLimits(callers: number): Promise<{ batch: Measurement; concurrent: Measurement }> {
  return inFreshFolder(async (folder) => {
    const keys = openKeys({ masterKeyFile: join(folder, 'keys', 'master.key') });
    const engine = await openEngine({
      dataDir: join(folder, 'data'), headDirs: [join(folder, 'head')], oin: '00000001823288444000', keys,
    });
    const targets = Array.from({ length: BATCH }, (): Prepared =>
      ({ stream: `dossier-${randomUUID()}` as StreamName, dataKey: newDataKey(), revision: -1 }));
    for (const { stream, dataKey } of targets) {
      await engine.vaultChannel.call('register', { stream, newKey: dataKey, newIdentities: [], subjects: [] });
    }
    const text = 'x'.repeat(TEXT_BYTES);
    const batch = await median('grootboek, per 1.000', async () => {
      let before: Promise<unknown> = Promise.resolve();
      for (let n = 0; n < BATCHES; n += 1) {
        const next = engine.store.appendAll(targets.map((target) => sealedAppend(target, text)));
        // The next thousand are sealed while the engine writes these.
        await before;
        before = next.then((results) => results.forEach(mustBeAppended));
      }
      await before;
      return BATCH * BATCHES;
    }, 'versleuteld, gehasht, ondertekend');
    const concurrent = await median(`grootboek, ${callers} wachtenden`, async () => {
      await concurrently(callers, BATCH * BATCHES, async (index) => {
        mustBeAppended(await engine.store.append(sealedAppend(targets[index % BATCH]!, text)));
      });
      return BATCH * BATCHES;
    }, 'elk wacht op zijn eigen bevestiging');
    await engine.close();
    return { batch, concurrent };
  });
}

function mustBeAppended(result: { readonly kind: string }): void {
  if (result.kind !== 'appended') throw new Error(`not appended: ${result.kind}`);
}
