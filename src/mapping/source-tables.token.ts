/** Injection token of the mapping tables (see source-tables.ts). */
export const SOURCE_TABLES = Symbol('SOURCE_TABLES');
