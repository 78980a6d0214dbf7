import { streamKind, type StreamName, type SubjectId } from '#domain/ledger/ids';
import { codesOf } from '#domain/reference/codes';
import { requestSubject, rightsRequestDecider, type RightsRequestState, type RightsRequestStreamEvent } from '#domain/rights/request';
import type { Vault } from '#infra/vault/port';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { OWN_SYSTEM } from '#src/recording/targets';

export interface FoundRequest {
  readonly stream: StreamName;
  readonly state: RightsRequestState;
}

/** Requests of persons as they stand in their own streams, and the dossiers they are about. */
export class RequestsOfPersons {
  constructor(private readonly vault: Pick<Vault, 'findStream' | 'streamsOf' | 'sameUnder'>, private readonly writer: Pick<LedgerWriter, 'read'>) {}

  /** Null: there is no such request, or it was destroyed at the end of its own term. */
  async find(requestId: string): Promise<FoundRequest | null> {
    const stream = await this.vault.findStream({ system: OWN_SYSTEM, reference: `rights-request/${requestId}` });
    return stream === null ? null : this.at(stream);
  }

  async at(stream: StreamName): Promise<FoundRequest | null> {
    const read = await this.writer.read(stream);
    if (read === 'none' || read === 'destroyed') return null;
    const state = read.events.reduce((folded, event) => rightsRequestDecider.evolve(folded, event as unknown as RightsRequestStreamEvent), rightsRequestDecider.initial);
    return { stream, state };
  }

  /** This person under every law: joined for the request only. */
  async idsOf({ state }: FoundRequest): Promise<readonly SubjectId[]> {
    const subject = requestSubject(state);
    return subject === null ? [] : [subject, ...await this.vault.sameUnder(subject, codesOf('laws').map(({ code }) => code))];
  }

  /** Every dossier in which this person is. */
  async dossiersOf(request: FoundRequest): Promise<readonly StreamName[]> {
    const dossiers = new Set<StreamName>();
    for (const same of await this.idsOf(request)) {
      for (const stream of await this.vault.streamsOf(same)) if (streamKind(stream) === 'dossier') dossiers.add(stream);
    }
    return [...dossiers].sort();
  }
}
