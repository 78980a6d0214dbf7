import { refusal } from '#domain/ledger/refusals';
import { RefusalError } from '#src/http/refusal.error';

/**
 * The media type to answer in (RFC 9110 section 12.5.1): the offered one with the highest q, the first offered among
 * equals. No Accept header means the first. Throws `not-acceptable` when none fits.
 */
export function chosenMediaType<Offered extends string>(accept: string | undefined, offered: readonly Offered[]): Offered {
  if (accept === undefined || accept.trim() === '') return offered[0]!;
  const ranges = accept.split(',').slice(0, 50).map(readRange);
  let best: { readonly type: Offered; readonly q: number } | null = null;
  for (const type of offered) {
    const q = qualityOf(type, ranges);
    if (q > 0 && (best === null || q > best.q)) best = { type, q };
  }
  if (best === null) throw new RefusalError(refusal('not-acceptable', `Wij kunnen dit leveren als ${offered.join(' of ')}.`));
  return best.type;
}

interface Range {
  readonly type: string;
  readonly q: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const q = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, q: Number.isFinite(q) && q >= 0 && q <= 1 ? q : 0 };
}

/** The most specific range decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  for (const candidate of [type, `${type.split('/', 1)[0]}/*`, '*/*']) {
    const range = ranges.find((each) => each.type === candidate);
    if (range !== undefined) return range.q;
  }
  return 0;
}
