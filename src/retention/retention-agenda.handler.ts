import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { agendaCounts, agendaPage, placeOf } from '#projections/retention-agenda/queries';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { done, refused, type Outcome } from '#src/recording/outcome';
import { dossierOf } from '#src/dossiers/dossier-of';
import { agendaCursor, RetentionAgenda, type AgendaEntry, type AgendaPage } from '#src/retention/retention-agenda.query';

@QueryHandler(RetentionAgenda)
export class RetentionAgendaHandler implements IQueryHandler<RetentionAgenda> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ category, after, limit, minPosition }: RetentionAgenda): Promise<Outcome<AgendaPage>> {
    const { runner, views, clock, governance } = this.ledger;
    if (minPosition !== null && !await runner.waitFor(minPosition, MIN_POSITION_WAIT, retentionAgendaProjection.name)) {
      return refused(refusal('position-not-reached', 'De agenda weet nog niet van deze gebeurtenis. Vraag het straks opnieuw.'));
    }
    const { schedule } = await governance.state();
    const today = dayOfInstant(clock.now());
    const { counts, found, knownAt } = views.read(retentionAgendaProjection, (rows, position) => ({
      counts: agendaCounts(rows, today),
      // One more than asked for tells whether there is a next page.
      found: agendaPage(rows, today, { category, after, limit: limit + 1 }),
      knownAt: position,
    }));
    const page = found.slice(0, limit);
    const items: AgendaEntry[] = [];
    for (const item of page) items.push({ ...item, dossier: await dossierOf(this.ledger, item.stream) });
    return done({
      today: today.toString(), schedule: schedule?.version ?? null, counts, items, knownAt,
      ...(found.length > limit ? { next: agendaCursor(placeOf(page.at(-1)!)) } : {}),
    });
  }
}
