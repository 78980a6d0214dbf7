import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fsyncFolder } from '#infra/keys/key-folder';
import type { Outbox } from '#infra/outbox/port';
import { seal, unseal } from '#infra/vault/vault-crypto';

const CONTEXT = 'rekenschap/outbox/v1\n';
const NAME = /^[0-9a-f-]{36}\.sealed$/;

/**
 * What is still to be told to others: a file per message, sealed under the master key, there whole or not at all.
 * Removing overwrites the bytes first, so that none stays in the folder. Made of what the ledger says: lost, it is
 * made again.
 */
export class OutboxFolder<Message> implements Outbox<Message> {
  readonly #folder: string;
  readonly #master: Uint8Array;

  constructor(folder: string, master: Uint8Array) {
    this.#folder = folder;
    this.#master = master;
  }

  /** Every message by its id; what cannot be opened is left out and left there. */
  all(): ReadonlyMap<string, Message> {
    if (!existsSync(this.#folder)) return new Map();
    const messages = new Map<string, Message>();
    for (const name of readdirSync(this.#folder).filter((each) => NAME.test(each)).sort()) {
      const id = name.slice(0, 36);
      const opened = this.#open(id);
      if (opened !== null) messages.set(id, opened);
    }
    return messages;
  }

  /** Durable when it returns. */
  add(message: Message): string {
    const id = randomUUID();
    this.put(id, message);
    return id;
  }

  put(id: string, message: Message): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#file(id);
    const fresh = `${file}.new`;
    const handle = openSync(fresh, 'w', 0o600);
    try {
      writeSync(handle, seal(this.#master, CONTEXT + id, Buffer.from(JSON.stringify(message), 'utf8')));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (existsSync(file)) overwrite(file);
    renameSync(fresh, file);
    fsyncFolder(this.#folder);
  }

  remove(id: string): void {
    const file = this.#file(id);
    if (!existsSync(file)) return;
    overwrite(file);
    rmSync(file);
    fsyncFolder(this.#folder);
  }

  /** What a crash left half written. */
  clean(): void {
    if (!existsSync(this.#folder)) return;
    for (const name of readdirSync(this.#folder).filter((each) => each.endsWith('.new'))) {
      overwrite(join(this.#folder, name));
      rmSync(join(this.#folder, name));
    }
  }

  #open(id: string): Message | null {
    try {
      return JSON.parse(unseal(this.#master, CONTEXT + id, readFileSync(this.#file(id))).toString('utf8')) as Message;
    } catch {
      return null;
    }
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.sealed`);
  }
}

function overwrite(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, Buffer.alloc(statSync(file).size), 0, undefined, 0);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
