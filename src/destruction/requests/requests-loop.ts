import type { DestructionLists } from '#src/destruction/lists/destruction-lists';
import type { LocationRequests } from '#src/destruction/requests/location-requests';

const LOOK_EVERY_MS = 30_000;

export interface LoopParts {
  readonly requests: Pick<LocationRequests, 'round'>;
  readonly lists: Pick<DestructionLists, 'execute'>;
  /** False once the ledger takes nothing any more: then the loop ends itself. */
  readonly isOpen: () => boolean;
  readonly onFault: (error: unknown) => void;
}

/** As long as the service runs: what is due is sent again, and a list whose places have answered is executed. */
export function loopRequests({ requests, lists, isOpen, onFault }: LoopParts): void {
  let busy = false;
  const timer = setInterval(() => {
    if (!isOpen()) return clearInterval(timer);
    if (busy) return;
    busy = true;
    const round = async (): Promise<void> => {
      for (const { listId, revision, person } of await requests.round()) await lists.execute(listId, revision, person);
    };
    round().catch((error: unknown) => { if (isOpen()) onFault(error); }).finally(() => { busy = false; });
  }, LOOK_EVERY_MS);
  timer.unref();
}
