import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { SystemClock } from '#infra/clock/system-clock';
import { CommandFailure, EXIT, FOLDER_OPTIONS, WrongUse, flag, text, type Command } from '#src/cli/command';
import { writeDossier, type ExportedDossier } from '#src/cli/export/write-dossier';
import { writeExport } from '#src/cli/export/write-export';
import { configOf } from '#src/cli/folders';
import type { LedgerConfig } from '#src/composition/config';
import { openResumedLedger } from '#src/composition/resumed-ledger';

const REPORT_EVERY_MS = 1_000;

const WARNING = 'Let op: dit bestand bevat leesbare persoonsgegevens en verdwijnt niet mee als een dossier vernietigd wordt. '
  + 'Bewaar het versleuteld, niet langer dan nodig, en verwijder het daarna.';

export const exportCommand: Command = {
  name: 'export',
  summary: 'schrijf alle gebeurtenissen, of één dossier voor een e-depot, leesbaar weg (de dienst moet stilstaan)',
  options: {
    ...FOLDER_OPTIONS,
    to: { type: 'string', value: 'bestand', help: 'nieuw bestand: één regel JSON per gebeurtenis (NDJSON); met --dossier een nieuwe map' },
    dossier: { type: 'string', value: 'id', help: 'alleen dit dossier, blijvend te bewaren: JSON met MDTO voor een e-depot' },
  },
  async run(values, surroundings) {
    const to = text(values, 'to');
    if (to === undefined || to === '') throw new WrongUse('Noem het bestand met --to.');
    const config = configOf(values, surroundings);
    const file = resolve(to);
    refuseOwnFolders(file, config);
    // Opening would make one.
    if (!existsSync(join(config.dataDir, 'ledger.db'))) throw new CommandFailure('ledger-missing', 'In de gegevensmap staat geen grootboek.');
    const stopping = new AbortController();
    const stop = () => { stopping.abort(); };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const ledger = await openResumedLedger(config, new SystemClock());
    try {
      surroundings.err(WARNING);
      const dossier = text(values, 'dossier');
      if (dossier !== undefined) {
        const exported = await writeDossier(ledger, dossier, file);
        surroundings.out(flag(values, 'json') ? JSON.stringify({ ok: true, ...exported }) : dossierSentence(exported));
        return EXIT.done;
      }
      let said = performance.now();
      const exported = await writeExport(ledger, file, {
        signal: stopping.signal,
        progress(written, size) {
          if (performance.now() - said < REPORT_EVERY_MS) return;
          said = performance.now();
          surroundings.err(`${written} van ${size} geschreven`);
        },
      });
      surroundings.out(flag(values, 'json') ? JSON.stringify({ ok: true, ...exported }) : sentence(exported));
      return EXIT.done;
    } finally {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      await ledger.close();
    }
  },
};

function sentence({ events, destroyed }: { readonly events: number; readonly destroyed: number }): string {
  const gone = destroyed === 0 ? '' : ` Van ${destroyed} vernietigde staat er alleen de plaats.`;
  return `${events} gebeurtenissen geschreven.${gone} Dat dit bestand is gemaakt, is vastgelegd in het grootboek.`;
}

function dossierSentence({ events, files }: ExportedDossier): string {
  return `Dossier met ${events} gebeurtenissen geschreven: ${files.join(', ')}. Dat het is uitgevoerd, is vastgelegd. Het blijft ook hier bewaard.`;
}

/** There it would go along with a copy, or look like the ledger's own. */
function refuseOwnFolders(file: string, { dataDir, headDirs }: LedgerConfig): void {
  if ([dataDir, ...headDirs].some((folder) => file.startsWith(`${folder}${sep}`))) {
    throw new WrongUse('Het bestand bij --to mag niet in de gegevensmap of een hoofdmap liggen.');
  }
}
