import type { EventId, StreamName } from '#domain/ledger/ids';
import type { Vault } from '#infra/vault/port';
import type { DossierInRun, GateOutcome } from '#src/destruction/run/run-state';

/** Dossiers in one part of the journal: some 80 kB, and a commit of the vault. */
export const PART = 500;

type Row = readonly [stream: StreamName, gateEventId: EventId, outcome: GateOutcome | null];

/** A dossier that the run has begun. */
export interface Begun {
  /** Its number in the run, from 0. */
  readonly n: number;
  readonly stream: StreamName;
}

/** The dossiers of a run as its journal holds them; one part in memory at a time. */
export class RunParts {
  constructor(private readonly vault: Vault, private readonly runId: string) {}

  /** Answers how many parts were written. */
  async write(streams: Iterable<StreamName>, newEventId: () => EventId): Promise<number> {
    let part = 0;
    let rows: DossierInRun[] = [];
    for (const stream of streams) {
      rows.push({ n: part * PART + rows.length, stream, gateEventId: newEventId(), outcome: null });
      if (rows.length < PART) continue;
      await this.save(part, rows);
      part += 1;
      rows = [];
    }
    if (rows.length > 0) await this.save(part++, rows);
    return part;
  }

  async save(part: number, dossiers: readonly DossierInRun[]): Promise<void> {
    const rows = dossiers.map(({ stream, gateEventId, outcome }): Row => [stream, gateEventId, outcome]);
    await this.vault.saveRunPart(part, JSON.stringify({ runId: this.runId, rows }));
  }

  /** Throws when the vault has no such part, or another run's: part of a journal is no journal. */
  async read(part: number): Promise<DossierInRun[]> {
    const text = await this.vault.runPart(part);
    const read = text === null ? null : JSON.parse(text) as { readonly runId: string; readonly rows: readonly Row[] };
    if (read?.runId !== this.runId) throw new Error('a part of the journal is missing');
    return read.rows.map(([stream, gateEventId, outcome], index) => ({ n: part * PART + index, stream, gateEventId, outcome }));
  }
}
