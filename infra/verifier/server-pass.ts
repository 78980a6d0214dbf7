import type { KeyObject } from 'node:crypto';
import type Database from 'better-sqlite3';
import { covers, type Runs } from '#infra/verifier/runs';
import { isInstance, isLogEvent, readBatch, readEvent, standsWhereItSays, type ServerEvent, type ServerRecord } from '#infra/verifier/server-bytes';
import type { Findings } from '#infra/verifier/verification';

/** The server of a ledger, only read. */
export interface ServerLedger {
  /** Place of its last record now; null when there is none. */
  end(): Promise<bigint | null>;
  /** The leaf stream, from its first record. */
  leaves(): AsyncIterable<readonly ServerRecord[]>;
  /** Everything on the server in its order, from the beginning. */
  all(): AsyncIterable<readonly ServerRecord[]>;
}

/** Why the server could not be read: a Dutch sentence. */
export class ServerNotRead extends Error {}

export interface ServerPassParts {
  readonly server: ServerLedger;
  /** Its end before local copy and vault were opened: what came after it is not judged, its keys may be younger. */
  readonly end: bigint | null;
  /** The local copy, whose leaves have been held against the head. */
  readonly ledger: Database.Database;
  readonly leaves: number;
  readonly headSize: number;
  readonly logKeys: readonly KeyObject[];
  readonly runs: Runs;
  /** With keys only: does the event open with its stream's key? */
  readonly opens: ((stream: string, event: ServerEvent) => boolean) | null;
}

const LEAF_STREAM = 'leaves';
const LEDGER_STREAM = /^(leaves$|[a-z][a-z-]*-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$)/;

interface LocalLeaf {
  readonly hash: Buffer;
  /** Null: its event is gone. */
  readonly event: number | null;
  readonly key: Buffer | null;
  readonly contentHmac: Buffer | null;
}

/** Before anything else is opened; null, with a finding, when it cannot be read. */
export async function endOfServer(server: ServerLedger, findings: Findings): Promise<{ readonly place: bigint | null } | null> {
  try {
    return { place: await server.end() };
  } catch (error) {
    notRead(error, findings);
    return null;
  }
}

/**
 * Holds the server against the local copy: every leaf there is a leaf here, every event stands where its leaf says with
 * the bytes that were signed, what was destroyed is gone or on its way, and nothing else is there. Adds findings only.
 */
export async function passServer(parts: ServerPassParts, findings: Findings): Promise<void> {
  try {
    const places = await readLeaves(parts, findings);
    await new AllPass(parts, places, findings).run();
  } catch (error) {
    notRead(error, findings);
  }
}

function notRead(error: unknown, findings: Findings): void {
  if (!(error instanceof ServerNotRead)) throw error;
  findings.add('server-not-read', `Op de server is niet gekeken. ${error.message}`);
}

/** Per leaf where its event stands, null when nowhere. */
async function readLeaves({ server, ledger, leaves, headSize, logKeys }: ServerPassParts, findings: Findings): Promise<readonly (bigint | null)[]> {
  const hashAt = ledger.prepare<[number], Buffer>('SELECT hash FROM leaves WHERE idx = ?').pluck();
  const places: (bigint | null)[] = [];
  for await (const records of server.leaves()) {
    for (const record of records) {
      const batch = readBatch(record, logKeys);
      if (batch === null) {
        if (!isInstance(record, logKeys)) findings.add('inserted', 'Op de server staat in de bladerstroom een record zonder de handtekening van de logsleutel: het is erbij gezet.');
        continue;
      }
      if (batch.first > places.length) {
        findings.add('server-leaf-differs', `De server mist bladen vanaf deze plaats; de volgende begint bij ${batch.first}.`, places.length);
        return places;
      }
      for (const [i, place] of batch.places.entries()) {
        const position = batch.first + i;
        if (position < leaves && hashAt.get(position)?.equals(batch.hashes[i]!) !== true) {
          findings.add('server-leaf-differs', 'De server heeft op deze plaats een ander ondertekend blad.', position);
        }
        if (position === places.length) places.push(place);
      }
    }
  }
  if (places.length < headSize) {
    findings.add('server-behind-head', `De server heeft ${places.length} bladen; het hoofd is getekend tot ${headSize}. Het einde is weg.`, places.length);
  }
  return places;
}

/** One pass over the server's records in its order, which is also that of the leaves. */
class AllPass {
  readonly #parts: ServerPassParts;
  readonly #places: readonly (bigint | null)[];
  readonly #findings: Findings;
  readonly #local: Database.Statement<[number], LocalLeaf>;
  readonly #tombstoned = new Set<string>();
  /** Streams of events that are destroyed here and stand there: the first position, and how many. */
  readonly #kept = new Map<string, { readonly first: number; count: number }>();
  readonly #missing: number[] = [];
  #next = 0;
  #tail = 0;

  constructor(parts: ServerPassParts, places: readonly (bigint | null)[], findings: Findings) {
    this.#parts = parts;
    this.#places = places;
    this.#findings = findings;
    this.#local = parts.ledger.prepare(`
      SELECT l.hash, e.position AS event, d.key, d.content_hmac AS contentHmac
      FROM leaves l LEFT JOIN events e ON e.position = l.idx LEFT JOIN deduplication d ON d.position = l.idx WHERE l.idx = ?`);
  }

  async run(): Promise<void> {
    for await (const records of this.#parts.server.all()) for (const record of records) this.#take(record);
    this.#passOver(null);
    this.#end();
  }

  #take(record: ServerRecord): void {
    const { stream, type } = record;
    if (stream.startsWith('$$') && LEDGER_STREAM.test(stream.slice(2))) {
      this.#findings.add('inserted', 'Op de server staan instellingen bij een stroom van het grootboek: iemand laat er gebeurtenissen verlopen of verdwijnen.');
    }
    if (type === '$streamDeleted') this.#tombstoned.add(stream);
    if (stream.startsWith('$') || type.startsWith('$') || stream === LEAF_STREAM) return;
    this.#passOver(record.place);
    const event = readEvent(record);
    if (this.#places[this.#next] !== record.place) return this.#withoutLeaf(record, event);
    const position = this.#next;
    this.#next += 1;
    const local = this.#local.get(position);
    // The local copy may follow at a distance.
    if (local === undefined) return;
    if (event === null || !event.leaf.equals(local.hash) || !standsWhereItSays(record, event)) {
      this.#findings.add('server-event-differs', 'Wat de server op deze plaats heeft, is niet wat er is vastgelegd.', position);
      return;
    }
    if (local.event === null) this.#keep(stream, position);
    else if (!event.key.equals(local.key ?? NOTHING) || !event.contentHmac.equals(local.contentHmac ?? NOTHING)) {
      this.#findings.add('server-event-differs', 'Bij deze gebeurtenis is op de server een ander bericht onthouden dan is vastgelegd.', position);
    }
  }

  /** Leaves whose record should have come before this place, or at all. */
  #passOver(place: bigint | null): void {
    for (; this.#next < this.#places.length; this.#next += 1) {
      const expected = this.#places[this.#next]!;
      if (expected !== null && place !== null && expected >= place) return;
      if (this.#local.get(this.#next)?.event != null) this.#missing.push(this.#next);
    }
  }

  #withoutLeaf(record: ServerRecord, event: ServerEvent | null): void {
    const { logKeys, opens, end } = this.#parts;
    if (end === null || record.place > end) {
      this.#tail += 1;
      return;
    }
    const isWhole = event !== null && standsWhereItSays(record, event);
    // The last ones may be waiting for their leaf; without keys only the ledger's own can be told from another's.
    const mayBeOurs = isWhole && this.#next === this.#places.length
      && (record.stream.startsWith('log-') ? isLogEvent(event, logKeys) : opens?.(record.stream, event) ?? true);
    if (mayBeOurs) this.#tail += 1;
    else this.#findings.add('inserted', 'Op de server staat een record zonder blad, dat niet van het grootboek is: het is erbij gezet.', this.#next);
  }

  #keep(stream: string, position: number): void {
    const known = this.#kept.get(stream);
    if (known === undefined) this.#kept.set(stream, { first: position, count: 1 });
    else known.count += 1;
  }

  #end(): void {
    const { runs } = this.#parts;
    const [announced, closed, completed] = [runs.announcedRanges(), runs.closedRanges(), runs.completedRanges()];
    if (this.#tail > 0) this.#findings.add('tail-uncovered', `Op de server wachten records nog op hun blad (aantal: ${this.#tail}); daarover zegt deze controle niets.`);
    let pending = 0;
    for (const [stream, { first, count }] of this.#kept) {
      // That nothing explains why it is gone here is a finding of its own.
      if (!covers(announced, first)) continue;
      if (covers(completed, first)) this.#findings.add('resurrected', `Op de server staat wat volgens de verklaring ook daar is opgeruimd (aantal: ${count}).`, first);
      else if (this.#tombstoned.has(stream) || !covers(closed, first)) pending += count;
      else this.#findings.add('resurrected', `Op de server staat een stroom die vernietigd is, zonder grafsteen (aantal: ${count}).`, first);
    }
    if (pending > 0) this.#findings.add('destruction-pending', `Op de server staan nog gebeurtenissen van een vernietiging; het opruimen daar volgt (aantal: ${pending}).`);
    this.#judgeMissing(announced);
  }

  /** What the local copy has and the server lacks, or will not give any more. */
  #judgeMissing(announced: ReturnType<Runs['announcedRanges']>): void {
    const missing = this.#missing.filter((position) => !covers(announced, position));
    const firstOf = this.#parts.ledger.prepare<[string], number | null>('SELECT min(e.position) FROM events e JOIN streams s ON s.no = e.stream_no WHERE s.name = ?').pluck();
    const ended = [...this.#tombstoned].map((stream) => firstOf.get(stream) ?? null).filter((first): first is number => first !== null && !covers(announced, first));
    if (missing.length + ended.length === 0) return;
    if (this.#hasRunBegun()) {
      this.#findings.add('destruction-pending', 'Tijdens deze controle is een vernietiging begonnen; controleer daarna nog eens.');
      return;
    }
    if (missing.length > 0) this.#findings.add('disappeared', `Op de server ontbreken gebeurtenissen, en geen vernietiging verklaart dat (aantal: ${missing.length}).`, missing[0]!);
    if (ended.length > 0) this.#findings.add('disappeared', `Op de server zijn stromen afgesloten met een grafsteen, en geen vernietiging verklaart dat (aantal: ${ended.length}).`, Math.min(...ended));
  }

  /** Since the local copy was read, which a running service goes on writing. The last use of that reading. */
  #hasRunBegun(): boolean {
    const { ledger, headSize } = this.#parts;
    ledger.exec('COMMIT; BEGIN');
    return ledger.prepare("SELECT 1 FROM events WHERE stream_no < 0 AND type = 'run-begun' AND position >= ?").get(headSize) !== undefined;
  }
}

const NOTHING = Buffer.alloc(0);
