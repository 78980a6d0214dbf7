import { isFromColumn, type CsvMapping, type FromColumn, type Template } from '#src/cli/import/mapping-file';

/** The events that one row of a CSV file makes; ids without what stands in front of them. */
export interface MadeEvent {
  readonly type: string;
  readonly id: string;
  readonly data: unknown;
}

/** A cell is always text: what a spreadsheet would run as a formula is data here. */
export function eventsOfRow(mapping: CsvMapping, row: ReadonlyMap<string, string>): readonly MadeEvent[] {
  return mapping.events.flatMap(({ when, type, id, data }): MadeEvent[] => {
    if (when !== undefined && !when.is.includes((row.get(when.column) ?? '').trim())) return [];
    return [{ type, id: [type, ...id.map((column) => (row.get(column) ?? '').trim())].join('/'), data: filled(data, row) ?? {} }];
  });
}

function filled(template: Template, row: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(template)) {
    const members = (template as readonly Template[]).map((one) => filled(one, row)).filter((one) => one !== undefined);
    return members.length === 0 ? undefined : members;
  }
  if (isFromColumn(template)) return ofCell(template, (row.get(template.column) ?? '').trim());
  if (typeof template !== 'object') return template;
  const members = Object.entries(template).map(([name, one]) => [name, filled(one as Template, row)] as const).filter(([, one]) => one !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function ofCell({ day, as, split }: FromColumn, cell: string): unknown {
  if (cell === '') return undefined;
  if (split !== undefined) {
    const members = cell.split(split).map((one) => one.trim()).filter((one) => one !== '');
    return members.length === 0 ? undefined : members;
  }
  if (day !== undefined) return dayOf(cell, day);
  // What is no number or yes or no goes as it is: the ledger says what is wrong with it.
  if (as === 'number') return /^-?[0-9]{1,15}$/.test(cell) ? Number(cell) : cell;
  if (as === 'flag') return FLAGS.get(cell.toLowerCase()) ?? cell;
  return cell;
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([['ja', true], ['j', true], ['true', true], ['1', true], ['nee', false], ['n', false], ['false', false], ['0', false]]);

/** A cell of another form stays as it is: the ledger refuses it as a date. */
function dayOf(cell: string, form: string): string {
  if (cell.length !== form.length) return cell;
  const part = (letters: string): string => cell.slice(form.indexOf(letters), form.indexOf(letters) + letters.length);
  for (let at = 0; at < form.length; at += 1) {
    const fits = 'DMY'.includes(form[at]!) ? /[0-9]/.test(cell[at]!) : cell[at] === form[at];
    if (!fits) return cell;
  }
  return `${part('YYYY')}-${part('MM')}-${part('DD')}`;
}
