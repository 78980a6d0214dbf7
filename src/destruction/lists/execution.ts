import type { StreamName } from '#domain/ledger/ids';
import type { ListState } from '#domain/destruction/list-state';
import { SMALL_RUN, type ListPolicy } from '#domain/destruction/list-policy';
import type { ListCommand } from '#domain/destruction/list';
import type { GovernanceState } from '#domain/governance/state';
import type { ActingPerson } from '#domain/ledger/event';
import type { DueDossier, DueDossiers } from '#src/destruction/lists/due-dossiers';
import type { ErasureRequests } from '#src/destruction/lists/erasure-requests';
import type { RunRequest } from '#src/destruction/run/run-executor';

interface Parts {
  readonly due: DueDossiers;
  readonly governance: { state(): Promise<GovernanceState> };
  readonly erasures: Pick<ErasureRequests, 'decisionOf'>;
}

/** Everything that the decision to execute asks; null while the agenda is behind. */
export async function executeCommand(
  parts: Parts, state: ListState, streams: readonly StreamName[], acting: { readonly by: ActingPerson; readonly today: string; readonly runId: string; readonly policy: ListPolicy },
): Promise<ListCommand & { readonly kind: 'execute' } | null> {
  const { due, governance, erasures } = parts;
  const { kind, erasure } = state;
  // An erasure waits for no others, and its dossiers are on no agenda.
  const dueNow = kind === 'erasure' ? [] : await (kind === 'follow' ? due.goneAtSource(acting.today) : due.dueOn(acting.today));
  if (dueNow === null) return null;
  const { authorisations } = await governance.state();
  return {
    ...acting, kind: 'execute', dueNow: smallCount(dueNow, streams), authorisation: authorisations.find(({ id }) => id === state.authorisation?.id) ?? null,
    ...(erasure === null ? {} : { decisionStands: await erasures.decisionOf(erasure.request) !== null }),
  };
}

/** What the gate asks otherwise than of a list by term that took the full procedure. */
export async function gateOf({ governance }: Pick<Parts, 'governance'>, { procedure, authorisation, kind, erasure }: ListState): Promise<Pick<RunRequest, 'lighter' | 'ground'>> {
  const ground = kind === 'erasure' ? { ground: { kind, request: erasure!.request } } : kind === 'follow' ? { ground: { kind } } : {};
  if (procedure === 'full') return ground;
  const { authorisations } = await governance.state();
  const rules = procedure === 'short' ? {} : { rules: authorisations.find(({ id }) => id === authorisation?.id)?.rules ?? [] };
  return { ...ground, lighter: { procedure, ...rules } };
}

/** How many of these are due, counted no further than it takes to know that they are not few. */
function smallCount(due: Iterable<DueDossier>, streams: readonly StreamName[]): number {
  const onList = new Set(streams);
  let count = 0;
  for (const { stream } of due) {
    if (onList.has(stream)) count += 1;
    if (count === SMALL_RUN) break;
  }
  return count;
}
