import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { dayOfInstant } from '#domain/ledger/moments';
import { refusal } from '#domain/ledger/refusals';
import { CHANGE_REASONS, scheduleChange } from '#domain/retention/schedule-change';
import { validateSchedule } from '#domain/retention/validate-schedule';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import { classHoldsInForce, dossierStates, scheduleInForce, type DossierDate } from '#projections/retention-agenda/queries';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { done, refused, type Outcome } from '#src/recording/outcome';
import { dossierOf } from '#src/dossiers/dossier-of';
import { PreviewSchedule, type PreviewedChange, type SchedulePreview } from '#src/retention/preview-schedule.query';
import { PreviewTally } from '#src/retention/preview-tally';
import { refusedSchedule } from '#src/retention/refused-schedule';

/** Dossiers looked at before others get their turn. */
const AT_ONCE = 200;

@QueryHandler(PreviewSchedule)
export class PreviewScheduleHandler implements IQueryHandler<PreviewSchedule> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ proposed, after, limit, minPosition }: PreviewSchedule): Promise<Outcome<SchedulePreview>> {
    const { runner, views, clock } = this.ledger;
    const errors = validateSchedule(proposed.rules, proposed.use);
    if (errors.length > 0) return refused(refusedSchedule(errors));
    if (minPosition !== null && !await runner.waitFor(minPosition, MIN_POSITION_WAIT, retentionAgendaProjection.name)) {
      return refused(refusal('position-not-reached', 'De agenda weet nog niet van deze gebeurtenis. Vraag het straks opnieuw.'));
    }
    const reader = views.reader(retentionAgendaProjection);
    const knownAt = views.position(retentionAgendaProjection);
    const today = dayOfInstant(clock.now());
    const now = scheduleInForce(reader);
    const schedules = { now, proposed: { rules: proposed.rules, on: today.toString() } };
    const tally = after === null ? new PreviewTally() : null;
    const moved: (PreviewedChange & { dossier: null })[] = [];
    for (let from = after; ;) {
      const page: readonly DossierDate[] = dossierStates(reader, from, AT_ONCE);
      for (const { stream, state } of page) {
        const change = scheduleChange(state, schedules, today, classHoldsInForce(reader));
        tally?.add(change);
        if (change !== null && moved.length <= limit) moved.push({ stream, dossier: null, why: CHANGE_REASONS[change.reason], ...change });
      }
      // Only the first page counts them all; the others stop where they are full.
      if (page.length < AT_ONCE || (tally === null && moved.length > limit)) break;
      from = page.at(-1)!.stream;
      await nextTurn();
    }
    const changes: PreviewedChange[] = [];
    for (const change of moved.slice(0, limit)) changes.push({ ...change, dossier: await dossierOf(this.ledger, change.stream as DossierDate['stream']) });
    return done({
      schedule: proposed.version, against: now?.version ?? null, today: today.toString(),
      ...(tally === null ? {} : { counts: tally.counts() }), changes,
      ...(moved.length > limit ? { next: changes.at(-1)!.stream } : {}), knownAt,
    });
  }
}
