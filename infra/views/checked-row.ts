import { StoredJson, type PageQuery, type Row, type TableDefinition, type Value } from '#projections/projection';

/** Throws unless the row gives every column, no other, each of its declared type: no adapter may be laxer than another. */
export function checkedRow(table: TableDefinition, row: Row): Row {
  let columns = 0;
  for (const column in table.columns) {
    const value = row[column];
    if (value === undefined && !(column in row)) throw new Error(`${table.name}: column ${column} is missing`);
    checkValue(table, column, value ?? null);
    columns += 1;
  }
  if (Object.keys(row).length !== columns) throw new Error(`${table.name}: a column is unknown`);
  for (const column of table.key) if (row[column] === null) throw new Error(`${table.name}: key column ${column} is null`);
  return row;
}

export function checkedKey(table: TableDefinition, key: readonly Value[]): readonly Value[] {
  if (key.length !== table.key.length) throw new Error(`${table.name}: the key has ${table.key.length} columns`);
  return key;
}

/** Throws when it would read a whole table to find some rows: the columns must be the first of the key or of an index. */
export function checkedColumns(table: TableDefinition, where: Row): readonly string[] {
  const columns = Object.keys(where);
  for (const column of columns) if (!(column in table.columns)) throw new Error(`${table.name}: no column ${column}`);
  const path = paths(table).some((candidate) => candidate.slice(0, columns.length).every((column) => columns.includes(column)));
  if (!path) throw new Error(`${table.name}: no index begins with ${columns.join(', ')}`);
  return columns;
}

/** Throws unless some index, or the key, begins with the columns of `where` followed by those of the order. */
export function checkedPath(table: TableDefinition, { where = {}, order, after = [], until = [] }: PageQuery): { readonly same: readonly string[]; readonly order: readonly string[] } {
  const columns = Object.keys(where);
  const path = paths(table).find((candidate) => candidate.slice(0, columns.length).every((column) => columns.includes(column))
    && (order ?? table.key.filter((column) => !columns.includes(column))).every((column, n) => candidate[columns.length + n] === column));
  if (path === undefined) throw new Error(`${table.name}: no index begins with ${[...columns, ...order ?? []].join(', ')}`);
  const rest = path.slice(columns.length);
  if (after.length > rest.length || until.length > rest.length) throw new Error(`${table.name}: a bound has more columns than the order`);
  return { same: path.slice(0, columns.length), order: rest };
}

/** How rows can be reached, in order: the key, and each index followed by what it lacks of the key. */
function paths(table: TableDefinition): readonly (readonly string[])[] {
  return [table.key, ...(table.indexes ?? []).map((index) => [...index, ...table.key.filter((column) => !index.includes(column))])];
}

/** Throws unless `where` names the first columns of the primary key, in any order, and `column` the next one. */
export function checkedPrefix(table: TableDefinition, where: Row, column: string): readonly string[] {
  const prefix = table.key.slice(0, Object.keys(where).length);
  if (!prefix.every((one) => one in where) || table.key[prefix.length] !== column) {
    throw new Error(`${table.name}: ${column} does not follow the given columns in its key`);
  }
  return prefix;
}

/** As a database holds it. */
export function bare(value: Value): string | number | null {
  return value instanceof StoredJson ? value.toString() : value;
}

function checkValue(table: TableDefinition, column: string, value: Value): void {
  if (value === null) return;
  const fits = table.columns[column] === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string' || value instanceof StoredJson;
  if (!fits) throw new Error(`${table.name}: column ${column} is no ${table.columns[column]}`);
}
