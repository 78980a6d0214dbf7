import type { StreamName, SubjectId } from '#domain/ledger/ids';

/**
 * The vault: keys, identities, who is where; a database of its own beside the events, with a backup term of its own.
 * Every change is one durable transaction and raises the change count that the head lines carry.
 */
export interface Vault {
  /** The stream's 32-byte data key, unwrapped; null when there is none (never was, or destroyed). */
  streamKey(stream: StreamName): Promise<Uint8Array | null>;
  findStream(reference: DossierReference): Promise<StreamName | null>;
  findSubject(law: string, identifier: SubjectIdentifier): Promise<SubjectId | null>;
  /** Every subject with a row for this stream. */
  subjectsOf(stream: StreamName): Promise<readonly SubjectId[]>;
  /** Every stream with a row for this subject, sorted: for a rights request, or an officer's look with a reason. */
  streamsOf(subject: SubjectId): Promise<readonly StreamName[]>;
  /**
   * The same person under these laws, in that order, this id itself left out: joined over laws only for a request of
   * the person. None when the id is not known.
   */
  sameUnder(subject: SubjectId, laws: readonly string[]): Promise<readonly SubjectId[]>;
  /** Is the stream, or the reference, marked in the fence? Tries every living year's key. */
  isFenced(what: { readonly stream?: StreamName; readonly reference?: DossierReference }): boolean;
  /** HMAC-SHA-256 key of the (source, id) table: 32 bytes over the length-prefixed pair. */
  deduplicationKey(source: string, id: string): Uint8Array;
  /**
   * After the decider accepted, before the append: key, index entry, identities and (stream, subject) rows in one
   * transaction that asks the fence inside it.
   */
  register(registration: Registration): Promise<RegisterResult>;
  /** Rows of streams of which the caller knows no event and no append under way, asked for many at once; used at start. */
  removeOrphans(withoutEvents: (streams: readonly StreamName[]) => Promise<readonly StreamName[]>): Promise<number>;

  /** The journal of the open run; null when none is open. Written before the first gate, erased at the end. */
  openRun(): Promise<RunJournal | null>;
  saveRun(journal: RunJournal): Promise<void>;
  /**
   * A piece of the open run's journal, numbered from 0: a run of any length is read and written a piece at a time.
   * Written before the journal itself, which makes the run exist.
   */
  saveRunPart(part: number, state: string): Promise<void>;
  /** Null when there is no such piece. */
  runPart(part: number): Promise<string | null>;
  /** The journal with all its pieces, also of a run that never came to exist. */
  eraseRun(): Promise<void>;
  /** The open run has ended: its journal and pieces go, and what is left to do after it is kept. One transaction. */
  restRun(journal: RunJournal): Promise<void>;
  /** Runs that ended and of which something is left to do, in order of their ids. */
  restingRuns(): Promise<readonly RunJournal[]>;
  saveRestingRun(journal: RunJournal): Promise<void>;
  eraseRestingRun(runId: string): Promise<void>;
  /** Step 4: appends marks to the fence file of every head folder and fsyncs them, before step 5. */
  fence(marks: readonly { readonly stream: StreamName; readonly references: readonly DossierReference[] }[], year: number): Promise<void>;
  /** Step 5: key, index entries, the streams' rows and every identity no stream has a row for any more. Idempotent. */
  destroyStreams(streams: readonly StreamName[]): Promise<{ readonly identitiesRemoved: number }>;
  purgeFreedPages(): Promise<void>;
  changeCount(): number;
  /** Random UUID of this vault, which `epoch-started` names; a copy put back keeps it, another vault has another. */
  vaultId(): string;
  close(): Promise<void>;
}

export interface DossierReference {
  readonly system: string;
  readonly reference: string;
}

export type SubjectIdentifier = { readonly bsn: string } | { readonly system: string; readonly reference: string };

export interface Registration {
  readonly stream: StreamName;
  /** Only for a stream's first event: its fresh data key (32 random bytes). */
  readonly newKey?: Uint8Array;
  /** Only when the stream gets an index entry. */
  readonly reference?: DossierReference;
  readonly newIdentities: readonly { readonly subjectId: SubjectId; readonly law: string; readonly identifier: SubjectIdentifier }[];
  /** All subjects the event names, reused identities too. */
  readonly subjects: readonly SubjectId[];
}

export type RegisterResult =
  | { readonly kind: 'registered' }
  /** Somebody registered the reference or the person in between: read again and decide again. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Opaque to the vault: what the run executor needs to resume, as JSON; encrypted at rest under the master key. */
export interface RunJournal {
  readonly runId: string;
  readonly state: string;
}
