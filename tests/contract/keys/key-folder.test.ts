import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepRetiredKey, KeyFileError, openKeys, publicKeyText } from '#infra/keys/key-folder';
import { epochOf, logKeyAt } from '#infra/keys/log-keys';

let root: string;
let folder: string;
let masterKeyFile: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keys-'));
  folder = join(root, 'keys');
  masterKeyFile = join(folder, 'master.key');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the key folder', () => {
  it('is made on first start, for the owner only, and opens the same keys afterwards', () => {
    const first = openKeys({ masterKeyFile });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of ['master.key', 'log.key', 'token.key']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const again = openKeys({ masterKeyFile });
    expect(Buffer.from(again.master)).toEqual(Buffer.from(first.master));
    expect(again.token.keyId).toBe(first.token.keyId);
    const message = Buffer.from('checkpoint');
    expect(verify(null, message, first.log.publicKey, sign(null, message, again.log.privateKey))).toBe(true);
    expect(again.log.publicKey.asymmetricKeyType).toBe('ed25519');
  });

  it('gives every ledger its own keys', () => {
    const other = openKeys({ masterKeyFile: join(root, 'other', 'master.key') });
    expect(Buffer.from(openKeys({ masterKeyFile }).master)).not.toEqual(Buffer.from(other.master));
  });

  it.each(['master.key', 'log.key', 'token.key'])('refuses %s when the group may read it', (name) => {
    openKeys({ masterKeyFile });
    chmodSync(join(folder, name), 0o640);
    expect(() => openKeys({ masterKeyFile })).toThrow(KeyFileError);
    expect(() => openKeys({ masterKeyFile })).toThrow(/ook voor anderen toegankelijk/);
    chmodSync(join(folder, name), 0o600);
    expect(() => openKeys({ masterKeyFile })).not.toThrow();
  });

  it('refuses a folder in which others may write', () => {
    openKeys({ masterKeyFile });
    chmodSync(folder, 0o770);
    expect(() => openKeys({ masterKeyFile })).toThrow(/sleutelmap/);
  });

  it('refuses a master key of the wrong size', () => {
    openKeys({ masterKeyFile });
    writeFileSync(masterKeyFile, readFileSync(masterKeyFile).subarray(1));
    expect(() => openKeys({ masterKeyFile })).toThrow(/verwacht 32 bytes, gevonden 31/);
  });

  it('refuses a key of another kind, without showing it', () => {
    openKeys({ masterKeyFile });
    writeFileSync(join(folder, 'log.key'), readFileSync(join(folder, 'token.key')));
    expect(() => openKeys({ masterKeyFile })).toThrow(/geen sleutel van de goede soort/);
  });

  it.each(['master.key', 'log.key', 'token.key'])('never makes a lost %s anew', (name) => {
    openKeys({ masterKeyFile });
    rmSync(join(folder, name));
    expect(() => openKeys({ masterKeyFile })).toThrow(/ontbreekt een sleutel/);
  });

  it('finishes a first start that was interrupted', () => {
    openKeys({ masterKeyFile });
    rmSync(masterKeyFile);
    writeFileSync(join(folder, 'first-start'), '');
    expect(openKeys({ masterKeyFile }).master.length).toBe(32);
    rmSync(masterKeyFile);
    expect(() => openKeys({ masterKeyFile })).toThrow(KeyFileError);
  });

  it('keeps the public keys of earlier epochs, each for the leaves it signed, and misses one in between', () => {
    const first = openKeys({ masterKeyFile });
    expect([epochOf(first.log), first.log.retired]).toEqual([1, undefined]);
    keepRetiredKey(folder, { epoch: 1, publicKey: first.log.publicKey, until: 10 });
    const other = generateKeyPairSync('ed25519').publicKey;
    keepRetiredKey(folder, { epoch: 2, publicKey: other, until: 20 });
    const { log } = openKeys({ masterKeyFile });
    expect([epochOf(log), log.retired!.map(({ epoch, until }) => [epoch, until])]).toEqual([3, [[1, 10], [2, 20]]]);
    const at = [0, 9, 10, 19, 20].map((position) => publicKeyText(logKeyAt(log, position)));
    expect(at).toEqual([first.log.publicKey, first.log.publicKey, other, other, log.publicKey].map(publicKeyText));
    rmSync(join(folder, 'retired-log-1.json'));
    expect(() => openKeys({ masterKeyFile })).toThrow(/eerder tijdvak/);
    writeFileSync(join(folder, 'retired-log-1.json'), '{}', { mode: 0o600 });
    expect(() => openKeys({ masterKeyFile })).toThrow(KeyFileError);
  });
});
