import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import type { LedgerEvent } from '#domain/ledger/event';
import { runCommandLine } from '#src/cli/command-line';
import { progressFile, rejectsFile } from '#src/cli/import/progress-file';
import { runImport, type ImportRequest } from '#src/cli/import/run-import';
import { House, SOURCE, SYSTEM } from '../http/harness.js';

let house: House;
let token: string;
let folder: string;
let file: string;
const never = new AbortController().signal;

beforeAll(async () => {
  house = await House.open();
  token = await house.token('case-system');
});
afterAll(async () => { await house.close(); });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekenschap-import-'));
  file = join(folder, 'uitvoer.csv');
});
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

const MAPPING = {
  columns: ['Nr', 'Dag', 'Naar', 'Soort', 'Reden'],
  events: [{
    type: 'data-shared', id: ['Nr'],
    data: {
      occurredOn: { column: 'Dag', day: 'DD-MM-YYYY' }, dossier: { system: SYSTEM, reference: 'I-1' }, recipient: { organisation: { column: 'Naar' } },
      categories: { column: 'Soort', split: ',' }, decisionId: 'b-1', motivation: { column: 'Reden' },
    },
  }],
};
const HEAD = 'Nr;Dag;Naar;Soort;Reden\r\n';

function request(more: Partial<ImportRequest> = {}): ImportRequest {
  const mappingFile = join(folder, 'kolommen.json');
  writeFileSync(mappingFile, JSON.stringify(MAPPING));
  return { file, format: 'csv', source: SOURCE, mappingFile, withContent: false, url: `http://127.0.0.1:${house.port}`, token, today: '2026-03-02', ...more };
}

function ndjson(more: Partial<ImportRequest> = {}): ImportRequest {
  const { mappingFile: _none, ...rest } = request({ format: 'ndjson', ...more });
  return rest;
}

const run = (asked: ImportRequest) => runImport(asked, never, () => undefined);

let prefix = 0;
/** A fresh prefix per call: all tests share one ledger. */
function rows(count: number, change: (row: string[], index: number) => void = () => undefined): string {
  prefix += 1;
  return Array.from({ length: count }, (_, index) => {
    const row = [`${prefix}-${index}`, '01-03-2026', 'Thuiszorg', 'gezondheid', ''];
    change(row, index);
    return `${row.join(';')}\r\n`;
  }).join('');
}

async function lastEvents(count: number): Promise<readonly LedgerEvent[]> {
  const { entries } = await house.ledger.store.readAll(house.size - count, count);
  return Promise.all(entries.flatMap((entry) => (entry.kind === 'event' ? [house.ledger.writer.open(entry.event)] : [])));
}

const event = (id: string, more: Record<string, unknown> = {}) => ({
  specversion: '1.0', id, type: 'nl.overheid.sociaaldomein.data-shared',
  data: { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'I-2' }, recipient: { organisation: 'School' }, categories: ['onderwijs'], decisionId: 'b' }, ...more,
});

describe('CSV', () => {
  it('rows become events by the mapping; the same file again is known, nothing is double', async () => {
    writeFileSync(file, HEAD + rows(3, (row) => { row[3] = 'gezondheid, onderwijs'; }));
    expect(await run(request())).toMatchObject({ recorded: 3, known: 0, rejected: 0 });
    expect((await lastEvents(1))[0]).toMatchObject({ type: 'data-shared', data: { occurredOn: '2026-03-01', categories: ['gezondheid', 'onderwijs'], recipient: { organisation: 'Thuiszorg' } } });
    const size = house.size;
    expect(await run(request())).toMatchObject({ recorded: 0, known: 3, rejected: 0 });
    expect(house.size).toBe(size);
    expect(existsSync(progressFile(file))).toBe(false);
  });

  it('an empty cell leaves its field out', async () => {
    writeFileSync(file, HEAD + rows(1));
    await run(request());
    expect((await lastEvents(1))[0]!.data).not.toHaveProperty('motivation');
  });

  it('quotes, line ends and separators within a cell are data', async () => {
    writeFileSync(file, HEAD + rows(1, (row) => { row[2] = '"Zorg ""Noord""; en meer"'; row[4] = '"eerste\r\ntweede"'; }));
    expect(await run(request())).toMatchObject({ recorded: 1 });
    expect((await lastEvents(1))[0]!.data).toMatchObject({ recipient: { organisation: 'Zorg "Noord"; en meer' }, motivation: 'eerste\r\ntweede' });
  });

  it('formulas are text: recorded as they are, counted, run by nobody', async () => {
    const formulas = ['=HYPERLINK("http://kwaad")', '+cmd', '-2+3', '@SUM(A1)', '-12'];
    writeFileSync(file, HEAD + rows(5, (row, index) => { row[4] = `"${formulas[index]!.replaceAll('"', '""')}"`; }));
    expect(await run(request())).toMatchObject({ recorded: 5, formulaCells: 4 });
    expect((await lastEvents(5)).map(({ data }) => (data as { motivation: string }).motivation).sort()).toEqual([...formulas].sort());
  });

  it.each([
    ['missing columns', 'Nr;Dag;Naar;Soort\r\n', /ontbreken: Reden/],
    ['an unknown column', 'Nr;Dag;Naar;Soort;Reden;Bsn\r\n', /niet bekend is kolom 6/],
    ['a column twice', 'Nr;Dag;Naar;Soort;Reden;Nr\r\n', /dubbel is kolom 6/],
    ['no header', `1;01-03-2026;Jansen ${testBsn(5)};a;b\r\n`, /ontbreken/],
    ['another separator', 'Nr,Dag,Naar,Soort,Reden\r\n', /ontbreken/],
    ['nothing at all', '', /leeg/],
  ])('%s: refused whole, repeating nothing of the file', async (_name, head, expected) => {
    writeFileSync(file, head + rows(2));
    if (head === '') writeFileSync(file, '');
    const size = house.size;
    const error = await run(request()).then(() => null, (one: Error) => one);
    expect(error?.message).toMatch(expected);
    expect(error?.message).not.toMatch(new RegExp(`Jansen|${testBsn(5)}`));
    expect(house.size).toBe(size);
  });

  it('a wrong number of cells, a wrong date and a quote out of place are rejected lines; their neighbours go in', async () => {
    const lines = rows(6, (row, index) => {
      if (index === 1) row.pop();
      if (index === 2) row[1] = '2026/03/01';
      if (index === 3) row[2] = 'a"b';
    });
    writeFileSync(file, HEAD + lines);
    const result = await run(request());
    expect(result).toMatchObject({ recorded: 3, rejected: 3 });
    expect(result.rejects.map(({ line, code }) => [line, code])).toEqual([[3, 'wrong-columns'], [4, 'field-invalid'], [5, 'malformed']]);
  });

  it('cut in the middle of a quoted cell: what came before is in, the last line is told', async () => {
    writeFileSync(file, `${HEAD}${rows(3)}${prefix}-x;01-03-2026;"Thuisz`);
    expect(await run(request())).toMatchObject({ recorded: 3, rejected: 1, rejects: [{ code: 'cut-off' }] });
  });
});

describe('encodings', () => {
  const named = 'Nr;Dag;Naar;Soort;Reden\r\n';
  const name = 'Zorg Chloë €';

  it.each([
    ['UTF-8', (text: string) => Buffer.from(text), {}],
    ['UTF-8 with a mark in front', (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]), {}],
    ['Windows-1252, said so', (text: string) => Buffer.from(text.replace('€', '\u0080'), 'latin1'), { encoding: 'windows-1252' as const }],
  ])('%s', async (_name, encode, more) => {
    writeFileSync(file, encode(named + rows(1, (row) => { row[2] = name; })));
    expect(await run(request(more))).toMatchObject({ recorded: 1 });
    expect((await lastEvents(1))[0]!.data).toMatchObject({ recipient: { organisation: name } });
  });

  it.each([
    ['Windows-1252 that is not said', (text: string) => Buffer.from(text, 'latin1')],
    ['UTF-16', (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
  ])('%s is refused, nothing is guessed', async (_name, encode) => {
    writeFileSync(file, encode(named + rows(1, (row) => { row[2] = 'Chloë'; })));
    const size = house.size;
    await expect(run(request())).rejects.toMatchObject({ code: 'encoding' });
    expect(house.size).toBe(size);
  });
});

describe('NDJSON', () => {
  it('gets its source; lines that are no event are told by number; cut in the middle is told as that', async () => {
    prefix += 1;
    const lines = [JSON.stringify(event(`n-${prefix}-1`)), 'geen json', '[1]', '', JSON.stringify(event(`n-${prefix}-2`)), JSON.stringify(event(`n-${prefix}-3`)).slice(0, 40)];
    writeFileSync(file, lines.join('\n'));
    const result = await run(ndjson());
    expect(result).toMatchObject({ recorded: 2, rejected: 3 });
    expect(result.rejects.map(({ line, code }) => [line, code])).toEqual([[2, 'malformed'], [3, 'malformed'], [6, 'cut-off']]);
  });

  it('an id with other content is rejected, by a keyed id, without anything of what it holds', async () => {
    prefix += 1;
    const id = `zaak-${prefix}`;
    writeFileSync(file, `${JSON.stringify(event(id))}\n${JSON.stringify(event(id, { data: { ...event(id).data, motivation: 'Mevrouw Jansen' } }))}\n`);
    const result = await run(ndjson());
    expect(result).toMatchObject({ recorded: 1, rejected: 1, rejects: [{ line: 2, code: 'id-reused' }] });
    const kept = readFileSync(rejectsFile(file), 'utf8');
    expect(kept).not.toMatch(/Jansen|zaak-/);
    expect(JSON.parse(kept)).toMatchObject({ line: 2, code: 'id-reused', id: expect.stringMatching(/^[0-9a-f]{16}$/) as string });
    expect(statSync(rejectsFile(file)).mode & 0o777).toBe(0o600);
  });

  it('with content the line itself is kept, for the owner only', async () => {
    writeFileSync(file, 'Mevrouw Jansen\n');
    await run(ndjson({ withContent: true }));
    expect(readFileSync(rejectsFile(file), 'utf8')).toContain('Mevrouw Jansen');
    expect(statSync(rejectsFile(file)).mode & 0o777).toBe(0o600);
  });
});

describe('a long file', () => {
  it('stopped half-way goes on where it was: nothing lost, nothing double, one wrong line told once', async () => {
    writeFileSync(file, HEAD + rows(3_500, (row, index) => { if (index === 1_234) row[1] = 'gisteren'; }));
    const stop = new AbortController();
    const size = house.size;
    await expect(runImport(request(), stop.signal, ({ done }) => { if (done >= 2_000) stop.abort(); })).rejects.toMatchObject({ code: 'interrupted' });
    expect(house.size).toBe(size + 1_999);
    expect(statSync(progressFile(file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(progressFile(file), 'utf8')).not.toMatch(/Thuiszorg|gezondheid/);
    const result = await run(request());
    expect(result).toMatchObject({ recorded: 3_499, known: 0, rejected: 1, resumedAfter: 2_000 });
    expect(house.size).toBe(size + 3_499);
    expect(readFileSync(rejectsFile(file), 'utf8').trim().split('\n')).toHaveLength(1);
  }, 120_000);

  it('another file of the same name starts anew', async () => {
    writeFileSync(file, HEAD + rows(1_500));
    const stop = new AbortController();
    await expect(runImport(request(), stop.signal, () => { stop.abort(); })).rejects.toMatchObject({ code: 'interrupted' });
    writeFileSync(file, HEAD + rows(2));
    expect(await run(request())).toMatchObject({ recorded: 2, resumedAfter: 0 });
  });
});

describe('a first load', () => {
  it('is declared once, and its events say that they belong to it', async () => {
    writeFileSync(file, HEAD + rows(2));
    const asked = request({ history: { from: '2015-01-01' } });
    const result = await run(asked);
    const [declared, ...events] = await lastEvents(3);
    expect(declared).toMatchObject({ type: 'import-declared', data: { batch: result.batch, source: SOURCE, from: '2015-01-01' } });
    expect(events.map(({ origin }) => origin?.importBatch)).toEqual([result.batch, result.batch]);
    expect(await run({ ...asked, today: '2026-03-01' })).toMatchObject({ known: 2, rejected: 0 });
  });
});

describe('the command', () => {
  const said = { out: [] as string[], err: [] as string[] };
  const command = (environment: Record<string, string>, ...args: string[]) => {
    said.out = [];
    said.err = [];
    return runCommandLine(['import', ...args], { environment, out: (line) => said.out.push(line), err: (line) => said.err.push(line) });
  };
  const url = () => ({ REKENSCHAP_URL: `http://127.0.0.1:${house.port}`, REKENSCHAP_TOKEN: token });

  it('says in Dutch what became of the file', async () => {
    request();
    writeFileSync(file, HEAD + rows(2, (row, index) => { if (index === 1) row[1] = 'x'; }));
    expect(await command(url(), file, '--source', SOURCE, '--mapping', join(folder, 'kolommen.json'))).toBe(1);
    expect(said.out.join('\n')).toMatch(/regel 3: afgewezen, field-invalid: Een veld klopt niet \(\/data\/occurredOn\), kenmerk [0-9a-f]{16}/);
    expect(said.out.at(-1)).toBe('1 vastgelegd, 0 al bekend, 1 afgewezen.');
    expect(await command(url(), file, '--source', SOURCE, '--mapping', join(folder, 'kolommen.json'), '--json')).toBe(1);
    expect(JSON.parse(said.out.join())).toMatchObject({ ok: false, known: 1, rejected: 1 });
  });

  it.each([
    ['no file', [], /Noem het bestand/],
    ['no source', ['FILE'], /Noem de bron/],
    ['CSV without mapping', ['FILE', '--source', SOURCE], /--mapping/],
    ['another encoding', ['FILE', '--source', SOURCE, '--mapping', 'x', '--encoding', 'utf-7'], /encoding/],
    ['history without a day', ['FILE', '--source', SOURCE, '--mapping', 'x', '--history'], /--from/],
    ['two files', ['FILE', 'FILE', '--source', SOURCE], /onbekend of mist/],
  ])('%s is wrong use', async (_name, args, expected) => {
    writeFileSync(file, HEAD);
    expect(await command(url(), ...args.map((one) => (one === 'FILE' ? file : one)))).toBe(2);
    expect(said.err.join()).toMatch(expected);
  });

  it('a token that is refused stops it with a sentence, and the same command goes on later', async () => {
    request();
    writeFileSync(file, HEAD + rows(1));
    const args = [file, '--source', SOURCE, '--mapping', join(folder, 'kolommen.json')];
    expect(await command({ ...url(), REKENSCHAP_TOKEN: 'a.b.c' }, ...args)).toBe(1);
    expect(said.err.join()).toMatch(/token/);
    expect(await command(url(), ...args)).toBe(0);
  });
});
