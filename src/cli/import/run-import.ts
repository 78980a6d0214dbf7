import { createHash, createHmac } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { EVENT_TYPE_PREFIX } from '#domain/catalogue';
import { CommandFailure } from '#src/cli/command';
import { itemsOfCsv, itemsOfNdjson, textOf, type Counted, type ImportItem } from '#src/cli/import/items';
import { LedgerClient } from '#src/cli/import/ledger-client';
import { readCsvMapping, type Encoding } from '#src/cli/import/mapping-file';
import { addRejects, readProgress, removeProgress, startRejects, writeProgress, type Progress, type Reject } from '#src/cli/import/progress-file';

export interface ImportRequest {
  readonly file: string;
  readonly format: 'ndjson' | 'csv';
  readonly source: string;
  /** CSV only, and then needed. */
  readonly mappingFile?: string;
  readonly encoding?: Encoding;
  /** A first load: what it brings is late by its nature. */
  readonly history?: { readonly from: string; readonly batch?: string };
  readonly withContent: boolean;
  readonly url: string;
  readonly token: string;
  /** Calendar day, for the declaration of a first load. */
  readonly today: string;
}

export interface ImportResult {
  readonly recorded: number;
  readonly known: number;
  readonly rejected: number;
  /** Events and lines that an earlier run had done. */
  readonly resumedAfter: number;
  readonly formulaCells: number;
  /** The first of them; all are in the file of rejects. */
  readonly rejects: readonly Reject[];
  readonly batch: string | null;
}

/** Small enough that every refusal is listed in the answer, and that little is sent again after a break. */
const CHUNK = { events: 1_000, bytes: 4 * 1024 * 1024 } as const;
const REJECTS_SHOWN = 100;
const SAVE_EVERY_MS = 500;

/**
 * Sends a whole file, in order, and keeps how far it is. Rejects with CommandFailure when it cannot go on (the same
 * command goes on where it was), and with `interrupted` when `signal` is aborted.
 */
export async function runImport(request: ImportRequest, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<ImportResult> {
  const { file } = request;
  const digest = await sha256(file);
  const mapping = request.format === 'csv' ? readCsvMapping(request.mappingFile!) : null;
  const fingerprint = fingerprintOf(request, digest);
  const batch = request.history === undefined ? null : request.history.batch ?? `lading-${fingerprint.slice(0, 16)}`;
  const before = readProgress(file, fingerprint);
  if (before === null) startRejects(file);
  let progress: Progress = before ?? { fingerprint, done: 0, recorded: 0, known: 0, rejected: 0, declaredOn: request.today };
  writeProgress(file, progress);
  let savedAt = performance.now();

  const client = new LedgerClient(request.url, request.token, signal);
  const rejects: Reject[] = [];
  const counted: Counted = { formulaCells: 0 };
  const more = { source: request.source, ...(batch === null ? {} : { importbatch: batch }) };
  const text = textOf(file, request.encoding ?? mapping?.encoding ?? 'utf-8');
  const items = mapping === null ? itemsOfNdjson(text, more) : itemsOfCsv(text, mapping, more, counted, request.withContent);
  const key = createHmac('sha256', digest).update('rejected id').digest();

  const settle = async (chunk: readonly ImportItem[]): Promise<void> => {
    const events = chunk.filter((item) => 'event' in item);
    const sent = events.length === 0 ? { recorded: 0, known: 0, rejected: [] } : await client.send(events.map(({ event }) => event));
    const refused = new Map(sent.rejected.map((one) => [events[one.index]!, one]));
    const found = chunk.flatMap((item): Reject[] => {
      const problem = 'event' in item ? refused.get(item) : { code: item.code, paths: [] };
      if (problem === undefined) return [];
      const id = 'event' in item && item.id !== '' ? createHmac('sha256', key).update(item.id).digest('hex').slice(0, 16) : '';
      return [{ line: item.line, id, code: problem.code, paths: problem.paths, ...(request.withContent ? { content: item.content } : {}) }];
    });
    addRejects(file, found);
    rejects.push(...found.slice(0, REJECTS_SHOWN - rejects.length));
    progress = {
      ...progress, done: progress.done + chunk.length, recorded: progress.recorded + sent.recorded,
      known: progress.known + sent.known, rejected: progress.rejected + found.length,
    };
    // Replacing a file waits for the disk: not for every thousand. What was sent since is known when it is sent again.
    if (found.length > 0 || performance.now() - savedAt > SAVE_EVERY_MS) {
      writeProgress(file, progress);
      savedAt = performance.now();
    }
    onProgress(progress);
  };

  try {
    if (request.history !== undefined) await declare(client, request.source, batch!, request.history.from, progress.declaredOn);
    for await (const chunk of oneAhead(chunksOf(items, progress.done))) {
      signal.throwIfAborted();
      await settle(chunk);
    }
  } catch (error) {
    writeProgress(file, progress);
    if (!signal.aborted) throw error;
    throw new CommandFailure('interrupted', `Onderbroken. ${progress.done} van het bestand zijn verwerkt. Herhaal het commando: het gaat verder waar het was.`);
  }
  removeProgress(file);
  const { recorded, known, rejected } = progress;
  return { recorded, known, rejected, resumedAfter: before?.done ?? 0, formulaCells: counted.formulaCells, rejects, batch };
}

/** Once per load; said again it is known, or was said on another day: it stands already. */
async function declare(client: LedgerClient, source: string, batch: string, from: string, on: string): Promise<void> {
  const { rejected } = await client.send([JSON.stringify({
    specversion: '1.0', id: `import-declared/${batch}`, source, type: `${EVENT_TYPE_PREFIX}import-declared`,
    datacontenttype: 'application/json', data: { occurredOn: on, batch, source, from },
  })]);
  const [wrong] = rejected;
  if (wrong !== undefined && wrong.code !== 'id-reused') throw new CommandFailure(wrong.code, `Het grootboek nam de aankondiging van de eerste lading niet aan (${wrong.code}).`);
}

async function* chunksOf(items: AsyncIterable<ImportItem>, skip: number): AsyncGenerator<readonly ImportItem[]> {
  let chunk: ImportItem[] = [];
  let bytes = 0;
  let seen = 0;
  for await (const item of items) {
    seen += 1;
    if (seen <= skip) continue;
    chunk.push(item);
    bytes += item.content.length + ('event' in item ? item.event.length : 0);
    if (chunk.length >= CHUNK.events || bytes >= CHUNK.bytes) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** The next is read while the ledger works on this one; what goes wrong with it is told in its turn. */
async function* oneAhead<One>(source: AsyncGenerator<One>): AsyncGenerator<One> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = source.next();
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return(undefined);
  }
}

async function sha256(file: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file) as AsyncIterable<Buffer>) hash.update(part);
  return hash.digest();
}

function fingerprintOf({ format, source, mappingFile, encoding, history }: ImportRequest, digest: Buffer): string {
  const mapping = mappingFile === undefined ? '' : readFileSync(mappingFile, 'utf8');
  return createHash('sha256').update(JSON.stringify([digest.toString('hex'), format, source, mapping, encoding ?? '', history ?? null])).digest('hex');
}
