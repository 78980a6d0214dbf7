import type { SimulatedClock } from '#infra/clock/simulated-clock';
import { CommandFailure } from '#src/cli/command';
import type { Api } from '#src/demo/api';
import { dutchDate } from '#src/demo/words';
import { counted } from '#src/words/counted';
import { checkCertificate, logPublicKeyOf } from '#src/destruction/certificate-signature';
import type { CertificateView, ListPage } from '#src/destruction/lists/list-view';
import type { AgendaPage } from '#src/retention/retention-agenda.query';
import type { Role } from '#src/recording/principal';

const LIST_NAME = 'Vernietiging januari 2026';
const DONE_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 50;

export interface Purged {
  readonly list: ListPage;
  readonly certificate: CertificateView;
}

/** A destruction list through every hand it must pass, by four persons, and the run that carries it out. */
export async function purge(api: Api, clock: SimulatedClock, minPosition: number, say: (line: string) => void): Promise<Purged> {
  await showAgenda(api, minPosition, say);
  const drawn = await api.json<ListPage>({ as: 'record-manager', path: '/v1/destruction-lists', body: { name: LIST_NAME }, minPosition });
  const path = `/v1/destruction-lists/${drawn.id}`;
  say(`  recordmanager      stelt de lijst op: ${counted(drawn.items, 'dossier', 'dossiers')}`);
  let { etag } = drawn;
  const step = async (as: Role, what: string, body: unknown, said: string): Promise<ListPage> => {
    clock.advanceBy({ hours: 3 });
    const answer = await api.json<ListPage>({ as, path: `${path}/${what}`, body, expected: [200, 201, 202], ...(etag === null ? {} : { ifMatch: etag }) });
    etag = answer.etag;
    say(`  ${said}`);
    return answer;
  };
  await step('record-manager', 'submissions', {}, 'recordmanager      dient haar in');
  await step('process-owner', 'reviews', {}, 'proceseigenaar     beoordeelt haar');
  const approved = await step('archivist', 'approvals', { name: LIST_NAME }, 'archivaris         keurt haar goed en typt daarvoor de naam over');
  await refusedTooEarly(api, path, etag, approved, say);
  clock.advanceBy({ hours: 24 * 8 });
  await step('applicatiebeheer', 'executions', {}, `applicatiebeheer   voert haar uit na de wachttijd`);
  const list = await untilPurged(api, path);
  say(`  ${counted(list.destroyed ?? 0, 'dossier is', 'dossiers zijn')} vernietigd${skippedWords(list)}.`);
  const certificate = await api.json<CertificateView>({ as: 'archivist', path: `${path}/certificate` });
  return { list, certificate: { issued: certificate.issued, completed: certificate.completed } };
}

/** Needs nothing of the running service: the document and the log's public key. */
export function checkSignature({ issued, completed }: CertificateView, logVkey: string, say: (line: string) => void): void {
  if (!checkCertificate(issued, completed, logPublicKeyOf(logVkey)).valid) {
    throw new CommandFailure('certificate', 'De handtekening onder de verklaring van vernietiging klopt niet.');
  }
  say('  De verklaring van vernietiging is getekend en de handtekening klopt.');
}

async function showAgenda(api: Api, minPosition: number, say: (line: string) => void): Promise<void> {
  const { counts } = await api.json<AgendaPage>({ as: 'record-manager', path: '/v1/retention/agenda?limit=1', minPosition });
  say(`  De agenda: ${counts.due + counts.overdue} mogen weg (waarvan ${counts.overdue} al langer dan drie maanden), ${counts.soon} binnenkort, ${counts.later} later,`);
  say(`  ${counts.held} liggen stil, ${counts['no-start-date']} missen een begindatum, ${counts.open} lopen nog. De oudste:`);
  await showOldest(api, minPosition, say);
}

const OLDEST_SHOWN = 8;

/** By rule and date: who it is about stays in the ledger. */
async function showOldest(api: Api, minPosition: number, say: (line: string) => void): Promise<void> {
  for (const category of ['overdue', 'due'] as const) {
    const { items } = await api.json<AgendaPage>({ as: 'record-manager', path: `/v1/retention/agenda?category=${category}&limit=${OLDEST_SHOWN}`, minPosition });
    for (const { allowedFrom, retainedThrough, rule } of items) {
      if (allowedFrom === null || rule === null) continue;
      const kept = retainedThrough === null ? '' : `, bewaard tot en met ${dutchDate(retainedThrough)}`;
      say(`    mag weg sinds ${dutchDate(allowedFrom).padEnd(18)} regel ${rule.id}${kept}`);
    }
    if (items.length > 0) return;
  }
}

async function refusedTooEarly(api: Api, path: string, etag: string | null, list: ListPage, say: (line: string) => void): Promise<void> {
  await api.call({ as: 'applicatiebeheer', path: `${path}/executions`, body: {}, expected: [409], ...(etag === null ? {} : { ifMatch: etag }) });
  const from = list.executableFrom === null ? '' : ` tot ${dutchDate(list.executableFrom)}`;
  say(`  applicatiebeheer   wil meteen uitvoeren: geweigerd, de wachttijd loopt${from}`);
}

async function untilPurged(api: Api, path: string): Promise<ListPage> {
  const giveUpAt = performance.now() + DONE_WITHIN_MS;
  for (;;) {
    const list = await api.json<ListPage>({ as: 'applicatiebeheer', path });
    if (list.status === 'purged') return list;
    if (performance.now() > giveUpAt) throw new CommandFailure('purge-unfinished', 'De vernietiging is niet op tijd klaar.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

function skippedWords({ skipped }: ListPage): string {
  const count = Object.values(skipped).reduce((sum, one) => sum + one, 0);
  return count === 0 ? '' : `; ${counted(count, 'dossier is', 'dossiers zijn')} overgeslagen`;
}
