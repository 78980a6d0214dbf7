import { randomUUID } from 'node:crypto';
import type { StreamName, SubjectId } from '#domain/ledger/ids';
import { MemoryFence, type Fence, type FenceMark, type FenceQuestion } from '#infra/head/fence-file';
import type { DossierReference, Registration, RegisterResult, RunJournal, SubjectIdentifier, Vault } from '#infra/vault/port';
import { register, type VaultRows } from '#infra/vault/registration';
import { VaultSecrets } from '#infra/vault/vault-crypto';

/** A vault without a file: the same rules and the same keyed lookups, gone when the process ends. */
export class MemoryVault implements Vault {
  readonly #vaultId = randomUUID();
  readonly #secrets = new VaultSecrets(VaultSecrets.random());
  readonly #fence: Fence;
  readonly #keys = new Map<StreamName, Uint8Array>();
  readonly #references = new Map<string, StreamName>();
  readonly #lookups = new Map<string, SubjectId>();
  readonly #identities = new Map<SubjectId, { readonly lookup: string; readonly law: string; readonly sealed: Uint8Array }>();
  readonly #subjects = new Map<StreamName, Set<SubjectId>>();
  #run: RunJournal | null = null;
  readonly #runParts = new Map<number, string>();
  readonly #resting = new Map<string, RunJournal>();
  #changeCount = 0;
  #changed = false;

  constructor(fence: Fence = new MemoryFence()) {
    this.#fence = fence;
  }

  async streamKey(stream: StreamName): Promise<Uint8Array | null> {
    return this.#keys.get(stream) ?? null;
  }

  async findStream(reference: DossierReference): Promise<StreamName | null> {
    return this.#rows.streamAt(this.#secrets.referenceIndex(reference));
  }

  async findSubject(law: string, identifier: SubjectIdentifier): Promise<SubjectId | null> {
    return this.#rows.subjectAt(this.#secrets.identityLookup(law, identifier));
  }

  async subjectsOf(stream: StreamName): Promise<readonly SubjectId[]> {
    return [...(this.#subjects.get(stream) ?? [])].sort();
  }

  async streamsOf(subject: SubjectId): Promise<readonly StreamName[]> {
    return [...this.#subjects].filter(([, subjects]) => subjects.has(subject)).map(([stream]) => stream).sort();
  }

  async sameUnder(subject: SubjectId, laws: readonly string[]): Promise<readonly SubjectId[]> {
    const known = this.#identities.get(subject);
    if (known === undefined) return [];
    const identifier = this.#secrets.openIdentity(subject, known.law, known.sealed);
    return laws.flatMap((law) => this.#rows.subjectAt(this.#secrets.identityLookup(law, identifier)) ?? []).filter((same) => same !== subject);
  }

  isFenced(what: FenceQuestion): boolean {
    return this.#fence.has(what);
  }

  deduplicationKey(source: string, id: string): Uint8Array {
    return this.#secrets.deduplicationKey(source, id);
  }

  async register(registration: Registration): Promise<RegisterResult> {
    return this.#change(() => register(registration, this.#rows, this.#secrets, this.#fence));
  }

  async removeOrphans(withoutEvents: (streams: readonly StreamName[]) => Promise<readonly StreamName[]>): Promise<number> {
    const known = new Set([...this.#keys.keys(), ...this.#references.values(), ...this.#subjects.keys()]);
    const orphans = await withoutEvents([...known]);
    return this.#change(() => {
      for (const stream of orphans) this.#destroy(stream);
      return orphans.length;
    });
  }

  async openRun(): Promise<RunJournal | null> {
    return this.#run;
  }

  async saveRun(journal: RunJournal): Promise<void> {
    this.#change(() => {
      this.#run = { ...journal };
      this.#changed = true;
    });
  }

  async saveRunPart(part: number, state: string): Promise<void> {
    this.#change(() => {
      this.#runParts.set(part, state);
      this.#changed = true;
    });
  }

  async runPart(part: number): Promise<string | null> {
    return this.#runParts.get(part) ?? null;
  }

  async eraseRun(): Promise<void> {
    this.#change(() => {
      this.#changed = this.#run !== null || this.#runParts.size > 0;
      this.#run = null;
      this.#runParts.clear();
    });
  }

  async restRun(journal: RunJournal): Promise<void> {
    this.#change(() => {
      this.#run = null;
      this.#runParts.clear();
      this.#resting.set(journal.runId, { ...journal });
      this.#changed = true;
    });
  }

  async restingRuns(): Promise<readonly RunJournal[]> {
    return [...this.#resting.values()].sort((a, b) => (a.runId < b.runId ? -1 : 1));
  }

  async saveRestingRun(journal: RunJournal): Promise<void> {
    this.#change(() => {
      this.#resting.set(journal.runId, { ...journal });
      this.#changed = true;
    });
  }

  async eraseRestingRun(runId: string): Promise<void> {
    this.#change(() => {
      this.#changed = this.#resting.delete(runId);
    });
  }

  async fence(marks: readonly FenceMark[], year: number): Promise<void> {
    this.#fence.append(marks, year);
  }

  async destroyStreams(streams: readonly StreamName[]): Promise<{ readonly identitiesRemoved: number }> {
    return this.#change(() => ({ identitiesRemoved: streams.reduce((sum, stream) => sum + this.#destroy(stream), 0) }));
  }

  async purgeFreedPages(): Promise<void> {}

  changeCount(): number {
    return this.#changeCount;
  }

  vaultId(): string {
    return this.#vaultId;
  }

  async close(): Promise<void> {}

  #change<T>(work: () => T): T {
    this.#changed = false;
    const result = work();
    if (this.#changed) this.#changeCount += 1;
    return result;
  }

  #destroy(stream: StreamName): number {
    const subjects = this.#subjects.get(stream) ?? new Set();
    if (this.#keys.delete(stream)) this.#changed = true;
    if (this.#subjects.delete(stream)) this.#changed = true;
    for (const [index, target] of this.#references) {
      if (target === stream && this.#references.delete(index)) this.#changed = true;
    }
    let removed = 0;
    for (const subjectId of subjects) {
      if ([...this.#subjects.values()].some((others) => others.has(subjectId))) continue;
      const known = this.#identities.get(subjectId);
      if (known === undefined) continue;
      this.#identities.delete(subjectId);
      this.#lookups.delete(known.lookup);
      removed += 1;
    }
    return removed;
  }

  #written(): void {
    this.#changed = true;
  }

  readonly #rows: VaultRows = {
    streamKey: (stream) => this.#keys.get(stream) ?? null,
    putStreamKey: (stream, key) => {
      this.#keys.set(stream, key);
      this.#written();
    },
    streamAt: (lookup) => this.#references.get(hex(lookup)) ?? null,
    putReference: (lookup, stream) => {
      this.#references.set(hex(lookup), stream);
      this.#written();
    },
    subjectAt: (lookup) => this.#lookups.get(hex(lookup)) ?? null,
    hasIdentity: (subjectId) => this.#identities.has(subjectId),
    putIdentity: ({ subjectId, law, lookup, sealed }) => {
      this.#identities.set(subjectId, { lookup: hex(lookup), law, sealed });
      this.#lookups.set(hex(lookup), subjectId);
      this.#written();
    },
    hasSubject: (stream, subjectId) => this.#subjects.get(stream)?.has(subjectId) ?? false,
    putSubject: (stream, subjectId) => {
      this.#subjects.set(stream, (this.#subjects.get(stream) ?? new Set()).add(subjectId));
      this.#written();
    },
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
