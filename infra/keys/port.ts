import type { KeyObject } from 'node:crypto';
import type { Position } from '#domain/ledger/ids';

/** The ledger's own secrets, apart from the vault's rows: a folder of 0600 files made on first start. */
export interface LedgerKeys {
  /** 32 bytes; wraps every stream's data key and the vault's own secrets. */
  readonly master: Uint8Array;
  /** Ed25519: signs checkpoints, head lines, log- events and certificates. */
  readonly log: LogKeys & { readonly privateKey: KeyObject };
  /** ES256: the ledger's own token issuer. */
  readonly token: { readonly privateKey: KeyObject; readonly publicKey: KeyObject; readonly keyId: string };
}

/** What opens the events of `log-` streams: the key of this epoch, and those of epochs before it. */
export interface LogKeys {
  readonly publicKey: KeyObject;
  /** Oldest first; absent in a ledger's first epoch. */
  readonly retired?: readonly RetiredLogKey[];
}

/** A restored backup that was older than its head began a new epoch with a key of its own; the old one signs no more. */
export interface RetiredLogKey {
  readonly epoch: number;
  readonly publicKey: KeyObject;
  /** The first leaf that it did not sign. */
  readonly until: Position;
}
