import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import { formatVerification } from '#infra/verifier/verification';
import { verify } from '#infra/verifier/verify';
import { CommandFailure, EXIT, WrongUse, flag, text, type Command, type ExitCode } from '#src/cli/command';
import { untilToldToStop } from '#src/cli/serve';
import { exitCodeOf } from '#src/cli/verify';
import { startService, type Service } from '#src/cli/service';
import { compareAccounts, fetchAccount, mainFigures, writeAccount } from '#src/demo/account';
import { Api } from '#src/demo/api';
import { NOT_IN_THE_DEMO, showTokens } from '#src/demo/closing';
import { letDaysPass } from '#src/demo/later';
import { askAboutConsent, resend, sendLate } from '#src/demo/questions';
import { ADOPTION_DAY, LAST_DAY, imaginaryMunicipality, type Municipality } from '#src/demo/municipality';
import { syntheticMunicipality } from '#src/synthetic/municipality';
import { DEMO_OIN, moment } from '#src/synthetic/played-event';
import { expiriesPerYear, picturePage, textBars, yearBars } from '#src/demo/picture';
import { Nights } from '#src/demo/nights';
import { inOrderOfLogging, play, type Played } from '#src/demo/play';
import { checkSignature, purge } from '#src/demo/purge';
import { Tokens } from '#src/demo/tokens';
import { dutchDate, dutchNumber } from '#src/demo/words';
import { counted } from '#src/words/counted';
import { writeOutput } from '#src/demo/output-folder';
import { writePdfs } from '#src/demo/pdfs';
import { storeFrom, type LedgerConfig } from '#src/composition/config';

const PORT = 8080;
const FIRST_DAY = '2010-01-04';
const DOSSIERS = 2_000;
const SEED = 20_260_115;
/** Nothing is logged on the last day itself: that day is for looking back. */
const LAST_PLAYED_DAY = '2026-01-14';
const SCHEDULE = '2020-proposal';

export const demo: Command = {
  name: 'demo',
  summary: 'speel een verzonnen gemeente na en laat zien wat er al is',
  options: {
    port: { type: 'string', value: 'nummer', help: 'poort (anders 8080, of een vrije poort als die bezet is)' },
    output: { type: 'string', value: 'map', help: 'waar de bestanden komen (anders ./demo-uitvoer)' },
    store: { type: 'string', value: 'adres', help: 'op een lege EventStoreDB-server (esdb://…) in plaats van in een tijdelijke map' },
    dossiers: { type: 'string', value: 'aantal', help: `hoeveel verzonnen dossiers er naast het verhaal zijn (anders ${DOSSIERS})` },
    seed: { type: 'string', value: 'getal', help: 'een ander getal geeft een andere gemeente' },
    exit: { type: 'boolean', help: 'stop na afloop in plaats van te blijven draaien' },
    steer: { type: 'boolean', help: 'na afloop: typ een aantal dagen, en de klok gaat zoveel vooruit' },
  },
  async run(values, surroundings) {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-demo-'));
    const stopping = untilToldToStop();
    const clock = new SimulatedClock(moment(FIRST_DAY, '08:00'));
    // With --json only the result goes to the standard output.
    const say = flag(values, 'json') ? surroundings.err : surroundings.out;
    let service: Service | null = null;
    let tokenFile: string | null = null;
    try {
      service = await startService({ ...configIn(folder, await portFor(text(values, 'port'))), ...storeFrom({ REKENSCHAP_STORE: text(values, 'store') }) }, clock);
      const shown = await unlessStopped(show(service, clock, wishesIn(values), say), stopping);
      if (flag(values, 'json')) surroundings.out(JSON.stringify({ ok: shown.exitCode === EXIT.done, ...shown.result, url: service.url }));
      if (!flag(values, 'exit')) {
        clock.letTimePass();
        tokenFile = await showTokens(service, shown.tokens, wishesIn(values).output, say);
        if (flag(values, 'steer')) await letDaysPass(process.stdin, service, clock, stopping, say);
        await stopping;
      }
      return shown.exitCode;
    } finally {
      await service?.stop();
      if (tokenFile !== null) rmSync(tokenFile, { force: true });
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Ctrl-C halfway must not wait for the end of the play. */
async function unlessStopped<Value>(work: Promise<Value>, stopping: Promise<unknown>): Promise<Value> {
  const interrupted = stopping.then((): never => {
    // What is under way will fail when the service goes; nobody waits for it any more.
    work.catch(() => undefined);
    throw new CommandFailure('interrupted', 'De demonstratie is onderbroken; de tijdelijke map is weggegooid.');
  });
  interrupted.catch(() => undefined);
  return Promise.race([work, interrupted]);
}

interface Shown {
  readonly exitCode: ExitCode;
  readonly tokens: Tokens;
  readonly result: Readonly<Record<string, unknown>>;
}

interface Wishes {
  readonly output: string;
  readonly dossiers: number;
  readonly seed: number;
}

async function show(service: Service, clock: SimulatedClock, { output, dossiers, seed }: Wishes, say: (line: string) => void): Promise<Shown> {
  const tokens = new Tokens(service.ledger);
  const api = new Api(service.url, tokens);
  const municipality = imaginaryMunicipality();
  const year = Temporal.PlainDate.from(LAST_DAY).year - 1;

  say('Rekenschap, demonstratie. Alles hierin is verzonnen: de gemeente, de mensen, de BSN\'s (testreeks).');
  say(`De dienst draait op ${service.url} met een nagebootste klok en een tijdelijke map.`);
  const played = await playAll(municipality, { dossiers, seed }, api, service, clock, say);
  const { position } = played;

  heading(say, 'Vragen aan het grootboek');
  await resend(api, municipality.events, say);
  await askAboutConsent(api, position, say);

  heading(say, `Verantwoording over ${year}`);
  clock.advanceTo(moment(LAST_DAY, '09:00'));
  const account = await fetchAccount(api, year, position);
  for (const line of mainFigures(account)) say(`  ${line}`);
  const files = writeAccount(output, account);

  heading(say, 'Per jaar: vastgelegde gebeurtenissen (█) en dossiers waarvan de bewaartermijn afloopt (░)');
  const bars = yearBars(played.perYear, await expiriesPerYear(api, position));
  for (const line of textBars(bars)) say(`  ${line}`);
  files.push(writeOutput(output, 'gebeurtenissen-per-jaar.html', picturePage(bars)));

  heading(say, 'Vernietigen wat te oud is');
  const { dataDir, headDirs } = service.ledger.config;
  const { text: checkpoint } = await api.call({ as: 'auditor', path: '/v1/log/checkpoint', accept: '*/*' });
  const purged = await purge(api, clock, position, say);
  checkSignature(purged.certificate, readFileSync(join(headDirs[0]!, 'log.vkey'), 'utf8'), say);
  files.push(writeOutput(output, 'verklaring-van-vernietiging.json', JSON.stringify(purged.certificate, null, 2)));
  await sendLate(api, municipality.due, say);
  compareAccounts(account, await fetchAccount(api, year, service.ledger.store.head().size - 1));
  say(`  De cijfers over ${year} zijn na de vernietiging gelijk gebleven.`);
  files.push(...await writePdfs(api, output, year, purged.list.id, say));

  heading(say, 'Controle (rekenschap verify)');
  say('  Vergeleken met een controlepunt dat een toezichthouder vóór de vernietiging bewaarde.');
  const verification = await verify({ dataDir, headDirs, against: [checkpoint], now: new Date(clock.now().epochMilliseconds) });
  for (const line of formatVerification(verification).trimEnd().split('\n')) say(`  ${line}`);

  heading(say, 'Bestanden');
  for (const file of files) say(`  ${file}`);
  heading(say, 'Dit is er nog niet');
  for (const line of NOT_IN_THE_DEMO) say(`  - ${line}`);
  return {
    exitCode: exitCodeOf(verification), tokens,
    result: {
      events: played.sent, lapses: played.lapses, storyEvents: municipality.events.length, dossiers: municipality.dossiers, due: municipality.due.length, held: municipality.held,
      withoutStartDate: municipality.withoutStartDate,
      destroyed: purged.list.destroyed, skipped: purged.list.skipped, answer: verification.answer, size: verification.size, files,
    },
  };
}

async function playAll(municipality: Municipality, synthetic: Pick<Wishes, 'dossiers' | 'seed'>, api: Api, { ledger }: Service, clock: SimulatedClock, say: (line: string) => void): Promise<Played> {
  heading(say, `Zestien jaar in ${counted(municipality.dossiers + synthetic.dossiers, 'dossier', 'dossiers')}, waaronder die van het gezin Jansen`);
  const adoption = {
    at: moment(ADOPTION_DAY, '12:00'),
    async run() {
      await api.call({ as: 'controller', path: '/v1/retention-schedules', body: {
        schedule: SCHEDULE, mandate: 'Besluit 2020-017 (verzonnen)', on: ADOPTION_DAY,
        archivistAdvice: 'Verzonnen voorbeeld: akkoord met het voorstel volgens de Selectielijst 2020.',
      } });
      say(`        Het college stelt op ${dutchDate(ADOPTION_DAY)} de bewaartermijnen vast.`);
    },
  };
  const background = syntheticMunicipality({ ...synthetic, from: FIRST_DAY, through: LAST_PLAYED_DAY });
  const nights = new Nights(ledger, clock, Temporal.PlainDate.from(FIRST_DAY));
  const played = await play(inOrderOfLogging(municipality.events, background), [adoption], nights, api, clock, say);
  const seconds = played.milliseconds / 1_000;
  say(`  ${dutchNumber(played.sent)} gebeurtenissen op ${dutchNumber(played.days)} dagen in ${dutchNumber(seconds)} s, elk met een ontvangstbewijs bevestigd.`);
  const { nights: lived, lapses, proposals } = nights.counts;
  say(`  In ${counted(lived, 'nacht', 'nachten')} waarin iets verliep, legde het grootboek ${counted(lapses, 'einde', 'einden')} van termijn, toestemming of gezag vast en deed het ${counted(proposals, 'voorstel', 'voorstellen')} voor een lijst.`);
  return played;
}

function wishesIn(values: Parameters<Command['run']>[0]): Wishes {
  return {
    output: resolve(text(values, 'output') ?? './demo-uitvoer'),
    dossiers: wholeNumber(text(values, 'dossiers'), DOSSIERS, '--dossiers'),
    seed: wholeNumber(text(values, 'seed'), SEED, '--seed'),
  };
}

function wholeNumber(asked: string | undefined, otherwise: number, option: string): number {
  if (asked === undefined) return otherwise;
  if (!/^[0-9]{1,9}$/.test(asked)) throw new WrongUse(`${option} is geen heel getal.`);
  return Number(asked);
}

function heading(say: (line: string) => void, title: string): void {
  say('');
  say(title);
}

function configIn(folder: string, port: number): LedgerConfig {
  return {
    oin: DEMO_OIN, dataDir: join(folder, 'data'), headDirs: [join(folder, 'head')], masterKeyFile: join(folder, 'keys', 'master.key'),
    host: '127.0.0.1', port, oidc: null, waitingPeriodDays: 7, smallRunsWait: true, allowTestSchedules: false,
  };
}

async function portFor(asked: string | undefined): Promise<number> {
  if (asked === undefined) return await isFree(PORT) ? PORT : 0;
  const port = Number(asked);
  if (!/^[0-9]{1,5}$/.test(asked) || port > 65_535) throw new WrongUse('--port is geen poortnummer.');
  return port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
