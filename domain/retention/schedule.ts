/** One rule of a retention schedule, as `retention-schedule.json` writes it and `schedule-adopted` keeps it. */
export interface RetentionRule {
  readonly id: string;
  readonly version: string;
  readonly law: string;
  /** codes: results */
  readonly result: string | null;
  readonly name: string;
  /** ISO 8601 duration of whole days, months or years; null when nothing is ever destroyed. */
  readonly period: string | null;
  /** codes: retentionTriggers */
  readonly trigger: string | null;
  readonly waardering: 'vernietigen' | 'blijvend_bewaren';
  readonly extendable: boolean;
  readonly policy: 'full' | 'short' | 'standing' | null;
  readonly selectielijst: { readonly list: string; readonly number: string; readonly resultaat?: string } | null;
}
