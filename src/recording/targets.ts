import { accessDecider, type AccessState } from '#domain/access/decider';
import { meetingDecider, type MeetingState } from '#domain/casusoverleg/decider';
import { evolveList, initialList, type ListFact, type ListState } from '#domain/destruction/list-state';
import { dossierDecider, type DossierStreamState, type DossierCommand, type DossierStreamEvent } from '#domain/dossier/decider';
import type { GovernanceEvent } from '#domain/governance/events';
import { evolveGovernance, initialGovernance, type GovernanceState } from '#domain/governance/state';
import type { Decider } from '#domain/ledger/decider';
import type { NewEvent } from '#domain/ledger/event';
import { parseStreamName, streamName, type StreamKind, type StreamName } from '#domain/ledger/ids';
import { recordFact, type RecordFactCommand } from '#domain/ledger/record-fact';
import { refusal, type Refusal } from '#domain/ledger/refusals';
import { rightsRequestDecider, type RightsRequestState } from '#domain/rights/request';
import type { Clock } from '#infra/clock/port';
import type { DossierReference, Vault } from '#infra/vault/port';
import { GOVERNANCE_REFERENCE } from '#src/recording/governance-stream';
import type { LedgerWriter } from '#src/recording/ledger-writer';
import { mayNotSteer } from '#src/recording/may-send';
import type { Principal } from '#src/recording/principal';
import { GONE, type Recordable, type Target } from '#src/recording/record-in-stream';
import { indexed, named, type StreamPlace } from '#src/recording/stream-files';
import { StreamStates } from '#src/recording/stream-states';

const DOSSIERS_KEPT = 20_000;
const OTHERS_KEPT = 1_000;
/** How far a sender's clock may be ahead (event-catalogue.md, occurredAt). */
const AHEAD_MAX = Temporal.Duration.from({ minutes: 10 });
/** Whoever asks for their rights is one person, whatever the law of a dossier. */
const LAW_OF_RIGHTS = 'avg';
const LAW_OF_ORGANISATION = 'organisatie';
/** What the ledger itself keeps in the vault's index; no case system has this name. */
export const OWN_SYSTEM = GOVERNANCE_REFERENCE.system;

type AnyDecider<State> = Decider<State, never>;

const governanceFacts: AnyDecider<GovernanceState> = {
  initial: initialGovernance,
  evolve: (state, event) => evolveGovernance(state, event as GovernanceEvent),
  decide: (command) => recordFact(command),
};

const listFacts: AnyDecider<ListState> = {
  initial: initialList,
  evolve: (state, event) => evolveList(state, event as ListFact),
  decide: (command) => recordFact(command),
};

/** Where facts go and by what rules, per route of the catalogue. */
export class Targets {
  readonly dossiers: StreamStates<DossierStreamState, DossierCommand, DossierStreamEvent>;
  readonly #access: StreamStates<AccessState, never, NewEvent>;
  readonly #meetings: StreamStates<MeetingState, never, NewEvent>;
  readonly #requests: StreamStates<RightsRequestState, never, NewEvent>;
  readonly #governance: StreamStates<GovernanceState, never, NewEvent>;
  readonly #lists: StreamStates<ListState, never, NewEvent>;
  #now: Temporal.Instant | null = null;
  #notAfter: Temporal.Instant | null = null;

  constructor(
    private readonly vault: Vault,
    private readonly writer: LedgerWriter,
    private readonly clock: Clock,
    onForget: (stream: StreamName) => void,
  ) {
    this.dossiers = new StreamStates(writer, dossierDecider, DOSSIERS_KEPT, onForget);
    this.#access = new StreamStates(writer, accessDecider as unknown as AnyDecider<AccessState>, OTHERS_KEPT, onForget);
    this.#meetings = new StreamStates(writer, meetingDecider as unknown as AnyDecider<MeetingState>, OTHERS_KEPT, onForget);
    this.#requests = new StreamStates(writer, rightsRequestDecider as unknown as AnyDecider<RightsRequestState>, OTHERS_KEPT, onForget);
    this.#governance = new StreamStates(writer, governanceFacts, OTHERS_KEPT, onForget);
    this.#lists = new StreamStates(writer, listFacts, OTHERS_KEPT, onForget);
  }

  /** Of whatever kind it is. */
  forget(stream: StreamName): void {
    for (const states of [this.dossiers, this.#access, this.#meetings, this.#requests, this.#governance, this.#lists]) states.forget(stream);
  }

  dossier(reference: DossierReference, fact: Recordable, sender: Principal): Target<DossierStreamState> {
    return {
      ...this.#target(indexed(reference), 'dossier', this.dossiers, dossierDecider as unknown as AnyDecider<DossierStreamState>, fact),
      // Until a dossier is opened nobody knows the law: its persons are known to this stream alone.
      law: ({ dossier }, stream) => dossier.law ?? (fact.type === 'dossier-opened' ? fact.data['law'] as string : `provisional/${stream}`),
      refusal: ({ dossier }) => mayNotSteer(fact, dossier, sender),
    };
  }

  /** The stream of who looked at a dossier has the dossier's own uuid. Null: there is no such dossier. */
  async access(reference: DossierReference, fact: Recordable): Promise<Target<AccessState> | 'destroyed' | null> {
    if (this.vault.isFenced({ reference })) return 'destroyed';
    const dossier = await this.vault.findStream(reference);
    if (dossier === null) return null;
    const stream = streamName('access', parseStreamName(dossier).uuid);
    const ofDossier = async (): Promise<DossierStreamState | null> => {
      const loaded = await this.dossiers.load(dossier);
      return loaded === 'destroyed' ? null : loaded.state;
    };
    const law = (await ofDossier())?.dossier.law ?? `provisional/${dossier}`;
    return {
      ...this.#target({ ...named(stream), key: stream }, 'access', this.#access, accessDecider as unknown as AnyDecider<AccessState>, fact),
      newStream: () => stream,
      law: () => law,
      refusal: async (): Promise<Refusal | null> => {
        if (this.vault.isFenced({ reference })) return GONE;
        const state = await ofDossier();
        if (state === null) return GONE;
        return !await this.#isBegun(dossier) ? null : refusal('destruction-begun', 'De vernietiging van dit dossier is begonnen. Er is niets vastgelegd.');
      },
    };
  }

  /** Of the stream as it is now, never of a state that is kept: nothing here is appended to it that would find out. */
  async #isBegun(dossier: StreamName): Promise<boolean> {
    const end = await this.writer.read(dossier, Number.MAX_SAFE_INTEGER);
    if (end === 'none' || end === 'destroyed') return true;
    const last = await this.writer.read(dossier, end.revision);
    return typeof last === 'string' || last.events[0]?.type === 'destruction-begun';
  }

  meeting(meetingId: string, fact: Recordable): Target<MeetingState> {
    return this.#target(own(`meeting/${meetingId}`), 'meeting', this.#meetings, meetingDecider as unknown as AnyDecider<MeetingState>, fact);
  }

  rightsRequest(requestId: string, fact: Recordable): Target<RightsRequestState> {
    return {
      ...this.#target(own(`rights-request/${requestId}`), 'rights-request', this.#requests, rightsRequestDecider as unknown as AnyDecider<RightsRequestState>, fact),
      law: () => LAW_OF_RIGHTS,
    };
  }

  governance(fact: Recordable): Target<GovernanceState> {
    return this.#target(indexed(GOVERNANCE_REFERENCE), 'governance', this.#governance, governanceFacts, fact);
  }

  /** A list is there or not: nobody makes one by confirming something. */
  list(stream: StreamName, fact: Recordable): Target<ListState> {
    return { ...this.#target(named(stream), 'destruction-list', this.#lists, listFacts, fact), newStream: () => null };
  }

  /** The clock answers the same instant within a millisecond: many events share one limit. */
  #latest(): Temporal.Instant {
    const now = this.clock.now();
    if (now !== this.#now) {
      this.#now = now;
      this.#notAfter = now.add(AHEAD_MAX);
    }
    return this.#notAfter!;
  }

  #target<State>(place: StreamPlace, kind: StreamKind, states: Target<State>['states'], decider: AnyDecider<State>, fact: Recordable): Target<State> {
    return {
      place, states, initial: decider.initial,
      newStream: () => this.writer.newStreamName(kind),
      law: () => LAW_OF_ORGANISATION,
      refusal: () => null,
      decide: (event, id, state) => decider.decide({
        kind: 'record', event, id, source: fact.source, occurredNotAfter: this.#latest(),
      } satisfies Omit<RecordFactCommand, 'event'> & { readonly event: NewEvent } as never, state),
    };
  }
}

function own(reference: string): StreamPlace {
  return indexed({ system: OWN_SYSTEM, reference });
}
