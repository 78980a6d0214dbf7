import { Query } from '@nestjs/cqrs';
import type { Outcome, Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';

/** The receipt of an event that is in the ledger, for who sent it and for the auditor. */
export class ReceiptOfEvent extends Query<Outcome<Receipt>> {
  constructor(readonly id: string, readonly caller: Principal) {
    super();
  }
}
