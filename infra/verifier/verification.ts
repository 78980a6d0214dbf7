/** What `verify` says: intact, tampered (where, what kind), or not verifiable (what is missing). */
export type Answer = 'intact' | 'tampered' | 'not-verifiable';

/** Every kind of finding and what it does to the answer; a note leaves the answer as it is. */
export const FINDING_WEIGHTS = {
  // head
  'head-missing': 'not-verifiable',
  'log-key-missing': 'not-verifiable',
  'log-key-differs': 'tampered',
  'head-line-malformed': 'tampered',
  'head-line-forged': 'tampered',
  'checkpoint-forged': 'tampered',
  'head-order': 'tampered',
  'head-fork': 'tampered',
  'head-folder-behind': 'note',
  'head-torn': 'note',
  // ledger against head
  'ledger-missing': 'not-verifiable',
  'ledger-damaged': 'tampered',
  'ledger-behind-head': 'tampered',
  'root-differs': 'tampered',
  'tail-uncovered': 'note',
  // events against leaves
  'leaf-missing': 'tampered',
  'frontier-differs': 'tampered',
  'leaf-differs': 'tampered',
  'header-malformed': 'tampered',
  'columns-differ': 'tampered',
  'revision-gap': 'tampered',
  'event-without-leaf': 'tampered',
  'log-event-forged': 'tampered',
  // the server of an EventStoreDB ledger, against the local copy
  'server-not-read': 'not-verifiable',
  'server-behind-head': 'tampered',
  'server-leaf-differs': 'tampered',
  'server-event-differs': 'tampered',
  'inserted': 'tampered',
  // destruction
  'disappeared': 'tampered',
  'run-overdue': 'tampered',
  'run-inconsistent': 'tampered',
  'resurrected': 'tampered',
  'gone-unexplained': 'tampered',
  'stream-left-behind': 'tampered',
  'destroyed-lawfully': 'note',
  'destruction-pending': 'note',
  // fence
  'fence-behind-head': 'tampered',
  'fence-differs': 'tampered',
  'fenced-stream-lives': 'tampered',
  // epochs
  'epoch-head-missing': 'not-verifiable',
  'epoch-unfinished': 'not-verifiable',
  'epoch-inconsistent': 'tampered',
  'epoch-lost': 'note',
  'epoch-unendorsed': 'note',
  // against something from outside
  'outside-malformed': 'not-verifiable',
  'outside-other-key': 'not-verifiable',
  'outside-lost': 'not-verifiable',
  'outside-beyond-ledger': 'tampered',
  'outside-differs': 'tampered',
  // with keys
  'vault-missing': 'not-verifiable',
  'vault-not-opened': 'not-verifiable',
  'vault-damaged': 'tampered',
  'vault-behind-head': 'tampered',
  'vault-ahead-of-head': 'tampered',
  'vault-of-another-ledger': 'tampered',
  'key-missing': 'tampered',
  'event-does-not-open': 'tampered',
  'commitment-missing': 'tampered',
  'key-swapped': 'tampered',
  'reference-swapped': 'tampered',
  'identity-missing': 'tampered',
  'identity-swapped': 'tampered',
  'source-forgotten': 'tampered',
  'source-differs': 'tampered',
} as const satisfies Record<string, Answer | 'note'>;

export type FindingKind = keyof typeof FINDING_WEIGHTS;

export interface Finding {
  readonly kind: FindingKind;
  /** Index of the leaf it is about, or the first of several. */
  readonly position?: number;
  /** A Dutch sentence. */
  readonly detail: string;
}

export interface Verification {
  readonly answer: Answer;
  readonly findings: readonly Finding[];
  /** Leaves under the head. */
  readonly size: number;
  /** base64 root over those leaves; null when there is no head or the ledger does not reach it. */
  readonly root: string | null;
  /** Sizes of the checkpoints from outside that were found in this ledger. */
  readonly comparedAt: readonly number[];
  readonly headLines: number;
  readonly withKeys: boolean;
  /** The server of an EventStoreDB ledger was looked at too. */
  readonly withServer?: true;
}

const FINDINGS_MAX = 200;

/** Collects findings: the first of each kind are kept, all are counted, so a ruined ledger still gives a short report. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<FindingKind, number>();

  add(kind: FindingKind, detail: string, position?: number): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= FINDINGS_MAX) this.#kept.push(position === undefined ? { kind, detail } : { kind, position, detail });
  }

  has(kind: FindingKind): boolean {
    return this.#counts.has(kind);
  }

  list(): readonly Finding[] {
    const more = [...this.#counts].filter(([, count]) => count > FINDINGS_MAX)
      .map(([kind, count]): Finding => ({ kind, detail: `Nog ${count - FINDINGS_MAX} keer hetzelfde (${kind}).` }));
    return [...this.#kept, ...more];
  }

  /** Tampered outweighs not verifiable: what was found stays found, whatever else is missing. */
  answer(): Answer {
    const weights = new Set([...this.#counts.keys()].map((kind) => FINDING_WEIGHTS[kind]));
    if (weights.has('tampered')) return 'tampered';
    return weights.has('not-verifiable') ? 'not-verifiable' : 'intact';
  }
}

/** What a person reads on the command line: Dutch, the answer first, then what was found and where. */
export function formatVerification(result: Verification): string {
  const lines = [headline(result)];
  const count = result.headLines === 1 ? '1 hoofdregel' : `${result.headLines} hoofdregels`;
  lines.push(`Vergeleken met ${count}; ${result.withKeys ? 'ook met de sleutels in de kluis' : 'zonder sleutels'}${result.withServer === true ? '; ook op de server gekeken' : ''}.`);
  for (const { kind, position, detail } of result.findings) {
    const mark = FINDING_WEIGHTS[kind] === 'note' ? '-' : '!';
    lines.push(`${mark} ${position === undefined ? '' : `positie ${position}: `}${detail} [${kind}]`);
  }
  return `${lines.join('\n')}\n`;
}

function headline(result: Verification): string {
  const upTo = `tot omvang ${result.size}, wortel ${result.root ?? 'onbekend'}`;
  switch (result.answer) {
    case 'intact':
      return result.comparedAt.length === 0
        ? `ongeschonden ${upTo}; met niets van buiten vergeleken`
        : `ongeschonden ${upTo}; gelijk aan wat van buiten kwam bij omvang ${result.comparedAt.join(', ')}`;
    case 'tampered':
      return `geschonden (onderzocht ${upTo})`;
    case 'not-verifiable':
      return `niet te controleren (onderzocht ${upTo})`;
  }
}
