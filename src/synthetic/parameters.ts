import type { DemoLaw } from '#src/synthetic/played-event';

/**
 * What the synthetic municipality is made of. `source` says where a number comes from; "verzonnen" means that we made
 * it up so that every path of the product is walked. Nothing here says anything about a real municipality.
 */
interface Parameter<Value> {
  readonly value: Value;
  readonly source: string;
}

export interface LawParameters {
  readonly law: DemoLaw;
  readonly prefix: string;
  /** First day on which a dossier under this law opens. */
  readonly from: string;
  /** Share among the laws in force at that moment. */
  readonly weight: number;
  /** Who the dossier is about. */
  readonly role: string;
  readonly age: readonly [from: number, through: number];
  /** Per result: share, how many months the case is open. */
  readonly results: readonly { readonly result: string; readonly weight: number; readonly months: readonly [from: number, through: number] }[];
  /** How often data are shared or that is considered while the case is open. */
  readonly exchanges: readonly [from: number, through: number];
}

const ADULT = { role: 'client', age: [22, 78] } as const;
const CHILD = { role: 'youth', age: [2, 17] } as const;

export const PARAMETERS = {
  laws: {
    source: 'verzonnen; de wetten zijn die van het gezin Jansen (scriptie Zoetermeer 2019, par. 1.1) met leerplicht en leerlingenvervoer',
    value: [
      { law: 'wmo2015', prefix: 'WMO', from: '2015-01-01', weight: 30, ...ADULT, exchanges: [1, 7], results: [{ result: 'verleend', weight: 6, months: [6, 60] }, { result: 'geweigerd', weight: 3, months: [1, 3] }, { result: 'afgebroken', weight: 1, months: [1, 2] }] },
      { law: 'jeugdwet', prefix: 'JW', from: '2015-01-01', weight: 24, ...CHILD, exchanges: [2, 8], results: [{ result: 'verleend', weight: 7, months: [6, 48] }, { result: 'geweigerd', weight: 2, months: [1, 3] }, { result: 'afgebroken', weight: 1, months: [1, 2] }] },
      { law: 'participatiewet', prefix: 'PW', from: '2015-01-01', weight: 22, ...ADULT, exchanges: [1, 6], results: [{ result: 'beeindigd', weight: 6, months: [4, 48] }, { result: 'geweigerd', weight: 4, months: [1, 2] }] },
      { law: 'wgs', prefix: 'WGS', from: '2012-07-01', weight: 12, role: 'debtor', age: [20, 66], exchanges: [1, 5], results: [{ result: 'verleend', weight: 6, months: [8, 40] }, { result: 'geweigerd', weight: 4, months: [1, 2] }] },
      { law: 'leerplichtwet', prefix: 'LP', from: '2010-01-01', weight: 7, role: 'youth', age: [6, 17], exchanges: [0, 3], results: [{ result: 'toezicht-uitgevoerd', weight: 5, months: [2, 14] }, { result: 'geweigerd', weight: 2, months: [1, 1] }] },
      { law: 'leerlingenvervoer', prefix: 'LV', from: '2010-01-01', weight: 5, role: 'youth', age: [5, 16], exchanges: [0, 2], results: [{ result: 'verleend', weight: 6, months: [10, 34] }, { result: 'geweigerd', weight: 3, months: [1, 2] }] },
    ],
  },
  /** Laws at once in one household, by share. */
  dossiersPerHousehold: { source: 'verzonnen; een gezin met meerdere problemen heeft er meer (scriptie Emmen 2014: twee of drie leefgebieden)', value: [[1, 62], [2, 22], [3, 11], [4, 5]] },
  /** How an exchange goes, by share. */
  stories: {
    source: 'verzonnen',
    value: [['withConsent', 34], ['withoutNeedForConsent', 34], ['refusedAndNotShared', 9], ['withdrawnInTime', 4], ['notAskedByDecision', 5], ['refusedButShared', 3], ['sharedAfterWithdrawal', 3], ['notAskedAndNotDecided', 5], ['withoutBasis', 3]],
  },
  /** In a thousand dossiers. */
  perMille: {
    source: 'verzonnen',
    value: { informed: 640, meeting: 110, hold: 22, objection: 18, triggerNotSent: 120 },
  },
  /** Mistakes, in a thousand events. */
  mistakesPerMille: {
    source: 'verzonnen',
    value: { late: 45, double: 15, outOfOrder: 8, annulled: 4 },
  },
  /** Days between what happened and its logging when that was late. */
  lateDays: { source: 'verzonnen', value: [3, 120] },
} as const satisfies {
  laws: Parameter<readonly LawParameters[]>;
  dossiersPerHousehold: Parameter<readonly (readonly [number, number])[]>;
  stories: Parameter<readonly (readonly [string, number])[]>;
  perMille: Parameter<Readonly<Record<string, number>>>;
  mistakesPerMille: Parameter<Readonly<Record<string, number>>>;
  lateDays: Parameter<readonly [number, number]>;
};
