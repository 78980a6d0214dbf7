import { CommandFailure } from '#src/cli/command';
import type { Api } from '#src/demo/api';
import { writeOutput } from '#src/demo/output-folder';

export interface FetchedAccount {
  readonly json: string;
  readonly html: string;
  /** What the municipality must account for, one Dutch line per figure. */
  readonly figures: readonly string[];
}

export async function fetchAccount(api: Api, year: number, minPosition: number): Promise<FetchedAccount> {
  const path = `/v1/annual-reports/${year}`;
  const { text: json } = await api.call({ as: 'controller', path, minPosition });
  const { text: html } = await api.call({ as: 'controller', path, accept: 'text/html', minPosition });
  return { json, html, figures: [] };
}

export function writeAccount(folder: string, year: number, { json, html }: FetchedAccount): string[] {
  return [
    writeOutput(folder, `verantwoording-${year}.html`, html),
    writeOutput(folder, `verantwoording-${year}.json`, JSON.stringify(JSON.parse(json), null, 2)),
  ];
}

/** The same year asked for again must give the same figures, whatever was destroyed in between. */
export function compareAccounts(before: FetchedAccount, after: FetchedAccount): void {
  if (before.figures.join('\n') !== after.figures.join('\n')) {
    throw new CommandFailure('figures-moved', 'De cijfers van een afgesloten jaar zijn veranderd door de vernietiging.');
  }
}
