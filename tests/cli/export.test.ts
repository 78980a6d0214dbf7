import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { writeExport } from '#src/cli/export/write-export';
import { House, consentGiven, opened } from '../http/harness.js';
import { buildProgram, runProgram, startProgram } from './program.js';

const OIN = '00000001999999999000';

interface Line {
  readonly position: number;
  readonly leafHash: string;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function linesOf(file: string): readonly Line[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
}

describe('what is exported', () => {
  let house: House;
  let folder: string;
  const going = { progress: () => undefined, signal: new AbortController().signal };
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    house = await House.open();
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-export-'));
    const token = await house.token('case-system');
    for (let number = 1; number <= 300; number += 1) await house.send(token, opened(`E-${number}`));
    expect((await house.send(token, consentGiven('E-1'))).status).toBe(201);
  });
  afterAll(async () => {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is every event, opened, at its place, with its own making at the end; no BSN', async () => {
    const size = house.size;
    const exported = await writeExport(house.ledger, file('alles.ndjson'), going);
    const lines = linesOf(file('alles.ndjson'));
    expect(exported).toEqual({ size: size + 1, events: size + 1, destroyed: 0 });
    expect(lines.map(({ position }) => position)).toEqual(Array.from({ length: size + 1 }, (_, position) => position));
    expect(lines.at(-1)).toMatchObject({ type: 'export-made', data: { size } });
    expect(lines.find(({ type }) => type === 'consent-given')).toMatchObject({ data: { consentId: 'toestemming-1', recipients: [{ organisation: 'Thuiszorg Noord' }] } });
    expect(lines.filter(({ type }) => type === 'dossier-opened')).toHaveLength(300);
    const { entries } = await house.ledger.store.readAll(0, 10);
    for (const [index, entry] of entries.entries()) {
      expect(entry.kind === 'event' && { id: entry.event.id, hash: Buffer.from(entry.event.leafHash).toString('base64') }).toEqual({ id: lines[index]!.id, hash: lines[index]!.leafHash });
    }
    expect(readFileSync(file('alles.ndjson'), 'utf8')).not.toMatch(/"9999[0-9]{5}"/);
    expect(statSync(file('alles.ndjson')).mode & 0o777).toBe(0o600);
  });

  it('overwrites nothing, and then records nothing', async () => {
    writeFileSync(file('er-al.ndjson'), 'van mij');
    const size = house.size;
    await expect(writeExport(house.ledger, file('er-al.ndjson'), going)).rejects.toMatchObject({ code: 'file-exists' });
    expect(readFileSync(file('er-al.ndjson'), 'utf8')).toBe('van mij');
    await expect(writeExport(house.ledger, file('weg/nieuw.ndjson'), going)).rejects.toMatchObject({ code: 'folder-missing' });
    expect(house.size).toBe(size);
  });

  it('cut off, leaves no file', async () => {
    const stopping = new AbortController();
    const cut = { progress: () => { stopping.abort(); }, signal: stopping.signal };
    await expect(writeExport(house.ledger, file('half.ndjson'), cut)).rejects.toMatchObject({ code: 'interrupted' });
    expect(existsSync(file('half.ndjson'))).toBe(false);
  });

  it('never passes over a loss', async () => {
    const lost = await House.open();
    try {
      await lost.send(await lost.token('case-system'), opened('V-1'));
      const { entries } = await lost.ledger.store.readAll(0, 100);
      const dossier = entries.find((entry) => entry.kind === 'event' && entry.event.type === 'dossier-opened')!;
      await writeExport(lost.ledger, file('voor.ndjson'), going);
      const ledger = new Database(join(lost.folder, 'data', 'ledger.db'));
      ledger.prepare('DELETE FROM events WHERE position = ?').run(dossier.position);
      ledger.close();
      await expect(writeExport(lost.ledger, file('na.ndjson'), going)).rejects.toMatchObject({ code: 'event-missing' });
      expect(existsSync(file('na.ndjson'))).toBe(false);
    } finally {
      await lost.close();
    }
  });
});

describe('rekenschap export', () => {
  let folder: string;
  const environment = { REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0' };
  const run = (...args: string[]) => runProgram(args, environment, folder);

  beforeAll(buildProgram, 180_000);
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'rekenschap-export-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('writes the file with a warning about what it holds, and records it', async () => {
    expect((await run('token', '--role', 'fg')).code).toBe(0);
    const { code, out, err } = await run('export', '--to', 'alles.ndjson', '--json');
    expect({ code, ...JSON.parse(out) as object }).toEqual({ code: 0, ok: true, size: 3, events: 3, destroyed: 0 });
    expect(err).toContain('persoonsgegevens');
    expect(linesOf(join(folder, 'alles.ndjson')).map(({ type }) => type)).toEqual(['epoch-started', 'token-issued', 'export-made']);
    expect((await run('verify')).code).toBe(0);
    expect((await run('export', '--to', 'alles.ndjson')).code).toBe(1);
  });

  test('without a file to write, or one among the ledger\'s own: exit code 2', async () => {
    expect((await run('token', '--role', 'fg')).code).toBe(0);
    for (const args of [[], ['--to', 'data/alles.ndjson'], ['--to', 'head/alles.ndjson']]) expect((await run('export', ...args)).code).toBe(2);
    expect(readdirSync(join(folder, 'data'))).not.toContain('alles.ndjson');
  });

  test('makes no ledger where there is none', async () => {
    expect(await run('export', '--to', 'alles.ndjson')).toMatchObject({ code: 1, out: '' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('beside a running service: refused in one sentence, no file', async () => {
    const service = startProgram(['serve', '--json'], environment, folder);
    try {
      await service.line(/"url"/);
      const { code, err } = await run('export', '--to', 'alles.ndjson');
      expect(code).toBe(1);
      expect(err).toContain('Een ander proces schrijft in dit grootboek');
      expect(existsSync(join(folder, 'alles.ndjson'))).toBe(false);
    } finally {
      service.child.kill('SIGKILL');
      await service.ended;
    }
  });
});
