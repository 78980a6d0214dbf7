import type { Connection } from '#infra/event-store/eventstoredb/connection';
import type { Place, ServerRecord } from '#infra/event-store/eventstoredb/server-record';

export interface FeedEnds {
  /** At every (re)connection, before anything is read. What it throws is tried again later, a FeedBroken is not. */
  readonly check: () => Promise<void>;
  /** In order, every record once; the next come when it has resolved. What it throws ends the feed. */
  readonly take: (records: readonly ServerRecord[]) => Promise<void>;
  /** True when all that the server had is taken and what comes is followed; false when it is away. */
  readonly onLive: (live: boolean) => void;
  readonly onBroken: (error: unknown) => void;
}

const PAGE = 1_000;
const RETRY_LEAST_MS = 100;
const RETRY_MOST_MS = 5_000;

/**
 * Every record of the server in its order. A subscription that starts at a record that has been scavenged since skips
 * the one after it, so it is never believed about its beginning: it is opened first and held back, all from the last
 * record taken is read, and only what lies beyond that is taken from it. So too after every error.
 */
export class AllFeed {
  readonly #connection: Connection;
  readonly #ends: FeedEnds;
  #last: Place | null;
  #stopped = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(connection: Connection, from: Place | null, ends: FeedEnds) {
    this.#connection = connection;
    this.#ends = ends;
    this.#last = from;
  }

  /** Place of the last record taken. */
  get last(): Place | null {
    return this.#last;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let wait = RETRY_LEAST_MS;
    while (!this.#stopped) {
      const before = this.#last;
      try {
        await this.#follow();
      } catch (error) {
        if (error instanceof FeedBroken) {
          this.#ends.onLive(false);
          this.#ends.onBroken(error.cause);
          return;
        }
      }
      this.#ends.onLive(false);
      wait = this.#last === before ? Math.min(wait * 2, RETRY_MOST_MS) : RETRY_LEAST_MS;
      if (!this.#stopped) await this.#pause(wait);
    }
  }

  /** Until the subscription is lost. */
  async #follow(): Promise<void> {
    await this.#ends.check();
    let held: ServerRecord[] = [];
    let lost = false;
    const end = await this.#connection.follow(this.#last, {
      onRecords: (records) => {
        held = held.length === 0 ? [...records] : held.concat(records);
        this.#wake();
      },
      onLost: () => {
        lost = true;
        this.#wake();
      },
    });
    try {
      await this.#readToEnd();
      let live = false;
      while (!this.#stopped && !lost) {
        const records = held;
        held = [];
        if (records.length > 0) await this.#take(records);
        else if (live) await this.#pause(RETRY_MOST_MS, () => held.length > 0 || lost);
        if (!live && held.length === 0) {
          live = true;
          this.#ends.onLive(true);
        }
      }
    } finally {
      end();
    }
  }

  async #readToEnd(): Promise<void> {
    for (;;) {
      const page = await this.#connection.readAll(this.#last, PAGE);
      await this.#take(page);
      if (page.length < PAGE || this.#stopped) return;
    }
  }

  async #take(records: readonly ServerRecord[]): Promise<void> {
    const last = this.#last;
    const fresh = last === null ? records : records.filter(({ place }) => place > last);
    if (fresh.length === 0) return;
    try {
      await this.#ends.take(fresh);
    } catch (error) {
      throw new FeedBroken(error);
    }
    this.#last = fresh.at(-1)!.place;
  }

  #pause(milliseconds: number, needless = (): boolean => false): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake = done;
      if (this.#stopped || needless()) done();
    });
  }
}

/** No trying again helps: `cause` says why. */
export class FeedBroken extends Error {
  constructor(cause: unknown) {
    super('the feed is broken', { cause });
  }
}
