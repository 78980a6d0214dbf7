import { timingSafeEqual } from 'node:crypto';
import type { Decision } from '#domain/ledger/decider';
import type { ActingPerson, NewEvent } from '#domain/ledger/event';
import type { Originals } from '#domain/mapping/originals';
import { NO_STREAM, type EventId, type StreamName } from '#domain/ledger/ids';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import type { EventStore, KnownSource } from '#infra/event-store/port';
import { newDataKey, streamHmac } from '#infra/sealing/sealing';
import type { DossierReference, Vault } from '#infra/vault/port';
import { findPersons, withSubjectIds } from '#src/events/map-subjects';
import { StreamFiles, type Identified, type StreamFile, type StreamPlace } from '#src/recording/stream-files';
import type { LedgerAppend, LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome, type Receipt } from '#src/recording/outcome';
import { firstReceipt, receiptAgain } from '#src/recording/receipts';
import { NOT_NOW, StreamLanes, UNAVAILABLE, type Plan } from '#src/recording/stream-lane';
import type { LoadedState } from '#src/recording/stream-states';

export const GONE = refusal('dossier-destroyed', 'Dit dossier is vernietigd. Er is niets vastgelegd. Een nieuw dossier krijgt een nieuwe referentie.');
const DESTROYED = refused(GONE);

/** One fact on its way into one stream. */
export interface Recordable {
  readonly type: string;
  readonly schema: number;
  /** As validated: persons may still be BSNs. */
  readonly data: Readonly<Record<string, unknown>>;
  /** CloudEvents source and id, of a part the derived id. */
  readonly source: string;
  readonly id: string;
  readonly time?: string;
  /** RFC 8785 JSON of the data as received. */
  readonly canonicalData: string;
  /** Codes that the source's mapping table does not know, by their path in `data`. */
  readonly originals?: Originals;
  readonly importBatch?: string;
  readonly person: ActingPerson | null;
}

/** Event as a decider of any kind of stream gives it. */
type Decided = NewEvent & { readonly id?: EventId };

/** Decider state per stream, as far as recording needs it. */
export interface States<State> {
  load(stream: StreamName): Promise<LoadedState<State> | 'destroyed'>;
  after(before: LoadedState<State>, added: readonly Decided[], lastId: EventId): LoadedState<State>;
  keep(stream: StreamName, loaded: LoadedState<State>): void;
  forget(stream: StreamName): void;
}

/** The stream a fact goes to, and what that kind of stream asks of it. */
export interface Target<State> {
  readonly place: StreamPlace;
  /** Name of the stream when there is none yet; null: it must be there. */
  readonly newStream: () => StreamName | null;
  readonly states: States<State>;
  readonly initial: State;
  /** Persons are identified under one law (architecture.md). */
  readonly law: (state: State, stream: StreamName) => string;
  /** What stands in the way, apart from what the decider says. */
  readonly refusal: (state: State) => Refusal | null | Promise<Refusal | null>;
  readonly decide: (event: NewEvent, id: EventId, state: State) => Decision<Decided>;
}

/**
 * Records one fact in one stream: load, decide, put keys and identities in the vault, seal, append.
 * The order fence -> (source, id) -> decision -> vault -> ledger is that of stores.md; each step answers a failure.
 * Many facts of one stream are under way at once (stream-lane.ts), each answered only when it is durable itself.
 */
export class StreamRecorder {
  readonly files: StreamFiles;
  readonly #lanes = new StreamLanes();
  /** (source, id) of what is under way: the same again waits for its answer instead of meeting it in the store. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(private readonly store: EventStore, private readonly vault: Vault, private readonly writer: LedgerWriter) {
    this.files = new StreamFiles(vault);
  }

  record<State>(fact: Recordable, target: Target<State>): Promise<Outcome<Receipt>> {
    const sourceAndId = `${fact.source}\u0000${fact.id}`;
    const before = this.#underWay.get(sourceAndId);
    if (before !== undefined) return before.then(() => this.record(fact, target));
    const outcome = this.#lanes.run<State, Receipt>(target.place.key, (head) => this.#attempt(fact, target, head), () => this.#forget(target));
    const gone = () => void this.#underWay.delete(sourceAndId);
    this.#underWay.set(sourceAndId, outcome.then(gone, gone));
    return outcome;
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  /** Refused when this (source, id) was recorded with other content: asked before the parts of a message are recorded. */
  async contradicted(fact: Recordable): Promise<Outcome<Receipt> | null> {
    const known = await this.store.findSource(this.vault.deduplicationKey(fact.source, fact.id));
    if (known === null) return null;
    const outcome = await this.#known(known, fact);
    return outcome.kind === 'refused' ? outcome : null;
  }

  #forget<State>({ place, states }: Target<State>): void {
    const file = this.files.kept(place);
    if (file !== undefined) states.forget(file.stream);
  }

  async #attempt<State>(fact: Recordable, target: Target<State>, head: LoadedState<State> | null): Promise<Plan<State, Receipt>> {
    const { place } = target;
    if (this.vault.isFenced(place)) return answer(DESTROYED);
    const deduplicationKey = this.vault.deduplicationKey(fact.source, fact.id);
    const known = await this.store.findSource(deduplicationKey);
    if (known !== null) return answer(await this.#known(known, fact));

    const opened = await this.files.open(place);
    if (opened === 'destroyed') return answer(DESTROYED);
    const stream = opened?.stream ?? target.newStream();
    if (stream === null) return answer(refused(refusal('not-found', 'Waar dit over gaat, is hier niet bekend.')));
    const file = opened ?? { stream, dataKey: newDataKey(), persons: new Map() };
    const loaded = head ?? (opened === null ? { state: target.initial, revision: NO_STREAM } : await target.states.load(stream));
    if (loaded === 'destroyed') return answer(DESTROYED);
    const inTheWay = await target.refusal(loaded.state);
    if (inTheWay !== null) return answer(refused(inTheWay));

    const persons = await this.files.identify(file, target.law(loaded.state, stream), findPersons(fact.type, fact.data).map(({ identifier }) => identifier));
    const data = withSubjectIds(fact.type, fact.data, (identifier) => persons.idOf(identifier));
    const decision = target.decide({ type: fact.type, schema: fact.schema, data }, this.writer.newEventId(), loaded.state);
    if (decision.kind === 'refused') return answer(refused(decision.refusal));

    const registered = await this.#register(file, opened === null, place.reference, persons);
    if (registered === 'conflict') return { kind: 'again' };
    if (registered !== 'registered') return answer(refused(registered));
    if (opened === null) this.files.keep(place, file);
    persons.registered();
    return this.#append(fact, target, file, loaded, decision.events, deduplicationKey, persons);
  }

  #append<State>(
    fact: Recordable, { states, place }: Target<State>, file: StreamFile, loaded: LoadedState<State>,
    events: readonly Decided[], deduplicationKey: Uint8Array, persons: Identified,
  ): Plan<State, Receipt> {
    const contentHmac = streamHmac(file.dataKey, 'content', fact.canonicalData);
    const ids = events.map(({ id }) => id ?? this.writer.newEventId());
    const append: LedgerAppend = {
      stream: file.stream, dataKey: file.dataKey, expectedRevision: loaded.revision, events, ids, subjects: persons.commitments,
      ...(loaded.lastId === undefined ? {} : { follows: loaded.lastId }),
      ...(fact.person === null ? {} : { person: fact.person }),
      ...(loaded.revision === NO_STREAM && place.reference !== undefined ? { reference: place.reference } : {}),
      origin: {
        source: fact.source, id: fact.id, contentHmac, ...(fact.time === undefined ? {} : { time: fact.time }),
        ...(fact.originals === undefined ? {} : { originals: fact.originals }),
        ...(fact.importBatch === undefined ? {} : { importBatch: fact.importBatch }),
      },
      deduplication: { key: deduplicationKey, contentHmac: Buffer.from(contentHmac, 'base64') },
    };
    const after = states.after(loaded, events, ids.at(-1)!);
    return {
      kind: 'append',
      after,
      alone: loaded.revision !== NO_STREAM && !this.writer.knowsLastOf(file.stream),
      send: () => this.writer.append(append),
      appended: (result) => {
        states.keep(file.stream, after);
        return done(firstReceipt(result, fact));
      },
      destroyed: () => DESTROYED,
    };
  }

  /** (source, id) was recorded before: the same content gets the first receipt again, other content is refused. */
  async #known(known: KnownSource, fact: Recordable): Promise<Outcome<Receipt>> {
    const dataKey = await this.vault.streamKey(known.stream);
    if (dataKey === null) return DESTROYED;
    const contentHmac = Buffer.from(streamHmac(dataKey, 'content', fact.canonicalData), 'base64');
    if (contentHmac.length !== known.contentHmac.length || !timingSafeEqual(contentHmac, known.contentHmac)) {
      return refused(refusal('id-reused', 'Dit id is al gebruikt voor een bericht met een andere inhoud.', '/id'));
    }
    const place = await this.store.receiptOf(known.eventId);
    return place === null ? UNAVAILABLE : done(receiptAgain(place, fact));
  }

  async #register(file: StreamFile, isNew: boolean, reference: DossierReference | undefined, persons: Identified): Promise<'registered' | 'conflict' | Refusal> {
    if (!isNew && persons.fresh.length === 0) {
      if (!persons.isNewHere) return 'registered';
      const rows = new Set(await this.vault.subjectsOf(file.stream));
      if (persons.ids.every((subject) => rows.has(subject))) return 'registered';
    }
    const result = await this.vault.register({
      stream: file.stream, ...(isNew ? { newKey: file.dataKey } : {}),
      ...(isNew && reference !== undefined ? { reference } : {}),
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

function answer(outcome: Outcome<Receipt>): { readonly kind: 'answer'; readonly outcome: Outcome<Receipt> } {
  return { kind: 'answer', outcome };
}
