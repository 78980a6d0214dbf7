import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gateViewOf } from '#domain/destruction/gate';
import { mdtoDossier, mdtoFile, type MdtoCategory, type MdtoDossier, type MdtoEvent } from '#domain/destruction/mdto';
import type { FactData } from '#domain/ledger/fact';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamName, type StreamName } from '#domain/ledger/ids';
import { retentionDate, type RetentionDate } from '#domain/retention/retention-date';
import type { RetentionSchedule } from '#domain/retention/schedule';
import { CommandFailure } from '#src/cli/command';
import { recordExport, shown, type Parts } from '#src/cli/export/write-export';
import { EVENT_TITLES } from '#src/dossiers/event-titles';
import { KeyMissing } from '#src/recording/open-stored';

export interface ExportedDossier {
  readonly events: number;
  /** Names within the folder. */
  readonly files: readonly string[];
}

const CONTENT = 'dossier.json';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PAGE = 250;

/** What an archivist looks for around a dossier; the rest stands in the file. */
const ARCHIVAL: ReadonlySet<string> = new Set([
  'dossier-opened', 'dossier-closed', 'dossier-reopened', 'dossier-transferred', 'designation-changed', 'retention-rule-changed',
  'event-corrected', 'event-annulled',
]);

/**
 * Writes one dossier that is kept for good into the new folder `folder` (0700): its events, and MDTO about the dossier and
 * about that file. Recorded (`export-made`) before the first byte. Fails with `not-found`, `dossier-destroyed`,
 * `not-permanent`, `file-exists` or `folder-missing`, and then records nothing. Whole or not there at all.
 */
export async function writeDossier(ledger: Parts, dossierId: string, folder: string): Promise<ExportedDossier> {
  if (!UUID.test(dossierId)) throw notFound();
  const { events, lines } = await eventsOf(ledger, streamName('dossier', dossierId));
  const schedule = (await ledger.governance.state()).schedule;
  const { retention } = gateViewOf(events);
  const date = retentionDate(retention, schedule);
  if (date.kind !== 'permanent') throw new CommandFailure('not-permanent', 'Dit dossier is niet blijvend te bewaren. Alleen dan wordt het zo uitgevoerd.');

  const { system, reference } = (events[0]!.data as FactData).dossier;
  const dossier: MdtoDossier = {
    system, reference, id: dossierId, oin: ledger.config.oin,
    openedOn: retention.openedOn, closedOn: retention.reopened ? null : retention.closing?.on ?? null,
    events: events.filter(({ type }) => ARCHIVAL.has(type)).map(archival), category: categoryOf(date, schedule),
  };
  const content = Buffer.from(`[\n${lines.join(',\n')}\n]\n`, 'utf8');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file = { name: CONTENT, bytes: content.length, sha256, madeAt: ledger.clock.now().toString() };
  const files: readonly (readonly [string, string | Buffer])[] = [
    [CONTENT, content], [`${CONTENT}.bestand.mdto.xml`, mdtoFile(dossier, file)], ['dossier.mdto.xml', mdtoDossier(dossier, file)],
  ];

  await newFolder(folder);
  try {
    await recordExport(ledger, { form: 'mdto', sha256 });
    for (const [name, bytes] of files) await writeNew(join(folder, name), bytes);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { events: events.length, files: files.map(([name]) => name) };
}

async function eventsOf({ store, writer }: Parts, stream: StreamName): Promise<{ readonly events: readonly LedgerEvent[]; readonly lines: readonly string[] }> {
  const events: LedgerEvent[] = [];
  const lines: string[] = [];
  for (;;) {
    const page = await store.readStream(stream, events.length, PAGE);
    if (page.kind === 'none') throw notFound();
    if (page.kind === 'destroyed') throw destroyed();
    for (const stored of page.events) {
      const event = await writer.open(stored).catch((error: unknown) => { throw error instanceof KeyMissing ? destroyed() : error; });
      events.push(event);
      lines.push(JSON.stringify(shown(event, stored)));
    }
    if (events.length > page.lastRevision) return { events, lines };
    if (page.events.length === 0) throw new Error('the stream ends before its last revision');
  }
}

function archival({ type, data, recordedAt }: LedgerEvent): MdtoEvent {
  const { occurredAt, occurredOn } = data as { readonly occurredAt?: string; readonly occurredOn?: string };
  return { type, title: EVENT_TITLES[type] ?? type, when: occurredAt ?? occurredOn ?? recordedAt };
}

function categoryOf(date: RetentionDate & { readonly kind: 'permanent' }, schedule: Pick<RetentionSchedule, 'rules'> | null): MdtoCategory | null {
  const rule = schedule?.rules.find(({ id, version }) => id === date.rule?.id && version === date.rule.version);
  return rule?.selectielijst ? { name: rule.name, list: rule.selectielijst.list, number: rule.selectielijst.number } : null;
}

async function newFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandFailure('file-exists', 'De map bij --to bestaat al. Er wordt niets overschreven; kies een andere naam.');
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new CommandFailure('folder-missing', 'De map waarin --to moet komen bestaat niet.');
    throw error;
  }
}

async function writeNew(path: string, bytes: string | Buffer): Promise<void> {
  const target = await open(path, 'wx', 0o600);
  try {
    await target.writeFile(bytes);
    await target.sync();
  } finally {
    await target.close();
  }
}

function notFound(): CommandFailure {
  return new CommandFailure('not-found', 'Dit dossier is hier niet bekend. Geef het nummer dat de tijdlijn en de bewaaragenda noemen.');
}

function destroyed(): CommandFailure {
  return new CommandFailure('dossier-destroyed', 'Dit dossier is vernietigd.');
}
