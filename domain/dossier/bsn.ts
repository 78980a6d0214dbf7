/** Weights of the elfproef, the check on a burgerservicenummer (Besluit bsn; the ninth digit counts as minus one). */
const WEIGHTS = [9, 8, 7, 6, 5, 4, 3, 2, -1] as const;
const NINE_DIGITS = /^[0-9]{9}$/;

/** Nine digits that pass the elfproef. One in eleven other nine-digit numbers passes too. */
export function isBsn(text: string): boolean {
  if (!NINE_DIGITS.test(text) || text === '000000000') return false;
  let sum = 0;
  for (let place = 0; place < 9; place += 1) sum += WEIGHTS[place]! * (text.charCodeAt(place) - 48);
  return sum % 11 === 0;
}

// A whole word: a VAT number such as NL123456782B01 is none. "BSN" may stand against the digits.
const CANDIDATE = /(?:(?<![\p{L}\p{N}])|(?<=bsn))(?:[0-9]{9}|[0-9]{3}([ .])[0-9]{3}\1[0-9]{3}|[0-9]{4}([ .])[0-9]{2}\2[0-9]{3})(?![\p{L}\p{N}]|[.][0-9])/giu;
const INVISIBLE = /\p{Cf}/gu;

/** Does the text hold a BSN as a whole word, also written 123.456.782, 123 456 782 or 1234.56.782? */
export function holdsBsn(text: string): boolean {
  const seen = glance(text);
  if (seen === 'few-digits') return false;
  // Full-width digits and invisible characters would hide a number from the eye of the test, not from a reader.
  const plain = seen === 'plain' ? text : text.normalize('NFKC').replace(INVISIBLE, '');
  for (const match of plain.matchAll(CANDIDATE)) {
    if (isBsn(match[0].replace(/[ .]/g, ''))) return true;
  }
  return false;
}

/**
 * Of most texts a glance is enough: fewer than nine digits, and no character that could turn into one or hide. Plain
 * letters with accents (U+00C0 to U+024F) become no digit in NFKC.
 */
function glance(text: string): 'few-digits' | 'plain' | 'look-closer' {
  let digits = 0;
  let all = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    all |= unit;
    if (unit > 0x24f || (unit > 0x7f && unit < 0xc0)) return 'look-closer';
    if (unit >= 0x30 && unit <= 0x39) digits += 1;
  }
  if (digits < 9) return 'few-digits';
  return all < 0x80 ? 'plain' : 'look-closer';
}

/**
 * The n-th BSN (n from 0, below 9000) of the range 9999xxxxx, which the Rijksdienst voor Identiteitsgegevens keeps for
 * tests: never given to a person. For demonstrations and tests only.
 */
export function testBsn(n: number): string {
  const bsn = (testRange ??= computeTestRange())[n];
  if (bsn === undefined) throw new RangeError(`the test range holds ${testRange.length} numbers, counted from 0`);
  return bsn;
}

let testRange: readonly string[] | null = null;

function computeTestRange(): readonly string[] {
  const range: string[] = [];
  for (let middle = 0; middle < 10_000; middle += 1) {
    const head = `9999${String(middle).padStart(4, '0')}`;
    let sum = 0;
    for (let place = 0; place < 8; place += 1) sum += WEIGHTS[place]! * (head.charCodeAt(place) - 48);
    const check = sum % 11;
    // A remainder of ten has no check digit.
    if (check !== 10) range.push(`${head}${check}`);
  }
  return range;
}
