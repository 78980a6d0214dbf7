import type { FactData } from '#domain/ledger/fact';
import { parseStreamName, type StreamName } from '#domain/ledger/ids';
import { codeLabel } from '#domain/reference/codes';
import type { DossierStatus } from '#projections/dossier-register/projection';
import type { RegisteredDossier } from '#projections/dossier-register/queries';
import type { Ledger } from '#src/composition/ledger';
import type { FoundDossier } from '#src/dossiers/search.query';
import { KeyMissing } from '#src/recording/open-stored';

const STATUS_LABELS: Readonly<Record<DossierStatus, string>> = {
  provisional: 'nog niet geopend', open: 'open', closed: 'afgesloten', destroying: 'vernietiging begonnen',
};

/** What a register says of a dossier, with the reference out of its first event. */
export async function foundDossier(ledger: Pick<Ledger, 'store' | 'writer'>, { stream, law, status, openedOn, closedOn }: RegisteredDossier): Promise<FoundDossier> {
  return {
    id: parseStreamName(stream).uuid, dossier: await referenceOf(ledger, stream), law,
    lawLabel: law === null ? null : codeLabel('laws', law), status, statusLabel: STATUS_LABELS[status], openedOn, closedOn,
  };
}

async function referenceOf({ store, writer }: Pick<Ledger, 'store' | 'writer'>, stream: StreamName): Promise<FoundDossier['dossier']> {
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
