import type { KeyObject } from 'node:crypto';
import type { Head } from '#infra/event-store/port';
import { HeadFile, HeadWriteError } from '#infra/head/head-file';
import { signHeadLine, type FenceMeasure, type HeadLine } from '#infra/head/head-line';
import type { CheckpointSigner } from '#infra/transparency-log/checkpoint';
import type { MerkleTree } from '#infra/transparency-log/merkle-tree';

export interface HeadMeasures {
  changeCount(): number;
  fence(): FenceMeasure;
}

/**
 * What is signed and what every head folder has on disk. Nothing is visible or acknowledged beyond `covered`;
 * `pending` is a tail that is committed but not yet covered, because a head folder could not be written.
 */
export class Heads {
  readonly #files: readonly HeadFile[];
  readonly #signer: CheckpointSigner;
  readonly #logKey: KeyObject;
  readonly #measures: HeadMeasures;
  #covered: Head;
  #pending: Head | null = null;
  #vaultCovered = -1;

  constructor(files: readonly HeadFile[], signer: CheckpointSigner, logKey: KeyObject, measures: HeadMeasures, tree: MerkleTree) {
    this.#files = files;
    this.#signer = signer;
    this.#logKey = logKey;
    this.#measures = measures;
    this.#covered = this.#sign(tree);
    this.#pending = this.#covered;
  }

  get covered(): Head {
    return this.#covered;
  }

  /** Signed, perhaps not yet on disk. */
  get newest(): Head {
    return this.#pending ?? this.#covered;
  }

  get hasPending(): boolean {
    return this.#pending !== null;
  }

  /** Changes of the vault that no head line on disk carries yet. */
  get vaultAhead(): number {
    return this.#measures.changeCount() - this.#vaultCovered;
  }

  /** After a commit: from here on the tree is what the ledger holds. */
  moveTo(tree: MerkleTree): void {
    this.#pending = this.#sign(tree);
  }

  /** Also without a new leaf: the line then carries the vault's newest count. */
  repeat(): void {
    this.#pending ??= this.#covered;
  }

  /** True when the pending head is on disk in every folder. Throws HeadWriteError `sync`: that outcome is unknown. */
  flush(): boolean {
    if (this.#pending === null) return true;
    const vault = this.#measures.changeCount();
    const line = signHeadLine({ checkpoint: this.#pending.checkpoint, vault, fence: this.#measures.fence() }, this.#logKey);
    try {
      for (const file of this.#files) file.append(line);
    } catch (error) {
      if (error instanceof HeadWriteError && error.phase === 'write') return false;
      throw error;
    }
    this.#covered = this.#pending;
    this.#pending = null;
    this.#vaultCovered = vault;
    return true;
  }

  close(): void {
    for (const file of this.#files) file.close();
  }

  #sign(tree: MerkleTree): Head {
    const rootHash = tree.root();
    return { size: tree.size, rootHash, checkpoint: this.#signer.sign(tree.size, rootHash) };
  }
}

export interface OpenedHeads {
  readonly files: readonly HeadFile[];
  /** The last line of every folder that has one. */
  readonly lines: readonly HeadLine[];
}

export function openHeadFiles(headDirs: readonly string[], open = (dir: string): HeadFile => new HeadFile(dir)): OpenedHeads {
  const files = headDirs.map((dir) => open(dir));
  return { files, lines: files.flatMap((file) => file.last ?? []) };
}
