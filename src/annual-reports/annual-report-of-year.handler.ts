import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AnnualReport } from '#domain/account/annual-report';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import { yearlyFiguresProjection } from '#projections/yearly-figures/projection';
import { annualReportOf } from '#src/annual-reports/annual-report';
import { AnnualReportOfYear } from '#src/annual-reports/annual-report-of-year.query';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { done, refused, type Outcome } from '#src/recording/outcome';

@QueryHandler(AnnualReportOfYear)
export class AnnualReportOfYearHandler implements IQueryHandler<AnnualReportOfYear> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ year, minPosition }: AnnualReportOfYear): Promise<Outcome<AnnualReport>> {
    const { config, clock, runner } = this.ledger;
    if (year > dayOfInstant(clock.now()).year) return refused(refusal('not-found', 'Dit jaar is nog niet begonnen.'));
    if (minPosition !== null && !await runner.waitFor(minPosition, MIN_POSITION_WAIT, yearlyFiguresProjection.name)) {
      return refused(refusal('position-not-reached', 'Het verslag weet nog niet van deze gebeurtenis. Vraag het straks opnieuw.'));
    }
    return done(annualReportOf(year, { ...this.ledger, oin: config.oin }));
  }
}
