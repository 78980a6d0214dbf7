import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BuildAhead, LentView } from '#src/projecting/build-ahead';
import type { ProjectorThreadData } from '#src/projecting/projector-protocol';

/** What a builder's thread is started with. */
export type BuilderThreadData = Omit<ProjectorThreadData, 'viewsFile'> & { readonly lent: readonly LentView[] };

/** About half the work of folding all of them, as measured by `npm run bench -- --only stored`. */
const APART: ReadonlySet<string> = new Set(['consent-status', 'expiry-calendar']);

/** Some views are built in a thread of their own, which reads and opens the events for itself. */
export function buildAhead(data: ProjectorThreadData): BuildAhead {
  return {
    apart: APART,
    start(lent, size, onMoved) {
      const ts = import.meta.url.endsWith('.ts');
      const { ledgerFile, vaultFile, master, log } = data;
      const workerData: BuilderThreadData = { ledgerFile, vaultFile, master, log, size, lent };
      const worker = new Worker(new URL(ts ? './builder-thread.ts' : './builder-thread.js', import.meta.url), {
        name: 'builder', workerData, execArgv: ts ? ['--conditions=source'] : [],
      });
      worker.on('message', onMoved);
      const ended = once(worker, 'exit').then(([code]) => code === 0, () => false);
      return { ended, stop: async () => { await worker.terminate(); } };
    },
  };
}
