import type { Api } from '#src/demo/api';
import type { AgendaPage } from '#src/retention/retention-agenda.query';
import { escapeHtml } from '#infra/rendering/escape-html';
import { counted } from '#src/words/counted';

/** Per calendar year: what was recorded, and how many dossiers' terms end. */
export interface YearBar {
  readonly year: number;
  readonly events: number;
  readonly expiries: number;
}

const PAGE = 500;
const BAR_WIDTH = 40;

/** In how many dossiers the term ends, per calendar year, as the agenda has it. */
export async function expiriesPerYear(api: Api, minPosition: number): Promise<ReadonlyMap<number, number>> {
  const years = new Map<number, number>();
  let after = '';
  for (;;) {
    const page: AgendaPage = await api.json<AgendaPage>({ as: 'record-manager', path: `/v1/retention/agenda?limit=${PAGE}${after}`, minPosition });
    for (const { firstDestructionDay } of page.items) {
      if (firstDestructionDay === null) continue;
      const year = Number(firstDestructionDay.slice(0, 4));
      years.set(year, (years.get(year) ?? 0) + 1);
    }
    if (page.next === undefined) return years;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

export function yearBars(events: ReadonlyMap<number, number>, expiries: ReadonlyMap<number, number>): readonly YearBar[] {
  const years = [...events.keys(), ...expiries.keys()];
  if (years.length === 0) return [];
  const first = Math.min(...years);
  return Array.from({ length: Math.max(...years) - first + 1 }, (_, index) => {
    const year = first + index;
    return { year, events: events.get(year) ?? 0, expiries: expiries.get(year) ?? 0 };
  });
}

/** For the terminal: a bar for events (█) and one for ending terms (░), each to its own scale. */
export function textBars(bars: readonly YearBar[]): readonly string[] {
  const most = Math.max(1, ...bars.map(({ events }) => events));
  const mostExpiries = Math.max(1, ...bars.map(({ expiries }) => expiries));
  return bars.map(({ year, events, expiries }) =>
    `${year}  ${bar('█', events, most).padEnd(BAR_WIDTH)} ${String(events).padStart(6)}  ${bar('░', expiries, mostExpiries).padEnd(BAR_WIDTH / 2)} ${String(expiries).padStart(5)}`.trimEnd());
}

function bar(sign: string, count: number, most: number): string {
  const width = sign === '█' ? BAR_WIDTH : BAR_WIDTH / 2;
  return sign.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * width)));
}

/** A page of its own: the picture with its text alternative, and the same numbers in a table. */
export function picturePage(bars: readonly YearBar[]): string {
  const most = Math.max(1, ...bars.flatMap(({ events, expiries }) => [events, expiries]));
  const height = (count: number): number => Math.round((count / most) * 240);
  const columns = bars.map(({ year, events, expiries }, index) => {
    const x = 40 + index * 44;
    return `<rect x="${x}" y="${260 - height(events)}" width="16" height="${height(events)}" fill="#00418a"/>
<rect x="${x + 18}" y="${260 - height(expiries)}" width="16" height="${height(expiries)}" fill="#b35900"/>
<text x="${x + 17}" y="278" text-anchor="middle" font-size="12">${year}</text>`;
  }).join('\n');
  const all = bars.reduce((sum, { events }) => sum + events, 0);
  const ending = bars.reduce((sum, { expiries }) => sum + expiries, 0);
  const description = `${counted(all, 'gebeurtenis', 'gebeurtenissen')} en ${counted(ending, 'termijn', 'termijnen')} die aflopen, per jaar. De tabel hieronder heeft dezelfde getallen.`;
  return `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<title>Gebeurtenissen en aflopende bewaartermijnen per jaar</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{max-width:70rem;margin:0 auto;padding:1rem;font:1.0625rem/1.6 system-ui,sans-serif;color:#1a1a1a;background:#fff}svg{width:100%;height:auto}table{border-collapse:collapse}th,td{border-bottom:1px solid #595959;padding:.3rem .8rem;text-align:right}th:first-child{text-align:left}.events{color:#00418a}.expiries{color:#8a4500}</style>
</head>
<body>
<main>
<h1>Gebeurtenissen en aflopende bewaartermijnen per jaar</h1>
<p>Alles hierin is verzonnen. <strong class="events">Blauw</strong>: vastgelegde gebeurtenissen. <strong class="expiries">Bruin</strong>: dossiers waarvan de bewaartermijn afloopt.</p>
<svg viewBox="0 0 ${60 + bars.length * 44} 290" role="img" aria-labelledby="titel uitleg">
<title id="titel">Staafdiagram per jaar</title>
<desc id="uitleg">${escapeHtml(description)}</desc>
${columns}
</svg>
<table>
<caption>Dezelfde getallen</caption>
<thead><tr><th scope="col">Jaar</th><th scope="col">Gebeurtenissen</th><th scope="col">Termijnen die aflopen</th></tr></thead>
<tbody>
${bars.map(({ year, events, expiries }) => `<tr><th scope="row">${year}</th><td>${events}</td><td>${expiries}</td></tr>`).join('\n')}
</tbody>
</table>
</main>
</body>
</html>
`;
}
