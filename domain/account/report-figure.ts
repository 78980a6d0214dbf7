/** One line of a figure's table. Counts are whole numbers. */
export interface ReportRow {
  /** One code and one Dutch label per dimension. */
  readonly dimensions: readonly { readonly code: string; readonly label: string }[];
  readonly count: number;
  readonly lastYear: number;
}

export interface ReportFigure {
  readonly code: string;
  readonly title: string;
  readonly kind: 'flow' | 'stock';
  readonly total: number;
  readonly lastYear: number;
  readonly dimensionTitles: readonly string[];
  readonly rows: readonly ReportRow[];
  readonly definition: string;
  readonly population: string;
  readonly doesNotSay: string;
}

/** Throws when no figure has this code. */
export function figureOf(figures: readonly ReportFigure[], code: string): ReportFigure {
  const found = figures.find((figure) => figure.code === code);
  if (found === undefined) throw new Error(`the report has no figure ${code}`);
  return found;
}
