import fc from 'fast-check';
import { describe, test } from 'vitest';
import { MemoryEventStore } from '#infra/event-store/memory';
import { checkpointSigner, logOrigin } from '#infra/transparency-log/checkpoint';
import { compare, step, type Restartable } from '../../properties/event-store-steps.js';
import { OIN } from '../event-store/harness.js';
import { SERVERS } from './servers.js';
import { ServerLedger } from './subject.js';

const RUNS = Number(process.env['REKENSCHAP_RUNS'] ?? 25);

describe.each(SERVERS)('EventStoreDB ($name)', ({ make }) => {
  test('does what the model does, the ledger and the server closed and killed in between', async () => {
    const server = await make();
    const ledger = new ServerLedger(server.url);
    await ledger.open();
    const model = new MemoryEventStore(checkpointSigner(logOrigin(OIN), ledger.keys.log.privateKey));
    let crashes = 0;
    const real: Restartable = {
      store: () => ledger.engine!.store,
      async reopen() {
        await ledger.engine!.close();
        await ledger.open();
      },
      async crash() {
        crashes += 1;
        if (crashes % 3 === 0) {
          await server.kill();
          await ledger.engine!.terminate();
          await server.start();
        } else {
          await ledger.engine!.terminate();
        }
        await ledger.open();
      },
    };
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => compare(model, real, ledger.sealer, steps)),
        { numRuns: RUNS, endOnFailure: true },
      );
    } finally {
      await ledger.remove();
      await server.stop();
    }
  }, 300_000);
});
