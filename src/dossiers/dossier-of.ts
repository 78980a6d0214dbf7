import type { FactData } from '#domain/ledger/fact';
import type { StreamName } from '#domain/ledger/ids';
import type { Ledger } from '#src/composition/ledger';
import { KeyMissing } from '#src/recording/open-stored';

/** The case system's own dossier. */
export interface ShownDossier {
  readonly system: string;
  readonly reference: string;
}

/** Decrypted from its first event, for who may see it; null when it was destroyed in this very moment. */
export async function dossierOf({ store, writer }: Pick<Ledger, 'store' | 'writer'>, stream: StreamName): Promise<ShownDossier | null> {
  const page = await store.readStream(stream, 0, 1);
  const first = page.kind === 'events' ? page.events[0] : undefined;
  if (first === undefined) return null;
  try {
    const { dossier } = (await writer.open(first)).data as FactData;
    return { system: dossier.system, reference: dossier.reference };
  } catch (error) {
    if (error instanceof KeyMissing) return null;
    throw error;
  }
}
