import { open, rm, type FileHandle } from 'node:fs/promises';
import type { LedgerEvent } from '#domain/ledger/event';
import type { Position } from '#domain/ledger/ids';
import type { AllPage, StoredEvent } from '#infra/event-store/port';
import { CommandFailure } from '#src/cli/command';
import type { Ledger } from '#src/composition/ledger';
import { localIssuerName } from '#src/identity/issuers';
import { Announcements } from '#src/projecting/announcements';

export interface Exported {
  /** Leaves in the file: events and destroyed ones. */
  readonly size: number;
  readonly events: number;
  /** Lawfully destroyed: in the file as a leaf without an event. */
  readonly destroyed: number;
}

export interface ExportHooks {
  /** Leaves written so far, and how many there will be. */
  readonly progress: (written: number, size: number) => void;
  readonly signal: AbortSignal;
}

export type Parts = Pick<Ledger, 'config' | 'clock' | 'store' | 'writer' | 'governance'>;

/** Events may have 256 KiB each: a page is at most 64 MiB, and one at a time. */
const PAGE = 250;

/**
 * Writes every event up to and with its own `export-made` to `file`, opened, a line each, in order of position. Records
 * first, then writes. The file is new (0600) or nothing is done (`file-exists`); it is whole or not there at all.
 */
export async function writeExport(ledger: Parts, file: string, hooks: ExportHooks): Promise<Exported> {
  const target = await newFile(file);
  try {
    const size = await recordExport(ledger);
    const counts = await writeLeaves(ledger, target, size, hooks);
    await target.sync();
    await target.close();
    return { size, ...counts };
  } catch (error) {
    await target.close();
    await rm(file, { force: true });
    throw error;
  }
}

async function newFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandFailure('file-exists', 'Het bestand bij --to bestaat al. Er wordt niets overschreven; kies een andere naam.');
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new CommandFailure('folder-missing', 'De map voor het bestand bij --to bestaat niet.');
    throw error;
  }
}

/** Answers how many leaves there are with the event that says so. `part`: of one dossier; left out: of everything. */
export async function recordExport({ config, clock, store, governance }: Parts, part?: { readonly form: 'mdto'; readonly sha256: string }): Promise<number> {
  const recorded = await governance.append(
    { type: 'export-made', schema: 1, data: { occurredAt: clock.now().toString(), size: store.head().size, ...part } },
    { iss: localIssuerName(config.oin), sub: 'opdrachtregel', role: 'operations' },
  );
  if (recorded.kind === 'refused') throw new CommandFailure(recorded.refusal.code, recorded.refusal.detail);
  return recorded.value.position + 1;
}

async function writeLeaves(ledger: Parts, target: FileHandle, size: number, { progress, signal }: ExportHooks): Promise<Omit<Exported, 'size'>> {
  const announcements = new Announcements(ledger.store, (stored) => ledger.writer.open(stored));
  let events = 0;
  let next: Position = 0;
  while (next < size) {
    if (signal.aborted) throw new CommandFailure('interrupted', 'Afgebroken. Het bestand is weer verwijderd.');
    const { entries } = await ledger.store.readAll(next, Math.min(PAGE, size - next));
    if (entries.length === 0) throw new Error('the ledger ends before its head');
    const lines: string[] = [];
    for (const entry of entries) {
      const line = await lineOf(ledger, entry, announcements);
      if (line.event) events += 1;
      lines.push(line.text);
    }
    await writeWhole(target, Buffer.from(lines.join(''), 'utf8'));
    next += entries.length;
    progress(next, size);
  }
  return { events, destroyed: size - events };
}

/** A write to a disk that fills up may take a part only. */
async function writeWhole(target: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await target.write(bytes, at)).bytesWritten;
}

type Entry = AllPage['entries'][number];

/** What is absent, or has no key, without a run that names it is a loss: that must not look like a smaller ledger. */
async function lineOf(ledger: Parts, entry: Entry, announcements: Announcements): Promise<{ readonly text: string; readonly event: boolean }> {
  const { position } = entry;
  const opened = entry.kind === 'event' ? await openIfKeyed(ledger, entry.event) : null;
  if (opened !== null && entry.kind === 'event') return { text: `${JSON.stringify(shown(opened, entry.event))}\n`, event: true };
  if (!announcements.covers(position)) await announcements.refresh();
  if (!announcements.covers(position)) {
    throw Object.assign(new Error('an event cannot be read and no run explains it'), { code: entry.kind === 'event' ? 'key-missing' : 'event-missing' });
  }
  const leafHash = entry.kind === 'event' ? entry.event.leafHash : entry.leafHash;
  return { text: `${JSON.stringify({ position, leafHash: base64(leafHash), destroyed: true })}\n`, event: false };
}

async function openIfKeyed({ writer }: Parts, stored: StoredEvent): Promise<LedgerEvent | null> {
  try {
    return await writer.open(stored);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'key-missing') return null;
    throw error;
  }
}

/** The place as a receipt names it, then the event. */
export function shown(event: LedgerEvent, { leafHash }: Pick<StoredEvent, 'leafHash'>): Readonly<Record<string, unknown>> {
  const { position, id, stream, revision, type, schema, recordedAt, origin, person, data } = event;
  return {
    position, leafHash: base64(leafHash), id, stream, revision, type, schema, recordedAt,
    ...(origin === undefined ? {} : { origin }), ...(person === undefined ? {} : { person }), data,
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
