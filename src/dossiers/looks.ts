import { createHash } from 'node:crypto';
import type { PersonalDataSearched, PersonalDataViewed } from '#domain/access/events';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { ActingPerson, NewEvent } from '#domain/ledger/event';
import { NO_STREAM, parseStreamName, streamName, type StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import type { Clock } from '#infra/clock/port';
import type { EventStore } from '#infra/event-store/port';
import { newDataKey, streamHmac } from '#infra/sealing/sealing';
import type { DossierReference, Vault } from '#infra/vault/port';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';

/** Who looks: the person, and the id of the token they came with. */
export interface Viewer {
  readonly person: ActingPerson;
  readonly session: string;
}

export interface SearchAsked {
  readonly what: PersonalDataSearched['data']['what'];
  /** What was asked; only its HMAC is kept. */
  readonly criteria: unknown;
  readonly reason?: string;
}

export interface LooksParts {
  readonly oin: string;
  readonly store: EventStore;
  readonly vault: Vault;
  readonly writer: LedgerWriter;
  readonly clock: Clock;
}

const ATTEMPTS = 8;
const KNOWN_MAX = 10_000;
const NOT_RECORDED = refused(refusal('store-unavailable', 'U kunt nu niets inzien: het inzien zelf is niet vast te leggen. Probeer het straks opnieuw.'));
const DESTROYED = refused(refusal('dossier-destroyed', 'Dit dossier is vernietigd.'));

/** Records that somebody looked, before anything is shown: who records nothing sees nothing. */
export class Looks {
  readonly #parts: LooksParts;
  /** Looks that were recorded lately, so that the next page asks nothing again. */
  readonly #known = new Set<string>();
  readonly #underWay = new Set<Promise<unknown>>();
  #searches: Promise<unknown> = Promise.resolve();

  constructor(parts: LooksParts) {
    this.#parts = parts;
  }

  /**
   * A look into a dossier: one event per session, person and dossier a day. In a dossier whose destruction has begun
   * it is recorded among the searches, since nothing is added to what a run has announced.
   */
  viewed(dossier: StreamName, viewer: Viewer): Promise<Outcome<null>> {
    const outcome = this.#viewed(dossier, viewer);
    this.#underWay.add(outcome);
    const settled = (): void => { this.#underWay.delete(outcome); };
    outcome.then(settled, settled);
    return outcome;
  }

  /** After its gate a run waits for this: a look that began before it is in the access stream when it resolves. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  /** A search of dossiers or persons, in the stream of this month. */
  searched({ what, criteria, reason }: SearchAsked, { person, session }: Viewer): Promise<Outcome<null>> {
    const on = this.#today();
    const mine = this.#searches.then(async () => {
      const reference = { system: 'rekenschap', reference: `searches/${on.slice(0, 7)}` };
      const { vault, writer } = this.#parts;
      const stream = await vault.findStream(reference) ?? await writer.createStream('searches', reference) ?? await vault.findStream(reference);
      const key = stream === null ? null : await vault.streamKey(stream);
      if (stream === null || key === null) return NOT_RECORDED;
      const event: PersonalDataSearched = { type: 'personal-data-searched', schema: 1, data: {
        what, criteria: streamHmac(key, 'content', 'search-criteria', canonicalJson(criteria)), session, on,
        ...(reason === undefined ? {} : { reason }),
      } };
      return this.#append(stream, event, person, { reference });
    });
    this.#searches = mine.catch(() => undefined);
    return mine;
  }

  async #viewed(dossier: StreamName, viewer: Viewer): Promise<Outcome<null>> {
    const on = this.#today();
    const identity = canonicalJson([dossier, viewer.person.iss, viewer.person.sub, viewer.session, on]);
    if (this.#known.has(identity)) return done(null);
    const last = await this.#lastType(dossier);
    if (last === null) return DESTROYED;
    if (last === 'destruction-begun') return this.searched({ what: 'timeline', criteria: { dossier } }, viewer);
    const outcome = await this.#viewOnce(dossier, identity, viewer, on);
    if (outcome.kind === 'done') {
      if (this.#known.size >= KNOWN_MAX) this.#known.clear();
      this.#known.add(identity);
    }
    return outcome;
  }

  async #viewOnce(dossier: StreamName, identity: string, { person, session }: Viewer, on: string): Promise<Outcome<null>> {
    const { vault, oin } = this.#parts;
    const stream = streamName('access', parseStreamName(dossier).uuid);
    const key = await this.#keyOf(stream);
    if (key === null) return DESTROYED;
    const event: PersonalDataViewed = { type: 'personal-data-viewed', schema: 1, data: { what: 'timeline', session, on } };
    const source = `urn:nld:oin:${oin}:systeem:rekenschap`;
    const id = `personal-data-viewed/${createHash('sha256').update(identity).digest('base64url')}`;
    const contentHmac = streamHmac(key, 'content', canonicalJson(event.data));
    return this.#append(stream, event, person, {
      origin: { source, id, contentHmac },
      deduplication: { key: vault.deduplicationKey(source, id), contentHmac: Buffer.from(contentHmac, 'base64') },
    });
  }

  /** Null: the fence or the vault says that it was destroyed. */
  async #keyOf(stream: StreamName): Promise<Uint8Array | null> {
    const { vault } = this.#parts;
    const known = await vault.streamKey(stream);
    if (known !== null) return known;
    if (vault.isFenced({ stream })) return null;
    await vault.register({ stream, newKey: newDataKey(), newIdentities: [], subjects: [] });
    return vault.streamKey(stream);
  }

  async #append(
    stream: StreamName, event: NewEvent, person: ActingPerson,
    more: Pick<Parameters<LedgerWriter['append']>[0], 'origin' | 'deduplication'> & { readonly reference?: DossierReference },
  ): Promise<Outcome<null>> {
    const { store, writer } = this.#parts;
    const { reference, ...rest } = more;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const page = await store.readStream(stream, 0, 1);
      if (page.kind === 'destroyed') return DESTROYED;
      const expectedRevision = page.kind === 'none' ? NO_STREAM : page.lastRevision;
      const result = await writer.append({
        stream, expectedRevision, events: [event], person, ...rest,
        ...(reference !== undefined && expectedRevision === NO_STREAM ? { reference } : {}),
      });
      if (result.kind === 'appended' || result.kind === 'source-known') return done(null);
      if (result.kind === 'destroyed') return DESTROYED;
      if (result.kind === 'unavailable') return NOT_RECORDED;
    }
    return NOT_RECORDED;
  }

  /** Of the stream's last event; null when there is none. After `destruction-begun` only a call-off can follow. */
  async #lastType(stream: StreamName): Promise<string | null> {
    const { store } = this.#parts;
    const first = await store.readStream(stream, 0, 1);
    if (first.kind !== 'events') return null;
    const last = await store.readStream(stream, first.lastRevision, 1);
    return last.kind === 'events' ? last.events[0]?.type ?? null : null;
  }

  /** Calendar date in Amsterdam. */
  #today(): string {
    return dayOfInstant(this.#parts.clock.now()).toString();
  }
}
