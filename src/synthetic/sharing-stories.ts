import { findLegalBasis } from '#domain/reference/legal-bases';
import { dayPlus, type DossierPen } from '#src/synthetic/played-event';

/** What is shared, with whom, on which basis; codes of domain/reference. */
export interface Exchange {
  readonly purpose: string;
  readonly recipient: { readonly organisation: string; readonly kind?: string };
  readonly toLaw?: string;
  /** Id of a row of legal-bases.json, or none when the sender itself names no basis. */
  readonly article: string | 'none';
  readonly categories: readonly string[];
  readonly decidedBy: string;
}

export type Story = (pen: DossierPen, day: string, number: string, exchange: Exchange) => void;

/** The AVG counts from this day; before it the Wbp did. */
const AVG_DAY = '2018-05-25';

const TESTS = { dat: true, welke: true, proportionaliteit: true, subsidiariteit: true };

/** The claimed basis as a case system sends it, with the article of the AVG or, before it, the Wbp that the row names. */
function legalBasisOn(day: string, article: string): string | Readonly<Record<string, string>> {
  if (article === 'none') return 'none';
  const row = findLegalBasis(article);
  if (row === undefined) throw new Error('the demo cites a basis that is not in the reference data');
  // The letters of Wbp 8 and AVG 6 lid 1 mean the same.
  const gdpr = day < AVG_DAY ? row.gdprBasis?.replace('6-1-', 'wbp-8-') : row.gdprBasis;
  return { article, ...(gdpr === null || gdpr === undefined ? {} : { gdpr }) };
}

function directionOf(exchange: Exchange): string {
  return exchange.toLaw === undefined ? 'disclose' : 'internal-reuse';
}

function requested(pen: DossierPen, day: string, consentId: string, exchange: Exchange): void {
  pen.fact('consent-requested', day, {
    consentId, function: 'extra-requirement', purposes: [exchange.purpose], recipients: [exchange.recipient], categories: exchange.categories,
  });
}

function given(pen: DossierPen, day: string, consentId: string, exchange: Exchange): void {
  pen.fact('consent-given', day, {
    consentId, purposes: [exchange.purpose], recipients: [exchange.recipient], categories: exchange.categories,
    givenBy: [{ relation: 'zelf' }], form: 'schriftelijk', function: 'extra-requirement', explicit: true,
    freely: { dependent: true, consequencesExplained: true, understood: true },
  });
}

function decided(pen: DossierPen, day: string, decisionId: string, exchange: Exchange, more: Readonly<Record<string, unknown>> = {}): void {
  pen.fact('sharing-decided', day, {
    decisionId, outcome: 'delen', purpose: exchange.purpose, recipient: exchange.recipient,
    ...(exchange.toLaw === undefined ? {} : { toLaw: exchange.toLaw }),
    legalBasis: legalBasisOn(day, exchange.article), direction: directionOf(exchange), fromLaw: pen.law, categories: exchange.categories,
    informedBeforehand: true, tests: TESTS, decidedBy: { function: exchange.decidedBy }, ...more,
  });
}

function shared(pen: DossierPen, day: string, decisionId: string, exchange: Exchange): void {
  pen.fact('data-shared', day, {
    recipient: exchange.recipient, categories: exchange.categories, decisionId,
    direction: directionOf(exchange), medium: 'beveiligde-e-mail', purpose: exchange.purpose, targetedAnswer: true,
  });
}

/** Asked, given, decided, shared. */
export const withConsent: Story = (pen, day, number, exchange) => {
  requested(pen, day, `T-${number}`, exchange);
  given(pen, dayPlus(day, { days: 3 }), `T-${number}`, exchange);
  decided(pen, dayPlus(day, { days: 5 }), `D-${number}`, exchange, { consentId: `T-${number}` });
  shared(pen, dayPlus(day, { days: 6 }), `D-${number}`, exchange);
};

/** The basis asks for no consent. */
export const withoutNeedForConsent: Story = (pen, day, number, exchange) => {
  decided(pen, day, `D-${number}`, exchange);
  shared(pen, dayPlus(day, { days: 1 }), `D-${number}`, exchange);
};

/** Asked and refused, and so not shared. */
export const refusedAndNotShared: Story = (pen, day, number, exchange) => {
  requested(pen, day, `T-${number}`, exchange);
  refused(pen, dayPlus(day, { days: 4 }), `T-${number}`);
  decided(pen, dayPlus(day, { days: 5 }), `D-${number}`, exchange, {
    outcome: 'niet-delen', consentId: `T-${number}`, motivation: 'Verzonnen voorbeeld: de cliënt wil het niet en het kan ook zonder.',
  });
};

function refused(pen: DossierPen, day: string, consentId: string): void {
  pen.fact('consent-refused', day, { consentId, reason: 'niet-deze-ontvanger', form: 'mondeling' });
}

/** Asked and refused, and shared all the same, by a decision that says why. */
export const refusedButShared: Story = (pen, day, number, exchange) => {
  requested(pen, day, `T-${number}`, exchange);
  refused(pen, dayPlus(day, { days: 4 }), `T-${number}`);
  decided(pen, dayPlus(day, { days: 5 }), `D-${number}`, exchange, {
    consentId: `T-${number}`, motivation: 'Verzonnen voorbeeld: de veiligheid van een kind woog zwaarder.',
    withoutConsent: {
      why: 'serious-danger', risk: 'acute-onveiligheid', to: 'kind',
      decidedBy: { function: 'teamleider' }, decidedOn: dayPlus(day, { days: 5 }),
    },
  });
  shared(pen, dayPlus(day, { days: 5 }), `D-${number}`, exchange);
};

/** Given, then withdrawn; one sharing before the withdrawal and one after it. */
export const sharedAfterWithdrawal: Story = (pen, day, number, exchange) => {
  given(pen, day, `T-${number}`, exchange);
  decided(pen, dayPlus(day, { days: 1 }), `D-${number}`, exchange, { consentId: `T-${number}` });
  shared(pen, dayPlus(day, { days: 2 }), `D-${number}`, exchange);
  withdrawn(pen, dayPlus(day, { days: 12 }), `T-${number}`);
  shared(pen, dayPlus(day, { days: 15 }), `D-${number}`, exchange);
};

function withdrawn(pen: DossierPen, day: string, consentId: string): void {
  pen.fact('consent-withdrawn', day, { consentId, reason: 'wantrouwen', form: 'mondeling' });
}

/** Given and withdrawn before anything was shared: nothing is shared. */
export const withdrawnInTime: Story = (pen, day, number, exchange) => {
  requested(pen, day, `T-${number}`, exchange);
  given(pen, dayPlus(day, { days: 2 }), `T-${number}`, exchange);
  withdrawn(pen, dayPlus(day, { days: 9 }), `T-${number}`);
  decided(pen, dayPlus(day, { days: 10 }), `D-${number}`, exchange, {
    outcome: 'niet-delen', consentId: `T-${number}`, motivation: 'Verzonnen voorbeeld: de toestemming is ingetrokken.',
  });
};

/** Not asked, by a decision beforehand: asking would itself be a danger. */
export const notAskedByDecision: Story = (pen, day, number, exchange) => {
  decided(pen, day, `D-${number}`, exchange, {
    motivation: 'Verzonnen voorbeeld: vragen zou het risico groter maken.', informedBeforehand: false,
    withoutConsent: {
      why: 'risico-door-vragen', risk: 'bedreiging-ontwikkeling-jeugdige', to: 'kind',
      decidedBy: { function: 'teamleider' }, decidedOn: day,
    },
  });
  shared(pen, dayPlus(day, { days: 1 }), `D-${number}`, exchange);
};

/** Not asked, and nobody decided so. */
export const notAskedAndNotDecided: Story = (pen, day, number, exchange) => {
  decided(pen, day, `D-${number}`, exchange, { motivation: 'Verzonnen voorbeeld: er is niet aan toestemming gedacht.', informedBeforehand: false });
  shared(pen, dayPlus(day, { days: 1 }), `D-${number}`, exchange);
};

/** Shared although the sender itself names no basis. */
export const withoutBasis: Story = (pen, day, number, exchange) => {
  decided(pen, day, `D-${number}`, { ...exchange, article: 'none' }, {
    motivation: 'Verzonnen voorbeeld: er was haast en er is geen grondslag gevonden.',
    noBasis: { crucialBecause: 'Verzonnen voorbeeld: zonder dit gesprek liep de hulp vast.', safeguards: 'Alleen mondeling en alleen het hoogst nodige.' },
  });
  shared(pen, dayPlus(day, { days: 1 }), `D-${number}`, exchange);
};
