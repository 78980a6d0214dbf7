import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CLOCK_DOUBTS, doubtAbout } from '#domain/governance/clock-trust';
import { TickFiles } from '#infra/clock/tick-files';
import { FINDING_WEIGHTS } from '#infra/verifier/verification';
import { verify } from '#infra/verifier/verify';
import { RestoreFile } from '#src/backup/restore-state';
import type { Problem } from '#src/cli/doctor/problem';
import type { LedgerConfig } from '#src/composition/config';
import { readOnce } from '#src/composition/read-once';

/** What the service that runs on the folder says of itself; null: none runs. */
export type RunningService = ServiceStatus | null;

/** As `/health/ready` gives it. */
interface ServiceStatus {
  readonly reasons: readonly string[];
  readonly marks?: readonly string[];
}

const MASTER_BYTES = 32;

/** The ledger's own state: whole, complete, its clock believed. Reads only, also beside a running service. */
export async function problemsOfLedger(config: LedgerConfig, now: Temporal.Instant, service: RunningService): Promise<readonly Problem[]> {
  return [...service === null ? [] : ofService(service), ...ofClock(config, now, service), ...ofRestore(config), ...ofRun(config, service), ...await ofVerification(config)];
}

function ofService({ reasons }: ServiceStatus): readonly Problem[] {
  return reasons.map((reason) => reason === 'engine-halted' ? {
    code: 'engine-halted', what: 'De dienst schrijft niet meer: van een opdracht aan de schijf is niet bekend of zij gelukt is.',
    advice: 'Kijk de schijf na en start de dienst opnieuw. Wat bevestigd was, is er nog.',
  } : {
    code: 'view-halted', what: `Een overzicht staat stil (${reason}). Zolang dat zo is, wordt er niets vernietigd.`,
    advice: 'Controleer met "rekenschap verify". Is het grootboek ongeschonden, stop dan de dienst en bouw de overzichten op met "rekenschap rebuild".',
  });
}

function ofClock(config: LedgerConfig, now: Temporal.Instant, service: RunningService): readonly Problem[] {
  const confirm = 'Kijk of de klok van deze machine goed staat (tijdsynchronisatie). Bevestig hem daarna met "rekenschap clock confirm".';
  const waiting = 'Er verloopt en verdwijnt niets tot beheer de klok bevestigt.';
  if (suspectedInLedger(config) || (service?.marks ?? []).includes('clock-suspect')) {
    return [{ code: 'clock-suspect', what: `De klok is verdacht. ${waiting}`, advice: confirm }];
  }
  const log = logKey(config);
  if (log === null) return [];
  const last = new TickFiles({ headDirs: config.headDirs, oin: config.oin, log }).last();
  if (last === 'none') return [];
  const doubt = last === 'damaged' ? 'tick-damaged' : doubtAbout(now, last, false);
  return doubt === null ? [] : [{ code: 'clock-suspect', what: `${CLOCK_DOUBTS[doubt]} ${waiting}`, advice: confirm }];
}

/** The types stand in the clear: no key is needed to see what came last. */
function suspectedInLedger({ dataDir }: LedgerConfig): boolean {
  const last = readOnce(join(dataDir, 'ledger.db'), (ledger) => ledger
    .prepare("SELECT type FROM events WHERE type IN ('clock-suspected', 'clock-confirmed') ORDER BY position DESC LIMIT 1").pluck().get());
  return last === 'clock-suspected';
}

function ofRestore({ dataDir }: LedgerConfig): readonly Problem[] {
  return new RestoreFile(dataDir).exists ? [{
    code: 'restore-unfinished', what: 'Een reservekopie is nog niet helemaal teruggezet. De dienst start niet.',
    advice: 'Maak het af met "rekenschap restore --resume".',
  }] : [];
}

/** While a service runs, a run may just be under way. */
function ofRun({ dataDir }: LedgerConfig, service: RunningService): readonly Problem[] {
  if (service !== null) return [];
  const open = readOnce(join(dataDir, 'vault.db'), (vault) => vault.prepare('SELECT count(*) FROM run_journal').pluck().get());
  return open !== 1 ? [] : [{
    code: 'run-open', what: 'Een vernietiging is afgebroken voor zij klaar was.',
    advice: 'Start de dienst: die maakt haar eerst af.',
  }];
}

async function ofVerification({ dataDir, headDirs, masterKeyFile }: LedgerConfig): Promise<readonly Problem[]> {
  const master = bytesOf(masterKeyFile);
  const { findings } = await verify({ dataDir, headDirs, ...(master?.length === MASTER_BYTES ? { keys: { master } } : {}) });
  const bad = findings.filter(({ kind }) => FINDING_WEIGHTS[kind] !== 'note');
  const byKind = new Map(bad.map((finding) => [finding.kind, finding] as const).reverse());
  return [...byKind.values()].reverse().map(({ kind, detail }) => {
    const count = bad.filter((finding) => finding.kind === kind).length;
    return {
      code: kind, what: `${detail}${count > 1 ? ` Zo zijn er ${count}.` : ''}`,
      advice: FINDING_WEIGHTS[kind] === 'tampered'
        ? 'Verander niets, maak een kopie van gegevensmap en hoofdmappen, en meld het. Alles staat in "rekenschap verify --keys".'
        : 'Zet terug wat ontbreekt en kijk opnieuw. Alles staat in "rekenschap verify --keys".',
    };
  });
}

function logKey({ masterKeyFile }: LedgerConfig): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | null {
  const pem = bytesOf(join(dirname(masterKeyFile), 'log.key'));
  if (pem === null) return null;
  try {
    const privateKey = createPrivateKey(pem);
    return { privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    return null;
  }
}

function bytesOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
