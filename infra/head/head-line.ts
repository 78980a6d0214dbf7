import { sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from '#domain/ledger/canonical-json';

/** What the ledger says, outside its data folder, after every group commit: one JSON line. */
export interface HeadLine {
  /** Signed note of the C2SP tlog-checkpoint. */
  readonly checkpoint: string;
  /** Change count of the vault. */
  readonly vault: number;
  /** Bytes of the fence file and its SHA-256 in hex. */
  readonly fence: FenceMeasure;
  /** base64 Ed25519 of the log key over the context and the canonical JSON of the other three. */
  readonly signature: string;
}

export interface FenceMeasure {
  readonly length: number;
  readonly sha256: string;
}

const CONTEXT = 'rekenschap/head-line/v1\n';

export function signHeadLine(line: Omit<HeadLine, 'signature'>, logKey: KeyObject): HeadLine {
  const { checkpoint, vault, fence } = line;
  return { checkpoint, vault, fence, signature: sign(null, signedBytes(line), logKey).toString('base64') };
}

export function headLineHolds(line: HeadLine, logPublicKey: KeyObject): boolean {
  return verify(null, signedBytes(line), logPublicKey, Buffer.from(line.signature, 'base64'));
}

/** Null when the text is not a head line. */
export function parseHeadLine(text: string): HeadLine | null {
  try {
    const value = JSON.parse(text) as Partial<HeadLine> | null;
    if (value === null || typeof value !== 'object') return null;
    const { checkpoint, vault, fence, signature } = value;
    if (typeof checkpoint !== 'string' || !Number.isSafeInteger(vault) || typeof signature !== 'string') return null;
    if (!Number.isSafeInteger(fence?.length) || typeof fence?.sha256 !== 'string') return null;
    return { checkpoint, vault: vault!, fence: { length: fence.length, sha256: fence.sha256 }, signature };
  } catch {
    return null;
  }
}

function signedBytes(line: Omit<HeadLine, 'signature'>): Buffer {
  const { checkpoint, vault, fence } = line;
  const { length, sha256 } = fence;
  return Buffer.from(CONTEXT + canonicalJson({ checkpoint, fence: { length, sha256 }, vault }), 'utf8');
}
