import type Database from 'better-sqlite3';
import type { Findings } from '#infra/verifier/verification';

/**
 * The rows that make (source, id) known, against the events that carry them sealed: an event with an origin has a row
 * at its position with its pair and its content, and there are no other rows.
 */
export class SourceRows {
  readonly #findings: Findings;
  readonly #row: Database.Statement<[number], { key: Buffer; content_hmac: Buffer }>;
  readonly #count: Database.Statement<[], number>;
  #seen = 0;

  constructor(ledger: Database.Database, findings: Findings) {
    this.#findings = findings;
    this.#row = ledger.prepare('SELECT key, content_hmac FROM deduplication WHERE position = ?');
    this.#count = ledger.prepare<[], number>('SELECT count(*) FROM deduplication').pluck();
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

  end(): void {
    const strays = this.#count.get()! - this.#seen;
    if (strays > 0) this.#findings.add('source-differs', `Het grootboek onthoudt berichten die bij geen gebeurtenis horen (aantal: ${strays}).`);
  }
}
