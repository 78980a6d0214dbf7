import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TickFiles } from '#infra/clock/tick-files';
import { openLedgerForReading } from '#infra/event-store/ledger-database';
import { FenceFile } from '#infra/head/fence-file';
import { HeadFile, keepVerifierKey, lastHeadLine } from '#infra/head/head-file';
import { signHeadLine, type HeadLine } from '#infra/head/head-line';
import { fsyncFolder, keepRetiredKey, openKeys, publicKeyText, readSecret, writeSecret } from '#infra/keys/key-folder';
import type { LedgerKeys } from '#infra/keys/port';
import { checkpointSigner, logOrigin, type CheckpointSigner } from '#infra/transparency-log/checkpoint';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';
import { openVaultReader } from '#infra/vault/vault-database';
import type { NewEpoch, RestoreFile, RestoreState } from '#src/backup/restore-state';
import type { LedgerConfig } from '#src/composition/config';

const NEXT_KEY = 'log.key.next';
const ENDORSEMENT_CONTEXT = 'rekenschap/epoch/v1\n';

/**
 * A new key, vouched for by the old one, whose public half stays for what it signed; then a head of its own, beginning
 * at the leaves that came back. What the old epoch signed lies in `epochs/<number>` of every head folder from now on.
 * Every part may be repeated.
 */
export function beginEpoch(config: LedgerConfig, state: RestoreState, epoch: NewEpoch, file: RestoreFile): void {
  const keyFolder = dirname(config.masterKeyFile);
  const next = join(keyFolder, NEXT_KEY);
  const origin = logOrigin(config.oin, epoch.number);
  const before = openKeys(config);
  if (epoch.key === null) {
    const fresh = generateKeyPairSync('ed25519').privateKey;
    writeSecret(next, Buffer.from(fresh.export({ type: 'pkcs8', format: 'pem' })));
    const publicKey = publicKeyText(createPublicKey(fresh));
    const message = Buffer.from(`${ENDORSEMENT_CONTEXT}${origin}\n${publicKey}\n${epoch.previousCheckpoint}`, 'utf8');
    epoch.key = { publicKey, endorsement: sign(null, message, before.log.privateKey).toString('base64') };
    file.save(state);
  }
  if (publicKeyText(before.log.publicKey) !== epoch.key.publicKey) {
    if (publicKeyText(createPublicKey(createPrivateKey(readSecret(next)))) !== epoch.key.publicKey) throw new Error('another key than the old one vouched for');
    keepRetiredKey(keyFolder, { epoch: epoch.number - 1, publicKey: before.log.publicKey, until: state.size });
    renameSync(next, join(keyFolder, 'log.key'));
    fsyncFolder(keyFolder);
  }
  const keys = openKeys(config);
  const signer = checkpointSigner(origin, keys.log.privateKey);
  for (const dir of config.headDirs) setAside(dir, signer.vkey, epoch.number - 1);
  const first = firstLine(config, state, keys, signer);
  for (const dir of config.headDirs) {
    keepVerifierKey(dir, signer.vkey);
    if (lastHeadLine(dir) !== null) continue;
    const head = new HeadFile(dir);
    head.append(first);
    head.close();
  }
  // What the clock said last is still believed, under the new key.
  if (epoch.lastTick !== null) new TickFiles({ headDirs: config.headDirs, oin: config.oin, log: keys.log }).write(Temporal.Instant.from(epoch.lastTick));
}

/** The verifier key goes last: while it is there, what lies beside it is the old epoch's. */
function setAside(dir: string, vkey: string, epoch: number): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const key = join(dir, 'log.vkey');
  if (!existsSync(key) || readFileSync(key, 'utf8') === `${vkey}\n`) return;
  const aside = join(dir, 'epochs', String(epoch));
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(dir)) if (/^head-[0-9]{6}\.log$/.test(name)) renameSync(join(dir, name), join(aside, name));
  fsyncFolder(aside);
  renameSync(key, join(aside, 'log.vkey'));
  fsyncFolder(aside);
  fsyncFolder(dir);
}

/** The leaves are those of the old epoch, under a new name. */
function firstLine({ dataDir, headDirs }: LedgerConfig, { signedSize }: RestoreState, { log }: LedgerKeys, signer: CheckpointSigner): HeadLine {
  const ledger = openLedgerForReading(join(dataDir, 'ledger.db'));
  const vault = openVaultReader(join(dataDir, 'vault.db'));
  try {
    const tree = new MerkleTree();
    const leaves = ledger.prepare('SELECT hash FROM leaves WHERE idx < ? ORDER BY idx').pluck();
    for (const leaf of leaves.iterate(signedSize) as IterableIterator<Buffer>) tree.append(leaf);
    const fence = new FenceFile(headDirs, { readOnly: true });
    return signHeadLine({
      checkpoint: signer.sign(tree.size, tree.root()),
      vault: vault.prepare('SELECT change_count FROM meta').pluck().get() as number,
      fence: { length: fence.length(), sha256: fence.sha256() },
    }, log.privateKey);
  } finally {
    vault.close();
    ledger.close();
  }
}
