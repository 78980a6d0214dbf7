import { startOfDay } from '#domain/ledger/day-start';
import type { NewEvent } from '#domain/ledger/event';
import { dayTextOf, type Occurred } from '#domain/ledger/moments';
import { dayAfter } from '#domain/retention/arithmetic';

/** The ledger's own, on the day after the last day of a consent that nothing else ended (00:00 Amsterdam). */
export type ConsentExpired = NewEvent<'consent-expired', {
  readonly occurredAt: string;
  readonly consentId: string;
  /** Calendar date: the last day on which it held. */
  readonly validUntil: string;
}>;

/** What an act does to the term of one consentId: gives it one (or none), ends it, or says that it ran out. */
export interface TermAct {
  readonly consentId: string;
  readonly does: 'gives' | 'ends' | 'ran-out';
  /** Calendar date. */
  readonly day: string;
  /** Of the event itself, also when it was corrected: order within a day. */
  readonly position: number;
  readonly validUntil: string | null;
}

/** Types that a consent's term depends on; others give no act. */
export const TERM_ACT_TYPES: ReadonlySet<string> = new Set([
  'consent-given', 'consent-renewed', 'consent-refused', 'consent-withdrawn', 'consent-expired',
]);

type TermData = Occurred & {
  readonly consentId: string; readonly validUntil?: string; readonly renews?: string;
  readonly purposes?: unknown; readonly recipients?: unknown; readonly categories?: unknown;
};

export function termActs(type: string, data: unknown, position: number): readonly TermAct[] {
  if (!TERM_ACT_TYPES.has(type)) return [];
  const { consentId, validUntil, renews, ...rest } = data as TermData;
  const at = { day: dayTextOf(rest as Occurred), position };
  switch (type) {
    case 'consent-given':
    case 'consent-renewed': {
      const gives: TermAct = { ...at, consentId, does: 'gives', validUntil: validUntil ?? null };
      return renews === undefined || renews === consentId ? [gives] : [gives, { ...at, consentId: renews, does: 'ends', validUntil: null }];
    }
    case 'consent-expired':
      return [{ ...at, consentId, does: 'ran-out', validUntil: validUntil ?? null }];
    default: {
      // A part taken away leaves the rest with its term.
      const inPart = rest.purposes !== undefined || rest.recipients !== undefined || rest.categories !== undefined;
      return inPart ? [] : [{ ...at, consentId, does: 'ends', validUntil: null }];
    }
  }
}

/** The expiry still to be recorded for one consentId, out of its acts in any order; null when there is none. */
export function expiryToCome(acts: readonly TermAct[]): { readonly on: string; readonly validUntil: string } | null {
  const lives = acts.filter(({ does }) => does !== 'ran-out').toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.position - b.position));
  const validUntil = lives.at(-1)?.validUntil ?? null;
  if (validUntil === null || acts.some((act) => act.does === 'ran-out' && act.validUntil === validUntil)) return null;
  const on = dayAfter(Temporal.PlainDate.from(validUntil)).toString();
  return { on, validUntil };
}

export function consentExpired(consentId: string, { on, validUntil }: { readonly on: string; readonly validUntil: string }): ConsentExpired {
  return { type: 'consent-expired', schema: 1, data: { occurredAt: startOfDay(on), consentId, validUntil } };
}
