import { AGENDA_CATEGORIES, placeOf, type AgendaCategory } from '#projections/retention-agenda/queries';
import { get } from '#src/cli/api-call';
import { EXIT, WrongUse, flag, text, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { dutchDay, plain } from '#src/cli/retention/list-words';
import type { AgendaEntry, AgendaPage } from '#src/retention/retention-agenda.query';

const LIMIT = 100;
const LIMIT_MAX = 1_000_000;
const PAGE_MAX = 500;

/** Dutch, for people. */
export const CATEGORY_LABELS: Readonly<Record<AgendaCategory, string>> = {
  'due': 'mag weg', 'overdue': 'had al weg gemoeten', 'held': 'ligt stil', 'soon': 'mag binnenkort weg', 'later': 'mag later weg',
  'extended': 'verlengd', 'no-start-date': 'zonder begindatum', 'no-rule': 'zonder regel', 'blocked': 'regel of dag klopt niet',
  'provisional': 'nog niet geopend', 'permanent': 'blijft bewaard', 'open': 'loopt nog', 'begun': 'wordt vernietigd',
  'awaits-source': 'bronsysteem vernietigt zelf', 'gone-at-source': 'door bronsysteem vernietigd',
  'permanent-at-source': 'door bronsysteem vernietigd, maar hier blijvend te bewaren',
};

/** Prints the agenda as the service gives it, page after page, at most `--limit` dossiers. */
export async function showAgenda(values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const wishes = wishesIn(values);
  const pages = await askPages(wishes, values, surroundings);
  const first = pages[0]!;
  const items = pages.flatMap((page) => page.items);
  const more = pages.at(-1)!.next !== undefined;
  if (flag(values, 'json')) {
    const { today, schedule, counts, knownAt } = first;
    surroundings.out(JSON.stringify({ ok: true, today, schedule, counts, knownAt, items, more }));
    return EXIT.done;
  }
  surroundings.out([...heading(first), '', ...table(items), ...(more ? ['', 'Er zijn er meer; vraag ze met --limit of --category.'] : [])].join('\n'));
  return EXIT.done;
}

interface Wishes {
  readonly category: AgendaCategory | null;
  readonly limit: number;
}

function wishesIn(values: OptionValues): Wishes {
  const category = text(values, 'category') ?? null;
  if (category !== null && !isCategory(category)) throw new WrongUse(`Kies bij --category uit: ${AGENDA_CATEGORIES.join(', ')}.`);
  const limit = text(values, 'limit') ?? String(LIMIT);
  const count = /^[0-9]{1,7}$/.test(limit) ? Number(limit) : 0;
  if (count < 1 || count > LIMIT_MAX) throw new WrongUse(`Geef bij --limit een getal van 1 tot ${LIMIT_MAX}.`);
  return { category, limit: count };
}

function isCategory(value: string): value is AgendaCategory {
  return (AGENDA_CATEGORIES as readonly string[]).includes(value);
}

async function askPages({ category, limit }: Wishes, values: OptionValues, surroundings: Surroundings): Promise<readonly AgendaPage[]> {
  const pages: AgendaPage[] = [];
  let left = limit;
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(left, PAGE_MAX)), ...(category === null ? {} : { category }), ...(after === undefined ? {} : { after }) });
    const page = await get(values, surroundings, `/v1/retention/agenda?${query.toString()}`) as AgendaPage;
    pages.push(page);
    left -= page.items.length;
    after = page.next;
  } while (after !== undefined && left > 0);
  return pages;
}

function heading({ today, schedule, counts }: AgendaPage): readonly string[] {
  const standing = AGENDA_CATEGORIES.filter((category) => counts[category] > 0).map((category) => `${CATEGORY_LABELS[category]}: ${counts[category]}`);
  return [
    `Agenda van ${dutchDay(today)}, ${schedule === null ? 'er zijn nog geen bewaartermijnen vastgesteld' : `bewaartermijnen ${plain(schedule)}`}.`,
    standing.length === 0 ? 'Er zijn geen dossiers.' : `${standing.join('; ')}.`,
  ];
}

function table(items: readonly AgendaEntry[]): readonly string[] {
  if (items.length === 0) return ['Geen dossiers in deze lijst.'];
  const rows = [['stand', 'dag', 'regel', 'kenmerk'], ...items.map((item) => [
    CATEGORY_LABELS[item.category], dutchDay(placeOf(item).day), item.rule === null ? '-' : plain(item.rule.id),
    item.dossier === null ? '-' : plain(`${item.dossier.system} ${item.dossier.reference}`),
  ])];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}
