import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventPayload } from '#domain/ledger/event';
import { SourceRows } from '#infra/engine/source-rows';
import { openLedgerForWriting } from '#infra/event-store/ledger-database';
import { fsyncFolder } from '#infra/keys/key-folder';
import { OutboxFolder } from '#infra/outbox/outbox-folder';
import { decodeHeader, openEvent } from '#infra/sealing/sealing';
import { StreamKeys } from '#infra/vault/stream-keys';
import { openVaultReader, readSecrets } from '#infra/vault/vault-database';
import { STAGING } from '#src/backup/restore-state';

const FILES = ['ledger.db', 'vault.db'];
const PAGE = 1_000;

/** Puts what waits in the staging folder in its place, and throws the views away. May be repeated. */
export function placeFiles(dataDir: string): void {
  const staging = join(dataDir, STAGING);
  for (const name of FILES) {
    const ready = join(staging, name);
    if (!existsSync(ready)) continue;
    const handle = openSync(ready, 'r+');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    // The log of a file that is not there any more must not be read into this one.
    for (const end of ['-wal', '-shm']) rmSync(join(dataDir, `${name}${end}`), { force: true });
    renameSync(ready, join(dataDir, name));
  }
  throwViewsAway(dataDir);
  rmSync(staging, { recursive: true, force: true });
  fsyncFolder(dataDir);
}

/** What was still to be told to others is told again by who asks for it: what the old epoch meant may not be so any more. */
export function emptyOutbox(dataDir: string, master: Uint8Array): void {
  const folder = join(dataDir, 'outbox');
  const outbox = new OutboxFolder<unknown>(folder, master);
  for (const id of outbox.all().keys()) outbox.remove(id);
  rmSync(folder, { recursive: true, force: true });
}

/** A service makes them anew. */
export function throwViewsAway(dataDir: string): void {
  for (const name of readdirSync(dataDir)) if (name.startsWith('views.db')) rmSync(join(dataDir, name), { force: true });
}

/**
 * Makes what is known under each (source, id) anew from the events themselves, and forgets the kept subtrees. An event
 * that does not open any more keeps no row: it goes. May be repeated.
 */
export function rebuildSourceRows(dataDir: string, master: Uint8Array): void {
  const ledger = openLedgerForWriting(join(dataDir, 'ledger.db'));
  const vault = openVaultReader(join(dataDir, 'vault.db'));
  try {
    ledger.exec('BEGIN IMMEDIATE; DELETE FROM deduplication; DELETE FROM deduplication_index; DELETE FROM deduplication_segments; DELETE FROM frontiers; COMMIT;');
    const secrets = readSecrets(vault, master);
    const keys = new StreamKeys(vault, master);
    const rows = new SourceRows(ledger);
    const page = ledger.prepare('SELECT position, header, payload FROM events WHERE position > ? AND stream_no > 0 ORDER BY position LIMIT ?').raw();
    const insert = ledger.transaction((events: readonly [number, Buffer, Buffer][]) => {
      for (const [position, header, payload] of events) {
        const key = keys.get(decodeHeader(header).stream);
        const origin = key === null ? undefined : (openEvent(header, payload, key) satisfies EventPayload).origin;
        if (origin !== undefined) rows.insert(secrets.deduplicationKey(origin.source, origin.id), Buffer.from(origin.contentHmac, 'base64'), position);
      }
    });
    for (let after = -1; ;) {
      const events = page.all(after, PAGE) as [number, Buffer, Buffer][];
      if (events.length === 0) break;
      insert.immediate(events);
      after = events.at(-1)![0];
      // A segment is closed once nothing more can come into it.
      while (rows.closeSegment(after + 1));
    }
    const leaves = ledger.prepare('SELECT count(*) FROM leaves').pluck().get() as number;
    while (rows.closeSegment(leaves));
  } finally {
    vault.close();
    ledger.close();
  }
}
