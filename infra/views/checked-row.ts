import type { Row, TableDefinition, Value } from '#projections/projection';

/** Throws unless the row gives every column, no other, each of its declared type: no adapter may be laxer than another. */
export function checkedRow(table: TableDefinition, row: Row): Row {
  const columns = Object.keys(table.columns);
  for (const column of columns) {
    if (!(column in row)) throw new Error(`${table.name}: column ${column} is missing`);
    checkValue(table, column, row[column] ?? null);
  }
  if (Object.keys(row).length !== columns.length) throw new Error(`${table.name}: a column is unknown`);
  for (const column of table.key) if (row[column] === null) throw new Error(`${table.name}: key column ${column} is null`);
  return row;
}

export function checkedKey(table: TableDefinition, key: readonly Value[]): readonly Value[] {
  if (key.length !== table.key.length) throw new Error(`${table.name}: the key has ${table.key.length} columns`);
  return key;
}

export function checkedColumns(table: TableDefinition, where: Row): readonly string[] {
  const columns = Object.keys(where);
  for (const column of columns) if (!(column in table.columns)) throw new Error(`${table.name}: no column ${column}`);
  return columns;
}

/** Throws unless `where` names the first columns of the primary key, in any order, and `column` the next one. */
export function checkedPrefix(table: TableDefinition, where: Row, column: string): readonly string[] {
  const prefix = table.key.slice(0, Object.keys(where).length);
  if (!prefix.every((one) => one in where) || table.key[prefix.length] !== column) {
    throw new Error(`${table.name}: ${column} does not follow the given columns in its key`);
  }
  return prefix;
}

function checkValue(table: TableDefinition, column: string, value: Value): void {
  if (value === null) return;
  const fits = table.columns[column] === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string';
  if (!fits) throw new Error(`${table.name}: column ${column} is no ${table.columns[column]}`);
}
