import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import type { AppendResult } from '#infra/event-store/port';
import { LedgerFolder } from '../contract/event-store/harness.js';
import { ended, IngestLedger, type IngestOptions } from './ingest-ledger.js';

function needsStrace(context: TestContext): void {
  if (spawnSync('strace', ['-V']).status === 0) return;
  if (process.env['CI'] !== undefined) throw new Error('strace is missing and CI promises that it is there');
  context.skip('strace is missing (apt-get install strace)');
}

/** A ledger whose process runs under strace until it ends by itself. */
async function traced(trace: readonly string[], options: IngestOptions, check: (ledger: IngestLedger, log: string) => Promise<void> | void): Promise<void> {
  const ledger = new IngestLedger();
  const log = join(ledger.folder.root, 'strace.log');
  try {
    const child = await ledger.start({ ...options, command: ['strace', '-f', '-qq', '-y', '-o', log, ...trace.map((one) => one.replace('ROOT', ledger.folder.root))] });
    await ended(child);
    await check(ledger, readFileSync(log, 'utf8'));
    expect(await ledger.problems()).toEqual([]);
  } finally {
    await ledger.folder.remove();
  }
}

function syncsOf(log: string, file: string): number {
  return log.split('\n').filter((line) => /f(data)?sync\(/.test(line) && line.includes(`/${file}>`)).length;
}

describe('durability as the system sees it', () => {
  const SINGLES = { writers: 1, appends: 200 };

  test('200 single appends: at least 200 fsyncs of the ledger and of every head folder', async (context) => {
    needsStrace(context);
    await traced(['-e', 'trace=fsync,fdatasync'], SINGLES, (ledger, log) => {
      expect(ledger.acknowledged.size).toBe(200);
      expect(syncsOf(log, 'ledger.db-wal')).toBeGreaterThanOrEqual(200);
      for (const dir of ['head-a', 'head-b']) expect(syncsOf(log, `${dir}/head-000001.log`)).toBeGreaterThanOrEqual(200);
    });
  });

  test('control: with synchronous=NORMAL the ledger is hardly ever fsynced', async (context) => {
    needsStrace(context);
    await traced(['-e', 'trace=fsync,fdatasync'], { ...SINGLES, faults: { ledgerSynchronousNormal: true } }, (ledger, log) => {
      expect(ledger.acknowledged.size).toBe(200);
      expect(syncsOf(log, 'ledger.db-wal')).toBeLessThan(20);
    });
  });

  test('a failed fsync of the ledger: the outcome is unknown, nothing more is written until a restart', async (context) => {
    needsStrace(context);
    await traced(['-P', 'ROOT/data/ledger.db-wal', '-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO:when=20'],
      { ...SINGLES, refusalsTaken: 3 }, (ledger, log) => {
        expect(log).toMatch(/EIO.*INJECTED/);
        expect(ledger.refusals.map(({ reason }) => reason)).toEqual(Array.from({ length: 4 }, () => 'writer-halted'));
        expect(ledger.acknowledged.size).toBeLessThan(20);
      });
  });

  test('a failed fsync of a head line: nothing more is acknowledged until a restart', async (context) => {
    needsStrace(context);
    await traced(['-P', 'ROOT/head-b/head-000001.log', '-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO:when=20'],
      { ...SINGLES, refusalsTaken: 3 }, (ledger, log) => {
        expect(log).toMatch(/EIO.*INJECTED/);
        expect(ledger.refusals.map(({ reason }) => reason)).toEqual(Array.from({ length: 4 }, () => 'writer-halted'));
      });
  });

  test('a write without space: that append is not taken, later ones are', async (context) => {
    needsStrace(context);
    await traced(['-P', 'ROOT/data/ledger.db-wal', '-e', 'trace=pwrite64', '-e', 'inject=pwrite64:error=ENOSPC:when=60'],
      { ...SINGLES, refusalsTaken: 1 }, (ledger, log) => {
        expect(log).toMatch(/ENOSPC.*INJECTED/);
        expect(ledger.refusals).toHaveLength(1);
        expect(ledger.refusals[0]!.reason).toBe('write-failed');
        expect(ledger.acknowledged.size).toBeGreaterThan(ledger.refusals[0]!.after);
      });
  });

  /** What write(2) answers on a disk that is read-only for a while; with `when=60+` it stays so. */
  const readOnly = (when: string): readonly string[] => ['-P', 'ROOT/data/ledger.db-wal', '-e', 'trace=pwrite64', '-e', `inject=pwrite64:error=EROFS:when=${when}`];

  test('a disk that is read-only for a while: refused, then taken again; nothing is lost or there twice', async (context) => {
    needsStrace(context);
    await traced(readOnly('60..90'), { ...SINGLES, refusalsTaken: 100 }, (ledger, log) => {
      expect(log).toMatch(/EROFS.*INJECTED/);
      expect(ledger.refusals.length).toBeGreaterThan(5);
      expect(new Set(ledger.refusals.map(({ reason }) => reason))).toEqual(new Set(['write-failed']));
      expect(ledger.acknowledged.size).toBe(200);
    });
  });

  test('a disk that stays read-only: refused every time, nothing acknowledged is lost', async (context) => {
    needsStrace(context);
    await traced(readOnly('60+'), { ...SINGLES, refusalsTaken: 3 }, (ledger, log) => {
      expect(log).toMatch(/EROFS.*INJECTED/);
      expect(ledger.refusals.map(({ reason }) => reason)).toEqual(Array.from({ length: 4 }, () => 'write-failed'));
      expect(ledger.acknowledged.size).toBeGreaterThan(0);
    });
  });

  test('control: with the answer before the commit, a disk that turns read-only loses what was acknowledged', async (context) => {
    needsStrace(context);
    const ledger = new IngestLedger();
    try {
      // The child finds its own next append in conflict and says so: not what is looked at here.
      const command = ['sh', '-c', 'exec "$@" 2>/dev/null', 'sh', 'strace', '-f', '-qq', '-y', '-o', join(ledger.folder.root, 'strace.log'), ...readOnly('60+').map((one) => one.replace('ROOT', ledger.folder.root))];
      await ended(await ledger.start({ ...SINGLES, refusalsTaken: 3, faults: { replyBeforeCommit: true }, command }));
      await expect(ledger.problems()).rejects.toMatchObject({ name: 'EngineStartError', code: 'ledger-behind-head' });
    } finally {
      await ledger.folder.remove();
    }
  });
});

/** A small disk of its own; null when this machine does not allow mounting. */
function smallDisk(context: TestContext, at: string): { fill(): void; free(): void; remount(mode: 'ro' | 'rw'): void; unmount(): void } {
  mkdirSync(at, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', at]);
  if (mounted.status !== 0) context.skip('a small tmpfs cannot be mounted here');
  return {
    fill() {
      for (const bytes of [65_536, 4_096, 512, 1]) {
        try {
          for (;;) writeFileSync(join(at, 'filler'), Buffer.alloc(bytes), { flag: 'a' });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    },
    free: () => rmSync(join(at, 'filler')),
    remount(mode) {
      expect(spawnSync('mount', ['-o', `remount,${mode}`, at]).status).toBe(0);
    },
    unmount: () => void spawnSync('umount', ['-l', at]),
  };
}

describe('a disk that cannot be written', () => {
  test('data folder full: refuses, goes on reading, recovers by itself', async (context) => {
    const folder = new LedgerFolder();
    const disk = smallDisk(context, folder.dataDir);
    try {
      const { store, vaultChannel } = await folder.open();
      const stream = await folder.sealer.stream();
      let taken = 0;
      disk.fill();
      let result: AppendResult;
      do {
        result = await store.append(folder.sealer.append(stream, taken - 1));
        if (result.kind === 'appended') taken += 1;
      } while (result.kind === 'appended' && taken < 10_000);
      expect(result).toEqual({ kind: 'unavailable', reason: 'write-failed' });
      expect(await store.append(folder.sealer.append(stream, taken - 1))).toEqual({ kind: 'unavailable', reason: 'write-failed' });
      expect(store.head().size).toBe(taken);
      expect((await store.readAll(0, 10_000)).entries).toHaveLength(taken);
      disk.free();
      expect(await store.append(folder.sealer.append(stream, taken - 1))).toMatchObject({ kind: 'appended', firstPosition: taken });
      await expect(vaultChannel.call('removeOrphans', [])).resolves.toBe(0);
      expect((await store.readAll(0, 10_000)).entries).toHaveLength(taken + 1);
    } finally {
      await folder.engine?.close();
      disk.unmount();
      await folder.remove();
    }
  });

  test('a head folder full: nothing is acknowledged or visible; with space again the tail is, and a resend is answered', async (context) => {
    const folder = new LedgerFolder();
    const disk = smallDisk(context, folder.headDirs[1]!);
    try {
      const { store } = await folder.open();
      const stream = await folder.sealer.stream();
      disk.fill();
      let size = 0;
      let append = folder.sealer.append(stream);
      let result = await store.append(append);
      while (result.kind === 'appended' && size < 1_000) {
        size += 1;
        append = folder.sealer.append(stream, size - 1);
        result = await store.append(append);
      }
      expect(result).toEqual({ kind: 'unavailable', reason: 'head-not-writable' });
      expect([store.head().size, (await store.readAll(0, 10_000)).entries.length]).toEqual([size, size]);
      expect(await store.receiptOf(append.events[0]!.id)).toBeNull();
      // Clause 4: a decision sees it at once.
      expect(await store.readStream(stream, 0, 1)).toMatchObject({ kind: 'events', lastRevision: size });
      expect(await store.append(append)).toEqual({ kind: 'unavailable', reason: 'head-not-writable' });
      disk.free();
      await expect.poll(() => store.head().size, { timeout: 60_000 }).toBe(size + 1);
      expect(await store.append(append)).toMatchObject({ kind: 'appended', firstPosition: size });
      for (const dir of folder.headDirs) {
        for (const line of readFileSync(join(dir, 'head-000001.log'), 'utf8').trimEnd().split('\n')) JSON.parse(line);
      }
    } finally {
      await folder.engine?.close();
      disk.unmount();
      await folder.remove();
    }
  });

  test('a file that may not be written for a while: refuses, goes on reading, recovers by itself', async (context) => {
    const folder = new LedgerFolder();
    try {
      const { store, state } = await folder.open();
      const stream = await folder.sealer.stream();
      let taken = 0;
      const takeOne = async (): Promise<void> => {
        expect(await store.append(folder.sealer.append(stream, taken - 1))).toMatchObject({ kind: 'appended', firstPosition: taken });
        taken += 1;
      };
      await takeOne();
      // The kernel refuses to remount read-only what is open for writing; this attribute stops an open file too.
      const files = { ledger: join(folder.dataDir, 'ledger.db-wal'), vault: join(folder.dataDir, 'vault.db-wal'), head: join(folder.headDirs[0]!, 'head-000001.log') };
      if (spawnSync('chattr', ['+i', files.ledger]).status !== 0) context.skip('chattr +i is not possible here (root, on ext4, xfs or btrfs)');
      try {
        for (const [where, reason] of [['ledger', 'write-failed'], ['head', 'head-not-writable']] as const) {
          spawnSync('chattr', ['+i', files[where]]);
          const append = folder.sealer.append(stream, taken - 1);
          expect(await store.append(append)).toEqual({ kind: 'unavailable', reason });
          expect(await store.append(append)).toEqual({ kind: 'unavailable', reason });
          expect([store.head().size, (await store.readAll(0, 100)).entries.length, state()]).toEqual([taken, taken, 'open']);
          spawnSync('chattr', ['-i', files[where]]);
          expect(await store.append(append)).toMatchObject({ kind: 'appended', firstPosition: taken });
          taken += 1;
          await takeOne();
        }
        spawnSync('chattr', ['+i', files.vault]);
        await expect(folder.sealer.stream()).rejects.toMatchObject({ code: 'store-unavailable' });
        spawnSync('chattr', ['-i', files.vault]);
        const other = await folder.sealer.stream();
        expect(await store.append(folder.sealer.append(other))).toMatchObject({ kind: 'appended', firstPosition: taken });
      } finally {
        spawnSync('chattr', ['-i', ...Object.values(files)]);
      }
    } finally {
      await folder.remove();
    }
  });

  test('read-only from the start: refuses to start, and starts when it can be written again', async (context) => {
    const folder = new LedgerFolder();
    const disk = smallDisk(context, folder.dataDir);
    try {
      const { store } = await folder.open();
      await store.append(folder.sealer.append(await folder.sealer.stream()));
      await folder.engine!.close();
      disk.remount('ro');
      await expect(folder.open()).rejects.toMatchObject({ name: 'EngineStartError', code: 'store-unsuitable' });
      disk.remount('rw');
      expect((await folder.open()).store.head().size).toBe(1);
    } finally {
      await folder.engine?.close();
      disk.unmount();
      await folder.remove();
    }
  });
});
