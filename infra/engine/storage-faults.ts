/**
 * What a failed write means. `passing`: nothing was committed, the same may be tried again later (disk full, read-only
 * or over quota, no descriptors, no memory). `unknown`: a failed fsync or read; after it neither the file nor the page
 * cache can be trusted to tell what is durable, so only a restart, which reads again, may go on.
 */
export function storageFault(error: unknown): 'passing' | 'unknown' | null {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return null;
  // The shared-memory index is rebuilt from the WAL: failing to grow it (a full tmpfs) loses nothing.
  if (code.startsWith('SQLITE_IOERR_SHM')) return 'passing';
  // Every refusal of write(2) but ENOSPC (EROFS, EPERM, EDQUOT). The transaction does not count: SQLite moves the end
  // of its log only after the last frame and its fsync, and the next transaction is written over what is there.
  if (code === 'SQLITE_IOERR_WRITE' || code === 'SQLITE_IOERR_TRUNCATE') return 'passing';
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'unknown';
  if (/^SQLITE_(FULL|READONLY|CANTOPEN|NOMEM|BUSY|LOCKED|PERM|TOOBIG)/.test(code)) return 'passing';
  return /^E[A-Z]+$/.test(code) ? 'passing' : null;
}
