import type Database from 'better-sqlite3';
import type { CompactRange } from '#infra/verifier/compact-range';
import type { Findings } from '#infra/verifier/verification';

/** Compares the subtrees that a start goes on from with those of the leaves; a start itself never believes them. */
export class FrontierCheck {
  readonly #kept: ReadonlyMap<number, Buffer>;
  readonly #findings: Findings;
  #seen = 0;

  constructor(ledger: Database.Database, findings: Findings) {
    const rows = ledger.prepare('SELECT size, hashes FROM frontiers').raw().all() as [number, Buffer][];
    this.#kept = new Map(rows);
    this.#findings = findings;
  }

  at(tree: CompactRange): void {
    const kept = this.#kept.get(tree.size);
    if (kept === undefined) return;
    this.#seen += 1;
    if (!kept.equals(tree.subtrees())) this.#findings.add('frontier-differs', 'De bewaarde deelbomen horen niet bij de bladen.', tree.size);
  }

  end(): void {
    const strays = this.#kept.size - this.#seen;
    if (strays > 0) this.#findings.add('frontier-differs', `Er zijn deelbomen bewaard van een omvang die het grootboek niet heeft (aantal: ${strays}).`);
  }
}
