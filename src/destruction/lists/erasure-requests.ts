import { erasureDeadline, erasureDecision, isErasableUnder, type ErasureDecision } from '#domain/destruction/erasure';
import type { ListItem } from '#domain/destruction/events';
import type { ErasureOfList } from '#domain/destruction/list-kind';
import { dossierDecider, type DossierStreamEvent } from '#domain/dossier/decider';
import { subjectsMeant } from '#domain/dossier/state';
import type { DossierReferenceData } from '#domain/ledger/fact';
import type { StreamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import type { Vault } from '#infra/vault/port';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { FoundRequest, RequestsOfPersons } from '#src/rights/requests-of-persons';

/** What a person asks when drawing up an erasure list. */
export interface ErasureWish {
  readonly requestId: string;
  /** Which of that person's dossiers; left out: all in which that person is client or youth, and that the right covers. */
  readonly dossiers?: readonly DossierReferenceData[];
}

export interface Erasure {
  readonly erasure: ErasureOfList;
  readonly items: readonly Omit<ListItem, 'n'>[];
}

interface Parts {
  readonly requests: RequestsOfPersons;
  readonly vault: Pick<Vault, 'findStream'>;
  readonly writer: Pick<LedgerWriter, 'read'>;
}

/** Which dossiers go by a granted request, and whether its decision still stands. */
export class ErasureRequests {
  constructor(private readonly parts: Parts) {}

  async erasureBy({ requestId, dossiers }: ErasureWish): Promise<Outcome<Erasure>> {
    const request = await this.parts.requests.find(requestId);
    const decision = request === null ? null : erasureDecision(request.state);
    if (request === null || decision === null) {
      return refused(refusal('wrong-state', 'Er is geen besluit waarmee dit verzoek om wissing is toegewezen.', '/requestId'));
    }
    const chosen = await this.#chosen(request, decision, dossiers);
    if (chosen.kind === 'refused') return chosen;
    const erasure: ErasureOfList = { request: request.stream, right: decision.right, decidedOn: decision.decidedOn, deadline: erasureDeadline(request.state) };
    return done({ erasure, items: chosen.value.map((stream) => ({ stream, rule: decision.right, firstDestructionDay: decision.decidedOn })) });
  }

  /** Null: annulled or changed since, or the request itself has gone. */
  async decisionOf(request: StreamName): Promise<ErasureDecision | null> {
    const found = await this.parts.requests.at(request);
    return found === null ? null : erasureDecision(found.state);
  }

  async #chosen(request: FoundRequest, { right }: ErasureDecision, named: ErasureWish['dossiers']): Promise<Outcome<readonly StreamName[]>> {
    const own = await this.parts.requests.dossiersOf(request);
    const ids = new Set<string>(await this.parts.requests.idsOf(request));
    const chosen: StreamName[] = [];
    if (named === undefined) {
      for (const stream of own) if (await this.#goes(stream, right, ids)) chosen.push(stream);
      return done(chosen);
    }
    for (const [index, reference] of named.entries()) {
      const stream = await this.parts.vault.findStream(reference);
      if (stream === null || !own.includes(stream) || !await this.#goes(stream, right, null)) {
        return refused(refusal('field-invalid', 'Dit dossier kan niet op grond van dit besluit gewist worden.', `/dossiers/${index}`));
      }
      chosen.push(stream);
    }
    return done([...new Set(chosen)]);
  }

  /** `ids`: one of these must be client or youth in it; null: a person chose this dossier. */
  async #goes(stream: StreamName, right: string, ids: ReadonlySet<string> | null): Promise<boolean> {
    const read = await this.parts.writer.read(stream);
    if (read === 'none' || read === 'destroyed') return false;
    const { dossier, gate } = read.events.reduce((folded, event) => dossierDecider.evolve(folded, event as unknown as DossierStreamEvent), dossierDecider.initial);
    return gate.begun === null && isErasableUnder(right, dossier.law)
      && (ids === null || subjectsMeant(dossier.subjects).some(({ subjectId }) => ids.has(subjectId)));
  }
}
