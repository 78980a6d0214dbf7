import type { GovernanceEvent } from '#domain/governance/events';
import { evolveGovernance, initialGovernance, type GovernanceState } from '#domain/governance/state';
import type { ActingPerson } from '#domain/ledger/event';
import { NO_STREAM, type StreamName } from '#domain/ledger/ids';
import type { Vault } from '#infra/vault/port';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import type { Outcome } from '#src/recording/outcome';
import { done, refused } from '#src/recording/outcome';
import { refusal } from '#domain/ledger/refusals';
import type { Position } from '#domain/ledger/ids';

export const GOVERNANCE_REFERENCE = { system: 'rekenschap', reference: 'governance' };
const ATTEMPTS = 5;

/** The organisation's own decisions: schedules adopted, tokens issued. One stream per ledger, kept for good. */
export class GovernanceStream {
  #folded: { state: GovernanceState; revision: number } | null = null;

  constructor(private readonly writer: LedgerWriter, private readonly vault: Vault) {}

  async state(): Promise<GovernanceState> {
    return (await this.#load(await this.#stream())).state;
  }

  /** `person`: null for what the ledger itself finds. */
  async append(event: GovernanceEvent, person: ActingPerson | null): Promise<Outcome<{ readonly position: Position }>> {
    const stream = await this.#stream();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const loaded = await this.#load(stream);
      const result = await this.writer.append({
        stream, expectedRevision: loaded.revision, events: [event], ...(person === null ? {} : { person }),
        ...(loaded.revision === NO_STREAM ? { reference: GOVERNANCE_REFERENCE } : {}),
      });
      if (result.kind === 'appended') {
        this.#folded = { state: evolveGovernance(loaded.state, event), revision: loaded.revision + 1 };
        return done({ position: result.firstPosition });
      }
      if (result.kind !== 'conflict') {
        return refused(refusal('store-unavailable', 'Het besluit is niet vastgelegd. Probeer het straks opnieuw.'));
      }
      this.#folded = null;
    }
    return refused(refusal('store-unavailable', 'Het was te druk. Probeer het straks opnieuw.'));
  }

  async #stream(): Promise<StreamName> {
    const known = await this.vault.findStream(GOVERNANCE_REFERENCE);
    if (known !== null) return known;
    const created = await this.writer.createStream('governance', GOVERNANCE_REFERENCE);
    return created ?? this.#stream();
  }

  /** Facts about the organisation come in beside its own decisions: what was added since is read every time. */
  async #load(stream: StreamName): Promise<{ state: GovernanceState; revision: number }> {
    const folded = this.#folded ?? { state: initialGovernance, revision: NO_STREAM };
    const read = await this.writer.read(stream, folded.revision + 1);
    if (read === 'destroyed') throw new Error('the governance stream is never destroyed');
    if (read === 'none') return folded;
    this.#folded = { state: read.events.reduce((state, event) => evolveGovernance(state, event as never), folded.state), revision: read.revision };
    return this.#folded;
  }
}
