import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

/** The log's public key out of `log.vkey` (C2SP signed-note): `<name>+<8 hex>+<base64 of 0x01 || key>`. */
export interface LogVerifier {
  readonly name: string;
  readonly keyHash: string;
  readonly publicKey: KeyObject;
}

export interface OutsideCheckpoint {
  readonly size: number;
  /** base64 of 32 bytes. */
  readonly root: string;
}

/** DER of an Ed25519 SubjectPublicKeyInfo up to the key itself (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Null when the text is no verifier key or its hash does not fit. */
export function readVerifierKey(text: string): LogVerifier | null {
  const parts = text.trimEnd().split('+');
  // base64 may hold a plus sign of its own.
  const [name, keyHash] = parts;
  const encoded = parts.slice(2).join('+');
  if (name === undefined || name === '' || keyHash === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 33 || bytes[0] !== 1 || bytes.toString('base64') !== encoded) return null;
  const expected = createHash('sha256').update(`${name}\n`, 'utf8').update(bytes).digest('hex').slice(0, 8);
  if (expected !== keyHash) return null;
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes.subarray(1)]), format: 'der', type: 'spki' });
  return { name, keyHash, publicKey };
}

/** Null when the text is no checkpoint of this form: origin, size, root, blank line, signatures. */
export function readCheckpoint(text: string): { readonly origin: string; readonly body: string; readonly signatures: readonly string[] } & OutsideCheckpoint | null {
  const lines = text.split('\n');
  if (lines.length < 6 || lines.at(-1) !== '' || lines[3] !== '') return null;
  const [origin, sizeText, root] = lines as [string, string, string];
  if (origin === '' || !/^(0|[1-9][0-9]{0,15})$/.test(sizeText) || !isHash(root)) return null;
  return { origin, size: Number(sizeText), root, body: `${origin}\n${sizeText}\n${root}\n`, signatures: lines.slice(4, -1) };
}

/** Does one of the signature lines hold under the log's key? Lines of others (witnesses) are passed over. */
export function carriesSignature(note: { readonly origin: string; readonly body: string; readonly signatures: readonly string[] }, log: LogVerifier): boolean {
  if (note.origin !== log.name) return false;
  const prefix = `\u2014 ${log.name} `;
  return note.signatures.some((line) => {
    if (!line.startsWith(prefix)) return false;
    const encoded = line.slice(prefix.length);
    const bytes = Buffer.from(encoded, 'base64');
    return bytes.length === 68 && bytes.toString('base64') === encoded && bytes.toString('hex', 0, 4) === log.keyHash
      && verify(null, Buffer.from(note.body, 'utf8'), log.publicKey, bytes.subarray(4));
  });
}

function isHash(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === text;
}
