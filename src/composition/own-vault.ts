import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { decodeHeader, openLogEvent } from '#infra/sealing/sealing';
import { readOnce } from '#src/composition/read-once';

/** The vault in the data folder cannot be this ledger's; `code` is stable and has its Dutch sentence at the edge. */
export class VaultRefused extends Error {
  override readonly name = 'VaultRefused';
  constructor(readonly code: 'vault-missing' | 'vault-of-another-ledger') {
    super(code);
  }
}

/**
 * Compares the vault's file with the one that the ledger's first leaf names. Reads only, and leaves what cannot be read to
 * the engine's own checks. A vault of another ledger may open with the same master key and have a higher count.
 */
export function refuseAnotherVault({ ledger, vault: file }: { readonly ledger: string; readonly vault: string }, logKey: KeyObject): void {
  const named = vaultNamedBy(ledger, logKey);
  if (named === null) return;
  if (!existsSync(file)) throw new VaultRefused('vault-missing');
  const found = readOnce(file, (vault) => vault.prepare('SELECT vault_id FROM meta').pluck().get() as string | undefined);
  if (found !== undefined && found !== null && found !== named) throw new VaultRefused('vault-of-another-ledger');
}

/** Null when there is no first leaf yet, or when it says nothing that this log key has signed. */
function vaultNamedBy(file: string, logKey: KeyObject): string | null {
  const first = readOnce(file, (ledger) => ledger.prepare('SELECT header, payload FROM events WHERE position = 0').get() as { header: Buffer; payload: Buffer } | undefined);
  if (first === undefined || first === null) return null;
  try {
    if (decodeHeader(first.header).type !== 'epoch-started') return null;
    const { vault } = openLogEvent(first.header, first.payload, logKey).data as { readonly vault: string };
    return vault;
  } catch {
    return null;
  }
}
