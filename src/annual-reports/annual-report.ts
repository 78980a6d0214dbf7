import { buildAnnualReport, type AnnualReport } from '#domain/account/annual-report';
import { dayOfInstant } from '#domain/ledger/moments';
import type { Clock } from '#infra/clock/port';
import type { EventStore } from '#infra/event-store/port';
import type { Views } from '#infra/views/port';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { figureCells } from '#projections/yearly-figures/queries';
import type { Projector } from '#src/projecting/projector';

export interface AnnualReportParts {
  readonly oin: string;
  readonly store: EventStore;
  readonly views: Pick<Views, 'read'>;
  readonly runner: Pick<Projector, 'status'>;
  readonly clock: Clock;
}

/**
 * The account of a year as the view knows it now. A caller that must see a certain event waits for it first
 * (`runner.waitFor(position, timeout, 'yearly-figures')`). The checkpoint covers at least the position counted.
 */
export function annualReportOf(year: number, { oin, store, views, runner, clock }: AnnualReportParts): AnnualReport {
  const view = runner.status().views.find(({ name }) => name === yearlyFiguresProjection.name);
  return buildAnnualReport(year, {
    ...views.read(yearlyFiguresProjection, (rows, position) => ({ cells: figureCells(rows), position })),
    oin,
    checkpoint: store.head().checkpoint,
    today: dayOfInstant(clock.now()),
    survivorsOnly: view?.survivorsOnly ?? false,
  });
}
