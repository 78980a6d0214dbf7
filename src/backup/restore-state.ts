import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DestroyedDossier } from '#domain/destruction/certificate';
import type { FigureCell, LeafRange } from '#domain/destruction/events';
import type { EventId, Position, Revision, StreamName } from '#domain/ledger/ids';
import { fsyncFolder, writeSecret } from '#infra/keys/key-folder';
import { BackupRefused } from '#src/backup/refused';

/** While this file is in the data folder no service starts: a restore that was cut off goes on from it. */
const FILE = 'restore.json';
/** What is put back waits here until everything has been checked. */
export const STAGING = 'restoring';

/**
 * How far a restore is. Written before the first file is put in its place, erased at the end. Everything in it can be
 * asked twice: names of streams, places and counts, no key and nothing about a person.
 */
export interface RestoreState {
  readonly version: 1;
  phase: 'placing' | 'placed';
  readonly ledgerMadeAt: string | null;
  readonly vaultMadeAt: string | null;
  /** Leaves that came back. */
  readonly size: number;
  /** What the keys of the vault must open beyond this was never signed. */
  readonly signedSize: number;
  /** Null: the backup was not older than the head, and the epoch goes on. */
  readonly epoch: NewEpoch | null;
  /** Leaves and streams as they were found. */
  readonly destroyedAgain: Counts;
  readonly keysLost: Counts;
  /** Of all streams that go. */
  readonly dossiers: number;
  readonly runId: string;
  readonly logStream: StreamName;
  /** Own events by what they are, placed before they are appended. */
  readonly own: Record<string, { readonly id: EventId; readonly revision: Revision; position?: Position }>;
  /** Announced before anything is read: nobody can read it. */
  unreadable: readonly LeafRange[] | null;
  /** Announced after the figures were fixed. */
  readable: readonly LeafRange[] | null;
  /** For the certificate: as it was before anything was announced, and what went, counted while it could be read. */
  checkpointBefore?: string;
  begunOn?: string;
  classes?: readonly DestroyedDossier[];
  figures: { readonly upTo: Position; readonly definitionsVersion: number; readonly cells: readonly FigureCell[] } | null;
}

export interface Counts {
  readonly streams: number;
  readonly leaves: number;
}

export interface NewEpoch {
  readonly number: number;
  /** Signed note: the last that the old epoch published. */
  readonly previousCheckpoint: string;
  readonly lost: LeafRange | null;
  /** The last moment at which the clock was believed, RFC 3339; the old epoch's tick is signed with the old key. */
  readonly lastTick: string | null;
  /** Set when the new key is there and the old one has vouched for it. */
  key: { readonly publicKey: string; readonly endorsement: string } | null;
}

export class RestoreFile {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  get exists(): boolean {
    return existsSync(join(this.#dataDir, FILE));
  }

  read(): RestoreState | null {
    return this.exists ? JSON.parse(readFileSync(join(this.#dataDir, FILE), 'utf8')) as RestoreState : null;
  }

  /** Durable when it returns. */
  save(state: RestoreState): void {
    mkdirSync(this.#dataDir, { recursive: true, mode: 0o700 });
    writeSecret(join(this.#dataDir, FILE), Buffer.from(`${JSON.stringify(state)}\n`, 'utf8'));
  }

  erase(): void {
    rmSync(join(this.#dataDir, STAGING), { recursive: true, force: true });
    rmSync(join(this.#dataDir, FILE), { force: true });
    fsyncFolder(this.#dataDir);
  }
}

/** Throws BackupRefused `restore-unfinished`. */
export function refuseUnfinishedRestore(dataDir: string): void {
  if (new RestoreFile(dataDir).exists) throw new BackupRefused('restore-unfinished');
}
