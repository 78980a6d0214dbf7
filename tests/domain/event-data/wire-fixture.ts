import type { SentEventType } from '#domain/catalogue';
import { testBsn } from '#domain/dossier/bsn';

export type Wire = Record<string, unknown>;

const common = { occurredAt: '2024-03-04T09:30:00+01:00', dossier: { system: 'suite-wmo', reference: 'W-2024-0417' } };

/** The smallest data of each type that the catalogue allows. */
export const MINIMUM: Readonly<Record<SentEventType, Wire>> = {
  'dossier-opened': { ...common, law: 'wmo2015', subjects: [{ bsn: testBsn(7), role: 'client' }] },
  'dossier-closed': { ...common, on: '2024-03-01', result: 'verleend' },
  'consent-requested': { ...common, consentId: 'T-1' },
  'consent-given': {
    ...common, consentId: 'T-1', purposes: ['afstemming-ondersteuning'], recipients: [{ kind: 'zorgaanbieder' }],
    categories: ['gezondheid'], givenBy: [{ relation: 'zelf' }], form: 'mondeling',
  },
  'consent-refused': { ...common, consentId: 'T-1' },
  'consent-withdrawn': { ...common, consentId: 'T-1' },
  'sharing-decided': { ...common, decisionId: 'B-1', outcome: 'delen', purpose: 'afstemming-ondersteuning', toLaw: 'jeugdwet', legalBasis: 'none' },
  'data-shared': { ...common, recipient: { organisation: 'Zorggroep Noord' }, categories: ['gezondheid'], decisionId: 'B-1' },
  'objection-received': { ...common, kind: 'avg-21', receivedOn: '2024-03-04' },
  'retention-trigger': { ...common, trigger: 'end-of-provision', on: '2024-02-29' },
  'hold-placed': { ...common, kind: 'bezwaar', on: '2024-03-04' },
  'hold-lifted': { ...common, kind: 'bezwaar', on: '2024-03-04' },
};
