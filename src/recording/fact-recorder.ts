import { randomUUID, timingSafeEqual } from 'node:crypto';
import { catalogueEntry } from '#domain/catalogue';
import { dossierDecider, type DossierCommand, type DossierFact, type DossierStreamEvent, type DossierStreamState } from '#domain/dossier/decider';
import type { ActingPerson } from '#domain/ledger/event';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { StreamName, SubjectId } from '#domain/ledger/ids';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import type { Clock } from '#infra/clock/port';
import type { EventStore, KnownSource } from '#infra/event-store/port';
import { newDataKey, streamHmac } from '#infra/sealing/sealing';
import type { DossierReference, Registration, SubjectIdentifier, Vault } from '#infra/vault/port';
import { findPersons, withSubjectIds } from '#src/events/map-subjects';
import { actingPerson } from '#src/identity/acting-person';
import { KeyedQueue } from '#src/recording/keyed-queue';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome, type Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import type { IncomingFact } from '#src/recording/record-fact.command';
import { StreamStates, type LoadedState } from '#src/recording/stream-states';

const ATTEMPTS = 8;
const STATES_KEPT = 20_000;
/** How far a sender's clock may be ahead (event-catalogue.md, occurredAt). */
const AHEAD_MAX = Temporal.Duration.from({ minutes: 10 });
const UNAVAILABLE = 'Er is niets vastgelegd. Stuur het bericht straks opnieuw; dubbel sturen kan geen kwaad.';

/** What one attempt found: an answer, or that somebody else was first and the world must be looked at again. */
type Attempt = Outcome<Receipt> | { readonly kind: 'again' };

/**
 * Records facts about dossiers: load, decide, put keys and identities in the vault, seal, append.
 * The order fence -> (source, id) -> decision -> vault -> ledger is that of stores.md; each step answers a failure.
 */
export class FactRecorder {
  readonly states: StreamStates<DossierStreamState, DossierCommand, DossierStreamEvent>;
  readonly #queue = new KeyedQueue();

  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly writer: LedgerWriter,
    private readonly clock: Clock,
  ) {
    this.states = new StreamStates(writer, dossierDecider, STATES_KEPT);
  }

  async record(fact: IncomingFact, sender: Principal): Promise<Outcome<Receipt>> {
    const reference = fact.data['dossier'] as DossierReference;
    const denied = mayNotSend(fact, reference, sender);
    if (denied !== null) return refused(denied);
    return this.exclusively(reference, async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const answer = await this.#attempt(fact, reference, sender);
        if (answer.kind !== 'again') return answer;
      }
      return refused(refusal('store-unavailable', UNAVAILABLE));
    });
  }

  /** The queue a dossier's own commands (a gate, a call-off) share with its facts. */
  exclusively<Value>(reference: DossierReference, task: () => Promise<Value>): Promise<Value> {
    return this.#queue.run(`${reference.system}\u0000${reference.reference}`, task);
  }

  async #attempt(fact: IncomingFact, reference: DossierReference, sender: Principal): Promise<Attempt> {
    if (this.vault.isFenced({ reference })) return refused(destroyed());
    const deduplicationKey = this.vault.deduplicationKey(fact.source, fact.id);
    const known = await this.store.findSource(deduplicationKey);
    if (known !== null) return this.#known(known, fact);

    const existing = await this.vault.findStream(reference);
    const stream = existing ?? this.writer.newStreamName('dossier');
    const dataKey = existing === null ? newDataKey() : await this.vault.streamKey(stream);
    if (dataKey === null) return refused(destroyed());
    const loaded = existing === null ? { state: dossierDecider.initial, revision: -1 } : await this.states.load(stream);
    if (loaded === 'destroyed') return refused(destroyed());
    const notLeading = mayNotSteer(fact, loaded.state, sender);
    if (notLeading !== null) return refused(notLeading);

    const law = lawOf(fact, loaded.state) ?? `provisional/${stream}`;
    const persons = await this.#identify(fact, law);
    const data = withSubjectIds(fact.type, fact.data, (identifier) => persons.idOf(identifier));
    const decision = dossierDecider.decide({
      kind: 'record',
      event: { type: fact.type, schema: catalogueEntry(fact.type).schema, data } as unknown as DossierFact,
      id: this.writer.newEventId(),
      source: fact.source,
      occurredNotAfter: this.clock.now().add(AHEAD_MAX),
    }, loaded.state);
    if (decision.kind === 'refused') return refused(decision.refusal);

    const registered = await this.#register({
      stream, ...(existing === null ? { newKey: dataKey, reference } : {}),
      newIdentities: persons.fresh.map((person) => ({ ...person, law })), subjects: persons.ids,
    }, existing !== null);
    if (registered !== 'registered') {
      return registered === 'conflict' ? { kind: 'again' } : refused(registered);
    }
    return this.#append(fact, stream, loaded, decision.events, dataKey, deduplicationKey, persons.commitments(dataKey, law), reference, personOf(fact, sender));
  }

  async #append(
    fact: IncomingFact, stream: StreamName, loaded: LoadedState<DossierStreamState>, events: readonly DossierStreamEvent[],
    dataKey: Uint8Array, deduplicationKey: Uint8Array, subjects: Readonly<Record<SubjectId, string>>, reference: DossierReference,
    person: ActingPerson | null,
  ): Promise<Attempt> {
    const contentHmac = streamHmac(dataKey, 'content', fact.canonicalData);
    const result = await this.writer.append({
      stream, expectedRevision: loaded.revision, events, subjects,
      ...(person === null ? {} : { person }),
      ids: events.map(({ id }) => id ?? this.writer.newEventId()),
      ...(loaded.revision === -1 ? { reference } : {}),
      origin: { source: fact.source, id: fact.id, contentHmac, ...(fact.time === undefined ? {} : { time: fact.time }) },
      deduplication: { key: deduplicationKey, contentHmac: Buffer.from(contentHmac, 'base64') },
    });
    switch (result.kind) {
      case 'appended': {
        this.states.advance(stream, loaded, events);
        const sealed = result.sealed[0]!;
        return done({
          id: sealed.id, source: fact.source, sourceId: fact.id, status: 'recorded',
          position: result.firstPosition, leafIndex: result.firstPosition,
          leafHash: Buffer.from(sealed.leafHash).toString('hex'), recordedAt: sealed.recordedAt, checkpoint: result.checkpoint,
        });
      }
      case 'conflict':
      case 'source-known':
        this.states.forget(stream);
        return { kind: 'again' };
      case 'destroyed':
        return refused(destroyed());
      case 'unavailable':
        this.states.forget(stream);
        return refused(refusal('store-unavailable', UNAVAILABLE));
    }
  }

  /** (source, id) was recorded before: the same content gets the first receipt again, other content is refused. */
  async #known(known: KnownSource, fact: IncomingFact): Promise<Attempt> {
    const dataKey = await this.vault.streamKey(known.stream);
    if (dataKey === null) return refused(destroyed());
    const contentHmac = Buffer.from(streamHmac(dataKey, 'content', fact.canonicalData), 'base64');
    if (contentHmac.length !== known.contentHmac.length || !timingSafeEqual(contentHmac, known.contentHmac)) {
      return refused(refusal('id-reused', 'Dit id is al gebruikt voor een bericht met een andere inhoud.', '/id'));
    }
    const place = await this.store.receiptOf(known.eventId);
    if (place === null) return refused(refusal('store-unavailable', UNAVAILABLE));
    return done({
      id: place.id, source: fact.source, sourceId: fact.id, status: 'known', position: place.position,
      leafIndex: place.position, leafHash: Buffer.from(place.leafHash).toString('hex'),
      recordedAt: place.recordedAt, checkpoint: place.checkpoint,
    });
  }

  async #register(registration: Registration, streamExists: boolean): Promise<'registered' | 'conflict' | Refusal> {
    if (streamExists && registration.newIdentities.length === 0) {
      const rows = new Set(await this.vault.subjectsOf(registration.stream));
      if (registration.subjects.every((subject) => rows.has(subject))) return 'registered';
    }
    const result = await this.vault.register(registration);
    switch (result.kind) {
      case 'registered': return 'registered';
      case 'conflict': return 'conflict';
      case 'fenced': return destroyed();
      case 'unavailable': return refusal('store-unavailable', UNAVAILABLE);
    }
  }

  async #identify(fact: IncomingFact, law: string): Promise<Identified> {
    const identified = new Identified();
    for (const { identifier } of findPersons(fact.type, fact.data)) {
      if (identified.has(identifier)) continue;
      identified.add(identifier, await this.vault.findSubject(law, identifier));
    }
    return identified;
  }
}

/** The persons one fact names, each with its id under one law: found in the vault or fresh. */
class Identified {
  readonly fresh: { readonly subjectId: SubjectId; readonly identifier: SubjectIdentifier }[] = [];
  readonly #ids = new Map<string, { readonly subjectId: SubjectId; readonly identifier: SubjectIdentifier }>();

  get ids(): readonly SubjectId[] {
    return [...this.#ids.values()].map(({ subjectId }) => subjectId);
  }

  has(identifier: SubjectIdentifier): boolean {
    return this.#ids.has(canonicalJson(identifier));
  }

  add(identifier: SubjectIdentifier, found: SubjectId | null): void {
    const person = { subjectId: found ?? (randomUUID() as string as SubjectId), identifier };
    if (found === null) this.fresh.push(person);
    this.#ids.set(canonicalJson(identifier), person);
  }

  idOf(identifier: SubjectIdentifier): SubjectId {
    const person = this.#ids.get(canonicalJson(identifier));
    if (person === undefined) throw new Error('a person was mapped that was not identified');
    return person.subjectId;
  }

  commitments(dataKey: Uint8Array, law: string): Readonly<Record<SubjectId, string>> {
    return Object.fromEntries([...this.#ids.values()].map(({ subjectId, identifier }) =>
      [subjectId, streamHmac(dataKey, 'subject', subjectId, law, canonicalJson(identifier))]));
  }
}

function lawOf(fact: IncomingFact, state: DossierStreamState): string | null {
  if (state.dossier.law !== null) return state.dossier.law;
  return fact.type === 'dossier-opened' ? (fact.data['law'] as string) : null;
}

/** A case system is known by its source; of anyone else the person and the role count (iss, sub, role). */
function personOf(fact: IncomingFact, sender: Principal): ActingPerson | null {
  return sender.source === undefined ? actingPerson(sender, catalogueEntry(fact.type).who) : null;
}

function mayNotSend(fact: IncomingFact, reference: DossierReference, sender: Principal): Refusal | null {
  const entry = catalogueEntry(fact.type);
  if (!sender.roles.some((role) => (entry.who as readonly string[]).includes(role))) {
    return refusal('forbidden', 'Met deze rol kan deze gebeurtenis niet worden gestuurd.', '/type');
  }
  // A person's own events have the ledger as their source.
  const own = sender.source ?? `urn:nld:oin:${sender.oin}:systeem:rekenschap`;
  if (fact.source !== own) {
    return refusal('forbidden', 'Dit token mag niet namens deze bron sturen.', '/source');
  }
  if (sender.systems !== undefined && !sender.systems.includes(reference.system)) {
    return refusal('forbidden', 'Deze bron gaat niet over dossiers van dit systeem.', '/data/dossier/system');
  }
  return null;
}

/** Among case systems only the leading source may send trigger, hold, rule and closing (event-catalogue.md). */
function mayNotSteer(fact: IncomingFact, state: DossierStreamState, sender: Principal): Refusal | null {
  const leading = state.dossier.leadingSource;
  if (!catalogueEntry(fact.type).needsLeadingSource || !sender.roles.includes('case-system')) return null;
  if (leading === null || leading === fact.source) return null;
  return refusal('forbidden', 'Alleen het leidende systeem van dit dossier mag dit sturen.', '/source');
}

function destroyed(): Refusal {
  return refusal('dossier-destroyed', 'Dit dossier is vernietigd. Er is niets vastgelegd. Een nieuw dossier krijgt een nieuwe referentie.');
}
