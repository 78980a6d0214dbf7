import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEvent } from '#domain/ledger/event';
import { openLedgerForReading } from '#infra/event-store/ledger-database';
import { LedgerReader } from '#infra/event-store/ledger-reader';
import { openKeys } from '#infra/keys/key-folder';
import { StreamKeys } from '#infra/vault/stream-keys';
import { openVaultReader } from '#infra/vault/vault-database';
import { SqliteViews } from '#infra/views/sqlite-views';
import type { Projection } from '#projections/projection';
import { PROJECTIONS } from '#src/composition/projections';
import { openStored } from '#src/recording/open-stored';
import { inFreshFolder, type Measurement } from './measure.ts';
import { client, command, serve, SOURCE } from './service.ts';

const PER_DOSSIER = 12;
const PAGE = 1_000;
/** What is folded again and again lies in memory: reading is measured by itself. */
const FOLDED_MAX = 200_000;

export interface StoredFigures {
  readonly measurements: readonly Measurement[];
  readonly slowestProjection: number;
  readonly read: number;
  readonly leaves: number;
  /** Seconds for rebuilding every view of a million events, at the rate measured. */
  readonly rebuildMillion: number;
  /** Against the bytes of the events as they are stored, header and payload. */
  readonly ledgerOverEvents: number;
  readonly folderOverEvents: number;
}

/** A ledger of whole lives of dossiers: reading it, each projection alone, rebuilding all, verifying, and its size on disk. */
export function storedLedger(events: number): Promise<StoredFigures> {
  return inFreshFolder(async (folder) => {
    const service = await serve(folder);
    try {
      const token = await service.token('case-system');
      await client('bulk-client.ts', { url: service.url, token, source: SOURCE, events, perDossier: PER_DOSSIER, run: 'bewaard', lives: true });
    } finally {
      await service.stop();
    }
    const sizes = sizesOf(folder);
    const rebuilt = JSON.parse(await command(folder, ['rebuild', '--json'])) as { readonly events: number; readonly seconds: number };
    const verifyAll = await timed(() => command(folder, ['verify', '--json']));
    // What every call of the program costs, the smallest ledger too.
    const startOnly = await timed(() => command(folder, ['--version']));
    const { read, opened } = readAll(folder, rebuilt.events);
    const projections = PROJECTIONS.map((projection) => [projection.name, foldRate(folder, projection, opened)] as const);
    const leaves = rebuilt.events / (verifyAll - startOnly);
    return {
      measurements: [
        line('lezen, ontsleutelen, uitpakken', read), ...projections.map(([name, rate]) => line(`overzicht ${name}, alleen`, rate)),
        line('alle overzichten opnieuw', rebuilt.events / rebuilt.seconds, `${rebuilt.events} gebeurtenissen in ${rebuilt.seconds.toFixed(1)} s`),
        line('verify zonder sleutels, bladen', leaves, `${sizes.note}`),
      ],
      slowestProjection: Math.min(...projections.map(([, rate]) => rate)), read, leaves,
      rebuildMillion: 1e6 * rebuilt.seconds / rebuilt.events, ledgerOverEvents: sizes.ledgerOverEvents, folderOverEvents: sizes.folderOverEvents,
    };
  });
}

function line(name: string, rate: number, note?: string): Measurement {
  return { name, perSecond: Math.round(rate), rates: [rate], ...(note === undefined ? {} : { note }) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

function readAll(folder: string, size: number): { readonly read: number; readonly opened: readonly LedgerEvent[] } {
  const keys = openKeys({ masterKeyFile: join(folder, 'keys', 'master.key') });
  const ledger = new LedgerReader(openLedgerForReading(join(folder, 'data', 'ledger.db')));
  const vault = openVaultReader(join(folder, 'data', 'vault.db'));
  try {
    const dataKeys = new StreamKeys(vault, keys.master);
    const opened: LedgerEvent[] = [];
    const start = performance.now();
    for (let from = 0; from < size; from += PAGE) {
      for (const entry of ledger.readAll(from, Math.min(size, from + PAGE))) {
        if (entry.kind !== 'event') continue;
        const event = openStored(entry.event, (stream) => dataKeys.get(stream), keys.log);
        if (opened.length < FOLDED_MAX) opened.push(event);
      }
    }
    return { read: size / ((performance.now() - start) / 1_000), opened };
  } finally {
    ledger.close();
    vault.close();
  }
}

function foldRate(folder: string, projection: Projection, events: readonly LedgerEvent[]): number {
  const views = new SqliteViews(join(folder, `views-${projection.name}.db`));
  try {
    views.open(projection);
    const build = views.build(projection);
    const start = performance.now();
    for (let at = 0; at < events.length; at += PAGE) {
      const page = events.slice(at, at + PAGE);
      build.advance(page.at(-1)!.position, (rows) => {
        for (const event of page) projection.apply(event, rows, { counting: true });
      });
    }
    build.swap();
    return events.length / ((performance.now() - start) / 1_000);
  } finally {
    views.close();
  }
}

function sizesOf(folder: string): { readonly ledgerOverEvents: number; readonly folderOverEvents: number; readonly note: string } {
  const data = join(folder, 'data');
  const db = openLedgerForReading(join(data, 'ledger.db'));
  const [events, bytes, payload] = db.prepare('SELECT count(*), sum(length(header) + length(payload)), sum(length(payload)) FROM events').raw().get() as [number, number, number];
  db.close();
  const ledger = statSync(join(data, 'ledger.db')).size;
  // views.db-<id>: a file per view.
  const perKind = new Map<string, number>();
  for (const name of readdirSync(data)) {
    const kind = name.split('.')[0]!;
    perKind.set(kind, (perKind.get(kind) ?? 0) + statSync(join(data, name)).size);
  }
  const whole = [...perKind.values()].reduce((sum, size) => sum + size, 0);
  return {
    ledgerOverEvents: ledger / bytes, folderOverEvents: whole / bytes,
    note: `per gebeurtenis ${Math.round(bytes / events)} bytes (inhoud ${Math.round(payload / events)}), op schijf ${['ledger', 'vault', 'views'].map((kind) => `${kind} ${Math.round((perKind.get(kind) ?? 0) / events)}`).join(', ')}`,
  };
}
