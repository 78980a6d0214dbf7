import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Contender } from './measure.ts';

const INSTALL_MS = 5 * 60_000;
/** With a package.json and a lock of their own: no part of the service. */
const PEERS = join(import.meta.dirname, 'peers');
const PEER = '@event-driven-io/emmett-sqlite';

interface Connection {
  close(): void;
}

interface Emmett {
  sqliteConnection(options: { readonly fileName: string }): Connection;
  createEventStoreSchema(connection: Connection): Promise<void>;
  appendToStream(connection: Connection, stream: string, streamType: string, events: readonly object[], options: {
    readonly expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST';
  }): Promise<{ readonly success: boolean }>;
}

/** Installed when it is not there. A text: why it cannot be compared with. */
export function emmett(): Emmett | string {
  if (!existsSync(join(PEERS, 'node_modules', PEER))) {
    process.stderr.write('De tegenhanger emmett-sqlite wordt geïnstalleerd (een keer, een paar minuten).\n');
    try {
      execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: PEERS, timeout: INSTALL_MS, stdio: ['ignore', 'ignore', 'ignore'] });
    } catch {
      return 'emmett-sqlite is niet te installeren (npm ci in tests/bench/peers)';
    }
  }
  try {
    return createRequire(join(PEERS, 'package.json'))(PEER) as Emmett;
  } catch {
    return 'emmett-sqlite is geïnstalleerd, maar laadt niet op deze machine';
  }
}

/**
 * Single appends, each with the version it expects: neither encrypted nor hashed nor signed. Over one connection, since
 * its event store opens one per append and cannot be asked twice at once; on a shared one, whoever comes while a
 * transaction is open joins it, and has its answer before the commit: fast, and less than what the ledger promises.
 */
export function emmettConcurrent({ sqliteConnection, createEventStoreSchema, appendToStream }: Emmett, callers: number): Contender {
  const events = callers === 1 ? 1_000 : 4_000;
  return {
    name: `emmett-sqlite, ${callers === 1 ? 'een wachtende' : `${callers} wachtenden`}`,
    note: callers === 1 ? 'antwoordt na de commit' : 'een verbinding; antwoordt al voor de commit',
    async open(folder) {
      const connection = sqliteConnection({ fileName: join(folder, 'emmett.db') });
      await createEventStoreSchema(connection);
      const event = { type: 'DataShared', data: { text: randomBytes(300).toString('hex') } };
      const streams = Array.from({ length: callers }, () => ({ name: `dossier-${randomUUID()}`, version: 0n }));
      return {
        async run() {
          await Promise.all(streams.map(async (stream) => {
            for (let n = 0; n < events / callers; n += 1) {
              const expectedStreamVersion = stream.version === 0n ? 'STREAM_DOES_NOT_EXIST' : stream.version;
              const { success } = await appendToStream(connection, stream.name, 'dossier', [event], { expectedStreamVersion });
              if (!success) throw new Error('emmett-sqlite: not appended');
              stream.version += 1n;
            }
          }));
          return events;
        },
        close: () => { connection.close(); },
      };
    },
  };
}
