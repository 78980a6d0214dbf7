import { join } from 'node:path';
import type { StreamName } from '#domain/ledger/ids';
import { openLedgerForReading } from '#infra/event-store/ledger-database';
import type { EventStore } from '#infra/event-store/port';
import type { Vault } from '#infra/vault/port';
import { Announcements } from '#src/projecting/announcements';
import type { LedgerWriter } from '#src/recording/ledger-writer';

/** The lookup of stream names says something else than the events: nothing may be decided by it. */
export class LookupDiffers extends Error {
  override readonly name = 'LookupDiffers';
  readonly code = 'lookup-differs';
  constructor() {
    super('an event names a stream that the lookup does not know');
  }
}

export interface OrphanParts {
  readonly dataDir: string;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly writer: Pick<LedgerWriter, 'open'>;
}

/**
 * Removes from the vault what a crash left between vault and ledger: rows of streams that never got an event. A key
 * that goes cannot come back, so the lookup of names only says which streams to look for; that no event is theirs is
 * read in the events' own headers, and nothing goes while an event is missing that no run explains: it may be theirs.
 * Answers how many streams went. Throws LookupDiffers.
 */
export async function removeOrphans(parts: OrphanParts): Promise<number> {
  const { dataDir, store, vault } = parts;
  let unexplained: boolean | null = null;
  return vault.removeOrphans(async (streams) => {
    const candidates = await store.withoutEvents(streams);
    if (candidates.length === 0) return [];
    const audit = auditOf(join(dataDir, 'ledger.db'), candidates);
    if (audit.named.length > 0) throw new LookupDiffers();
    unexplained ??= await anyUnexplained(parts, audit.absent);
    return unexplained ? [] : candidates;
  });
}

/** One pass over every header and leaf, on a connection of its own, trusting no column but the position. */
function auditOf(file: string, streams: readonly StreamName[]): { readonly named: readonly string[]; readonly absent: readonly number[] } {
  const ledger = openLedgerForReading(file);
  try {
    return {
      named: ledger.prepare(`SELECT DISTINCT stream FROM (SELECT json_extract(CAST(header AS TEXT), '$.stream') AS stream FROM events)
        WHERE stream IN (SELECT value FROM json_each(?))`).pluck().all(JSON.stringify(streams)) as string[],
      absent: ledger.prepare(`SELECT l.idx FROM leaves l WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.position = l.idx)
        ORDER BY l.idx`).pluck().all() as number[],
    };
  } finally {
    ledger.close();
  }
}

async function anyUnexplained({ store, writer }: OrphanParts, absent: readonly number[]): Promise<boolean> {
  const announcements = new Announcements(store, (stored) => writer.open(stored));
  await announcements.refresh();
  return absent.some((position) => !announcements.covers(position));
}
