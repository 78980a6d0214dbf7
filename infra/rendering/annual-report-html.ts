import type { AnnualReport } from '#domain/account/annual-report';
import type { Chapter } from '#domain/account/chapters';
import { digits } from '#domain/account/dutch';
import type { ReportFigure } from '#domain/account/report-figure';
import { escapeHtml } from '#infra/rendering/escape-html';

/**
 * The account as one page of plain HTML without scripts or outside files (WCAG 2.2 AA): one h1, headings in order,
 * every table with caption and scopes, contrast of 7:1 or more, readable at 320 CSS pixels and in print.
 */
export function renderAnnualReportHtml(report: AnnualReport): string {
  const { title, year } = report;
  return `<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>Organisatie (OIN): ${escapeHtml(report.oin)}. Volledige uitgave.</p>
</header>
<nav aria-labelledby="inhoud">
<h2 id="inhoud">Inhoud</h2>
<ol>
${report.chapters.map((chapter) => `<li><a href="#hoofdstuk-${chapter.number}">${escapeHtml(chapter.title)}</a>${chapter.built ? '' : ' (bestaat nog niet)'}</li>`).join('\n')}
</ol>
</nav>
<main>
${report.chapters.map((chapter) => chapterHtml(chapter, report)).join('\n')}
<section aria-labelledby="begrippen">
<h2 id="begrippen">Wat de cijfers betekenen</h2>
${report.figures.map(definitionHtml).join('\n')}
</section>
</main>
<footer>
<p>Einde van de verantwoording over ${year}.</p>
</footer>
</body>
</html>
`;
}

function chapterHtml(chapter: Chapter, report: AnnualReport): string {
  const id = `hoofdstuk-${chapter.number}`;
  const figures = chapter.figures.map((code) => report.figures.find((figure) => figure.code === code)).filter((figure) => figure !== undefined);
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${chapter.number}. ${escapeHtml(chapter.title)}</h2>
${chapter.number === 12 ? accountability(report) : chapter.sentences.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${figures.length === 0 ? '' : totalsTable(chapter, figures, report.year)}
${figures.filter((figure) => figure.rows.length > 0).map((figure) => rowsTable(figure, report.year)).join('\n')}
</section>`;
}

function totalsTable(chapter: Chapter, figures: readonly ReportFigure[], year: number): string {
  // Reasons overlap: their sum would be no number of dossiers.
  const summed = figures.filter(({ code }) => code !== 'holds');
  return table(`Cijfers bij hoofdstuk ${chapter.number}`, `hoofdstuk-${chapter.number}-cijfers`, ['Wat'], year, summed.map((figure) => [
    [figure.kind === 'stock' ? `${figure.title} (op 31 december)` : figure.title], figure.total, figure.lastYear,
  ]));
}

function rowsTable(figure: ReportFigure, year: number): string {
  return table(`${figure.title}, uitgesplitst`, `tabel-${figure.code}`, figure.dimensionTitles, year,
    figure.rows.map((row) => [row.dimensions.map(({ label }) => label), row.count, row.lastYear] as const));
}

type TableRow = readonly [labels: readonly string[], count: number, lastYear: number];

function table(caption: string, id: string, titles: readonly string[], year: number, rows: readonly TableRow[]): string {
  const head = [...titles.map((title) => `<th scope="col">${escapeHtml(title)}</th>`), `<th scope="col" class="n">${year}</th>`, `<th scope="col" class="n">${year - 1}</th>`];
  const body = rows.map(([labels, count, lastYear]) => {
    const [first, ...others] = labels;
    return `<tr><th scope="row">${escapeHtml(first ?? '')}</th>${others.map((label) => `<td>${escapeHtml(label)}</td>`).join('')}<td class="n">${digits(count)}</td><td class="n">${digits(lastYear)}</td></tr>`;
  });
  return `<div class="table" role="region" aria-labelledby="${id}" tabindex="0">
<table>
<caption id="${id}">${escapeHtml(caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>`;
}

function accountability(report: AnnualReport): string {
  return `${report.notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('\n')}
<h3 id="controlepunt">Controlepunt</h3>
<div class="table" role="region" aria-labelledby="controlepunt" tabindex="0">
<pre>${escapeHtml(report.asOf.checkpoint)}</pre>
</div>
<p>Versie van de definities: ${report.definitionsVersion}.</p>`;
}

function definitionHtml(figure: ReportFigure): string {
  return `<h3>${escapeHtml(figure.title)}</h3>
<dl>
<dt>Wat telt mee</dt><dd>${escapeHtml(figure.definition)}</dd>
<dt>Waarover</dt><dd>${escapeHtml(figure.population)}</dd>
<dt>Wat het cijfer niet zegt</dt><dd>${escapeHtml(figure.doesNotSay)}</dd>
</dl>`;
}

const STYLE = `
body{max-width:50rem;margin:0 auto;padding:1rem;font:1.0625rem/1.6 system-ui,sans-serif;color:#1a1a1a;background:#fff}
h1,h2,h3{line-height:1.25}
h2{margin-top:2.5rem;border-top:2px solid #1a1a1a;padding-top:1rem}
a{color:#00418a}
a:focus-visible,.table:focus-visible{outline:3px solid #00418a;outline-offset:2px}
.table{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:bold;padding:.5rem 0}
th,td{border-bottom:1px solid #595959;padding:.4rem .6rem;text-align:left;vertical-align:top}
tbody th{font-weight:normal}
.n{text-align:right;font-variant-numeric:tabular-nums}
dt{font-weight:bold}
dd{margin:0 0 .5rem}
pre{margin:0;font-size:.9375rem}
@media print{body{max-width:none;font-size:11pt}nav{display:none}h2,h3,caption{break-after:avoid}tr,dl{break-inside:avoid}.table{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}}
`;
