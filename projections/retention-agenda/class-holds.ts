import type { GovernanceState } from '#domain/governance/state';
import type { RowReader, Rows, TableDefinition } from '#projections/projection';

/** The one row that holds the holds by class or period, as the governance stream folds them. */
export const CLASS_HOLDS_TABLE: TableDefinition = { name: 'class_holds', columns: { id: 'text', state: 'text' }, key: ['id'] };

export function keepClassHolds(state: GovernanceState, rows: Rows): void {
  rows.put('class_holds', { id: 'holds', state: JSON.stringify(state) });
}

// Asked for with every event of a dossier: the text last read is not parsed twice.
let last: { readonly text: string; readonly state: GovernanceState } | null = null;

/** Only what holds by class are; null while there never was one. */
export function classHoldsState(rows: RowReader): GovernanceState | null {
  const text = rows.get('class_holds', ['holds'])?.['state'] as string | undefined;
  if (text === undefined) return null;
  if (last?.text !== text) last = { text, state: JSON.parse(text) as GovernanceState };
  return last.state;
}
