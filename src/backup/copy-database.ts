import { chmodSync } from 'node:fs';
import Database from 'better-sqlite3';

/** About 400 kB at a time, so that the copy never holds the process for long. */
const PAGES = 100;

/**
 * Copies a database as it is at this moment to a new file (0600), page by page beside whoever writes in it. The open
 * read transaction is what keeps the moment: without one SQLite begins anew at every commit of another. `going` is
 * asked at every step; when it throws, the copy ends. `rewritten`: the copy holds no byte that was removed from the
 * database and still lies in its file.
 */
export async function copyDatabase(file: string, to: string, going: () => void, { rewritten = false } = {}): Promise<void> {
  const source = new Database(file, { readonly: true, fileMustExist: true });
  try {
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await source.backup(to, {
      progress: () => {
        going();
        return PAGES;
      },
    });
    source.exec('COMMIT');
  } finally {
    source.close();
  }
  settle(to, rewritten);
}

/** One file without a log beside it, that opens wherever it is put. */
function settle(file: string, rewritten: boolean): void {
  chmodSync(file, 0o600);
  const copy = new Database(file, { fileMustExist: true });
  try {
    copy.pragma('journal_mode = DELETE');
    if (rewritten) {
      copy.pragma('secure_delete = ON');
      copy.exec('VACUUM');
    }
    const answer = copy.pragma('integrity_check', { simple: true });
    if (answer !== 'ok') throw new Error('the copy of a database is damaged');
  } finally {
    copy.close();
  }
}
