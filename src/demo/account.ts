import type { AnnualReport } from '#domain/account/annual-report';
import type { ReportFigure } from '#domain/account/report-figure';
import { CommandFailure } from '#src/cli/command';
import type { Api } from '#src/demo/api';
import { writeOutput } from '#src/demo/output-folder';

export interface FetchedAccount {
  readonly report: AnnualReport;
  readonly html: string;
}

/** The account as the controller gets it, as JSON and as a page, knowing of everything up to `minPosition`. */
export async function fetchAccount(api: Api, year: number, minPosition: number): Promise<FetchedAccount> {
  const path = `/v1/annual-reports/${year}`;
  const json = await api.call({ as: 'controller', path, minPosition });
  const page = await api.call({ as: 'controller', path, accept: 'text/html', minPosition });
  return { report: JSON.parse(json.text) as AnnualReport, html: page.text };
}

export function writeAccount(folder: string, { report, html }: FetchedAccount): string[] {
  return [
    writeOutput(folder, `verantwoording-${report.year}.html`, html),
    writeOutput(folder, `verantwoording-${report.year}.json`, JSON.stringify(report, null, 2)),
  ];
}

/** What a council member looks for first: the figure, last year's beside it, the parts below it. */
const MAIN_FIGURES = [
  'sharings', 'sharings-consent-absent', 'sharings-without-basis', 'objections',
  'consents-given', 'consents-refused', 'consents-withdrawn', 'dossiers-due', 'dossiers-held', 'dossiers-destroyed',
] as const;
const WITH_PARTS: readonly string[] = ['sharings-consent-absent', 'objections'];

export function mainFigures({ report }: FetchedAccount): readonly string[] {
  const year = String(report.year);
  const head = `${''.padEnd(WIDTH)}${year.padStart(6)}${String(report.year - 1).padStart(8)}`;
  const lines = MAIN_FIGURES.flatMap((code) => {
    const figure = figureOf(report, code);
    return [line(figure.title, figure.total, figure.lastYear), ...(WITH_PARTS.includes(code) ? partsOf(figure) : [])];
  });
  return [head, ...lines];
}

const WIDTH = 62;

function line(title: string, count: number, lastYear: number): string {
  return `${title.padEnd(WIDTH)}${String(count).padStart(6)}${String(lastYear).padStart(8)}`;
}

/** By the first dimension only: how it went, or of which kind. */
function partsOf(figure: ReportFigure): readonly string[] {
  const parts = new Map<string, { count: number; lastYear: number }>();
  for (const { dimensions, count, lastYear } of figure.rows) {
    const label = dimensions[0]?.label ?? '';
    const part = parts.get(label) ?? { count: 0, lastYear: 0 };
    parts.set(label, { count: part.count + count, lastYear: part.lastYear + lastYear });
  }
  return [...parts].map(([label, part]) => line(`  ${label}`, part.count, part.lastYear));
}

function figureOf({ figures }: AnnualReport, code: string): ReportFigure {
  const found = figures.find((figure) => figure.code === code);
  if (found === undefined) throw new CommandFailure('figure-missing', `Het verslag mist een cijfer: ${code}.`);
  return found;
}

/** The same year asked for again must give the same figures, whatever was destroyed in between. */
export function compareAccounts(before: FetchedAccount, after: FetchedAccount): void {
  if (JSON.stringify(before.report.figures) !== JSON.stringify(after.report.figures)) {
    throw new CommandFailure('figures-moved', 'De cijfers van een afgesloten jaar zijn veranderd door de vernietiging.');
  }
}
