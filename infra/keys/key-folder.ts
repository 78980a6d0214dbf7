import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Position } from '#domain/ledger/ids';
import type { LedgerKeys, RetiredLogKey } from '#infra/keys/port';

const MASTER_BYTES = 32;
/** While this file exists the first start has not finished: missing keys are made, not missed. */
const FIRST_START = 'first-start';
const RETIRED = /^retired-log-([1-9][0-9]{0,3})\.json$/;

/** A key that cannot be trusted; the message is a Dutch sentence for whoever starts the ledger. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/**
 * Opens the ledger's own secrets: the master key (32 raw bytes) at `masterKeyFile`, and beside it `log.key` (Ed25519)
 * and `token.key` (ECDSA P-256), both PKCS#8 PEM. Made on the very first start (folder 0700, files 0600, fsynced,
 * renamed into place). Throws KeyFileError when a file is missing from a set that once was whole, readable by
 * others, or not of the right kind: a key made anew in silence would leave a ledger nobody can open. The public keys of
 * earlier epochs lie there as `retired-log-<epoch>.json`.
 */
export function openKeys(options: { readonly masterKeyFile: string }): LedgerKeys {
  const folder = dirname(options.masterKeyFile);
  const files = { master: options.masterKeyFile, log: join(folder, 'log.key'), token: join(folder, 'token.key') };
  makeMissing(folder, files);
  checkMode(folder, 'De sleutelmap', 0o022);
  const master = readSecret(files.master);
  if (master.length !== MASTER_BYTES) {
    throw new KeyFileError(`De hoofdsleutel ${files.master} heeft niet de juiste lengte: verwacht ${MASTER_BYTES} bytes, gevonden ${master.length}.`);
  }
  const log = readPrivateKey(files.log, 'ed25519');
  const token = readPrivateKey(files.token, 'ec');
  if (token.privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw wrongKind(files.token);
  const retired = readRetiredKeys(folder);
  return { master, log: { ...log, ...(retired.length === 0 ? {} : { retired }) }, token: { ...token, keyId: thumbprint(token.publicKey) } };
}

function makeMissing(folder: string, files: { readonly master: string; readonly log: string; readonly token: string }): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const marker = join(folder, FIRST_START);
  const present = Object.values(files).filter((file) => existsSync(file));
  if (present.length === 3) return void rmSync(marker, { force: true });
  if (present.length > 0 && !existsSync(marker)) {
    const missing = Object.values(files).filter((file) => !present.includes(file)).join(', ');
    throw new KeyFileError(`Er ontbreekt een sleutel die er eerder wel was: ${missing}. Zet hem terug uit de back-up; het grootboek maakt geen nieuwe.`);
  }
  writeSecret(marker, Buffer.alloc(0));
  if (!existsSync(files.log)) writeSecret(files.log, pem(generateKeyPairSync('ed25519').privateKey));
  if (!existsSync(files.token)) writeSecret(files.token, pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey));
  if (!existsSync(files.master)) writeSecret(files.master, randomBytes(MASTER_BYTES));
  rmSync(marker, { force: true });
  fsyncFolder(folder);
}

/** Oldest first. Throws KeyFileError when one is missing in between or cannot be read. */
function readRetiredKeys(folder: string): readonly RetiredLogKey[] {
  const epochs = (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) => RETIRED.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);
  return epochs.map((epoch, index): RetiredLogKey => {
    const file = fileOf(folder, epoch);
    if (epoch !== index + 1) throw new KeyFileError(`De sleutel van een eerder tijdvak ontbreekt: ${fileOf(folder, index + 1)}. Zet hem terug uit de back-up.`);
    try {
      const { publicKey, until } = JSON.parse(readSecret(file).toString('utf8')) as { readonly publicKey: string; readonly until: Position };
      if (!Number.isSafeInteger(until)) throw new TypeError('not a position');
      return { epoch, until, publicKey: createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' }) };
    } catch (error) {
      if (error instanceof KeyFileError) throw error;
      throw new KeyFileError(`Het bestand ${file} is niet te lezen.`);
    }
  });
}

/** Durable when it returns; the same again changes nothing. What earlier keys signed beyond it is lost. */
export function keepRetiredKey(folder: string, { epoch, publicKey, until }: RetiredLogKey): void {
  const file = fileOf(folder, epoch);
  if (existsSync(file)) return;
  for (const earlier of readRetiredKeys(folder)) if (earlier.until > until) writeRetired(folder, { ...earlier, until });
  writeRetired(folder, { epoch, publicKey, until });
}

function writeRetired(folder: string, { epoch, publicKey, until }: RetiredLogKey): void {
  const file = fileOf(folder, epoch);
  const spki = publicKeyText(publicKey);
  writeSecret(file, Buffer.from(`${JSON.stringify({ epoch, publicKey: spki, until })}\n`, 'utf8'));
}

/** base64 of the SubjectPublicKeyInfo: how `epoch-started` names a key. */
export function publicKeyText(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

function fileOf(folder: string, epoch: number): string {
  return join(folder, `retired-log-${epoch}.json`);
}

/** Written whole under another name, fsynced, renamed: a crash leaves no half key. */
export function writeSecret(file: string, bytes: Uint8Array): void {
  const draft = `${file}.new`;
  rmSync(draft, { force: true });
  const handle = openSync(draft, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
  fsyncFolder(dirname(file));
}

/** Throws KeyFileError when group or others may read or write it. */
export function readSecret(file: string): Buffer {
  checkMode(file, 'De sleutel', 0o077);
  return readFileSync(file);
}

/** A new name in a folder is durable only after the folder itself was fsynced. */
export function fsyncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function checkMode(path: string, what: string, forbidden: number): void {
  if ((statSync(path).mode & forbidden) !== 0) {
    throw new KeyFileError(`${what} ${path} is ook voor anderen toegankelijk. Geef alleen de eigenaar rechten (chmod go-rwx).`);
  }
}

function readPrivateKey(file: string, type: 'ed25519' | 'ec'): { privateKey: KeyObject; publicKey: KeyObject } {
  const text = readSecret(file);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(text);
  } catch {
    throw wrongKind(file);
  }
  if (privateKey.asymmetricKeyType !== type) throw wrongKind(file);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function wrongKind(file: string): KeyFileError {
  return new KeyFileError(`Het bestand ${file} is geen sleutel van de goede soort.`);
}

function pem(key: KeyObject): Buffer {
  return Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }));
}

/** RFC 7638: the key id follows from the key, so two hosts with one key name it alike. */
function thumbprint(publicKey: KeyObject): string {
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
