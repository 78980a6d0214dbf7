import { comparedWithLastYear, counted, sentence, times } from '#domain/account/dutch';
import { figureOf, type ReportFigure } from '#domain/account/report-figure';

/** A chapter of findings-and-report.md; `built` false: the ledger does not record this yet, and the chapter says so. */
export interface Chapter {
  readonly number: number;
  readonly title: string;
  readonly built: boolean;
  readonly sentences: readonly string[];
  /** Codes of the figures whose tables stand in it. */
  readonly figures: readonly string[];
}

/** The five things a council member reads first. */
export function summarySentences(year: number, figures: readonly ReportFigure[]): readonly string[] {
  const total = (code: string): number => figureOf(figures, code).total;
  const objections = total('objections');
  return [
    // "Dat is meer dan…" speaks of the sentence before it.
    sharingSentence(year, figures), ...present(comparison(figures, 'sharings')),
    ...unknownDecision(total('sharings-decision-unknown')),
    absentSentence(total('sharings-consent-absent')), ...present(comparison(figures, 'sharings-consent-absent')),
    basisSentence(total('sharings-without-basis')),
    sentence(objections === 0 ? 'Er kwamen geen bezwaren of klachten binnen' : `er ${objections === 1 ? 'kwam' : 'kwamen'} ${counted(objections, 'bezwaar of klacht', 'bezwaren en klachten')} binnen`),
    destroyedSentence(total('dossiers-destroyed')),
  ];
}

export function chapters(year: number, figures: readonly ReportFigure[]): readonly Chapter[] {
  const total = (code: string): number => figureOf(figures, code).total;
  return [
    {
      number: 1, title: 'Samenvatting', built: true, figures: ['sharings'],
      sentences: summarySentences(year, figures),
    },
    {
      number: 2, title: 'Delen waar toestemming nodig was en ontbrak', built: true,
      figures: ['sharings-consent-absent', 'sharings-consent-not-stated', 'sharings-without-basis', 'sharings-basis-unknown', 'sharings-decision-unknown', 'objections'],
      sentences: [
        absentSentence(total('sharings-consent-absent')), ...present(comparison(figures, 'sharings-consent-absent')),
        ...notStated(total('sharings-consent-not-stated')), basisSentence(total('sharings-without-basis')),
      ],
    },
    {
      number: 3, title: 'Toestemming', built: true, figures: ['consents-asked', 'consents-given', 'consents-refused', 'consents-withdrawn'],
      sentences: [
        sentence(`toestemming is ${times(total('consents-asked'))} gevraagd en ${times(total('consents-given'))} gegeven`),
        sentence(`toestemming is ${times(total('consents-refused'))} geweigerd en ${times(total('consents-withdrawn'))} ingetrokken`),
        'Wie toestemming intrekt, verandert niets aan wat eerder is gedeeld.',
      ],
    },
    notBuilt(4, 'Deelbesluiten'), notBuilt(5, 'Casusoverleg'), notBuilt(6, 'Informeren'), notBuilt(7, 'Toegang'),
    notBuilt(8, 'Rechten van inwoners'),
    {
      number: 9, title: 'Bewaren en vernietigen', built: true, figures: ['dossiers', 'dossiers-due', 'dossiers-held', 'holds', 'dossiers-destroyed'],
      sentences: [
        sentence(standing(total('dossiers-due'), 'waarvan de bewaartermijn voorbij was', year)),
        sentence(standing(total('dossiers-held'), 'waarvan de vernietiging stillag', year)),
        destroyedSentence(total('dossiers-destroyed')),
      ],
    },
    notBuilt(10, 'Datalekken'), notBuilt(11, 'Signalen en bevindingen'),
    { number: 12, title: 'Verantwoording over dit verslag', built: true, figures: [], sentences: [] },
  ];
}

function notBuilt(number: number, title: string): Chapter {
  return { number, title, built: false, figures: [], sentences: ['Dit hoofdstuk bestaat nog niet. Het grootboek telt dit nog niet.'] };
}

function sharingSentence(year: number, figures: readonly ReportFigure[]): string {
  const { total } = figureOf(figures, 'sharings');
  return total === 0 ? `In ${year} zijn geen gegevens gedeeld.` : `In ${year} zijn ${times(total)} gegevens gedeeld met een organisatie.`;
}

function absentSentence(count: number): string {
  return count === 0
    ? 'Het kwam niet voor dat toestemming nodig was en ontbrak.'
    : sentence(`bij delen was ${times(count)} toestemming nodig die ontbrak`);
}

function basisSentence(count: number): string {
  return count === 0 ? 'Er is niet gedeeld zonder wettelijke grondslag.' : sentence(`er is ${times(count)} gedeeld zonder wettelijke grondslag`);
}

function destroyedSentence(count: number): string {
  return count === 0 ? 'Er zijn geen dossiers vernietigd.' : sentence(`er ${count === 1 ? 'is' : 'zijn'} ${counted(count, 'dossier', 'dossiers')} vernietigd`);
}

function notStated(count: number): readonly string[] {
  if (count === 0) return [];
  return [sentence(`daarnaast is ${times(count)} gedeeld op een grondslag die over toestemming niets zegt`), 'Dat staat niet in het totaal.'];
}

function unknownDecision(count: number): readonly string[] {
  if (count === 0) return [];
  return [sentence(`${times(count)} noemt de melding een besluit dat niet in het grootboek staat`), 'Over toestemming en grondslag is dan niets te zeggen.'];
}

function standing(count: number, which: string, year: number): string {
  return `op 31 december ${year} ${count === 1 ? 'was' : 'waren'} er ${counted(count, 'dossier', 'dossiers')} ${which}`;
}

function comparison(figures: readonly ReportFigure[], code: string): string | null {
  const { total, lastYear } = figureOf(figures, code);
  return comparedWithLastYear(total, lastYear);
}

function present(text: string | null): readonly string[] {
  return text === null ? [] : [text];
}
