import { testBsn } from '#domain/dossier/bsn';
import { DossierPen, dayPlus, type PlayedEvent } from '#src/synthetic/played-event';
import { EXCHANGES } from '#src/synthetic/exchanges';
import * as stories from '#src/synthetic/sharing-stories';

/**
 * The household of mevrouw Jansen: the example case of a thesis (Zoetermeer 2019, §1.1), no real household.
 * Five children, four of them minors; help under four laws; helpers inside and outside the municipality.
 * Dates, numbers and organisations are invented; the BSNs come from the test range.
 */
const HOUSEHOLD = 'huishouden-jansen';
const MOTHER = { bsn: testBsn(0), role: 'client', dateOfBirth: '1984-06-11' };
const CHILDREN = [
  { bsn: testBsn(1), dateOfBirth: '2007-02-18' },
  { bsn: testBsn(2), dateOfBirth: '2010-09-03' },
  { bsn: testBsn(3), dateOfBirth: '2012-05-27' },
  { bsn: testBsn(4), dateOfBirth: '2014-11-09' },
  { bsn: testBsn(5), dateOfBirth: '2017-07-30' },
] as const;

/** Whose consent the demo asks about. */
export const JANSEN_QUESTION = {
  dossier: { system: 'inkomen-registratie', reference: 'PW-2018-0388' },
  exchange: EXCHANGES.needsConsent.participatiewet,
  daysToAsk: ['2024-06-01', '2025-05-01'],
} as const;

export function jansenHousehold(): readonly PlayedEvent[] {
  return [income(), support(), debts(), ...CHILDREN.map((_, index) => child(index))].flatMap((pen) => pen.events);
}

/** Participatiewet: benefit, re-integration, a fraud inquiry that gets nothing out of the helpers' dossiers. */
function income(): DossierPen {
  const pen = new DossierPen('participatiewet', 'PW-2018-0388')
    .opened('2018-09-03', [MOTHER], { household: HOUSEHOLD, regisseur: { function: 'klantmanager', organisation: 'Gemeente Voorbeeldstad' } });
  const reintegration = {
    ...EXCHANGES.needsNoConsent.participatiewet,
    recipient: { organisation: 'Projectleiding re-integratie Werkspoor (verzonnen)', kind: 'derde-arbeidsinschakeling' },
  };
  stories.withoutNeedForConsent(pen, '2019-02-12', 'PW-JANSEN-1', reintegration);
  // The consulent for the Wmo learns what she can carry; later she takes her consent back.
  stories.withConsent(pen, '2024-02-05', 'PW-JANSEN-2', JANSEN_QUESTION.exchange);
  pen.fact('consent-withdrawn', '2025-04-10', { consentId: 'T-PW-JANSEN-2', reason: 'wantrouwen', form: 'mondeling' });
  pen.fact('data-shared', '2025-05-06', {
    recipient: JANSEN_QUESTION.exchange.recipient, categories: JANSEN_QUESTION.exchange.categories,
    decisionId: 'D-PW-JANSEN-2', direction: 'internal-reuse', medium: 'gedeelde-omgeving', purpose: JANSEN_QUESTION.exchange.purpose,
  });
  pen.fact('objection-received', '2025-05-20', { kind: 'avg-21', receivedOn: '2025-05-20', against: 'D-PW-JANSEN-2', objectionId: 'B-PW-JANSEN-1' }, { role: 'privacy-officer' });
  return pen;
}

/** Wmo 2015: the consulent who knows that she has trouble reading and keeping an overview. */
function support(): DossierPen {
  const pen = new DossierPen('wmo2015', 'WMO-2019-0117')
    .opened('2019-03-04', [MOTHER], { household: HOUSEHOLD, regisseur: { function: 'consulent', organisation: 'Gemeente Voorbeeldstad' } });
  stories.withConsent(pen, '2023-05-08', 'WMO-JANSEN-1', EXCHANGES.needsConsent.wmo2015);
  // The social investigator asks for her limitation: decided not to share.
  const day = '2025-06-16';
  pen.fact('sharing-decided', day, {
    decisionId: 'D-WMO-JANSEN-2', outcome: 'niet-delen', purpose: 'handhaving-participatiewet', toLaw: 'handhaving',
    recipient: { organisation: 'Gemeente Voorbeeldstad, sociale recherche', kind: 'handhaving' },
    legalBasis: 'none', direction: 'internal-reuse', fromLaw: 'wmo2015', categories: ['beperking'],
    motivation: 'Verzonnen voorbeeld: het hulpdossier is niet bedoeld voor een fraudeonderzoek.', decidedBy: { function: 'consulent' },
  });
  return pen;
}

/** Wgs: debt counselling inside the house, and a volunteer from outside. */
function debts(): DossierPen {
  const pen = new DossierPen('wgs', 'WGS-2021-0042')
    .opened('2021-05-10', [{ ...MOTHER, role: 'debtor' }], { household: HOUSEHOLD, regisseur: { function: 'schuldhulpverlener', organisation: 'Gemeente Voorbeeldstad' } });
  const volunteer = {
    purpose: 'delen-buiten-wet', article: 'avg-6-1-a-toestemming-externe-deling',
    recipient: { organisation: 'Schuldhulpmaatje Voorbeeldstad (verzonnen)', kind: 'derde' },
    categories: ['schulden'], decidedBy: 'schuldhulpverlener',
  };
  stories.withConsent(pen, '2021-06-14', 'WGS-JANSEN-1', volunteer);
  stories.withdrawnInTime(pen, '2025-02-03', 'WGS-JANSEN-2', EXCHANGES.needsConsent.wgs);
  return pen;
}

/** Jeugdwet: one dossier per child; the eldest came of age in 2025, one child lives elsewhere for a while. */
function child(index: number): DossierPen {
  const { bsn, dateOfBirth } = CHILDREN[index]!;
  const number = `JW-2020-020${index + 1}`;
  const pen = new DossierPen('jeugdwet', number).opened('2020-10-05', [
    { bsn, role: 'youth', dateOfBirth }, { bsn: MOTHER.bsn, role: 'parent-guardian' },
  ], { household: HOUSEHOLD, regisseur: { function: 'jeugdprofessional', organisation: 'Gemeente Voorbeeldstad' } });
  const helper = {
    purpose: 'directe-betrokkenheid-hulp', article: 'jeugdwet-dossier-direct-betrokkene-verstrekken',
    recipient: { organisation: HELPERS[index]!, kind: 'direct-betrokken-hulpverlener' },
    categories: ['opvoeding', 'lopende-hulp'], decidedBy: 'jeugdprofessional',
  };
  stories.withoutNeedForConsent(pen, dayPlus('2021-01-11', { days: index * 7 }), `${number}-1`, helper);
  if (index === 0) return pen.closed('2025-02-18', 'beeindigd');
  const school = { ...EXCHANGES.needsConsent.jeugdwet, recipient: { organisation: SCHOOLS[index]!, kind: 'derde' } };
  if (index === 3) {
    stories.withoutNeedForConsent(pen, '2024-09-16', `${number}-2`, EXCHANGES.needsNoConsent.jeugdwet);
    stories.notAskedByDecision(pen, '2025-09-22', `${number}-3`, school);
  } else {
    stories.withConsent(pen, dayPlus('2025-03-03', { days: index * 7 }), `${number}-2`, school);
  }
  return pen;
}

/** A helper of their own for each child; for the fourth the family where the child lives. */
const HELPERS = [
  'Jeugd- en gezinshulp Voorbeeldstad (verzonnen)', 'Psychische ondersteuning De Brug (verzonnen)',
  'Jeugdhulp Oostwaarts (verzonnen)', 'Gezinshuis Het Anker, gezinsouder en eerste begeleider (verzonnen)',
  'Jeugdhulp De Horizon (verzonnen)',
];
const SCHOOLS = ['', 'Praktijkcollege Noord (verzonnen)', 'Vmbo De Toren (verzonnen)', 'Basisschool De Kade (verzonnen)', 'Basisschool De Vlinder (verzonnen)'];
