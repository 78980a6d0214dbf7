import { SystemClock } from '#infra/clock/system-clock';
import { CommandFailure, EXIT, FOLDER_OPTIONS, flag, type Command } from '#src/cli/command';
import { configOf } from '#src/cli/folders';
import type { Ledger } from '#src/composition/ledger';
import { PROJECTIONS } from '#src/composition/projections';
import { openResumedLedger } from '#src/composition/resumed-ledger';

const REPORT_EVERY_MS = 1_000;

export const rebuild: Command = {
  name: 'rebuild',
  summary: 'bouw de overzichten opnieuw op uit de gebeurtenissen',
  options: FOLDER_OPTIONS,
  async run(values, surroundings) {
    const ledger = await openResumedLedger(configOf(values, surroundings), new SystemClock());
    try {
      const start = performance.now();
      await ledger.runner.rebuild(...PROJECTIONS.map(({ name }) => name));
      await untilRebuilt(ledger, surroundings.err);
      const events = ledger.store.head().size;
      const seconds = (performance.now() - start) / 1_000;
      surroundings.out(flag(values, 'json')
        ? JSON.stringify({ ok: true, views: PROJECTIONS.length, events, seconds })
        : `${PROJECTIONS.length} overzichten opnieuw opgebouwd uit ${events} gebeurtenissen in ${seconds.toFixed(1).replace('.', ',')} s.`);
      return EXIT.done;
    } finally {
      await ledger.close();
    }
  },
};

async function untilRebuilt({ runner, store }: Ledger, progress: (text: string) => void): Promise<void> {
  const last = store.head().size - 1;
  for (;;) {
    const built = await runner.untilBuilt(REPORT_EVERY_MS) && await runner.waitFor(last, REPORT_EVERY_MS);
    const { views } = runner.status();
    if (views.some(({ halted }) => halted !== null)) {
      throw new CommandFailure('view-halted', 'Een overzicht kan niet verder: er ontbreekt iets dat geen vernietiging verklaart. Controleer met "rekenschap verify".');
    }
    if (built) return;
    progress(`${Math.min(...views.map(({ position, building }) => building ?? position)) + 1} van ${last + 1} gebeurtenissen verwerkt`);
  }
}
