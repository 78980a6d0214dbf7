import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { verify } from '#infra/verifier/verify';
import type { Verification } from '#infra/verifier/verification';
import { copyOf, LedgerWriting, newLedgerFolder, type Dossier, type LedgerFolder } from './ledger-folder.js';

/** Leaves: 0-2 gone (destroyed), 3-5 alice, 6-8 bob, 9 run-begun, 10 run-closed, 11-13 carol, 14 dave. */
export interface TamperCase {
  original: LedgerFolder;
  /** The whole folder as it was after leaf 8. */
  earlier: LedgerFolder;
  /** A fresh copy of the original for every test. */
  folder: LedgerFolder;
  gone: Dossier;
  alice: Dossier;
  bob: Dossier;
  lastCheckpoint: string;
}

/** Sets the case up around the calling file's tests; the members are there once these run. */
export function tamperCase(): TamperCase {
  const it = {} as TamperCase;
  beforeAll(async () => {
    it.original = newLedgerFolder();
    let writing = await LedgerWriting.open(it.original);
    it.gone = await writing.dossier(1, 3);
    it.alice = await writing.dossier(2, 3);
    it.bob = await writing.dossier(3, 3);
    await writing.close();
    it.earlier = copyOf(it.original);
    writing = await LedgerWriting.open(it.original);
    await writing.destroy([it.gone], { close: true });
    await writing.dossier(4, 3);
    await writing.dossier(5, 1);
    it.lastCheckpoint = writing.checkpoint();
    await writing.close();
  });
  afterAll(() => {
    for (const { root } of [it.original, it.earlier]) rmSync(root, { recursive: true });
  });
  beforeEach(() => {
    it.folder = copyOf(it.original);
  });
  afterEach(() => rmSync(it.folder.root, { recursive: true }));
  return it;
}

export interface Asked {
  readonly keys?: boolean;
  readonly against?: readonly string[];
  readonly now?: Date;
}

/** The answer, and its findings as `kind` or `kind@position`. */
export async function kindsAt(target: LedgerFolder, asked: Asked = {}): Promise<{ result: Verification; kinds: string[] }> {
  const result = await verify({
    dataDir: target.dataDir, headDirs: target.headDirs, now: asked.now ?? new Date('2026-03-02T00:00:00Z'),
    ...(asked.keys === true && { keys: { master: target.master } }),
    ...(asked.against !== undefined && { against: asked.against }),
  });
  return { result, kinds: result.findings.map(({ kind, position }) => (position === undefined ? kind : `${kind}@${position}`)) };
}
