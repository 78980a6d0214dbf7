/**
 * What a failed write means. `passing`: nothing was committed, the same may be tried again later (disk full, file
 * read-only, no descriptors, no memory). `unknown`: an I/O error or failed fsync; after it neither the file nor the
 * page cache can be trusted to tell what is durable, so only a restart, which reads again, may go on.
 */
export function storageFault(error: unknown): 'passing' | 'unknown' | null {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return null;
  // The shared-memory index is rebuilt from the WAL: failing to grow it (a full tmpfs) loses nothing.
  if (code.startsWith('SQLITE_IOERR_SHM')) return 'passing';
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'unknown';
  if (/^SQLITE_(FULL|READONLY|CANTOPEN|NOMEM|BUSY|LOCKED|PERM|TOOBIG)/.test(code)) return 'passing';
  return /^E[A-Z]+$/.test(code) ? 'passing' : null;
}
