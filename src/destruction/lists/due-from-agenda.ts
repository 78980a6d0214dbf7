import { dueItems, itemsGoneAtSource, type AgendaItem } from '#projections/retention-agenda/queries';
import { retentionAgendaProjection } from '#projections/retention-agenda/projection';
import type { Ledger } from '#src/composition/ledger';
import type { DueDossier, DueDossiers } from '#src/destruction/lists/due-dossiers';

const WAIT_MS = 10_000;
const FOLLOWS = 'volgt-bron';

/** The retention agenda's own answer, as it stands when the view has seen the head of now. */
export function dueFromAgenda({ store, runner, views }: Pick<Ledger, 'store' | 'runner' | 'views'>): DueDossiers {
  const caughtUp = (): Promise<boolean> => runner.waitFor(store.head().size - 1, WAIT_MS, retentionAgendaProjection.name);
  return {
    async dueOn(today) {
      return await caughtUp() ? due(dueItems(() => views.reader(retentionAgendaProjection), Temporal.PlainDate.from(today))) : null;
    },
    async goneAtSource(today) {
      return await caughtUp() ? due(itemsGoneAtSource(() => views.reader(retentionAgendaProjection), Temporal.PlainDate.from(today))) : null;
    },
  };
}

// A reader for each page: the view may be built anew in between.

function* due(items: Iterable<AgendaItem>): Generator<DueDossier> {
  for (const { stream, rule, allowedFrom, firstDestructionDay, procedure } of items) {
    // What follows its source may have no rule, or no term, of its own.
    yield { stream, rule: rule?.id ?? FOLLOWS, firstDestructionDay: firstDestructionDay ?? allowedFrom!, procedure: procedure ?? 'full' };
  }
}
