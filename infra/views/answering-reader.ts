import type { RowReader } from '#projections/projection';

/** Reads from whatever answers at the moment of the question, so that nobody holds on to rows that were replaced. */
export function answeringReader(answering: () => RowReader): RowReader {
  return {
    get: (table, key) => answering().get(table, key),
    select: (table, where) => answering().select(table, where),
    atMost: (table, where, column, value) => answering().atMost(table, where, column, value),
    atLeast: (table, where, column, value) => answering().atLeast(table, where, column, value),
    page: (table, query) => answering().page(table, query),
  };
}
