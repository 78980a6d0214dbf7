import { findCode } from '#domain/reference/codes';
import schedule from '#domain/reference/retention-schedule.json' with { type: 'json' };
import { termFromDate } from '#domain/retention/arithmetic';
import type { RightsRequestState } from '#domain/rights/request';

/** Rights by which a whole dossier may be erased: AVG 17 under any law, domain law under its own laws only. */
const LAWS_OF: Readonly<Record<string, readonly string[] | null>> = {
  'gegevenswissing': null,
  'vernietiging-jw-wmo': schedule.erasureOnRequest.laws,
};

const GRANTED: ReadonlySet<string> = new Set(['toegewezen', 'deels-toegewezen']);
/** AVG 12, third paragraph: when the person was told in time. */
const EXTENSION = 'P2M';

/** A decision that lets a dossier go before its term is over. */
export interface ErasureDecision {
  /** codes: dataSubjectRights */
  readonly right: string;
  /** Calendar date. */
  readonly decidedOn: string;
}

/** Is this a right that asks for erasure? Who asks to be forgotten is not kept longer by asking. */
export function isErasureRight(right: string | null): boolean {
  return right !== null && Object.hasOwn(LAWS_OF, right);
}

/** The decision as it stands now; null: not granted, withdrawn, annulled, or of another right. */
export function erasureDecision({ right, outcome, decidedOn, begun }: RightsRequestState): ErasureDecision | null {
  return right !== null && isErasureRight(right) && outcome !== null && GRANTED.has(outcome) && decidedOn !== null && begun === null ? { right, decidedOn } : null;
}

export function isErasableUnder(right: string, law: string | null): boolean {
  const laws = LAWS_OF[right];
  return laws !== undefined && law !== null && (laws === null || laws.includes(law));
}

/** Last calendar day on which it is erased in time; null when it is not known when the request came. */
export function erasureDeadline({ right, receivedOn, extendedToldOn }: RightsRequestState): string | null {
  const term = right === null ? undefined : (findCode('dataSubjectRights', right) as { readonly term?: string } | undefined)?.term;
  if (term === undefined || receivedOn === null) return null;
  const last = termFromDate(Temporal.PlainDate.from(receivedOn), term).retainedThrough!;
  const mayExtend = extendedToldOn !== null && LAWS_OF[right!] === null && extendedToldOn <= last.toString();
  return (mayExtend ? termFromDate(Temporal.PlainDate.from(receivedOn), term).retainedThrough!.add(EXTENSION) : last).toString();
}
