import { resolve } from 'node:path';
import type { BackupTerm } from '#domain/destruction/certificate';
import { serverSettings, ServerSettingsError } from '#infra/event-store/eventstoredb/server-settings';

/** What a ledger is opened with; every path absolute. Sources: environment (api.md, "Configuration") or the demo. */
export interface LedgerConfig {
  readonly oin: string;
  /** Connection string of an EventStoreDB server (esdb://…), a secret; left out: SQLite in the data folder. */
  readonly store?: string;
  /** ledger.db, vault.db, views.db, lock.db, control.sock */
  readonly dataDir: string;
  /** Head and fence files: outside the data folder; in production at least two, on different machines. */
  readonly headDirs: readonly string[];
  readonly masterKeyFile: string;
  readonly host: string;
  readonly port: number;
  /** Mapping tables of the sources: a folder of JSON files, or one; left out: every source writes the ledger's codes. */
  readonly sources?: string;
  /** Places outside the ledger that are asked to destroy their copies (a JSON file); left out: nobody is asked. */
  readonly locations?: string;
  /** Whom users of the API can turn to: stands in the OpenAPI document. Left out: an example. */
  readonly apiContact?: ApiContact;
  readonly oidc: { readonly issuer: string; readonly audience: string } | null;
  /** Days between approval and the first moment a destruction list may be executed. */
  readonly waitingPeriodDays: number;
  /** A run of fewer than ten dossiers waits until the end of the month, so that no figure isolates one dossier. */
  readonly smallRunsWait: boolean;
  /** Local time in Amsterdam of the nightly run of a service, HH:MM; null: only by hand. Left out: 02:30. */
  readonly nightlyAt?: string | null;
  /** How long backups are kept at most: certificates of destruction name it. Null or left out: not said. */
  readonly backupTerm?: BackupTerm | null;
  /**
   * Days within which `ledger.db` is rewritten after a run of destruction, in the night, for all runs since together;
   * 0 or left out: in each run.
   */
  readonly ledgerRewriteDays?: number;
  /** Schedules with `use: test` are adoptable in tests and demonstrations only. */
  readonly allowTestSchedules: boolean;
}

/** As the Dutch API Design Rules ask: all three. */
export interface ApiContact {
  readonly name: string;
  readonly email: string;
  readonly url: string;
}

/** Wrong or missing configuration; the message is a Dutch sentence for applicatiebeheer. */
export class ConfigurationError extends Error {}

const NIGHTLY_AT = '02:30';
const REWRITE_DAYS = 7;
const OIN = /^[0-9]{20}$/;

export function configFromEnvironment(environment: Readonly<Record<string, string | undefined>>): LedgerConfig {
  const oin = environment['REKENSCHAP_OIN'] ?? '';
  if (!OIN.test(oin)) throw new ConfigurationError('REKENSCHAP_OIN ontbreekt of is geen OIN van twintig cijfers.');
  const port = Number(environment['REKENSCHAP_PORT'] ?? '8080');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new ConfigurationError('REKENSCHAP_PORT is geen poortnummer.');
  const dataDir = resolve(environment['REKENSCHAP_DATA'] ?? './data');
  const headDirs = (environment['REKENSCHAP_HEAD_DIR'] ?? './head').split(',').map((dir) => resolve(dir.trim()));
  if (headDirs.some((dir) => dir === dataDir || dir.startsWith(`${dataDir}/`))) {
    throw new ConfigurationError('REKENSCHAP_HEAD_DIR moet buiten de gegevensmap (REKENSCHAP_DATA) liggen.');
  }
  return {
    oin, dataDir, headDirs, port,
    masterKeyFile: resolve(environment['REKENSCHAP_MASTER_KEY_FILE'] ?? './keys/master.key'),
    host: environment['REKENSCHAP_HOST'] ?? '127.0.0.1',
    oidc: oidcFrom(environment),
    ...storeFrom(environment),
    ...sourcesFrom(environment),
    ...contactFrom(environment),
    ...locationsFrom(environment),
    nightlyAt: nightlyFrom(environment),
    backupTerm: backupTermFrom(environment),
    ledgerRewriteDays: rewriteDaysFrom(environment),
    waitingPeriodDays: 7,
    smallRunsWait: true,
    allowTestSchedules: false,
  };
}

/** Read here only to refuse what cannot be used; the string itself goes on, and is never shown. */
export function storeFrom(environment: Readonly<Record<string, string | undefined>>): Pick<LedgerConfig, 'store'> {
  const store = environment['REKENSCHAP_STORE'] ?? 'sqlite';
  if (store === 'sqlite' || store === '') return {};
  if (!/^esdb(\+discover)?:/.test(store)) throw new ConfigurationError('REKENSCHAP_STORE is "sqlite", of de verbindingsregel van een EventStoreDB-server (esdb://…).');
  try {
    serverSettings(store);
    return { store };
  } catch (error) {
    throw error instanceof ServerSettingsError ? new ConfigurationError(error.message) : error;
  }
}

function nightlyFrom(environment: Readonly<Record<string, string | undefined>>): string | null {
  const at = environment['REKENSCHAP_NIGHTLY_AT'] ?? NIGHTLY_AT;
  if (at === 'off') return null;
  if (!/^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(at)) throw new ConfigurationError('REKENSCHAP_NIGHTLY_AT is een tijd zoals 02:30, of off.');
  return at;
}

/** Both or none: a term of the ledger's copies alone would promise that the keys are gone. */
function backupTermFrom(environment: Readonly<Record<string, string | undefined>>): BackupTerm | null {
  const [ledger = '', vault = ''] = [environment['REKENSCHAP_BACKUP_DAYS'], environment['REKENSCHAP_VAULT_BACKUP_DAYS']];
  if (ledger === '' && vault === '') return null;
  for (const days of [ledger, vault]) {
    if (!/^[1-9][0-9]{0,4}$/.test(days)) throw new ConfigurationError('REKENSCHAP_BACKUP_DAYS en REKENSCHAP_VAULT_BACKUP_DAYS zijn aantallen dagen, en horen bij elkaar.');
  }
  return { ledgerDays: Number(ledger), vaultDays: Number(vault) };
}

/** More than a month would leave the last copies of what was destroyed lying about for no reason. */
function rewriteDaysFrom(environment: Readonly<Record<string, string | undefined>>): number {
  const days = environment['REKENSCHAP_REWRITE_DAYS'] ?? String(REWRITE_DAYS);
  if (!/^(0|[1-9]|[12][0-9]|3[01])$/.test(days)) throw new ConfigurationError('REKENSCHAP_REWRITE_DAYS is een aantal dagen van 0 tot en met 31.');
  return Number(days);
}

function sourcesFrom(environment: Readonly<Record<string, string | undefined>>): Pick<LedgerConfig, 'sources'> {
  const path = environment['REKENSCHAP_SOURCES'];
  return path === undefined || path === '' ? {} : { sources: resolve(path) };
}

function locationsFrom(environment: Readonly<Record<string, string | undefined>>): Pick<LedgerConfig, 'locations'> {
  const path = environment['REKENSCHAP_LOCATIONS'];
  return path === undefined || path === '' ? {} : { locations: resolve(path) };
}

function contactFrom(environment: Readonly<Record<string, string | undefined>>): Pick<LedgerConfig, 'apiContact'> {
  const [name = '', email = '', url = ''] =
    ['REKENSCHAP_CONTACT_NAME', 'REKENSCHAP_CONTACT_EMAIL', 'REKENSCHAP_CONTACT_URL'].map((setting) => environment[setting]);
  if (name === '' && email === '' && url === '') return {};
  if (name.trim() === '' || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || !/^https:\/\/[^\s/]+/.test(url)) {
    throw new ConfigurationError('REKENSCHAP_CONTACT_NAME, REKENSCHAP_CONTACT_EMAIL en REKENSCHAP_CONTACT_URL zijn een naam, een e-mailadres en een https-adres, en horen bij elkaar.');
  }
  return { apiContact: { name, email, url } };
}

function oidcFrom(environment: Readonly<Record<string, string | undefined>>): LedgerConfig['oidc'] {
  const issuer = environment['REKENSCHAP_OIDC_ISSUER'];
  if (issuer === undefined || issuer === '') return null;
  const audience = environment['REKENSCHAP_OIDC_AUDIENCE'];
  if (audience === undefined || audience === '') {
    throw new ConfigurationError('REKENSCHAP_OIDC_AUDIENCE is nodig naast REKENSCHAP_OIDC_ISSUER.');
  }
  return { issuer, audience };
}
