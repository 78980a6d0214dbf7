import { Connection } from '#infra/event-store/eventstoredb/connection';
import { ServerError, type ServerFault } from '#infra/event-store/eventstoredb/failures';
import { StoreRefused } from '#infra/event-store/eventstoredb/refused';
import { LEAF_STREAM, type ServerRecord } from '#infra/event-store/eventstoredb/server-record';
import { serverSettings, type ServerSettings } from '#infra/event-store/eventstoredb/server-settings';
import { whyAway } from '#infra/event-store/eventstoredb/why-away';
import { ServerNotRead, type ServerLedger } from '#infra/verifier/server-pass';

/** A batch of leaves may be 440 kB. */
const LEAF_PAGE = 50;
const PAGE = 1_000;
const TRIES = 4;
const BETWEEN_MS = 1_000;

/** Reads the server of a ledger for `verify`, and nothing else; a page that does not come is asked again. */
export function openServerLedger(store: string): ServerLedger & { close(): Promise<void> } {
  const settings = serverSettings(store);
  const connection = new Connection(settings);
  const read = (page: () => Promise<readonly ServerRecord[]>): Promise<readonly ServerRecord[]> => again(settings, page);
  return {
    async end() {
      const [last] = await read(() => connection.readAllBack(1));
      return last?.place ?? null;
    },
    async * leaves() {
      for (let from = 0; ;) {
        const records = await read(() => connection.readStream(LEAF_STREAM, from, LEAF_PAGE).catch(noneWhenAbsent));
        if (records.length === 0) return;
        yield records;
        from = records.at(-1)!.revision + 1;
      }
    },
    async * all() {
      for (let last: bigint | null = null; ;) {
        const from: bigint | null = last;
        const page = await read(() => connection.readAll(from, PAGE));
        const fresh: readonly ServerRecord[] = page.filter(({ place }) => from === null || place > from);
        if (fresh.length === 0) return;
        yield fresh;
        last = fresh.at(-1)!.place;
      }
    },
    close: () => connection.close(),
  };
}

async function again(settings: ServerSettings, page: () => Promise<readonly ServerRecord[]>): Promise<readonly ServerRecord[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await page();
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const isAway = error.fault.kind === 'away';
      if (!isAway || tries === TRIES) throw await notRead(settings, error.fault);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  }
}

async function notRead(settings: ServerSettings, { kind }: ServerFault): Promise<ServerNotRead> {
  const code = kind === 'denied' ? 'store-denied' : await whyAway(settings);
  return new ServerNotRead(new StoreRefused(code).message);
}

function noneWhenAbsent(error: unknown): readonly ServerRecord[] {
  if (error instanceof ServerError && error.fault.kind === 'not-found') return [];
  throw error;
}
