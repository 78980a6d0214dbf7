/** Words of the account in Dutch: right for none, one, two and many. */
const SMALL = ['geen', 'één', 'twee', 'drie', 'vier', 'vijf', 'zes', 'zeven', 'acht', 'negen', 'tien', 'elf', 'twaalf'] as const;
const MONTHS = [
  'januari', 'februari', 'maart', 'april', 'mei', 'juni', 'juli', 'augustus', 'september', 'oktober', 'november', 'december',
] as const;

/** In words up to twelve, then in digits with a point per thousand. */
export function amount(count: number): string {
  return SMALL[count] ?? digits(count);
}

/** 12345 -> 12.345 */
export function digits(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, '.');
}

/** "geen dossiers", "één dossier", "twee dossiers", "1.204 dossiers". */
export function counted(count: number, one: string, many: string): string {
  return `${amount(count)} ${count === 1 ? one : many}`;
}

/** "niet", "één keer", "twee keer", "1.204 keer". */
export function times(count: number): string {
  return count === 0 ? 'niet' : `${amount(count)} keer`;
}

export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** 2026-01-01 -> 1 januari 2026 */
export function dutchDay(day: Temporal.PlainDate): string {
  return `${day.day} ${MONTHS[day.month - 1]!} ${day.year}`;
}

/** From here a rise or fall is worth a word; below it chance decides. */
const COMPARABLE = 20;

/** Null when the numbers are too small to be compared in words: the table shows both. */
export function comparedWithLastYear(now: number, before: number): string | null {
  if (Math.min(now, before) < COMPARABLE) return null;
  if (now === before) return 'Dat is evenveel als in het jaar ervoor.';
  return `Dat is ${now > before ? 'meer' : 'minder'} dan in het jaar ervoor. Toen was het ${digits(before)}.`;
}
