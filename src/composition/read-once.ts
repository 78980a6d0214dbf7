import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Null when there is no such file or it cannot be read as a database. Never writes. */
export function readOnce<Value>(file: string, read: (database: Database.Database) => Value): Value | null {
  if (!existsSync(file)) return null;
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
    return read(database);
  } catch (error) {
    if (error instanceof Database.SqliteError) return null;
    throw error;
  } finally {
    database?.close();
  }
}
