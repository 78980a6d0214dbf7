import { isErasureRight } from '#domain/destruction/erasure';
import { gateViewOf } from '#domain/destruction/gate';
import type { DossierReferenceData } from '#domain/ledger/fact';
import { parseStreamName, type StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import type { HoldLifted, HoldPlaced } from '#domain/retention/events';
import { standingHolds } from '#domain/retention/state';
import { isPending } from '#domain/rights/request';
import type { Clock } from '#infra/clock/port';
import type { EventStore } from '#infra/event-store/port';
import type { ViewStore } from '#infra/views/port';
import { ownTermsProjection } from '#projections/own-terms/projection';
import { rightsRequests } from '#projections/own-terms/queries';
import type { Projector } from '#src/projecting/projector';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import type { FoundRequest, RequestsOfPersons } from '#src/rights/requests-of-persons';

export interface RequestHoldsParts {
  readonly requests: RequestsOfPersons;
  readonly writer: Pick<LedgerWriter, 'read' | 'append'>;
  readonly clock: Clock;
  readonly store: Pick<EventStore, 'head'>;
  readonly runner: Pick<Projector, 'waitFor'>;
  readonly views: Pick<ViewStore, 'reader'>;
}

/** codes: holdKinds */
const KIND = 'rechtenverzoek-lopend';
const ATTEMPTS = 8;
const WAIT_MS = 60_000;

/**
 * While a request of a person is not decided on, nothing is destroyed that it may be about: each of that person's
 * dossiers gets a hold of the ledger's own, and loses it with the decision. A request for erasure holds nothing: who
 * asks to be forgotten is not kept longer by asking. What a crash left out is made up by the next night, and before
 * any run.
 */
export class RequestHolds {
  constructor(private readonly parts: RequestHoldsParts) {}

  /** After something of this request was recorded. */
  async settleRequest(requestId: string): Promise<void> {
    const found = await this.parts.requests.find(requestId);
    if (found !== null) await this.#settle(found);
  }

  /** False: the views, or the store, were not there; nothing may be destroyed on the strength of it. */
  async settle(which: { readonly undecided: boolean }): Promise<boolean> {
    const { requests, store, runner, views } = this.parts;
    if (!await runner.waitFor(store.head().size - 1, WAIT_MS, ownTermsProjection.name)) return false;
    let settled = true;
    for (const stream of [...rightsRequests(views.reader(ownTermsProjection), which)]) {
      const found = await requests.at(stream);
      if (found !== null && !await this.#settle(found)) settled = false;
    }
    return settled;
  }

  async #settle(request: FoundRequest): Promise<boolean> {
    const { right, receivedOn } = request.state;
    const holds = isPending(request.state) && !isErasureRight(right);
    let settled = true;
    for (const dossier of await this.parts.requests.dossiersOf(request)) {
      if (!await this.#inDossier(dossier, holds ? receivedOn : null, `${KIND}:${parseStreamName(request.stream).uuid}`)) settled = false;
    }
    return settled;
  }

  /** `from`: day from which it is to be held; null: no longer. */
  async #inDossier(dossier: StreamName, from: string | null, holdId: string): Promise<boolean> {
    const { writer, clock } = this.parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const read = await writer.read(dossier);
      if (read === 'none' || read === 'destroyed') return true;
      const { gate, retention } = gateViewOf(read.events);
      const stands = standingHolds(retention).some((hold) => hold.holdId === holdId);
      // From its gate on it is too late, and what was called off is settled by the next night.
      if (gate.begun !== null || stands === (from !== null)) return true;
      const { system, reference } = (read.events[0]!.data as { readonly dossier: DossierReferenceData }).dossier;
      const common = { occurredAt: clock.now().toString(), dossier: { system, reference }, kind: KIND, holdId };
      const event: HoldPlaced | HoldLifted = from === null
        ? { type: 'hold-lifted', schema: 1, data: { ...common, on: dayOfInstant(clock.now()).toString() } }
        : { type: 'hold-placed', schema: 1, data: { ...common, on: from } };
      const result = await writer.append({ stream: dossier, expectedRevision: read.revision, events: [event] });
      if (result.kind === 'appended' || result.kind === 'destroyed') return true;
      if (result.kind !== 'conflict') return false;
    }
    return false;
  }
}
