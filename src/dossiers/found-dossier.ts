import { parseStreamName } from '#domain/ledger/ids';
import { codeLabel } from '#domain/reference/codes';
import type { DossierStatus } from '#projections/dossier-register/projection';
import type { RegisteredDossier } from '#projections/dossier-register/queries';
import type { Ledger } from '#src/composition/ledger';
import { dossierOf } from '#src/dossiers/dossier-of';
import type { FoundDossier } from '#src/dossiers/search.query';

const STATUS_LABELS: Readonly<Record<DossierStatus, string>> = {
  provisional: 'nog niet geopend', open: 'open', closed: 'afgesloten', destroying: 'vernietiging begonnen',
};

/** What a register says of a dossier, with the reference out of its first event. */
export async function foundDossier(ledger: Pick<Ledger, 'store' | 'writer'>, { stream, law, status, openedOn, closedOn }: RegisteredDossier): Promise<FoundDossier> {
  return {
    id: parseStreamName(stream).uuid, dossier: await dossierOf(ledger, stream), law,
    lawLabel: law === null ? null : codeLabel('laws', law), status, statusLabel: STATUS_LABELS[status], openedOn, closedOn,
  };
}
