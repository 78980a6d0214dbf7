import type { AnnualReport } from '#domain/account/annual-report';
import type { Chapter } from '#domain/account/chapters';
import { digits } from '#domain/account/dutch';
import type { ReportFigure } from '#domain/account/report-figure';
import type { Block, PrintedDocument, Section, TableBlock } from '#infra/rendering/printed-document';

/** The account as pages: the same sentences, tables and order as the HTML, out of the same model. */
export function annualReportDocument(report: AnnualReport): PrintedDocument {
  return {
    title: report.title,
    description: `Verantwoording over het delen van gegevens in ${report.year}.`,
    issuer: `Organisatie ${report.oin}`,
    date: report.asOf.day,
    contents: true,
    introduction: [paragraph(`Organisatie (OIN): ${report.oin}. Volledige uitgave.`)],
    sections: [
      ...report.chapters.map((chapter) => chapterSection(chapter, report)),
      { title: 'Wat de cijfers betekenen', blocks: report.figures.flatMap(definitionBlocks) },
    ],
  };
}

function chapterSection(chapter: Chapter, report: AnnualReport): Section {
  const figures = chapter.figures.map((code) => report.figures.find((figure) => figure.code === code)).filter((figure) => figure !== undefined);
  return {
    title: `${chapter.number}. ${chapter.title}`,
    ...(chapter.built ? {} : { contentsNote: '(bestaat nog niet)' }),
    blocks: [
      ...(chapter.number === 12 ? accountability(report) : chapter.sentences.map(paragraph)),
      ...(figures.length === 0 ? [] : [totalsTable(chapter, figures, report.year)]),
      ...figures.filter((figure) => figure.rows.length > 0).map((figure) => rowsTable(figure, report.year)),
    ],
  };
}

function totalsTable(chapter: Chapter, figures: readonly ReportFigure[], year: number): TableBlock {
  // Reasons overlap: their sum would be no number of dossiers.
  const summed = figures.filter(({ code }) => code !== 'holds');
  return table(`Cijfers bij hoofdstuk ${chapter.number}`, ['Wat'], year, summed.map((figure) => [
    [figure.kind === 'stock' ? `${figure.title} (op 31 december)` : figure.title], figure.total, figure.lastYear,
  ]));
}

function rowsTable(figure: ReportFigure, year: number): TableBlock {
  return table(`${figure.title}, uitgesplitst`, figure.dimensionTitles, year,
    figure.rows.map((row) => [row.dimensions.map(({ label }) => label), row.count, row.lastYear] as const));
}

function table(
  caption: string, titles: readonly string[], year: number, rows: readonly (readonly [labels: readonly string[], count: number, lastYear: number])[],
): TableBlock {
  return {
    kind: 'table', caption,
    columns: [...titles.map((title) => ({ title, width: 3 })), { title: String(year), width: 1, numeric: true }, { title: String(year - 1), width: 1, numeric: true }],
    rows: rows.map(([labels, count, lastYear]) => [...labels, digits(count), digits(lastYear)]),
  };
}

function accountability(report: AnnualReport): readonly Block[] {
  return [
    ...report.notes.map(paragraph),
    { kind: 'heading', text: 'Controlepunt' }, { kind: 'lines', text: report.asOf.checkpoint.trimEnd() },
    paragraph(`Versie van de definities: ${report.definitionsVersion}.`),
  ];
}

function definitionBlocks(figure: ReportFigure): readonly Block[] {
  return [
    { kind: 'heading', text: figure.title },
    { kind: 'terms', items: [['Wat telt mee', figure.definition], ['Waarover', figure.population], ['Wat het cijfer niet zegt', figure.doesNotSay]] },
  ];
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}
