import type Database from 'better-sqlite3';
import type { Findings } from '#infra/verifier/verification';

/** Positions per segment, and how much of a key its index holds: part of the ledger's format. */
const SEGMENT = 49_152;
const PREFIX = 8;
/** A row of a closed segment is found through its index alone; a row without an entry is as good as gone. */
const INDEXED = `d.position < ${SEGMENT} * (1 + (SELECT max(segment) FROM deduplication_segments))
  AND EXISTS (SELECT 1 FROM deduplication_index i WHERE i.segment = d.position / ${SEGMENT} AND i.prefix = substr(d.key, 1, ${PREFIX}) AND i.position = d.position)`;
const UNINDEXED = INDEXED.replace('EXISTS', 'NOT EXISTS');

/**
 * The rows that make (source, id) known, against the events that carry them sealed: an event with an origin has a row
 * at its position with its pair and its content, and there are no other rows. The index leads to every row it should
 * and to nothing else.
 */
export class SourceRows {
  readonly #ledger: Database.Database;
  readonly #findings: Findings;
  readonly #row: Database.Statement<[number], { key: Buffer; content_hmac: Buffer }>;
  #seen = 0;

  constructor(ledger: Database.Database, findings: Findings) {
    this.#ledger = ledger;
    this.#findings = findings;
    this.#row = ledger.prepare('SELECT key, content_hmac FROM deduplication WHERE position = ?');
  }

  /** `key` and `contentHmac` as the event says. */
  check(key: Buffer, contentHmac: Buffer, position: number): void {
    const row = this.#row.get(position);
    if (row === undefined) {
      this.#findings.add('source-forgotten', 'Het grootboek weet niet meer dat dit bericht is vastgelegd: nog eens sturen zou het verdubbelen.', position);
      return;
    }
    this.#seen += 1;
    if (!row.key.equals(key)) this.#findings.add('source-differs', 'Bij deze gebeurtenis is een ander bericht onthouden dan is vastgelegd.', position);
    else if (!row.content_hmac.equals(contentHmac)) this.#findings.add('source-differs', 'Bij dit bericht is een andere inhoud onthouden dan is vastgelegd.', position);
  }

  /** An event that cannot be opened keeps its row until it goes. */
  passOver(position: number): void {
    if (this.#row.get(position) !== undefined) this.#seen += 1;
  }

  /**
   * Segments with an index: all of them from the first on, and only full ones. One too many makes what is recorded in
   * it unfindable; asked without keys too.
   */
  checkSegments(leaves: number): void {
    const { rows, last } = this.#ledger.prepare<[], { rows: number; last: number | null }>('SELECT count(*) AS rows, max(segment) AS last FROM deduplication_segments').get()!;
    const lowest = this.#ledger.prepare<[], number | null>('SELECT min(segment) FROM deduplication_segments').pluck().get() ?? 0;
    const closed = (last ?? -1) + 1;
    if (rows !== closed || lowest !== 0) this.#findings.add('source-differs', `Van de index van berichten ontbreken delen (aantal: ${Math.abs(closed - rows)}).`);
    if (closed * SEGMENT > leaves) this.#findings.add('source-forgotten', 'De index van berichten noemt een deel af dat nog niet vol is: wat daarin komt, wordt niet teruggevonden.');
  }

  end(): void {
    const strays = this.#count('deduplication') - this.#seen;
    if (strays > 0) this.#findings.add('source-differs', `Het grootboek onthoudt berichten die bij geen gebeurtenis horen (aantal: ${strays}).`);
    const lost = this.#count(`deduplication d WHERE ${UNINDEXED}`);
    if (lost > 0) this.#findings.add('source-forgotten', `De index vindt berichten niet meer terug die zijn vastgelegd (aantal: ${lost}).`);
    const left = this.#count('deduplication_index') - this.#count(`deduplication d WHERE ${INDEXED}`);
    if (left > 0) this.#findings.add('source-differs', `De index van berichten heeft regels die bij geen bericht horen (aantal: ${left}).`);
  }

  #count(rows: string): number {
    return this.#ledger.prepare<[], number>(`SELECT count(*) FROM ${rows}`).pluck().get()!;
  }
}
