import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamName } from '#domain/ledger/ids';
import { FenceError, FenceFile } from '#infra/head/fence-file';

let root: string;
let headDirs: [string, string];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fence-'));
  headDirs = [join(root, 'a'), join(root, 'b')];
});
afterEach(() => rmSync(root, { recursive: true }));

const mark = (reference = 'Z-1') => ({ stream: streamName('dossier', randomUUID()), references: [{ system: 'suites', reference }] });
const log = (n: 0 | 1) => join(headDirs[n], 'fence.log');
const keyFile = (n: 0 | 1, year = 2026) => join(headDirs[n], 'fence-keys', `${year}.key`);

describe('the fence', () => {
  it('is empty at first, and says so in length and hash', () => {
    const fence = new FenceFile(headDirs);
    expect(fence.length()).toBe(0);
    expect(fence.sha256()).toBe(createHash('sha256').digest('hex'));
    expect(fence.has({ stream: mark().stream })).toBe(false);
  });

  it('keeps marks in every head folder, also after reopening', () => {
    const gone = mark();
    const fence = new FenceFile(headDirs);
    fence.append([gone], 2026);
    expect(readFileSync(log(0))).toEqual(readFileSync(log(1)));
    expect(readFileSync(log(0), 'latin1')).toMatch(/^2026 [0-9a-f]{64}\n2026 [0-9a-f]{64}\n$/);
    for (const opened of [fence, new FenceFile(headDirs), new FenceFile([headDirs[1]])]) {
      expect(opened.has({ stream: gone.stream })).toBe(true);
      expect(opened.has({ reference: gone.references[0]! })).toBe(true);
      expect(opened.has({ stream: mark().stream, reference: { system: 'suite', reference: 'sZ-1' } })).toBe(false);
      expect(opened.length()).toBe(statSync(log(0)).size);
      expect(opened.sha256()).toBe(createHash('sha256').update(readFileSync(log(0))).digest('hex'));
    }
  });

  it('never holds the name or reference itself, and two ledgers never the same mark', () => {
    const gone = mark('Z-herkenbaar');
    new FenceFile(headDirs).append([gone], 2026);
    const text = readFileSync(log(0), 'latin1');
    expect(text).not.toContain(gone.stream);
    expect(text).not.toContain('Z-herkenbaar');
    const other = join(root, 'other');
    new FenceFile([other]).append([gone], 2026);
    expect(readFileSync(join(other, 'fence.log'), 'latin1')).not.toBe(text);
  });

  it('tries every year, until a year\'s key is forgotten', () => {
    const [older, newer] = [mark('Z-1'), mark('Z-2')];
    const fence = new FenceFile(headDirs);
    fence.append([older], 2025);
    fence.append([newer], 2026);
    expect([older, newer].map(({ stream }) => new FenceFile(headDirs).has({ stream }))).toEqual([true, true]);
    for (const n of [0, 1] as const) rmSync(keyFile(n, 2025));
    expect([older, newer].map(({ stream }) => new FenceFile(headDirs).has({ stream }))).toEqual([false, true]);
  });

  it('writes a mark once', () => {
    const gone = mark();
    const fence = new FenceFile(headDirs);
    fence.append([gone], 2026);
    const length = fence.length();
    fence.append([gone, gone], 2026);
    expect(fence.length()).toBe(length);
    expect(statSync(log(0)).size).toBe(length);
  });

  it('cuts off a torn last line, in memory and on disk', () => {
    const gone = mark();
    const before = new FenceFile(headDirs);
    before.append([gone], 2026);
    appendFileSync(log(1), '2026 00ff');
    const fence = new FenceFile(headDirs);
    expect(fence.sha256()).toBe(before.sha256());
    expect(readFileSync(log(1))).toEqual(readFileSync(log(0)));
    expect(fence.has({ stream: gone.stream })).toBe(true);
  });

  it('brings a folder that a crash left behind to where the others are', () => {
    const [first, second] = [mark('Z-1'), mark('Z-2')];
    const fence = new FenceFile(headDirs);
    fence.append([first], 2026);
    const { size } = statSync(log(1));
    fence.append([second], 2026);
    truncateSync(log(1), size);
    expect(new FenceFile(headDirs).has({ stream: second.stream })).toBe(true);
    expect(readFileSync(log(1))).toEqual(readFileSync(log(0)));
    rmSync(join(headDirs[1]), { recursive: true });
    expect(new FenceFile(headDirs).length()).toBe(fence.length());
    expect(new FenceFile([headDirs[1]]).has({ stream: second.stream })).toBe(true);
  });

  it('refuses folders that contradict each other', () => {
    new FenceFile(headDirs).append([mark()], 2026);
    const bytes = readFileSync(log(1));
    bytes[20]! ^= 0x01;
    writeFileSync(log(1), bytes);
    expect(() => new FenceFile(headDirs)).toThrow(FenceError);
    expect(() => new FenceFile(headDirs)).toThrow(/spreekt een andere hoofdmap tegen/);
  });

  it('refuses keys that contradict each other or that others may read', () => {
    new FenceFile(headDirs).append([mark()], 2026);
    expect(statSync(keyFile(0)).mode & 0o777).toBe(0o600);
    expect(readFileSync(keyFile(0))).toEqual(readFileSync(keyFile(1)));
    chmodSync(keyFile(1), 0o644);
    expect(() => new FenceFile(headDirs)).toThrow(/ook voor anderen toegankelijk/);
    chmodSync(keyFile(1), 0o600);
    writeFileSync(keyFile(1), Buffer.alloc(32));
    expect(() => new FenceFile(headDirs)).toThrow(/heksleutel van 2026/);
  });

  it('knows whether it still begins with what a head line signed', () => {
    const fence = new FenceFile(headDirs);
    fence.append([mark('Z-1')], 2026);
    const signed = { length: fence.length(), sha256: fence.sha256() };
    fence.append([mark('Z-2')], 2026);
    expect(fence.covers(signed)).toBe(true);
    expect(fence.covers({ ...signed, sha256: '0'.repeat(64) })).toBe(false);
    for (const n of [0, 1] as const) truncateSync(log(n), 70);
    expect(new FenceFile(headDirs).covers(signed)).toBe(false);
  });

  it('shows a reader what the writer has added, and lets it write nothing', () => {
    const reader = new FenceFile(headDirs, { readOnly: true });
    const writer = new FenceFile(headDirs);
    const gone = mark();
    writer.append([gone], 2026);
    expect(reader.has({ stream: gone.stream })).toBe(false);
    reader.refresh();
    expect(reader.has({ stream: gone.stream })).toBe(true);
    expect(reader.sha256()).toBe(writer.sha256());
    expect(() => reader.append([mark()], 2026)).toThrow(FenceError);
  });
});
