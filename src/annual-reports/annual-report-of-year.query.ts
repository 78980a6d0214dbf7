import { Query } from '@nestjs/cqrs';
import type { AnnualReport } from '#domain/account/annual-report';
import type { Position } from '#domain/ledger/ids';
import type { Outcome } from '#src/recording/outcome';

export class AnnualReportOfYear extends Query<Outcome<AnnualReport>> {
  /** `minPosition`: the account must have counted everything up to and including this position. */
  constructor(readonly year: number, readonly minPosition: Position | null) {
    super();
  }
}
