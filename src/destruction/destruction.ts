import type { FactoryProvider } from '@nestjs/common';
import { dayOfInstant } from '#domain/ledger/moments';
import type { Projection } from '#projections/projection';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { agendaItemOf, type AgendaCategory } from '#projections/retention-agenda/queries';
import type { Ledger } from '#src/composition/ledger';
import { LEDGER } from '#src/composition/ledger.token';
import { otherPlaces } from '#src/composition/other-places';
import { CertificateSupplements } from '#src/destruction/certificate-supplements';
import { DestructionLists } from '#src/destruction/lists/destruction-lists';
import { dueFromAgenda } from '#src/destruction/lists/due-from-agenda';
import { ExceptedDossiers } from '#src/destruction/lists/excepted-dossiers';
import { ErasureRequests } from '#src/destruction/lists/erasure-requests';
import { ListBook } from '#src/destruction/lists/list-book';
import { RecipientsToTell } from '#src/destruction/lists/recipients-to-tell';
import { readLocations } from '#src/destruction/requests/locations-file';
import { LocationRequests } from '#src/destruction/requests/location-requests';
import { loopRequests } from '#src/destruction/requests/requests-loop';
import { OwnTerms } from '#src/destruction/own-terms/own-terms';
import type { OnStep } from '#src/destruction/run/run';
import { RunExecutor } from '#src/destruction/run/run-executor';
import { runLedgerOf } from '#src/destruction/run/run-ledger-of';
import { NightlyLists } from '#src/scheduling/nightly-lists';

export interface DestructionOptions {
  /** The projections the ledger was opened with. */
  readonly projections: readonly Projection[];
  readonly onInterrupted?: (error: unknown) => void;
  /** For tests: called wherever a process can die with a different part done. */
  readonly onStep?: OnStep;
}

export interface Destruction {
  readonly lists: DestructionLists;
  readonly runs: RunExecutor;
  readonly ownTerms: OwnTerms;
  /** Null: no locations are configured, nobody else is asked. */
  readonly requests: LocationRequests | null;
  /** Late answers of these; null likewise. */
  readonly supplements: CertificateSupplements | null;
}

/** Lists and runs over one opened ledger. */
export function destructionOf(ledger: Ledger, options: DestructionOptions): Destruction {
  const { writer, vault, store, clock, clockWatch, governance, config } = ledger;
  const book = new ListBook(writer, vault, store);
  const erasures = new ErasureRequests(ledger);
  const requests = requestsOf(ledger, book);
  const runs = new RunExecutor(runLedgerOf(ledger, options.projections, requests ?? undefined), options.onStep === undefined ? {} : { onStep: options.onStep });
  const lists = new DestructionLists({
    book, ...(requests === null ? {} : { requests }), due: dueFromAgenda(ledger), erasures, excepted: new ExceptedDossiers({ book, writer, clock }), toTell: new RecipientsToTell({ book, writer }), requestHolds: ledger.requestHolds, runs, writer, store, clock, clockWatch, governance,
    policy: { waitingDays: config.waitingPeriodDays, smallRunsWait: config.smallRunsWait },
    onInterrupted: options.onInterrupted ?? ((): void => undefined),
  });
  const supplements = requests === null ? null : new CertificateSupplements(ledger, book, requests);
  return { lists, runs, ownTerms: new OwnTerms(ledger, runs), requests, supplements };
}

/** What an erasure does not take: everything else goes, whatever its term. */
const KEPT: ReadonlySet<AgendaCategory> = new Set<AgendaCategory>(['held', 'permanent', 'permanent-at-source']);
const GOES_ON: Readonly<Record<'term' | 'follow', ReadonlySet<AgendaCategory>>> = { term: new Set(['due', 'overdue']), follow: new Set(['gone-at-source']) };

/** Throws ConfigurationError on a file of locations that is not right. */
function requestsOf({ config, clock, keys, writer, views }: Ledger, book: ListBook): LocationRequests | null {
  if (config.locations === undefined) return null;
  return new LocationRequests({
    oin: config.oin, settings: readLocations(config.locations, { loopback: config.allowTestSchedules }), writer, book, clock,
    ...otherPlaces(config, keys),
    stillDue: (stream, kind) => {
      const item = agendaItemOf(views.reader(retentionAgendaProjection), stream, dayOfInstant(clock.now()));
      return item === null || (kind === 'erasure' ? !KEPT.has(item.category) : GOES_ON[kind].has(item.category));
    },
  });
}

/**
 * At start, before anything else is taken in: an open run is carried to its end. Answers what it finished, or null.
 * Throws when it cannot go on; then the ledger must not open for writing. Still at its gates, where the date decides,
 * it waits while the clock is not believed: the first night after operations confirmed it goes on.
 */
export async function resumeOpenRun(ledger: Ledger, projections: readonly Projection[]): Promise<{ readonly runId: string; readonly destroyed: number } | null> {
  const { runs } = destructionOf(ledger, { projections });
  if ((await runs.open())?.step === 'gate' && await ledger.clockWatch.check() !== null) return null;
  return runs.finish();
}

/** For the root module: `destructionProvider(PROJECTIONS, …)` beside DESTRUCTION_HANDLERS and the controller. */
export function destructionProvider(projections: readonly Projection[], onInterrupted: (error: unknown) => void): FactoryProvider<DestructionLists> {
  return {
    provide: DestructionLists,
    inject: [LEDGER],
    useFactory: (ledger: Ledger) => {
      const { lists, runs, ownTerms, requests, supplements } = destructionOf(ledger, { projections, onInterrupted });
      ledger.nightly.lookAfter(new NightlyLists({ ledger, lists, runs, due: dueFromAgenda(ledger), ownTerms, ...(supplements === null ? {} : { supplements }) }));
      if (requests !== null) loopRequests({ requests, lists, isOpen: () => ledger.engineState() === 'open', onFault: onInterrupted });
      return lists;
    },
  };
}
