import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FactData } from '#domain/ledger/fact';
import type { StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { agenda, agendaCounts } from '#projections/retention-agenda/queries';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { KeyMissing } from '#src/recording/ledger-writer';
import { done, refused, type Outcome } from '#src/recording/outcome';
import { RetentionAgenda, type AgendaEntry, type AgendaPage } from '#src/retention/retention-agenda.query';

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
    const knownAt = views.position(retentionAgendaProjection);
    const all = agenda(views.reader(retentionAgendaProjection), today);
    const asked = category === null ? all : all.filter((item) => item.category === category);
    const from = after === null ? 0 : asked.findIndex((item) => item.stream === after) + 1;
    if (after !== null && from === 0) return refused(refusal('not-found', 'Deze plaats in de agenda bestaat niet meer. Begin opnieuw.'));
    const page = asked.slice(from, from + limit);
    const items: AgendaEntry[] = [];
    for (const item of page) items.push({ ...item, dossier: await this.#dossierOf(item.stream) });
    return done({
      today: today.toString(), schedule: schedule?.version ?? null, counts: agendaCounts(all), items, knownAt,
      ...(from + limit < asked.length ? { next: page.at(-1)!.stream } : {}),
    });
  }

  async #dossierOf(stream: StreamName): Promise<AgendaEntry['dossier']> {
    const page = await this.ledger.store.readStream(stream, 0, 1);
    const first = page.kind === 'events' ? page.events[0] : undefined;
    if (first === undefined) return null;
    try {
      const { dossier } = (await this.ledger.writer.open(first)).data as FactData;
      return { system: dossier.system, reference: dossier.reference };
    } catch (error) {
      if (error instanceof KeyMissing) return null;
      throw error;
    }
  }
}
