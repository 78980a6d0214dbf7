import { refusal } from '#domain/ledger/refusals';
import type { ErasureWish } from '#src/destruction/lists/erasure-requests';
import type { DrawUpListDto } from '#src/destruction/lists/list.dto';
import { RefusalError } from '#src/http/refusal.error';

/** Null: a list of what has reached the end of its term. Throws the refusal of what does not belong together. */
export function erasureIn({ kind = 'term', procedure, requestId, dossiers, events }: DrawUpListDto): ErasureWish | null {
  if (kind === 'correction') {
    throw new RefusalError(refusal(
      'not-built-yet', 'Losse gebeurtenissen uit een dossier vernietigen kan nog niet. Trek een foute gebeurtenis in: zij telt dan niet meer mee.', '/kind',
    ));
  }
  if (events !== undefined) throw wrong('/events', 'Gebeurtenissen noemt u alleen op een lijst van losse gebeurtenissen.');
  if (kind === 'term') {
    if (requestId !== undefined) throw wrong('/requestId', 'Een verzoek noemt u alleen op een lijst voor wissing.');
    if (dossiers !== undefined) throw wrong('/dossiers', 'Dossiers noemt u alleen op een lijst voor wissing.');
    return null;
  }
  if (requestId === undefined) throw wrong('/requestId', 'Noem het verzoek dat is toegewezen.');
  if (procedure === 'short') throw wrong('/procedure', 'Een lijst voor wissing kent geen korte procedure.');
  return { requestId, ...(dossiers === undefined ? {} : { dossiers }) };
}

function wrong(path: string, detail: string): RefusalError {
  return new RefusalError(refusal('field-invalid', detail, path));
}
