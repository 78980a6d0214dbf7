import { catalogueEntry, isSentEventType, routeOf, type Route } from '#domain/catalogue';
import type { CasusoverlegAsSent } from '#domain/casusoverleg/events';
import { splitMeeting } from '#domain/casusoverleg/split';
import { splitConsent, type ConsentAsSent } from '#domain/consent/split';
import type { DossierCommand, DossierStreamEvent, DossierStreamState } from '#domain/dossier/decider';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { originalsOfPart, originalsOfWhole, type Originals } from '#domain/mapping/originals';
import { streamName, type StreamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import type { Clock } from '#infra/clock/port';
import type { EventStore } from '#infra/event-store/port';
import type { DossierReference, Vault } from '#infra/vault/port';
import { NO_TABLES, type SourceTables } from '#src/mapping/source-tables';
import { correctionOf, type CorrectedPlace } from '#src/recording/correction';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { mayNotSend, notItsSystem, personOf } from '#src/recording/may-send';
import { refused, type Outcome, type Receipt } from '#src/recording/outcome';
import { recordWhole, type Part } from '#src/recording/parts';
import type { Principal } from '#src/recording/principal';
import type { IncomingFact } from '#src/recording/record-fact.command';
import { GONE, StreamRecorder, type Recordable } from '#src/recording/record-in-stream';
import type { StreamStates } from '#src/recording/stream-states';
import { Targets } from '#src/recording/targets';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Records what comes from outside: finds the stream by the catalogue's route, splits what touches several streams, and
 * hands each part to the one recorder of streams. Calls for one stream take effect in the order in which they are made.
 */
export class FactRecorder {
  readonly #streams: StreamRecorder;
  readonly #targets: Targets;
  #afterRequest: ((requestId: string) => Promise<void>) | null = null;

  constructor(
    private readonly store: EventStore, vault: Vault, private readonly writer: LedgerWriter, clock: Clock,
    private readonly tables: SourceTables = NO_TABLES,
  ) {
    this.#streams = new StreamRecorder(store, vault, writer);
    this.#targets = new Targets(vault, writer, clock, (stream) => this.#streams.files.forget(stream));
  }

  /** What has to follow in dossiers once something of a person's request is recorded; a resend asks it again. */
  afterRequest(follow: (requestId: string) => Promise<void>): void {
    this.#afterRequest = follow;
  }

  /** Resolves when every fact that is under way now has its answer. */
  settled(): Promise<void> {
    return this.#streams.settled();
  }

  /** Drops what is kept in memory of a stream of whatever kind. */
  forget(stream: StreamName): void {
    this.#targets.forget(stream);
  }

  /** State of dossiers' streams; forgetting one forgets all that is kept about the stream. */
  get states(): StreamStates<DossierStreamState, DossierCommand, DossierStreamEvent> {
    return this.#targets.dossiers;
  }

  record(fact: IncomingFact, sender: Principal): Promise<Outcome<Receipt>> {
    const denied = mayNotSend(fact, sender);
    if (denied !== null) return Promise.resolve(refused(denied));
    if (!isSentEventType(fact.type)) throw new Error('a type from outside that cannot be sent');
    const recordable: Recordable = { ...fact, schema: catalogueEntry(fact.type).schema, person: personOf(fact, sender) };
    if (fact.type === 'casusoverleg-held') return this.#meeting(recordable, sender);
    if (fact.data['dossiers'] !== undefined) return this.#consent(recordable, sender);
    return this.#along(routeOf(fact.type, fact.data), recordable, sender);
  }

  #along(route: Route, fact: Recordable, sender: Principal): Promise<Outcome<Receipt>> {
    switch (route) {
      case 'dossier': return this.#inDossier(fact, sender);
      case 'access': return this.#access(fact);
      case 'rights-request': return this.#request(fact.data['requestId'] as string, fact);
      case 'governance': return this.#streams.record(fact, this.#targets.governance(fact));
      case 'meeting': return this.#streams.record(fact, this.#targets.meeting(fact.data['meetingId'] as string, fact));
      case 'destruction-list': return this.#confirmation(fact);
      case 'of-event': return this.#correction(fact, sender);
    }
  }

  #inDossier(fact: Recordable, sender: Principal): Promise<Outcome<Receipt>> {
    return this.#streams.record(fact, this.#targets.dossier(fact.data['dossier'] as DossierReference, fact, sender));
  }

  async #request(requestId: string, fact: Recordable): Promise<Outcome<Receipt>> {
    const recorded = await this.#streams.record(fact, this.#targets.rightsRequest(requestId, fact));
    if (recorded.kind === 'done') await this.#afterRequest?.(requestId);
    return recorded;
  }

  async #access(fact: Recordable): Promise<Outcome<Receipt>> {
    const target = await this.#targets.access(fact.data['dossier'] as DossierReference, fact);
    if (target === 'destroyed') return refused(GONE);
    if (target === null) return refused(refusal('not-found', 'Dit dossier is hier niet bekend. Stuur eerst de opening.', '/data/dossier'));
    return this.#streams.record(fact, target);
  }

  /** A destruction request is known by the id of its list. */
  #confirmation(fact: Recordable): Promise<Outcome<Receipt>> {
    const listId = fact.data['destructionRequestId'] as string;
    if (!UUID.test(listId)) {
      return Promise.resolve(refused(refusal('not-found', 'Dit verzoek tot vernietiging is hier niet bekend.', '/data/destructionRequestId')));
    }
    return this.#streams.record(fact, this.#targets.list(streamName('destruction-list', listId), fact));
  }

  async #correction(fact: Recordable, sender: Principal): Promise<Outcome<Receipt>> {
    const found = await correctionOf(fact, sender, this.store, this.writer, this.tables);
    return found.kind === 'refused' ? found : this.#atPlace(found.value.place, found.value.correction, sender);
  }

  #atPlace(place: CorrectedPlace, fact: Recordable, sender: Principal): Promise<Outcome<Receipt>> {
    switch (place.kind) {
      case 'dossier': return this.#streams.record(fact, this.#targets.dossier(place.reference, fact, sender));
      case 'access': return this.#access({ ...fact, data: { ...fact.data, dossier: place.reference } });
      case 'rights-request': return this.#request(place.requestId, fact);
      case 'meeting': return this.#streams.record(fact, this.#targets.meeting(place.meetingId, fact));
      case 'governance': return this.#streams.record(fact, this.#targets.governance(fact));
      case 'destruction-list': return this.#streams.record(fact, this.#targets.list(place.stream, fact));
    }
  }

  async #meeting(fact: Recordable, sender: Principal): Promise<Outcome<Receipt>> {
    const { parts, frame } = splitMeeting(fact.data as unknown as CasusoverlegAsSent);
    return await this.#streams.contradicted(fact) ?? recordWhole(
      parts.map(({ part, index, type, data }) => this.#part(fact, part, index, `/data/items/${index}`, type, data, sender)),
      () => this.#streams.record({ ...withOriginals(fact, originalsOfWhole(fact.originals)), data: { ...frame } }, this.#targets.meeting(frame.meetingId, fact)),
    );
  }

  /** Each dossier gets the consent as its own; the one it was given in last. */
  async #consent(fact: Recordable, sender: Principal): Promise<Outcome<Receipt>> {
    const { parts, whole } = splitConsent(fact.data as ConsentAsSent);
    return await this.#streams.contradicted(fact) ?? recordWhole(
      parts.map(({ part, data }) => {
        const index = Number(part.split('/')[1]);
        return this.#part(fact, part, index, `/data/dossiers/${index}`, fact.type, data, sender);
      }),
      () => this.#inDossier({ ...fact, data: whole }, sender),
    );
  }

  #part(fact: Recordable, part: string, index: number, path: string, type: string, data: Readonly<Record<string, unknown>>, sender: Principal): Part {
    return {
      index, path,
      record: () => {
        const denied = notItsSystem(data, sender);
        if (denied !== null) return Promise.resolve(refused(denied));
        // No id of a sender holds a line end: the part's own can be nobody else's, and is the same on every resend.
        const own: Recordable = { ...withOriginals(fact, originalsOfPart(fact.originals, part)), type, schema: catalogueEntry(type).schema, data, id: `${fact.id}\n${part}`, canonicalData: canonicalJson(data) };
        return this.#inDossier(own, sender);
      },
    };
  }
}

function withOriginals({ originals: _all, ...fact }: Recordable, originals: Originals | undefined): Recordable {
  return originals === undefined ? fact : { ...fact, originals };
}
