/** What the fonts in the compiler can show, without the marks that turn the direction of text. Found by asking it for every character. */
const SHOWN = /[^\n\u0020-\u007e\u00a0-\u02e4\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u0477\u1e00-\u1eff\u2010-\u2027\u2030-\u2037\u2039-\u203e\u20ac\u2190-\u2193\u2260\u2264\u2265\ufffd]/gu;

/** The same value with every character that cannot be printed replaced by the sign for that: a PDF/A may not hold a letter without a shape. */
export function printable<Value>(value: Value): Value {
  if (typeof value === 'string') return value.normalize('NFC').replace(SHOWN, '\ufffd') as Value;
  if (Array.isArray(value)) return value.map(printable) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, printable(member)])) as Value;
}
