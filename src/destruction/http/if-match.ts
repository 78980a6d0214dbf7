import type { Revision } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { RefusalError } from '#src/http/refusal.error';

/** The list's revision as a strong ETag (RFC 9110, 8.8.3). */
export function etagOf(version: Revision): string {
  return `"${version}"`;
}

/** Throws 428 when the header is missing, 412 when it can be no version of ours (a weak tag, `*`, several). */
export function requiredVersion(header: string | undefined): Revision {
  if (header === undefined || header === '') {
    throw new RefusalError(refusal('precondition-required', 'Stuur in de kopregel If-Match de ETag mee van de lijst die u heeft gezien.'));
  }
  const version = /^"(0|[1-9][0-9]{0,14})"$/.exec(header.trim());
  if (version === null) throw new RefusalError(refusal('stale-version', 'De kopregel If-Match noemt geen versie van deze lijst.'));
  return Number(version[1]);
}
