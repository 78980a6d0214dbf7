import type { KeyObject } from 'node:crypto';

/** The ledger's own secrets, apart from the vault's rows: a folder of 0600 files made on first start. */
export interface LedgerKeys {
  /** 32 bytes; wraps every stream's data key and the vault's own secrets. */
  readonly master: Uint8Array;
  /** Ed25519: signs checkpoints, head lines, log- events and certificates. */
  readonly log: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  /** ES256: the ledger's own token issuer. */
  readonly token: { readonly privateKey: KeyObject; readonly publicKey: KeyObject; readonly keyId: string };
}
