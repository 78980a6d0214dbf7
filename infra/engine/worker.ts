import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { GroupCommit, type EngineFaults } from '#infra/engine/group-commit';
import { Heads, openHeadFiles } from '#infra/engine/heads';
import { LedgerWriter } from '#infra/engine/ledger-writer';
import type { FromWorker, ToWorker } from '#infra/engine/protocol';
import { rewriteLog } from '#infra/engine/rewrite-log';
import { checkAtStart, StartRefusal } from '#infra/engine/start-check';
import { openLedgerForWriting } from '#infra/event-store/ledger-database';
import { FenceFile } from '#infra/head/fence-file';
import { HeadDamagedError, keepVerifierKey } from '#infra/head/head-file';
import { checkpointSigner } from '#infra/transparency-log/checkpoint';
import { VaultWriter } from '#infra/vault/vault-writer';

/** The engine's thread: the only writer of ledger.db, vault.db, the head lines and the fence. */
export interface EngineWorkerData {
  readonly dataDir: string;
  readonly headDirs: readonly string[];
  readonly origin: string;
  readonly logKey: KeyObject;
  readonly master: Uint8Array;
  readonly faults: EngineFaults;
}

/** Bounds one transaction; what waits beyond it comes right after. */
const GROUP_BYTES = 16 * 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error('this file is the engine\'s worker thread');
const send = (message: FromWorker): void => port.postMessage(message);

try {
  const { lock, group } = start(workerData as EngineWorkerData);
  serve(lock, group);
} catch (error) {
  const code = error instanceof StartRefusal ? error.code : error instanceof HeadDamagedError ? 'head-damaged' : 'store-unsuitable';
  send({ kind: 'refused', code, message: error instanceof Error ? error.message : 'start failed' });
  port.close();
}

function start(data: EngineWorkerData): { lock: Database.Database; group: GroupCommit } {
  mkdirSync(data.dataDir, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(data.dataDir, 'lock.db'));
  const signer = checkpointSigner(data.origin, data.logKey);
  const opened = openHeadFiles(data.headDirs);
  for (const dir of data.headDirs) {
    if (!keepVerifierKey(dir, signer.vkey)) {
      throw new StartRefusal('head-damaged', 'De hoofdmap hoort bij een andere logsleutel.');
    }
  }
  const fence = new FenceFile(data.headDirs);
  const durability = data.faults.ledgerSynchronousNormal === true ? 'NORMAL' : 'FULL';
  const ledgerFile = openLedgerForWriting(join(data.dataDir, 'ledger.db'), durability);
  rewriteLog(ledgerFile);
  const ledger = new LedgerWriter(ledgerFile);
  const vault = new VaultWriter({ file: join(data.dataDir, 'vault.db'), masterKey: data.master, fence });
  const tree = checkAtStart({
    ledger,
    lines: opened.lines,
    logPublicKey: createPublicKey(data.logKey),
    vkey: signer.vkey,
    vaultCount: vault.changeCount(),
    streamKey: (stream) => vault.streamKey(stream),
    fenceCovers: (signed) => fence.covers(signed),
  });
  const heads = new Heads(opened.files, signer, data.logKey, {
    changeCount: () => vault.changeCount(),
    fence: () => ({ length: fence.length(), sha256: fence.sha256() }),
  }, tree);
  if (!heads.flush()) throw new StartRefusal('head-not-writable', 'In een hoofdmap kan niet worden geschreven.');
  return { lock, group: new GroupCommit({ ledger, vault, heads, tree, send, faults: data.faults }) };
}

/** The lock is the open transaction itself: it goes with the process, whatever ends it. */
function takeLock(file: string): Database.Database {
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const code = (error as { code?: string }).code ?? '';
    if (!code.startsWith('SQLITE_BUSY')) throw error;
    throw new StartRefusal('ledger-locked', 'Een ander proces schrijft in dit grootboek.');
  }
}

function serve(lock: Database.Database, group: GroupCommit): void {
  let waiting: ToWorker[] = [];
  let scheduled = false;
  const take = (message: ToWorker): void => {
    waiting.push(message);
    if (scheduled) return;
    scheduled = true;
    setImmediate(drain);
  };
  const drain = (): void => {
    scheduled = false;
    let bytes = waiting.reduce((sum, message) => sum + (message.appends?.packed.bytes.length ?? 0), 0);
    while (bytes < GROUP_BYTES) {
      const received = receiveMessageOnPort(port!) as { message: ToWorker } | undefined;
      if (received === undefined) break;
      waiting.push(received.message);
      bytes += received.message.appends?.packed.bytes.length ?? 0;
    }
    const messages = waiting;
    waiting = [];
    group.run(messages);
    if (messages.some((message) => message.orders?.some((order) => order.kind === 'close'))) {
      lock.close();
      port!.close();
    }
  };
  port!.on('message', take);
  send({ kind: 'ready', head: group.head, filter: group.filterBlocks() });
  const makeReady = (): void => void (group.makeReady() && setImmediate(makeReady));
  setImmediate(makeReady);
}
