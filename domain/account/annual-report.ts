import { DEFINITIONS_VERSION, FIGURES, type Dimension, type FigureDefinition } from '#domain/account/definitions';
import { chapters, summarySentences, type Chapter } from '#domain/account/chapters';
import { dutchDay } from '#domain/account/dutch';
import type { ReportFigure, ReportRow } from '#domain/account/report-figure';
import { reportNotes } from '#domain/account/report-notes';
import type { FigureCell } from '#domain/destruction/events';
import type { Position } from '#domain/ledger/ids';
import { findCode } from '#domain/reference/codes';

/** The yearly account as JSON; the HTML is rendered from this and from nothing else. */
export interface AnnualReport {
  readonly title: string;
  readonly year: number;
  /** Full edition: small numbers are shown, it is not meant for publication. */
  readonly edition: 'full';
  readonly oin: string;
  readonly definitionsVersion: number;
  /** Last position that was counted; the checkpoint (C2SP tlog-checkpoint) under which the ledger stood then or later. */
  readonly asOf: { readonly position: Position; readonly checkpoint: string; readonly day: string };
  readonly summary: readonly string[];
  readonly chapters: readonly Chapter[];
  readonly figures: readonly ReportFigure[];
  /** What a reader must know before believing a figure. */
  readonly notes: readonly string[];
}

export interface ReportSources {
  readonly cells: readonly FigureCell[];
  readonly oin: string;
  readonly position: Position;
  readonly checkpoint: string;
  /** Calendar date in Amsterdam on which it is made. */
  readonly today: Temporal.PlainDate;
  /** Something was destroyed before figures of this version were fixed (the runner's status says so). */
  readonly survivorsOnly: boolean;
}

export function buildAnnualReport(year: number, sources: ReportSources): AnnualReport {
  const figures = FIGURES.map((definition) => reportFigure(definition, year, sources.cells));
  const { oin, position, checkpoint, today } = sources;
  return {
    title: `Verantwoording gegevensdeling ${year}`,
    year, edition: 'full', oin, definitionsVersion: DEFINITIONS_VERSION,
    asOf: { position, checkpoint, day: today.toString() },
    summary: summarySentences(year, figures),
    chapters: chapters(year, figures),
    figures,
    notes: reportNotes({ year, today, madeOn: dutchDay(today), position, survivorsOnly: sources.survivorsOnly }),
  };
}

function reportFigure(definition: FigureDefinition, year: number, cells: readonly FigureCell[]): ReportFigure {
  const own = cells.filter((cell) => cell.figure === definition.code);
  const inYear = (cell: FigureCell, asked: number): boolean => (definition.kind === 'flow' ? cell.year === asked : cell.year <= asked);
  const sum = (asked: number): number => own.reduce((total, cell) => total + (inYear(cell, asked) ? cell.count : 0), 0);
  return {
    code: definition.code, title: definition.title, kind: definition.kind, total: sum(year), lastYear: sum(year - 1),
    dimensionTitles: definition.dimensions.map(({ title }) => title),
    rows: definition.dimensions.length === 0 ? [] : rowsOf(definition, year, own, inYear),
    definition: definition.definition, population: definition.population, doesNotSay: definition.doesNotSay,
  };
}

function rowsOf(
  definition: FigureDefinition, year: number, cells: readonly FigureCell[], inYear: (cell: FigureCell, asked: number) => boolean,
): readonly ReportRow[] {
  const rows = new Map<string, { dimensions: readonly string[]; count: number; lastYear: number }>();
  for (const cell of cells) {
    const key = JSON.stringify(cell.dimensions);
    const row = rows.get(key) ?? { dimensions: cell.dimensions, count: 0, lastYear: 0 };
    if (inYear(cell, year)) row.count += cell.count;
    if (inYear(cell, year - 1)) row.lastYear += cell.count;
    rows.set(key, row);
  }
  const order = (dimensions: readonly string[]): readonly number[] => dimensions.map((code, n) => placeOf(code, definition.dimensions[n]));
  return [...rows.values()]
    .filter((row) => row.count !== 0 || row.lastYear !== 0)
    .sort((a, b) => compareLists(order(a.dimensions), order(b.dimensions)) || (JSON.stringify(a.dimensions) < JSON.stringify(b.dimensions) ? -1 : 1))
    .map((row) => ({ ...row, dimensions: row.dimensions.map((code, n) => ({ code, label: labelOf(code, definition.dimensions[n]) })) }));
}

/** Labels first and in their order (the partition's), codes of a list after them. */
function placeOf(code: string, dimension: Dimension | undefined): number {
  const place = Object.keys(dimension?.labels ?? {}).indexOf(code);
  return place === -1 ? Number.MAX_SAFE_INTEGER : place;
}

function labelOf(code: string, dimension: Dimension | undefined): string {
  const own = dimension?.labels?.[code];
  if (own !== undefined) return own;
  for (const list of dimension?.list ?? []) {
    const label = findCode(list, code)?.nl;
    if (label !== undefined) return label;
  }
  return code;
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (const [n, value] of a.entries()) if (value !== b[n]) return value - (b[n] ?? 0);
  return 0;
}
