import { StoredJson, type Row } from '#projections/projection';

/** Any of a row's columns as the JSON it holds; a row read again in the transaction that put it is not parsed again. */
export function jsonIn<Value>(row: Row, column: string): Value {
  const stored = row[column];
  return (stored instanceof StoredJson ? stored.value : JSON.parse(stored as string)) as Value;
}
