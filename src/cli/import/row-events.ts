import { isFromColumn, type CsvMapping, type FromColumn, type Template } from '#src/cli/import/mapping-file';

/** The events that one row of a CSV file makes; ids without what stands in front of them. */
export interface MadeEvent {
  readonly type: string;
  readonly id: string;
  readonly data: unknown;
}

type Cells = readonly string[];
type Reading = (cells: Cells) => unknown;

/** How each row of a file with this header becomes events. A cell is always text: what a spreadsheet would run is data here. */
export function rowReader({ events }: CsvMapping, header: readonly string[]): (cells: Cells) => readonly MadeEvent[] {
  const places = new Map(header.map((column, place) => [column, place]));
  const cell = (column: string): ((cells: Cells) => string) => {
    const place = places.get(column)!;
    return (cells) => cells[place]!.trim();
  };
  const made = events.map(({ when, type, id, data }): ((cells: Cells) => MadeEvent | null) => {
    const deciding = when === undefined ? null : cell(when.column);
    const idCells = id.map(cell);
    const fill = reading(data, cell);
    return (cells) => (deciding !== null && !when!.is.includes(deciding(cells))
      ? null : { type, id: [type, ...idCells.map((one) => one(cells))].join('/'), data: fill(cells) ?? {} });
  });
  return (cells) => made.flatMap((one) => one(cells) ?? []);
}

/** Undefined where nothing is left: a field without a value is left out. */
function reading(template: Template, cell: (column: string) => (cells: Cells) => string): Reading {
  if (Array.isArray(template)) {
    const parts = (template as readonly Template[]).map((one) => reading(one, cell));
    return (cells) => {
      const members = parts.map((one) => one(cells)).filter((one) => one !== undefined);
      return members.length === 0 ? undefined : members;
    };
  }
  if (isFromColumn(template)) {
    const own = cell(template.column);
    return (cells) => ofCell(template, own(cells));
  }
  if (typeof template !== 'object') return () => template;
  const parts = Object.entries(template).map(([name, one]) => [name, reading(one as Template, cell)] as const);
  return (cells) => {
    const members: [string, unknown][] = [];
    for (const [name, part] of parts) {
      const value = part(cells);
      if (value !== undefined) members.push([name, value]);
    }
    return members.length === 0 ? undefined : Object.fromEntries(members);
  };
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
