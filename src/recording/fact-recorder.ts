import { timingSafeEqual } from 'node:crypto';
import { catalogueEntry } from '#domain/catalogue';
import { dossierDecider, type DossierCommand, type DossierFact, type DossierStreamEvent, type DossierStreamState } from '#domain/dossier/decider';
import { NO_STREAM } from '#domain/ledger/ids';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import type { Clock } from '#infra/clock/port';
import type { EventStore, KnownSource } from '#infra/event-store/port';
import { newDataKey, streamHmac } from '#infra/sealing/sealing';
import type { DossierReference, Vault } from '#infra/vault/port';
import { findPersons, withSubjectIds } from '#src/events/map-subjects';
import { DossierFiles, keyOf, type DossierFile, type Identified } from '#src/recording/dossier-files';
import type { LedgerAppend, LedgerWriter } from '#src/recording/ledger-writer';
import { mayNotSend, mayNotSteer, personOf } from '#src/recording/may-send';
import { done, refused, type Outcome, type Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import { firstReceipt, receiptAgain } from '#src/recording/receipts';
import type { IncomingFact } from '#src/recording/record-fact.command';
import { NOT_NOW, StreamLanes, UNAVAILABLE, type Plan } from '#src/recording/stream-lane';
import { StreamStates, type LoadedState } from '#src/recording/stream-states';

const STATES_KEPT = 20_000;
/** How far a sender's clock may be ahead (event-catalogue.md, occurredAt). */
const AHEAD_MAX = Temporal.Duration.from({ minutes: 10 });
const GONE = refusal('dossier-destroyed', 'Dit dossier is vernietigd. Er is niets vastgelegd. Een nieuw dossier krijgt een nieuwe referentie.');
const DESTROYED = refused(GONE);

type DossierHead = LoadedState<DossierStreamState> | null;
type DossierPlan = Plan<DossierStreamState, Receipt>;

/**
 * Records facts about dossiers: load, decide, put keys and identities in the vault, seal, append.
 * The order fence -> (source, id) -> decision -> vault -> ledger is that of stores.md; each step answers a failure.
 * Many events of one dossier are under way at once (stream-lane.ts), each answered only when it is durable itself.
 */
export class FactRecorder {
  readonly states: StreamStates<DossierStreamState, DossierCommand, DossierStreamEvent>;
  readonly #files: DossierFiles;
  readonly #lanes = new StreamLanes<DossierStreamState>();
  /** (source, id) of what is under way: the same again waits for its answer instead of meeting it in the store. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly writer: LedgerWriter,
    private readonly clock: Clock,
  ) {
    this.#files = new DossierFiles(vault);
    this.states = new StreamStates(writer, dossierDecider, STATES_KEPT, (stream) => this.#files.forget(stream));
  }

  record(fact: IncomingFact, sender: Principal): Promise<Outcome<Receipt>> {
    const denied = mayNotSend(fact, sender);
    if (denied !== null) return Promise.resolve(refused(denied));
    const sourceAndId = `${fact.source}\u0000${fact.id}`;
    const before = this.#underWay.get(sourceAndId);
    if (before !== undefined) return before.then(() => this.record(fact, sender));
    const outcome = this.#recordInDossier(fact, sender);
    const gone = () => void this.#underWay.delete(sourceAndId);
    this.#underWay.set(sourceAndId, outcome.then(gone, gone));
    return outcome;
  }

  #recordInDossier(fact: IncomingFact, sender: Principal): Promise<Outcome<Receipt>> {
    const reference = fact.data['dossier'] as DossierReference;
    return this.#lanes.run(keyOf(reference), async (head) => {
      if (this.vault.isFenced({ reference })) return answer(DESTROYED);
      const deduplicationKey = this.vault.deduplicationKey(fact.source, fact.id);
      const known = await this.store.findSource(deduplicationKey);
      if (known !== null) return answer(await this.#known(known, fact));
      const opened = await this.#files.open(reference);
      if (opened === 'destroyed') return answer(DESTROYED);
      return await this.#plan(fact, sender, reference, opened, head, deduplicationKey);
    }, () => this.#forget(reference));
  }

  #forget(reference: DossierReference): void {
    const file = this.#files.kept(reference);
    if (file !== undefined) this.states.forget(file.stream);
  }

  async #plan(
    fact: IncomingFact, sender: Principal, reference: DossierReference, opened: DossierFile | null, head: DossierHead, deduplicationKey: Uint8Array,
  ): Promise<DossierPlan> {
    const file = opened ?? { stream: this.writer.newStreamName('dossier'), dataKey: newDataKey(), persons: new Map() };
    const loaded = head ?? (opened === null ? { state: dossierDecider.initial, revision: NO_STREAM } : await this.states.load(file.stream));
    if (loaded === 'destroyed') return answer(DESTROYED);
    const notLeading = mayNotSteer(fact, loaded.state.dossier, sender);
    if (notLeading !== null) return answer(refused(notLeading));

    const law = lawOf(fact, loaded.state) ?? `provisional/${file.stream}`;
    const persons = await this.#files.identify(file, law, findPersons(fact.type, fact.data).map(({ identifier }) => identifier));
    const data = withSubjectIds(fact.type, fact.data, (identifier) => persons.idOf(identifier));
    const decision = dossierDecider.decide({
      kind: 'record',
      event: { type: fact.type, schema: catalogueEntry(fact.type).schema, data } as unknown as DossierFact,
      id: this.writer.newEventId(),
      source: fact.source,
      occurredNotAfter: this.clock.now().add(AHEAD_MAX),
    }, loaded.state);
    if (decision.kind === 'refused') return answer(refused(decision.refusal));

    const registered = await this.#register(file, opened === null ? reference : null, persons);
    if (registered === 'conflict') return { kind: 'again' };
    if (registered !== 'registered') return answer(refused(registered));
    if (opened === null) this.#files.keep(reference, file);
    persons.registered();
    return this.#append(fact, sender, file, loaded, decision.events, deduplicationKey, persons, reference);
  }

  #append(
    fact: IncomingFact, sender: Principal, file: DossierFile, loaded: LoadedState<DossierStreamState>,
    events: readonly DossierStreamEvent[], deduplicationKey: Uint8Array, persons: Identified, reference: DossierReference,
  ): DossierPlan {
    const contentHmac = streamHmac(file.dataKey, 'content', fact.canonicalData);
    const person = personOf(fact, sender);
    const ids = events.map(({ id }) => id ?? this.writer.newEventId());
    const append: LedgerAppend = {
      stream: file.stream, dataKey: file.dataKey, expectedRevision: loaded.revision, events, ids, subjects: persons.commitments,
      ...(loaded.lastId === undefined ? {} : { follows: loaded.lastId }),
      ...(person === null ? {} : { person }),
      ...(loaded.revision === NO_STREAM ? { reference } : {}),
      origin: { source: fact.source, id: fact.id, contentHmac, ...(fact.time === undefined ? {} : { time: fact.time }) },
      deduplication: { key: deduplicationKey, contentHmac: Buffer.from(contentHmac, 'base64') },
    };
    const after = this.states.after(loaded, events, ids.at(-1)!);
    return {
      kind: 'append',
      after,
      alone: loaded.revision !== NO_STREAM && !this.writer.knowsLastOf(file.stream),
      send: () => this.writer.append(append),
      appended: (result) => {
        this.states.keep(file.stream, after);
        return done(firstReceipt(result, fact));
      },
      destroyed: () => DESTROYED,
    };
  }

  /** (source, id) was recorded before: the same content gets the first receipt again, other content is refused. */
  async #known(known: KnownSource, fact: IncomingFact): Promise<Outcome<Receipt>> {
    const dataKey = await this.vault.streamKey(known.stream);
    if (dataKey === null) return DESTROYED;
    const contentHmac = Buffer.from(streamHmac(dataKey, 'content', fact.canonicalData), 'base64');
    if (contentHmac.length !== known.contentHmac.length || !timingSafeEqual(contentHmac, known.contentHmac)) {
      return refused(refusal('id-reused', 'Dit id is al gebruikt voor een bericht met een andere inhoud.', '/id'));
    }
    const place = await this.store.receiptOf(known.eventId);
    return place === null ? UNAVAILABLE : done(receiptAgain(place, fact));
  }

  async #register(file: DossierFile, newReference: DossierReference | null, persons: Identified): Promise<'registered' | 'conflict' | Refusal> {
    if (newReference === null && persons.fresh.length === 0) {
      if (!persons.isNewHere) return 'registered';
      const rows = new Set(await this.vault.subjectsOf(file.stream));
      if (persons.ids.every((subject) => rows.has(subject))) return 'registered';
    }
    const result = await this.vault.register({
      stream: file.stream, ...(newReference === null ? {} : { newKey: file.dataKey, reference: newReference }),
      newIdentities: persons.fresh, subjects: persons.ids,
    });
    switch (result.kind) {
      case 'registered': return 'registered';
      case 'conflict': return 'conflict';
      case 'fenced': return GONE;
      case 'unavailable': return NOT_NOW;
    }
  }
}

function answer(outcome: Outcome<Receipt>): DossierPlan {
  return { kind: 'answer', outcome };
}

function lawOf(fact: IncomingFact, state: DossierStreamState): string | null {
  if (state.dossier.law !== null) return state.dossier.law;
  return fact.type === 'dossier-opened' ? (fact.data['law'] as string) : null;
}
