import { randomUUID } from 'node:crypto';
import { Inject, type Provider } from '@nestjs/common';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DEFAULT_LIST_POLICY } from '#domain/destruction/list-policy';
import { AUTHORISATION_YEARS_MAX, worksOn, type StandingAuthorisation } from '#domain/destruction/standing';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import { policyOf } from '#domain/retention/procedure';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import {
  ChangeListPolicy, EndStandingAuthorisation, GiveStandingAuthorisation, StandingAuthorisations, type AuthorisationView, type ListPolicyAnswer,
} from '#src/destruction/policy/messages';
import { done, refused, type Outcome } from '#src/recording/outcome';

@CommandHandler(ChangeListPolicy)
export class ChangeListPolicyHandler implements ICommandHandler<ChangeListPolicy> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ change, person }: ChangeListPolicy): Promise<Outcome<ListPolicyAnswer>> {
    const { governance, config } = this.ledger;
    if (change.on > today(this.ledger)) return refused(refusal('occurred-in-future', 'Het besluit ligt in de toekomst.', '/on'));
    if (change.archivistStep === undefined && change.waitingDays === undefined) {
      return refused(refusal('field-invalid', 'Noem wat er verandert: archivistStep, waitingDays of allebei.', '/archivistStep'));
    }
    const recorded = await governance.append({ type: 'policy-changed', schema: 1, data: change }, person);
    if (recorded.kind === 'refused') return recorded;
    const { listPolicy } = await governance.state();
    return done({ archivistStep: DEFAULT_LIST_POLICY.archivistStep, waitingDays: config.waitingPeriodDays, ...listPolicy });
  }
}

@CommandHandler(GiveStandingAuthorisation)
export class GiveStandingAuthorisationHandler implements ICommandHandler<GiveStandingAuthorisation> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ given, person }: GiveStandingAuthorisation): Promise<Outcome<AuthorisationView>> {
    const { governance } = this.ledger;
    const on = today(this.ledger);
    if (given.until < on) return refused(refusal('field-invalid', 'De laatste dag is al voorbij.', '/until'));
    if (given.until > Temporal.PlainDate.from(on).add({ years: AUTHORISATION_YEARS_MAX }).toString()) {
      return refused(refusal('field-invalid', `Een machtiging geldt hoogstens ${AUTHORISATION_YEARS_MAX} jaar. Geef daarna een nieuwe.`, '/until'));
    }
    const { schedule } = await governance.state();
    const adopted = schedule?.rules ?? [];
    for (const [index, id] of given.rules.entries()) {
      const versions = adopted.filter((rule) => rule.id === id);
      if (versions.length === 0) return refused(refusal('unknown-code', 'Deze regel staat niet in het vastgestelde schema.', `/rules/${index}`));
      if (versions.some((rule) => policyOf(rule) !== 'standing')) {
        return refused(refusal('field-invalid', 'Deze regel heeft geen doorlopende machtiging (policy standing) of een termijn van meer dan twee jaar.', `/rules/${index}`));
      }
    }
    const authorisation: StandingAuthorisation = {
      id: randomUUID(), rules: [...new Set(given.rules)].sort(), until: given.until, maxNumber: given.maxNumber, maxPercent: given.maxPercent, on,
    };
    const recorded = await governance.append({ type: 'standing-authorisation-given', schema: 1, data: { ...authorisation, mandate: given.mandate } }, person);
    return recorded.kind === 'refused' ? recorded : done({ ...authorisation, works: true });
  }
}

@CommandHandler(EndStandingAuthorisation)
export class EndStandingAuthorisationHandler implements ICommandHandler<EndStandingAuthorisation> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ id, person }: EndStandingAuthorisation): Promise<Outcome<{ readonly id: string; readonly on: string }>> {
    const { governance } = this.ledger;
    const { authorisations } = await governance.state();
    if (!authorisations.some((one) => one.id === id)) return refused(refusal('not-found', 'Deze machtiging is er niet, of is al gestopt.'));
    const on = today(this.ledger);
    const recorded = await governance.append({ type: 'standing-authorisation-ended', schema: 1, data: { id, on, reason: 'withdrawn' } }, person);
    return recorded.kind === 'refused' ? recorded : done({ id, on });
  }
}

@QueryHandler(StandingAuthorisations)
export class StandingAuthorisationsHandler implements IQueryHandler<StandingAuthorisations> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute(): Promise<Outcome<{ readonly authorisations: readonly AuthorisationView[] }>> {
    const { authorisations } = await this.ledger.governance.state();
    const on = today(this.ledger);
    return done({ authorisations: authorisations.map((one) => ({ ...one, works: worksOn(one, on) })) });
  }
}

function today({ clock }: Ledger): string {
  return dayOfInstant(clock.now()).toString();
}

export const LIST_POLICY_HANDLERS: readonly Provider[] = [
  ChangeListPolicyHandler, GiveStandingAuthorisationHandler, EndStandingAuthorisationHandler, StandingAuthorisationsHandler,
];
