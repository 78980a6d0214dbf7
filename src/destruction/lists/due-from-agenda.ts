import { dueItems } from '#projections/retention-agenda/queries';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import type { Ledger } from '#src/composition/ledger';
import type { DueDossier, DueDossiers } from '#src/destruction/lists/due-dossiers';

const WAIT_MS = 10_000;

/** The retention agenda's own answer, as it stands when the view has seen the head of now. */
export function dueFromAgenda({ store, runner, views }: Pick<Ledger, 'store' | 'runner' | 'views'>): DueDossiers {
  return {
    async dueOn(today) {
      if (!await runner.waitFor(store.head().size - 1, WAIT_MS, retentionAgendaProjection.name)) return null;
      return due(views, today);
    },
  };
}

function* due(views: Ledger['views'], today: string): Generator<DueDossier> {
  // A reader for each page: the view may be built anew in between.
  for (const item of dueItems(() => views.reader(retentionAgendaProjection), Temporal.PlainDate.from(today))) {
    yield { stream: item.stream, rule: item.rule!.id, firstDestructionDay: item.firstDestructionDay!, procedure: item.procedure ?? 'full' };
  }
}
