import type { DemoLaw } from '#src/synthetic/played-event';

/**
 * INVENTED DATA. How many dossiers of which kind the imaginary municipality has, besides the Jansen household.
 * The numbers are chosen so that every path of the product is walked; they say nothing about real municipalities.
 */
export interface InventedMix {
  readonly law: DemoLaw;
  readonly prefix: string;
  readonly count: number;
  /** Calendar years in which these dossiers open, both included. */
  readonly opened: readonly [from: number, through: number];
  /** They open in the first so many days of such a year; absent: 320. */
  readonly openedWithinDays?: number;
  /** Absent: still open at the end. `trigger`: the term waits for this brondatum; every other dossier gets it, two weeks later. */
  readonly closing?: { readonly afterMonths: readonly [from: number, through: number]; readonly result: string; readonly trigger?: string };
  /** Role of the one person it is about, and how old that person is when the dossier opens. */
  readonly subject: { readonly role: string; readonly age: readonly [from: number, through: number] };
  /** Each dossier plays so many stories in the years it is open, taken in turn from `stories`. */
  readonly storiesEach: number;
  readonly stories: readonly StoryName[];
}

export type StoryName =
  | 'withConsent' | 'withoutNeedForConsent' | 'refusedAndNotShared' | 'refusedButShared' | 'sharedAfterWithdrawal'
  | 'withdrawnInTime' | 'notAskedByDecision' | 'notAskedAndNotDecided' | 'withoutBasis';

const ADULT = { role: 'client', age: [23, 71] } as const;
const DEBTOR = { role: 'debtor', age: [24, 58] } as const;
const YOUTH = { role: 'youth', age: [3, 15] } as const;

/** Terms that have run out by January 2026: five years (refused, debt counselling) and ten (benefit). */
const DUE: readonly InventedMix[] = [
  { law: 'wgs', prefix: 'WGS', count: 6, opened: [2016, 2018], closing: { afterMonths: [8, 22], result: 'verleend', trigger: 'end-of-debt-counselling' }, subject: DEBTOR, storiesEach: 1, stories: ['withConsent', 'notAskedAndNotDecided', 'refusedAndNotShared'] },
  { law: 'wgs', prefix: 'WGS', count: 2, opened: [2017, 2019], closing: { afterMonths: [1, 2], result: 'geweigerd' }, subject: DEBTOR, storiesEach: 0, stories: [] },
  { law: 'jeugdwet', prefix: 'JW', count: 3, opened: [2016, 2019], closing: { afterMonths: [1, 3], result: 'geweigerd' }, subject: YOUTH, storiesEach: 0, stories: [] },
  { law: 'wmo2015', prefix: 'WMO', count: 4, opened: [2016, 2019], closing: { afterMonths: [1, 3], result: 'geweigerd' }, subject: ADULT, storiesEach: 0, stories: [] },
  { law: 'participatiewet', prefix: 'PW', count: 2, opened: [2016, 2019], closing: { afterMonths: [1, 2], result: 'geweigerd' }, subject: ADULT, storiesEach: 0, stories: [] },
  { law: 'participatiewet', prefix: 'PW', count: 2, opened: [2015, 2015], openedWithinDays: 150, closing: { afterMonths: [2, 6], result: 'beeindigd' }, subject: ADULT, storiesEach: 1, stories: ['withoutNeedForConsent'] },
];

const NOT_DUE: readonly InventedMix[] = [
  { law: 'wmo2015', prefix: 'WMO', count: 6, opened: [2018, 2022], subject: ADULT, storiesEach: 3, stories: ['withConsent', 'withoutBasis', 'withoutNeedForConsent', 'refusedAndNotShared', 'sharedAfterWithdrawal'] },
  { law: 'jeugdwet', prefix: 'JW', count: 6, opened: [2019, 2023], subject: YOUTH, storiesEach: 4, stories: ['notAskedByDecision', 'withConsent', 'refusedButShared', 'withoutNeedForConsent', 'notAskedAndNotDecided'] },
  { law: 'participatiewet', prefix: 'PW', count: 4, opened: [2017, 2022], subject: ADULT, storiesEach: 3, stories: ['withoutNeedForConsent', 'withConsent', 'withdrawnInTime'] },
  { law: 'wgs', prefix: 'WGS', count: 3, opened: [2021, 2024], subject: DEBTOR, storiesEach: 2, stories: ['withConsent', 'sharedAfterWithdrawal', 'notAskedAndNotDecided'] },
  { law: 'leerlingenvervoer', prefix: 'LV', count: 2, opened: [2022, 2024], subject: YOUTH, storiesEach: 1, stories: ['withConsent', 'refusedAndNotShared'] },
];

export const INVENTED_MIXES = { due: DUE, notDue: NOT_DUE } as const;
