import { Command, Query } from '@nestjs/cqrs';
import type { PolicyChanged } from '#domain/governance/events';
import type { ListPolicy } from '#domain/destruction/list-policy';
import type { StandingAuthorisation } from '#domain/destruction/standing';
import type { ActingPerson } from '#domain/ledger/event';
import type { Outcome } from '#src/recording/outcome';

/** What applies now. */
export type ListPolicyAnswer = Pick<ListPolicy, 'archivistStep' | 'waitingDays'>;

export class ChangeListPolicy extends Command<Outcome<ListPolicyAnswer>> {
  constructor(readonly change: PolicyChanged['data'], readonly person: ActingPerson) {
    super();
  }
}

export interface AuthorisationView extends StandingAuthorisation {
  /** False after its last day. */
  readonly works: boolean;
}

export class GiveStandingAuthorisation extends Command<Outcome<AuthorisationView>> {
  constructor(readonly given: Omit<StandingAuthorisation, 'id' | 'on'> & { readonly mandate: string }, readonly person: ActingPerson) {
    super();
  }
}

export class EndStandingAuthorisation extends Command<Outcome<{ readonly id: string; readonly on: string }>> {
  constructor(readonly id: string, readonly person: ActingPerson) {
    super();
  }
}

export class StandingAuthorisations extends Query<Outcome<{ readonly authorisations: readonly AuthorisationView[] }>> {}
