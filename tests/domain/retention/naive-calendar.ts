/** A second, slow calendar that knows no library: it counts day after day by the rules of the Gregorian calendar. */
interface Day { y: number; m: number; d: number }

const leap = (y: number): boolean => (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
const lengthOf = (y: number, m: number): number => (m === 2 ? (leap(y) ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31);

function tomorrow({ y, m, d }: Day): Day {
  if (d < lengthOf(y, m)) return { y, m, d: d + 1 };
  return m < 12 ? { y, m: m + 1, d: 1 } : { y: y + 1, m: 1, d: 1 };
}

export function naiveFirstDestructionDay(trigger: string, period: string): string {
  const [y, m, d] = trigger.split('-').map(Number) as [number, number, number];
  const number = (letter: string): number => Number(new RegExp(`(\\d+)${letter}`).exec(period)?.[1] ?? 0);
  const months = number('Y') * 12 + number('M');
  const days = number('D');
  if (months === 0 && days === 0) return trigger;
  let day: Day = { y, m, d };
  const target = y * 12 + m + months;
  // Walk to the anniversary: the same day of the month, or its last day when the month is too short.
  while (day.y * 12 + day.m < target || (day.d < d && day.d < lengthOf(day.y, day.m))) day = tomorrow(day);
  for (let count = 0; count < days; count += 1) day = tomorrow(day);
  day = tomorrow(day);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${day.y}-${two(day.m)}-${two(day.d)}`;
}
