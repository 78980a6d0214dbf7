/** Dutch words for numbers and dates on screen. */
export function dutchDate(day: string): string {
  return Temporal.PlainDate.from(day).toLocaleString('nl-NL', { day: 'numeric', month: 'long', year: 'numeric' });
}

export function dutchNumber(value: number): string {
  return value.toLocaleString('nl-NL', { maximumFractionDigits: 1 });
}
