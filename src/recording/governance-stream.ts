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

const REFERENCE = { system: 'rekenschap', reference: 'governance' };
const ATTEMPTS = 5;

/** The organisation's own decisions: schedules adopted, tokens issued. One stream per ledger, kept for good. */
export class GovernanceStream {
  #folded: { state: GovernanceState; revision: number } | null = null;

  constructor(private readonly writer: LedgerWriter, private readonly vault: Vault) {}

  async state(): Promise<GovernanceState> {
    return (await this.#load(await this.#stream())).state;
  }

  async append(event: GovernanceEvent, person: ActingPerson): Promise<Outcome<{ readonly position: Position }>> {
    const stream = await this.#stream();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const loaded = await this.#load(stream);
      const result = await this.writer.append({
        stream, expectedRevision: loaded.revision, events: [event], person,
        ...(loaded.revision === NO_STREAM ? { reference: REFERENCE } : {}),
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
    const known = await this.vault.findStream(REFERENCE);
    if (known !== null) return known;
    const created = await this.writer.createStream('governance', REFERENCE);
    return created ?? this.#stream();
  }

  async #load(stream: StreamName): Promise<{ state: GovernanceState; revision: number }> {
    if (this.#folded !== null) return this.#folded;
    const read = await this.writer.read(stream);
    if (read === 'destroyed') throw new Error('the governance stream is never destroyed');
    this.#folded = read === 'none'
      ? { state: initialGovernance, revision: NO_STREAM }
      : { state: read.events.reduce((state, event) => evolveGovernance(state, event as never), initialGovernance), revision: read.revision };
    return this.#folded;
  }
}
