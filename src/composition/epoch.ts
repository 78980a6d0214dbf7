import { NO_STREAM } from '#domain/ledger/ids';
import type { EventStore } from '#infra/event-store/port';
import type { LedgerKeys } from '#infra/keys/port';
import type { Vault } from '#infra/vault/port';
import type { LedgerConfig } from '#src/composition/config';
import type { LedgerWriter } from '#src/recording/ledger-writer';

/** The first leaf of every ledger names its controller, its log key and its vault: nobody can slip in another one. */
export async function startEpoch({ config, keys, store, vault, writer }: {
  readonly config: LedgerConfig; readonly keys: LedgerKeys; readonly store: EventStore; readonly vault: Vault; readonly writer: LedgerWriter;
}): Promise<void> {
  const logKey = keys.log.publicKey.export({ type: 'spki', format: 'der' });
  const result = await writer.append({
    stream: writer.newStreamName('log'),
    expectedRevision: NO_STREAM,
    events: [{
      type: 'epoch-started', schema: 1,
      data: {
        epoch: 1,
        origin: store.head().checkpoint.split('\n', 1)[0],
        logKey: logKey.toString('base64'),
        vault: vault.vaultId(),
        oin: config.oin,
        previous: null,
      },
    }],
  });
  if (result.kind !== 'appended') throw new Error(`the first leaf was not recorded: ${result.kind}`);
}
