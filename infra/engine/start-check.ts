import type { KeyObject } from 'node:crypto';
import { streamKind, type StreamName } from '#domain/ledger/ids';
import type { LedgerWriter, TailEvent } from '#infra/engine/ledger-writer';
import type { EngineStartCode } from '#infra/engine/protocol';
import { headLineHolds, type FenceMeasure, type HeadLine } from '#infra/head/head-line';
import { decodeHeader, leafHash, openEvent, openLogEvent } from '#infra/sealing/sealing';
import { openCheckpoint, type Checkpoint } from '#infra/transparency-log/checkpoint';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';

/** Why the ledger does not start; the message is for operations, in Dutch, without data. */
export class StartRefusal extends Error {
  readonly code: EngineStartCode;

  constructor(code: EngineStartCode, message: string) {
    super(message);
    this.name = 'StartRefusal';
    this.code = code;
  }
}

export interface StartCheck {
  readonly ledger: LedgerWriter;
  readonly lines: readonly HeadLine[];
  readonly logPublicKey: KeyObject;
  readonly vkey: string;
  readonly vaultCount: number;
  readonly streamKey: (stream: StreamName) => Uint8Array | null;
  readonly fenceCovers: (signed: FenceMeasure) => boolean;
}

/**
 * Rebuilds the tree, compares it with every head folder's last line, and opens each event beyond the
 * last head before anything is signed: what cannot be opened was not written by this ledger. Throws StartRefusal.
 */
export function checkAtStart(check: StartCheck): MerkleTree {
  const heads = check.lines.map((line) => trustedCheckpoint(line, check));
  for (const line of check.lines) {
    if (line.vault > check.vaultCount) {
      throw new StartRefusal('vault-behind-head', 'De kluis is ouder dan de laatste hoofdregel. Zet een nieuwere kluis terug of herstel het grootboek met `restore`.');
    }
    if (!check.fenceCovers(line.fence)) {
      throw new StartRefusal('fence-behind-head', 'Het hek is ouder dan de laatste hoofdregel. Zet het hek terug uit een andere hoofdmap.');
    }
  }
  const tree = rebuild(check.ledger, heads);
  if (heads.length === 0) {
    if (tree.size > 0) {
      throw new StartRefusal('head-missing', 'Het grootboek bevat gebeurtenissen, maar er is geen enkele hoofdregel. Zet de hoofdmap terug.');
    }
    return tree;
  }
  checkTail(check, Math.max(...heads.map((head) => head.size)), tree.size);
  return tree;
}

function trustedCheckpoint(line: HeadLine, { logPublicKey, vkey }: StartCheck): Checkpoint {
  const checkpoint = headLineHolds(line, logPublicKey) ? openCheckpoint(line.checkpoint, vkey) : null;
  if (checkpoint === null) {
    throw new StartRefusal('head-damaged', 'De laatste hoofdregel draagt niet de handtekening van dit grootboek.');
  }
  return checkpoint;
}

/**
 * From the subtrees kept below the smallest head, so that only what came after is hashed again; that those belong to
 * the signed ledger is proved by the heads' roots. When they do not: once more from the first leaf.
 */
function rebuild(ledger: LedgerWriter, heads: readonly Checkpoint[]): MerkleTree {
  const kept = heads.length === 0 ? new MerkleTree() : ledger.keptTree(Math.min(...heads.map(({ size }) => size)));
  const tree = growTo(kept, ledger, heads);
  if (tree !== null) return tree;
  ledger.forgetFrontiers();
  const whole = growTo(new MerkleTree(), ledger, heads);
  if (whole === null) throw behind();
  return whole;
}

/** Null when a leaf is missing or a head has another root. */
function growTo(tree: MerkleTree, ledger: LedgerWriter, heads: readonly Checkpoint[]): MerkleTree | null {
  const expected = new Map<number, Uint8Array[]>();
  for (const { size, rootHash } of heads) expected.set(size, [...(expected.get(size) ?? []), rootHash]);
  let differs = false;
  const compare = (): void => {
    const roots = expected.get(tree.size);
    if (roots === undefined) return;
    expected.delete(tree.size);
    const actual = tree.root();
    differs ||= roots.some((root) => Buffer.compare(root, actual) !== 0);
  };
  compare();
  try {
    ledger.readLeaves(tree.size, (hash) => {
      tree.append(hash);
      if (expected.size > 0) compare();
    });
  } catch (error) {
    if (error instanceof Error && error.message === 'leaf missing') return null;
    throw error;
  }
  return differs || expected.size > 0 ? null : tree;
}

function behind(): StartRefusal {
  return new StartRefusal('ledger-behind-head', 'Het grootboek mist gebeurtenissen die volgens de hoofdregel zijn vastgelegd, of spreekt die tegen.');
}

function checkTail(check: StartCheck, from: number, size: number): void {
  let next = from;
  check.ledger.readTail(from, (event) => {
    if (event === null || event.position !== next || !opens(event, check)) {
      throw new StartRefusal('tail-unverifiable', `Een gebeurtenis voorbij de laatste hoofdregel is niet van dit grootboek (positie ${next}).`);
    }
    next += 1;
  });
  if (next !== size) throw behind();
}

function opens({ header, payload, leaf }: TailEvent, { streamKey, logPublicKey }: StartCheck): boolean {
  try {
    if (Buffer.compare(leafHash(header, payload), leaf) !== 0) return false;
    const { stream } = decodeHeader(header);
    if (streamKind(stream) === 'log') {
      openLogEvent(header, payload, logPublicKey);
      return true;
    }
    const key = streamKey(stream);
    if (key === null) return false;
    openEvent(header, payload, key);
    return true;
  } catch {
    return false;
  }
}
