import Database from 'better-sqlite3';
import type { LeafRange } from '#domain/destruction/events';
import { leafRanges } from '#domain/destruction/leaf-ranges';
import { parseStreamName, streamName, type StreamName } from '#domain/ledger/ids';
import type { Fence } from '#infra/head/fence-file';
import type { Counts } from '#src/backup/restore-state';

/** What must go again, out of the files as they lie there. */
export interface StreamsToGo {
  /** Named by the fence: they had been destroyed, and have a key in this vault. */
  readonly readable: readonly StreamName[];
  /** Without a key: destroyed, or lost. */
  readonly unreadable: readonly StreamName[];
  readonly destroyedAgain: Counts;
  readonly keysLost: Counts;
}

/** Streams of these kinds are kept for good: a fence never names them. */
const KEPT: ReadonlySet<string> = new Set(['log', 'governance']);

/**
 * Every stream, of ledger or vault, that the fence names, with the stream of who looked at it; and every stream of
 * which the vault has no key. Reads only.
 */
export function streamsToGo(ledgerFile: string, vaultFile: string, fence: Fence): StreamsToGo {
  const ledger = new Database(ledgerFile, { readonly: true, fileMustExist: true });
  const vault = new Database(vaultFile, { readonly: true, fileMustExist: true });
  try {
    const inLedger = (ledger.prepare('SELECT name FROM streams WHERE no > 0').pluck().all() as StreamName[]).filter((name) => !KEPT.has(parseStreamName(name).kind));
    const keyed = new Set(vault.prepare('SELECT stream FROM stream_keys').pluck().all() as StreamName[]);
    const inVault = vault.prepare('SELECT stream FROM stream_keys UNION SELECT stream FROM reference_index UNION SELECT stream FROM stream_subjects').pluck().all() as StreamName[];
    const known = new Set([...inLedger, ...inVault]);
    const fenced = new Set([...known].filter((stream) => fence.has({ stream })));
    for (const stream of [...fenced]) {
      const { kind, uuid } = parseStreamName(stream);
      const looks = kind === 'dossier' ? streamName('access', uuid) : null;
      if (looks !== null && known.has(looks)) fenced.add(looks);
    }
    const keyless = inLedger.filter((stream) => !keyed.has(stream));
    const lost = keyless.filter((stream) => !fenced.has(stream));
    const unreadable = new Set(keyless);
    const count = (streams: readonly StreamName[]): Counts => ({ streams: streams.length, leaves: positionsOf(ledger, streams).length });
    return {
      readable: [...fenced].filter((stream) => !unreadable.has(stream)),
      unreadable: keyless, destroyedAgain: count([...fenced]), keysLost: count(lost),
    };
  } finally {
    ledger.close();
    vault.close();
  }
}

/** All leaves of these streams together. */
export function rangesOf(ledgerFile: string, streams: readonly StreamName[]): readonly LeafRange[] {
  const ledger = new Database(ledgerFile, { readonly: true, fileMustExist: true });
  try {
    return leafRanges(positionsOf(ledger, streams));
  } finally {
    ledger.close();
  }
}

function positionsOf(ledger: Database.Database, streams: readonly StreamName[]): number[] {
  const positions = ledger.prepare('SELECT position FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').pluck();
  return streams.flatMap((stream) => positions.all(stream) as number[]);
}
