import type Database from 'better-sqlite3';
import type { StreamName, SubjectId } from '#domain/ledger/ids';
import type { FenceFile, FenceMark, FenceQuestion } from '#infra/head/fence-file';
import type { DossierReference, Registration, RegisterResult, RunJournal, SubjectIdentifier, Vault } from '#infra/vault/port';
import { StreamKeys } from '#infra/vault/stream-keys';
import type { VaultSecrets } from '#infra/vault/vault-crypto';
import { openVaultReader, readSecrets } from '#infra/vault/vault-database';
import type { VaultMethods } from '#infra/vault/vault-writer';

/** Carries a call to the thread that writes; settles when the change is durable, rejects on I/O errors. */
export interface VaultChannel {
  call(method: string, args: unknown): Promise<unknown>;
}

const ORPHAN_PAGE = 1_000;

/**
 * The vault as the main thread uses it: reads on a connection of its own, writes through the engine's worker.
 * Open it after the engine, which makes `vault.db`.
 */
export class SqliteVault implements Vault {
  readonly #database: Database.Database;
  readonly #channel: VaultChannel;
  readonly #fence: FenceFile;
  readonly #secrets: VaultSecrets;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #keys: StreamKeys;

  /** `fence`: the head folders' fence opened readOnly. Throws VaultError when the master key is another vault's. */
  constructor(options: { readonly file: string; readonly masterKey: Uint8Array; readonly fence: FenceFile; readonly channel: VaultChannel }) {
    this.#database = openVaultReader(options.file);
    this.#channel = options.channel;
    this.#fence = options.fence;
    this.#secrets = readSecrets(this.#database, options.masterKey);
    this.#sql = prepare(this.#database);
    this.#keys = new StreamKeys(this.#database, options.masterKey);
  }

  async streamKey(stream: StreamName): Promise<Uint8Array | null> {
    return this.#keys.get(stream);
  }

  async findStream(reference: DossierReference): Promise<StreamName | null> {
    return this.#sql.streamAt.get(this.#secrets.referenceIndex(reference))?.stream ?? null;
  }

  async findSubject(law: string, identifier: SubjectIdentifier): Promise<SubjectId | null> {
    return this.#sql.subjectAt.get(this.#secrets.identityLookup(law, identifier))?.subject_id ?? null;
  }

  async subjectsOf(stream: StreamName): Promise<readonly SubjectId[]> {
    return this.#sql.subjectsOf.all(stream).map((row) => row.subject_id);
  }

  async streamsOf(subject: SubjectId): Promise<readonly StreamName[]> {
    return this.#sql.streamsOf.all(subject).map((row) => row.stream);
  }

  async sameUnder(subject: SubjectId, laws: readonly string[]): Promise<readonly SubjectId[]> {
    const known = this.#sql.identity.get(subject);
    if (known === undefined) return [];
    const identifier = this.#secrets.openIdentity(subject, known.law, known.sealed);
    return laws.flatMap((law) => this.#sql.subjectAt.get(this.#secrets.identityLookup(law, identifier))?.subject_id ?? []).filter((same) => same !== subject);
  }

  isFenced(what: FenceQuestion): boolean {
    return this.#fence.has(what);
  }

  deduplicationKey(source: string, id: string): Uint8Array {
    return this.#secrets.deduplicationKey(source, id);
  }

  async register(registration: Registration): Promise<RegisterResult> {
    try {
      return await this.#call('register', registration);
    } catch (error) {
      return { kind: 'unavailable', reason: reasonOf(error) };
    }
  }

  async removeOrphans(withoutEvents: (streams: readonly StreamName[]) => Promise<readonly StreamName[]>): Promise<number> {
    let removed = 0;
    for (let after = '', page = this.#sql.streamsAfter.all({ after, limit: ORPHAN_PAGE }); page.length > 0; page = this.#sql.streamsAfter.all({ after, limit: ORPHAN_PAGE })) {
      const orphans = await withoutEvents(page.map(({ stream }) => stream));
      if (orphans.length > 0) removed += await this.#call('removeOrphans', orphans);
      this.#keys.forget(orphans);
      after = page[page.length - 1]!.stream;
    }
    return removed;
  }

  async openRun(): Promise<RunJournal | null> {
    const row = this.#sql.run.get();
    return row === undefined ? null : this.#secrets.openJournal(row.sealed);
  }

  async saveRun(journal: RunJournal): Promise<void> {
    await this.#call('saveRun', journal);
  }

  async saveRunPart(part: number, state: string): Promise<void> {
    await this.#call('saveRunPart', { part, state });
  }

  async runPart(part: number): Promise<string | null> {
    const row = this.#sql.runPart.get(part);
    return row === undefined ? null : this.#secrets.openPart(part, row.sealed);
  }

  async eraseRun(): Promise<void> {
    await this.#call('eraseRun', null);
  }

  async restRun(journal: RunJournal): Promise<void> {
    await this.#call('restRun', journal);
  }

  async restingRuns(): Promise<readonly RunJournal[]> {
    return this.#sql.restingRuns.all().map(({ run_id: runId, sealed }) => this.#secrets.openResting(runId, sealed));
  }

  async saveRestingRun(journal: RunJournal): Promise<void> {
    await this.#call('saveRestingRun', journal);
  }

  async eraseRestingRun(runId: string): Promise<void> {
    await this.#call('eraseRestingRun', runId);
  }

  async fence(marks: readonly FenceMark[], year: number): Promise<void> {
    await this.#call('fence', { marks, year });
    this.#fence.refresh();
  }

  async destroyStreams(streams: readonly StreamName[]): Promise<{ readonly identitiesRemoved: number }> {
    const result = await this.#call('destroyStreams', streams);
    // After the answer: a key read while the change was under way must not outlive it.
    this.#keys.forget(streams);
    return result;
  }

  async purgeFreedPages(): Promise<void> {
    await this.#call('purgeFreedPages', null);
  }

  changeCount(): number {
    return this.#sql.meta.get()!.change_count;
  }

  vaultId(): string {
    return this.#sql.meta.get()!.vault_id;
  }

  async close(): Promise<void> {
    this.#keys.clear();
    this.#database.close();
  }

  #call<Method extends keyof VaultMethods>(method: Method, args: Parameters<VaultMethods[Method]>[0] | null): Promise<ReturnType<VaultMethods[Method]>> {
    return this.#channel.call(method, args) as Promise<ReturnType<VaultMethods[Method]>>;
  }
}

/** An error's code only: messages may name files or values. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'vault-write-failed';
}

function prepare(database: Database.Database) {
  return {
    meta: database.prepare<[], { vault_id: string; change_count: number }>('SELECT vault_id, change_count FROM meta'),
    streamAt: database.prepare<[Uint8Array], { stream: StreamName }>('SELECT stream FROM reference_index WHERE lookup = ?'),
    subjectAt: database.prepare<[Uint8Array], { subject_id: SubjectId }>('SELECT subject_id FROM identities WHERE lookup = ?'),
    identity: database.prepare<[string], { law: string; sealed: Buffer }>('SELECT law, sealed FROM identities WHERE subject_id = ?'),
    subjectsOf: database.prepare<[string], { subject_id: SubjectId }>('SELECT subject_id FROM stream_subjects WHERE stream = ? ORDER BY subject_id'),
    streamsOf: database.prepare<[string], { stream: StreamName }>('SELECT stream FROM stream_subjects WHERE subject_id = ? ORDER BY stream'),
    streamsAfter: database.prepare<[{ after: string; limit: number }], { stream: StreamName }>(`
      SELECT stream FROM stream_keys WHERE stream > @after
      UNION SELECT stream FROM reference_index WHERE stream > @after
      UNION SELECT stream FROM stream_subjects WHERE stream > @after
      ORDER BY stream LIMIT @limit`),
    run: database.prepare<[], { sealed: Buffer }>('SELECT sealed FROM run_journal'),
    runPart: database.prepare<[number], { sealed: Buffer }>('SELECT sealed FROM run_parts WHERE part = ?'),
    restingRuns: database.prepare<[], { run_id: string; sealed: Buffer }>('SELECT run_id, sealed FROM resting_runs ORDER BY run_id'),
  };
}
