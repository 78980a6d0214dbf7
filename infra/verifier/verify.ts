import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { checkFenceKeys, checkFences, FenceMarks } from '#infra/verifier/fence-check';
import { bindEpochs, readEarlierHeads, type Epoch } from '#infra/verifier/epochs';
import { latestVaultCount, readHeads, type HeadRecord } from '#infra/verifier/head-lines';
import { judgeDestruction } from '#infra/verifier/judgement';
import { passLedger, type EventCheck, type ExpectedRoot, type LedgerPass } from '#infra/verifier/ledger-pass';
import { endOfServer, passServer, type ServerLedger } from '#infra/verifier/server-pass';
import { SourceRows } from '#infra/verifier/source-rows';
import { carriesSignature, readCheckpoint } from '#infra/verifier/signed-note';
import { VaultCheck } from '#infra/verifier/vault-check';
import { Findings, type Verification } from '#infra/verifier/verification';

export interface VerifyOptions {
  /** Holds `ledger.db` (and, with keys, `vault.db`); a copy will do, and so will a folder in use. */
  readonly dataDir: string;
  readonly headDirs: readonly string[];
  /** Checkpoints kept elsewhere: a signed note, or JSON that holds one (a receipt, a head line, a certificate). */
  readonly against?: readonly string[];
  /** For a copy made at this size: it is held against what was signed up to there. */
  readonly until?: number;
  /** When they are not called `ledger.db` and `vault.db` in the data folder. */
  readonly ledgerFile?: string;
  readonly vaultFile?: string;
  /** The 32-byte master key: then every event is opened and compared with the vault. */
  readonly keys?: { readonly master: Uint8Array };
  /** Tells how old an open run is; the machine's time when absent. */
  readonly now?: Date;
  /** An open run may leave leaves without events this long. */
  readonly pendingDays?: number;
  /** When the ledger is on a server: then that is held against the local copy. */
  readonly server?: ServerLedger;
}

const PENDING_DAYS = 30;
/** Registrations whose appends are on their way, and one group cut off between vault and head; the next start signs both. */
const UNSIGNED_CHANGES_MAX = 2;

/**
 * Recomputes the whole ledger from its bytes and compares it with every signed head line. Shares no code with what
 * wrote them, and needs nothing but `log.vkey` from a head folder. Never throws on what it reads: damage is a finding.
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const findings = new Findings();
  const end = options.server === undefined ? null : await endOfServer(options.server, findings);
  // The head first: a ledger that grows meanwhile then only has a longer tail.
  const newest = readHeads(options.headDirs, findings);
  const { head, earlier } = headsUntil(options.until, newest, readEarlierHeads(options.headDirs, findings), findings);
  const file = options.ledgerFile ?? join(options.dataDir, 'ledger.db');
  if (!existsSync(file)) findings.add('ledger-missing', 'Er is geen ledger.db om te controleren.');
  const pass = head === null || !existsSync(file) ? null : await passAll(file, head, earlier, options, end, findings);
  if (head !== null) {
    for (const each of [...earlier, { head }]) checkFences(each.head, findings);
    checkFenceKeys(options.headDirs, findings);
  }
  return {
    answer: findings.answer(),
    findings: findings.list(),
    size: head === null || pass === null ? 0 : Math.min(head.size, pass.leaves),
    root: pass?.rootAtHead ?? null,
    comparedAt: pass?.comparedAt ?? [],
    headLines: head?.lines ?? 0,
    withKeys: options.keys !== undefined,
    ...(options.server === undefined ? {} : { withServer: true }),
  };
}

async function passAll(file: string, head: HeadRecord, earlier: ReturnType<typeof readEarlierHeads>, options: VerifyOptions, end: Awaited<ReturnType<typeof endOfServer>>, findings: Findings): Promise<LedgerPass | null> {
  let ledger: Database.Database | null = null;
  let vault: VaultCheck | null = null;
  try {
    ledger = new Database(file, { readonly: true, fileMustExist: true });
    ledger.exec('BEGIN');
    // The read transaction begins with the first read: before the vault's, so every event read has had its key.
    ledger.prepare('SELECT count(*) FROM gone').get();
    const sources = new SourceRows(ledger, findings);
    vault = openVault(options, head, sources, findings);
    const epochs = bindEpochs(ledger, earlier, head, findings);
    const expected = [...signedRoots(epochs), ...outsideRoots(options.against ?? [], epochs, findings)];
    const opened = vault;
    // What was fenced after a copy was made may well live in it.
    const marks = opened === null || options.until !== undefined ? null : new FenceMarks(options.headDirs);
    const fenced: number[] = [];
    const check: EventCheck | null = opened === null ? null : (header, headerBytes, payload, position) => {
      try {
        opened.check(header, headerBytes, payload, position);
      } catch (error) {
        if (!(error instanceof Database.SqliteError)) throw error;
        findings.add('vault-damaged', `vault.db is beschadigd of niet te lezen (${error.code}).`, position);
      }
      if (header.revision === 0 && marks?.isEmpty === false && marks.names(header.stream)) fenced.push(position);
    };
    const pass = await passLedger({ ledger, head, epochs, expected, check, findings });
    sources.checkSegments(pass.leaves);
    if (pass.leaves > head.size) {
      findings.add('tail-uncovered', `Na het hoofd staan nog bladen die niet zijn ondertekend (aantal: ${pass.leaves - head.size}); daarover zegt deze controle niets.`, head.size);
    }
    if (opened !== null) {
      sources.end();
      checkEpoch(pass, opened, findings);
    }
    judgeDestruction({
      ledger, pass, fenced, keyless: opened?.keyless ?? [], fence: marks, hasKey: (stream) => opened?.hasKey(stream) ?? false,
      now: options.now ?? new Date(), pendingDays: options.pendingDays ?? PENDING_DAYS,
    }, findings);
    if (options.server !== undefined && end !== null) {
      await passServer({
        server: options.server, end: end.place, ledger, leaves: pass.leaves, headSize: head.size, logKeys: epochs.map((epoch) => epoch.head.log.publicKey), runs: pass.runs,
        opens: opened === null ? null : (stream, { header, payload }) => opened.opens(stream, header, payload),
      }, findings);
    }
    return pass;
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    findings.add('ledger-damaged', `ledger.db is beschadigd of niet te lezen (${error.code}).`);
    return null;
  } finally {
    vault?.close();
    ledger?.close();
  }
}

function checkEpoch({ vaultOfEpoch }: LedgerPass, vault: VaultCheck, findings: Findings): void {
  if (vaultOfEpoch === null || vaultOfEpoch.id === vault.vaultId()) return;
  findings.add('vault-of-another-ledger', 'Deze kluis is een andere dan het grootboek bij zijn begin noemt.', vaultOfEpoch.position);
}

function openVault(options: VerifyOptions, head: HeadRecord, sources: SourceRows, findings: Findings): VaultCheck | null {
  if (options.keys === undefined) return null;
  const file = options.vaultFile ?? join(options.dataDir, 'vault.db');
  if (!existsSync(file)) {
    findings.add('vault-missing', 'Er is geen vault.db; met sleutels controleren kan dan niet.');
    return null;
  }
  try {
    const vault = new VaultCheck(file, options.keys.master, sources, findings);
    const count = vault.changeCount();
    if (count < head.vault) findings.add('vault-behind-head', `De kluis telt ${count} wijzigingen; het hoofd is getekend bij ${head.vault}. De kluis is ouder.`);
    const latest = latestVaultCount(options.headDirs, head.log);
    if (count > latest + UNSIGNED_CHANGES_MAX) findings.add('vault-ahead-of-head', `De kluis telt ${count} wijzigingen; het hoofd komt niet verder dan ${latest}. Het einde van grootboek en hoofd is weg.`);
    return vault;
  } catch {
    findings.add('vault-not-opened', 'De kluis gaat niet open met deze hoofdsleutel.');
    return null;
  }
}

interface Heads {
  readonly head: HeadRecord | null;
  readonly earlier: ReturnType<typeof readEarlierHeads>;
}

/** The record as it stood when this size was signed, in the last epoch that did. */
function headsUntil(until: number | undefined, newest: HeadRecord | null, earlier: Heads['earlier'], findings: Findings): Heads {
  if (until === undefined || newest === null) return { head: newest, earlier };
  const all = [...earlier.map(({ head }) => head), newest];
  const last = all.findLastIndex(({ roots }) => roots.some(({ size }) => size === until));
  if (last === -1) {
    findings.add('head-missing', `Voor omvang ${until} is er geen hoofdregel; de kopie is nergens mee te vergelijken.`);
    return { head: null, earlier };
  }
  const roots = all[last]!.roots.filter(({ size }) => size <= until);
  return { head: { ...all[last]!, roots, size: until, vault: Math.max(...roots.map(({ vault }) => vault)) }, earlier: earlier.slice(0, last) };
}

/** What an epoch signed beyond its end was lost, and the next one says so. */
function signedRoots(epochs: readonly Epoch[]): ExpectedRoot[] {
  return epochs.flatMap(({ head, until }) => head.roots
    .filter(({ size }) => size <= until).map(({ size, root }): ExpectedRoot => ({ size, root, from: 'head' })));
}

function outsideRoots(texts: readonly string[], epochs: readonly Epoch[], findings: Findings): ExpectedRoot[] {
  return texts.flatMap(notesIn).flatMap((text): ExpectedRoot[] => {
    const note = readCheckpoint(text);
    if (note === null) {
      findings.add('outside-malformed', 'Wat van buiten kwam is geen controlepunt.');
      return [];
    }
    const epoch = epochs.find(({ head }) => carriesSignature(note, head.log));
    if (epoch === undefined) {
      findings.add('outside-other-key', 'Het controlepunt van buiten draagt niet de handtekening van deze logsleutel; het zegt niets over dit grootboek, of de logsleutel is vervangen.');
      return [];
    }
    if (note.size > epoch.until) {
      findings.add('outside-lost', `Van buiten kwam een controlepunt tot omvang ${note.size} uit tijdvak ${epoch.number}; de bladen vanaf ${epoch.until} zijn bij het terugzetten verloren gegaan.`, epoch.until);
      return [];
    }
    return [{ size: note.size, root: note.root, from: 'outside' }];
  });
}

interface Kept {
  readonly checkpoint?: unknown;
  readonly certificate?: { readonly checkpoints?: { readonly before?: unknown; readonly after?: unknown } };
  readonly issued?: Kept;
}

/** A certificate holds two: from before and after its run. */
function notesIn(text: string): readonly string[] {
  if (!text.trimStart().startsWith('{')) return [text];
  try {
    const kept = JSON.parse(text) as Kept;
    const { checkpoints } = (kept.issued ?? kept).certificate ?? {};
    const notes = [kept.checkpoint, checkpoints?.before, checkpoints?.after].filter((note) => typeof note === 'string');
    return notes.length === 0 ? [''] : notes;
  } catch {
    return [''];
  }
}
