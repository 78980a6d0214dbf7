import type { CodeList } from '#domain/reference/codes';

/** Raised whenever what a figure counts changes; `figures-fixed` keeps it with the cells. */
export const DEFINITIONS_VERSION = 2;

export interface Dimension {
  readonly title: string;
  /** Where the label of a code comes from; or the labels themselves. */
  readonly list?: readonly CodeList[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a figure says, in Dutch for people who read it once a year. */
export interface FigureDefinition {
  readonly code: string;
  readonly title: string;
  /** `flow`: counted in the year; `stock`: at 31 December. */
  readonly kind: 'flow' | 'stock';
  readonly definition: string;
  readonly population: string;
  readonly doesNotSay: string;
  readonly dimensions: readonly Dimension[];
}

const DOSSIERS = 'Alle dossiers die de aangesloten systemen in het grootboek openden.';
const SHARINGS = 'Alle verstrekkingen die de aangesloten systemen en professionals meldden.';
const BY_DECISION = 'Verstrekkingen bij een deelbesluit dat in het grootboek staat.';
const CONSENT_EVENTS = 'Alle handelingen rond toestemming die het grootboek ontving.';
const YEAR = 'Een gebeurtenis hoort bij het jaar waarin zij gebeurde, niet bij het jaar van de melding.';

export const FIGURES: readonly FigureDefinition[] = [
  {
    code: 'sharings', title: 'Gegevens gedeeld', kind: 'flow',
    definition: `Eén keer delen is één verstrekking aan één ontvangende organisatie. ${YEAR}`,
    population: SHARINGS,
    doesNotSay: 'Het zegt niet om hoeveel mensen het gaat. Een casusoverleg telt hier niet mee.',
    dimensions: [{ title: 'Hoe', labels: { decision: 'met een deelbesluit', route: 'via een vaste route', none: 'zonder besluit of route' } }],
  },
  {
    code: 'sharings-consent-absent', title: 'Gedeeld waar toestemming nodig was en ontbrak', kind: 'flow',
    definition: 'De grondslag van het besluit vraagt toestemming. Op het moment van delen was er geen geldige toestemming. '
      + 'Elke verstrekking staat in één rij: na weigering of intrekking, niet gevraagd met een besluit vooraf, of de rest. '
      + 'Geeft het besluit geen leesbare grondslag, maar wel een reden om zonder toestemming te delen, dan telt het ook.',
    population: BY_DECISION,
    doesNotSay: 'Het zegt niet dat het delen verboden was. Het kijkt alleen naar de toestemming die het besluit zelf noemt. '
      + 'De rij zonder besluit vooraf bevat ook toestemming die verlopen, te algemeen of voor iets anders gegeven was.',
    dimensions: [
      {
        title: 'Hoe het ging', labels: {
          'after-refusal-or-withdrawal': 'na weigering of intrekking',
          'not-asked-decided-beforehand': 'niet gevraagd, vooraf besloten',
          'not-asked-undecided': 'niet gevraagd of niet geldig, zonder besluit vooraf',
        },
      },
      { title: 'Reden', list: ['secrecyBreakingGrounds', 'notAskedReasons'], labels: { none: 'geen reden genoemd', onbekend: 'andere reden' } },
      { title: 'Soort risico', list: ['riskKinds'], labels: { none: 'geen risico genoemd', onbekend: 'ander risico' } },
    ],
  },
  {
    code: 'sharings-consent-not-stated', title: 'Gedeeld op een grondslag die over toestemming niets zegt', kind: 'flow',
    definition: 'De grondslag van het besluit zegt niet of toestemming nodig is. Dit getal staat naast het totaal en telt daarin niet mee.',
    population: BY_DECISION,
    doesNotSay: 'Het zegt niet of er toestemming was.',
    dimensions: [],
  },
  {
    code: 'sharings-without-basis', title: 'Gedeeld zonder wettelijke grondslag', kind: 'flow',
    definition: 'Het besluit noemt geen grondslag, of een artikel dat het delen niet kan dragen.',
    population: BY_DECISION,
    doesNotSay: 'Het zegt niet of het bestuur vooraf besloot om af te wijken. Dat deel bestaat nog niet.',
    dimensions: [{ title: 'Waarom', labels: { none: 'het besluit noemt zelf geen grondslag', 'not-usable': 'het genoemde artikel is geen bruikbare grondslag' } }],
  },
  {
    code: 'sharings-basis-unknown', title: 'Gedeeld met een grondslag die niet te lezen is', kind: 'flow',
    definition: 'Het besluit noemt als grondslag "onbekend", of geen artikel dat het grootboek kent.',
    population: BY_DECISION,
    doesNotSay: 'Het zegt niet of er een grondslag was.',
    dimensions: [],
  },
  {
    code: 'sharings-decision-unknown', title: 'Gedeeld met een besluit dat niet in het grootboek staat', kind: 'flow',
    definition: 'De verstrekking noemt een deelbesluit dat het grootboek niet ontving.',
    population: SHARINGS,
    doesNotSay: 'Het zegt niet of het besluit bestaat. Over grondslag en toestemming is dan niets te zeggen.',
    dimensions: [],
  },
  {
    code: 'objections', title: 'Bezwaren en klachten', kind: 'flow',
    definition: 'Elk ontvangen bezwaar en elke klacht telt één keer, in het jaar van ontvangst.',
    population: 'Alle bezwaren en klachten die in het grootboek zijn vastgelegd.',
    doesNotSay: 'Het zegt niet hoe het bezwaar afliep.',
    dimensions: [{ title: 'Soort', list: ['objectionKinds'], labels: { onbekend: 'ander soort' } }],
  },
  {
    code: 'consents-asked', title: 'Toestemming gevraagd', kind: 'flow',
    definition: `Elke keer dat om toestemming is gevraagd. ${YEAR}`, population: CONSENT_EVENTS,
    doesNotSay: 'Het zegt niet hoeveel mensen het zijn: één mens kan vaker gevraagd zijn.', dimensions: [],
  },
  {
    code: 'consents-given', title: 'Toestemming gegeven', kind: 'flow',
    definition: `Elke keer dat toestemming is gegeven. ${YEAR}`, population: CONSENT_EVENTS,
    doesNotSay: 'Het zegt niet of de toestemming geldig was.',
    dimensions: [
      { title: 'Waarvoor', list: ['consentFunctions'], labels: { onbekend: 'niet gemeld' } },
      { title: 'Vorm', list: ['consentForms'], labels: { onbekend: 'andere vorm' } },
    ],
  },
  {
    code: 'consents-refused', title: 'Toestemming geweigerd', kind: 'flow',
    definition: `Elke keer dat toestemming is geweigerd. ${YEAR}`, population: CONSENT_EVENTS,
    doesNotSay: 'Het zegt niet of er daarna toch is gedeeld. Dat staat bij het delen zonder toestemming.', dimensions: [],
  },
  {
    code: 'consents-withdrawn', title: 'Toestemming ingetrokken', kind: 'flow',
    definition: `Elke keer dat toestemming is ingetrokken, ook voor een deel. ${YEAR}`, population: CONSENT_EVENTS,
    doesNotSay: 'Het zegt niet of er daarna toch is gedeeld. Dat staat bij het delen zonder toestemming.', dimensions: [],
  },
  {
    code: 'dossiers', title: 'Dossiers in het grootboek', kind: 'stock',
    definition: 'Dossiers die op 31 december geopend waren en niet vernietigd.', population: DOSSIERS,
    doesNotSay: 'Het zegt niet of de zaak nog loopt.', dimensions: [],
  },
  {
    code: 'dossiers-due', title: 'Dossiers die vernietigd moeten worden', kind: 'stock',
    definition: 'Dossiers waarvan op 31 december de bewaartermijn voorbij was en waarvan de vernietiging niet stillag.',
    population: DOSSIERS,
    doesNotSay: 'Zonder vastgesteld schema of zonder begindatum heeft een dossier geen datum. Dan telt het hier niet mee.',
    dimensions: [],
  },
  {
    code: 'dossiers-held', title: 'Dossiers waarvan de vernietiging stilligt', kind: 'stock',
    definition: 'Dossiers met op 31 december minstens één reden om niet te vernietigen.', population: DOSSIERS,
    doesNotSay: 'De bewaartermijn kan ook nog lopen.', dimensions: [],
  },
  {
    code: 'holds', title: 'Redenen waarom vernietiging stilligt', kind: 'stock',
    definition: 'Per soort reden het aantal dossiers op 31 december. Een dossier met twee redenen staat in twee rijen.',
    population: DOSSIERS,
    doesNotSay: 'De rijen samen kunnen meer zijn dan het aantal dossiers.',
    dimensions: [{ title: 'Reden', list: ['holdKinds'], labels: { onbekend: 'andere reden' } }],
  },
  {
    code: 'dossiers-destroyed', title: 'Dossiers vernietigd', kind: 'flow',
    definition: 'Dossiers waarvan de vernietiging in dit jaar is begonnen en niet is teruggedraaid.', population: DOSSIERS,
    doesNotSay: 'Het zegt niet of de bronsystemen hun eigen kopie al hebben vernietigd.', dimensions: [],
  },
];
