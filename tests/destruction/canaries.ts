import Database from 'better-sqlite3';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamName } from '#domain/ledger/ids';

/** The bytes that were stored, by what they are. */
export type Canaries = ReadonlyMap<string, Buffer>;

/** Out of the databases as they lie there, before a run: what must be nowhere afterwards. */
export function collect(folder: string, streams: readonly StreamName[]): Canaries {
  const canaries = new Map<string, Buffer>();
  const ledger = new Database(join(folder, 'data', 'ledger.db'), { readonly: true });
  const vault = new Database(join(folder, 'data', 'vault.db'), { readonly: true });
  const keptIdentities = new Set<string>();
  const living = vault.prepare<[], { stream: string; subject_id: string }>('SELECT stream, subject_id FROM stream_subjects').all();
  for (const { stream, subject_id: subject } of living) if (!streams.includes(stream as StreamName)) keptIdentities.add(subject);
  for (const [n, stream] of streams.entries()) {
    for (const event of ledger.prepare<[string], { id: string; header: Buffer; payload: Buffer; revision: number }>('SELECT id, header, payload, revision FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?)').all(stream)) {
      canaries.set(`${n}.${event.revision} header`, event.header);
      canaries.set(`${n}.${event.revision} ciphertext`, event.payload);
      canaries.set(`${n}.${event.revision} id`, Buffer.from(event.id));
    }
    for (const row of ledger.prepare<[string], { key: Buffer; revision: number }>('SELECT d.key, e.revision FROM deduplication d JOIN events e ON e.position = d.position WHERE e.stream_no = (SELECT no FROM streams WHERE name = ?)').all(stream)) {
      canaries.set(`${n}.${row.revision} deduplication key`, row.key);
    }
    canaries.set(`${n} wrapped key`, vault.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM stream_keys WHERE stream = ?').get(stream)!.wrapped);
    const reference = vault.prepare<[string], { lookup: Buffer }>('SELECT lookup FROM reference_index WHERE stream = ?').get(stream);
    // Items of a list are found by their list alone.
    if (reference !== undefined) canaries.set(`${n} reference lookup`, reference.lookup);
    for (const { subject_id: subject } of living.filter((row) => row.stream === stream)) {
      if (keptIdentities.has(subject)) continue;
      const identity = vault.prepare<[string], { lookup: Buffer; sealed: Buffer }>('SELECT lookup, sealed FROM identities WHERE subject_id = ?').get(subject)!;
      canaries.set(`${n} BSN lookup`, identity.lookup);
      canaries.set(`${n} encrypted BSN`, identity.sealed);
      canaries.set(`${n} subjectId`, Buffer.from(subject));
    }
  }
  ledger.close();
  vault.close();
  return canaries;
}

export function leafHashes(folder: string, streams: readonly StreamName[]): Canaries {
  const ledger = new Database(join(folder, 'data', 'ledger.db'), { readonly: true });
  const rows = streams.flatMap((stream) => ledger.prepare<[string], { hash: Buffer; idx: number }>('SELECT idx, hash FROM leaves WHERE idx IN (SELECT position FROM events WHERE stream_no = (SELECT no FROM streams WHERE name = ?))').all(stream));
  ledger.close();
  return new Map(rows.map(({ idx, hash }) => [`leaf ${idx}`, hash]));
}

function files(folder: string, where: (name: string) => boolean): readonly Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && where(entry.name)).map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

/** Names of those that are in some file of the folder, whatever the file, or in those whose name `where` takes. */
export function found(folder: string, canaries: Canaries, where: (name: string) => boolean = () => true): readonly string[] {
  const contents = files(folder, where);
  return [...canaries].filter(([, bytes]) => contents.some((content) => content.includes(bytes))).map(([name]) => name);
}

export function missing(folder: string, canaries: Canaries): readonly string[] {
  const there = new Set(found(folder, canaries));
  return [...canaries.keys()].filter((name) => !there.has(name));
}
