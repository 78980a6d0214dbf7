import codes from '#domain/reference/codes.json' with { type: 'json' };
import type { FieldError, RefusalCode } from '#domain/ledger/refusals';
import { dayAfter, parsePeriod, YEAR_TRIGGERS } from '#domain/retention/arithmetic';
import type { RetentionRule } from '#domain/retention/schedule';
import { isTrigger } from '#domain/retention/triggers';

const LAWS: ReadonlySet<string> = new Set(codes.laws.map((row) => row.code));
/** Longer than any list has; what is kept longer is kept for good. */
const LONGEST_YEARS = 150;
const RESULTS: ReadonlySet<string> = new Set(codes.results.map((row) => row.code));

/**
 * What keeps a schedule from being adopted; empty when nothing does. Paths are JSON Pointers from `/rules`.
 * A rule without its place in the Selectielijst is adoptable in tests only (retention-and-destruction.md).
 */
export function validateSchedule(rules: readonly RetentionRule[], use?: 'test'): readonly FieldError[] {
  const errors: FieldError[] = [];
  const add = (code: RefusalCode, path: string, detail: string): void => { errors.push({ code, path, detail }); };
  if (rules.length === 0) add('field-invalid', '/rules', 'Een schema heeft minstens één regel nodig.');
  const seen = new Set<string>();
  const versions = new Map<string, number[]>();
  rules.forEach((rule, index) => {
    const at = (field: string): string => `/rules/${index}/${field}`;
    if (rule.id === '') add('field-invalid', at('id'), 'Elke regel heeft een naam nodig.');
    if (rule.version === '') add('field-invalid', at('version'), 'Elke regel heeft een versie nodig.');
    const version = JSON.stringify([rule.id, rule.version]);
    if (seen.has(version)) add('field-invalid', at('id'), 'Deze regel staat twee keer in het schema.');
    else versions.set(rule.id, [...versions.get(rule.id) ?? [], index]);
    seen.add(version);
    if (typeof rule.validFrom === 'string' && typeof rule.validUntil === 'string' && rule.validFrom > rule.validUntil) {
      add('field-invalid', at('validUntil'), 'De geldigheid eindigt vóór zij begint.');
    }
    if (!LAWS.has(rule.law)) add('unknown-code', at('law'), 'Deze wet kennen wij niet.');
    if (rule.result !== null && !RESULTS.has(rule.result)) add('unknown-code', at('result'), 'Dit resultaat kennen wij niet.');
    if (use !== 'test' && rule.selectielijst === null) {
      add('field-invalid', at('selectielijst'), 'Noem de plaats in de selectielijst. Zonder die plaats mag niets weg.');
    }
    if (rule.waardering === 'blijvend_bewaren') {
      if (rule.period !== null) add('field-invalid', at('period'), 'Wat blijvend bewaard wordt, heeft geen termijn.');
      return;
    }
    const period = rule.period === null ? null : parsePeriod(rule.period);
    if (period === null) {
      add('field-invalid', at('period'), 'De termijn is een aantal hele jaren, maanden of dagen, zoals P15Y.');
    } else if (period.years + period.months / 12 + period.days / 365 > LONGEST_YEARS) {
      add('field-invalid', at('period'), `De termijn is langer dan ${LONGEST_YEARS} jaar. Kies dan blijvend bewaren.`);
    }
    if (rule.trigger === null) add('field-invalid', at('trigger'), 'Zeg vanaf welke gebeurtenis de termijn loopt.');
    else if (!isTrigger(rule.trigger)) add('unknown-code', at('trigger'), 'Deze begingebeurtenis kennen wij niet.');
    else if (period !== null && YEAR_TRIGGERS.has(rule.trigger) && (period.months !== 0 || period.days !== 0)) {
      add('field-invalid', at('period'), 'Een termijn vanaf een geboortejaar telt in hele jaren.');
    } else if (rule.trigger === 'follows-dossier' || rule.trigger === 'claim-established') {
      add('field-invalid', at('trigger'), 'Deze begingebeurtenis geeft zelf geen datum om te vernietigen.');
    }
  });
  for (const indexes of versions.values()) errors.push(...betweenVersions(rules, indexes));
  return errors;
}

/** Versions of one rule follow each other day by day: an overlap gives two terms for a case, a gap none. */
function betweenVersions(rules: readonly RetentionRule[], indexes: readonly number[]): readonly FieldError[] {
  const inOrder = indexes.toSorted((a, b) => compare(rules[a]!.validFrom ?? '', rules[b]!.validFrom ?? ''));
  return inOrder.slice(1).flatMap((index, n): FieldError[] => {
    const until = rules[inOrder[n]!]!.validUntil ?? null;
    const from = rules[index]!.validFrom ?? null;
    const path = `/rules/${index}/validFrom`;
    if (until === null || from === null || from <= until) {
      return [{ code: 'field-invalid', path, detail: 'Deze versie overlapt een andere versie van dezelfde regel.' }];
    }
    return from === dayAfter(Temporal.PlainDate.from(until)).toString()
      ? [] : [{ code: 'field-invalid', path, detail: 'Tussen deze versie en de vorige zit een gat. Laat de versies op elkaar aansluiten.' }];
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
