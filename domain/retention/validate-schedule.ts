import codes from '#domain/reference/codes.json' with { type: 'json' };
import type { FieldError, RefusalCode } from '#domain/ledger/refusals';
import { parsePeriod, YEAR_TRIGGERS } from '#domain/retention/arithmetic';
import type { RetentionRule } from '#domain/retention/schedule';
import { isTrigger } from '#domain/retention/triggers';

const LAWS: ReadonlySet<string> = new Set(codes.laws.map((row) => row.code));
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
  rules.forEach((rule, index) => {
    const at = (field: string): string => `/rules/${index}/${field}`;
    if (rule.id === '') add('field-invalid', at('id'), 'Elke regel heeft een naam nodig.');
    if (seen.has(rule.id)) add('field-invalid', at('id'), 'Deze regel staat twee keer in het schema.');
    seen.add(rule.id);
    if (rule.version === '') add('field-invalid', at('version'), 'Elke regel heeft een versie nodig.');
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
    }
    if (rule.trigger === null) add('field-invalid', at('trigger'), 'Zeg vanaf welke gebeurtenis de termijn loopt.');
    else if (!isTrigger(rule.trigger)) add('unknown-code', at('trigger'), 'Deze begingebeurtenis kennen wij niet.');
    else if (period !== null && YEAR_TRIGGERS.has(rule.trigger) && (period.months !== 0 || period.days !== 0)) {
      add('field-invalid', at('period'), 'Een termijn vanaf een geboortejaar telt in hele jaren.');
    } else if (rule.trigger === 'follows-dossier' || rule.trigger === 'claim-established') {
      add('field-invalid', at('trigger'), 'Deze begingebeurtenis geeft zelf geen datum om te vernietigen.');
    }
  });
  return errors;
}
