import { statSync } from 'node:fs';
import { REFUSALS, type RefusalCode } from '#domain/ledger/refusals';
import { isCalendarDay } from '#src/events/dto/fields';
import { isSource } from '#src/identity/tokens';
import { CommandFailure, EXIT, WrongUse, flag, text, type Command, type OptionValues, type Surroundings } from '#src/cli/command';
import { ENCODINGS } from '#src/cli/import/mapping-file';
import { rejectsFile } from '#src/cli/import/progress-file';
import { runImport, type ImportRequest, type ImportResult } from '#src/cli/import/run-import';

export const importCommand: Command = {
  name: 'import',
  summary: 'lees gebeurtenissen in uit NDJSON of CSV; herhalen mag',
  argument: { name: 'file', value: 'bestand' },
  options: {
    source: { type: 'string', value: 'urn', help: 'bron: urn:nld:oin:<20 cijfers>:systeem:<naam>' },
    format: { type: 'string', value: 'vorm', help: 'ndjson of csv (anders volgt dit uit de naam van het bestand)' },
    mapping: { type: 'string', value: 'bestand', help: 'bij CSV: welke kolom welk veld is' },
    encoding: { type: 'string', value: 'naam', help: `tekens: ${ENCODINGS.join(' of ')} (anders utf-8)` },
    history: { type: 'boolean', help: 'eerste lading: laat vastleggen is hier geen signaal; vraagt --from' },
    from: { type: 'string', value: 'datum', help: 'eerste dag van de eerste lading' },
    batch: { type: 'string', value: 'naam', help: 'naam van de eerste lading (anders uit het bestand)' },
    'with-content': { type: 'boolean', help: 'schrijf bij afgewezen regels ook de inhoud weg; daar staan persoonsgegevens in' },
    url: { type: 'string', value: 'adres', help: 'adres van de dienst (REKENSCHAP_URL, anders http://127.0.0.1:8080)' },
  },
  async run(values, surroundings) {
    const request = requestOf(values, surroundings);
    if (request.withContent) surroundings.err(`Let op: ${rejectsFile(request.file)} krijgt de inhoud van afgewezen regels. Daarin staan persoonsgegevens. Verwijder het bestand na gebruik.`);
    const stop = new AbortController();
    const onSignal = (): void => { stop.abort(); };
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    let said = Date.now();
    try {
      const result = await runImport(request, stop.signal, ({ done, rejected }) => {
        if (Date.now() - said < 1_000) return;
        said = Date.now();
        surroundings.err(`${done} verwerkt, ${rejected} afgewezen`);
      });
      report(result, request, values, surroundings);
      return result.rejected === 0 ? EXIT.done : EXIT.failed;
    } finally {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    }
  },
};

function report(result: ImportResult, request: ImportRequest, values: OptionValues, { out }: Surroundings): void {
  if (flag(values, 'json')) {
    out(JSON.stringify({ ok: result.rejected === 0, ...result, rejects: result.rejects.map(({ content: _content, ...one }) => one) }));
    return;
  }
  for (const { line, id, code, paths } of result.rejects) {
    out(`regel ${line}: afgewezen, ${code}${wordsOf(code)}${paths.length === 0 ? '' : ` (${paths.join(', ')})`}${id === '' ? '' : `, kenmerk ${id}`}`);
  }
  if (result.rejected > result.rejects.length) out(`... en nog ${result.rejected - result.rejects.length}`);
  if (result.rejected > 0) out(`Alle afgewezen regels staan in ${rejectsFile(request.file)}.`);
  if (result.resumedAfter > 0) out(`Verder gegaan na ${result.resumedAfter}.`);
  if (result.formulaCells > 0) out(`Cellen die beginnen met =, +, - of @: ${result.formulaCells}. Wat erin staat, is als tekst overgenomen.`);
  if (result.batch !== null) out(`Eerste lading: ${result.batch}.`);
  out(`${result.recorded} vastgelegd, ${result.known} al bekend, ${result.rejected} afgewezen.`);
}

/** The service's codes have a title of their own; these are of the file. */
const OF_THE_FILE: Readonly<Record<string, string>> = {
  'wrong-columns': 'een ander aantal kolommen dan de eerste regel', 'cut-off': 'het bestand houdt hier midden in een regel op, of een aanhalingsteken is niet gesloten',
  'no-event': 'geen enkele gebeurtenis van --mapping past bij deze regel',
};

function wordsOf(code: string): string {
  const words = OF_THE_FILE[code] ?? (Object.hasOwn(REFUSALS, code) ? REFUSALS[code as RefusalCode].title : undefined);
  return words === undefined ? '' : `: ${words}`;
}

function requestOf(values: OptionValues, { environment }: Surroundings): ImportRequest {
  const file = text(values, 'file');
  if (file === undefined) throw new WrongUse('Noem het bestand: rekenschap import <bestand> --source <urn>.');
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw new CommandFailure('not-found', 'Dit bestand is er niet.');
  const source = text(values, 'source');
  if (source === undefined || !isSource(source)) throw new WrongUse('Noem de bron met --source: urn:nld:oin:<20 cijfers>:systeem:<naam>.');
  const format = text(values, 'format') ?? (file.endsWith('.csv') ? 'csv' : 'ndjson');
  if (format !== 'ndjson' && format !== 'csv') throw new WrongUse('De vorm (--format) is ndjson of csv.');
  const mappingFile = text(values, 'mapping');
  if (format === 'csv' && mappingFile === undefined) throw new WrongUse('Bij CSV zegt --mapping welke kolom welk veld is.');
  if (format === 'ndjson' && mappingFile !== undefined) throw new WrongUse('--mapping hoort bij CSV.');
  const encoding = ENCODINGS.find((one) => one === text(values, 'encoding')?.toLowerCase());
  if (text(values, 'encoding') !== undefined && encoding === undefined) throw new WrongUse(`De tekens (--encoding) zijn ${ENCODINGS.join(' of ')}.`);
  const token = environment['REKENSCHAP_TOKEN'];
  if (token === undefined || token === '') throw new WrongUse('Zet een token van de bron in REKENSCHAP_TOKEN (zie "rekenschap help token").');
  return {
    file, format, source, token, withContent: flag(values, 'with-content'),
    url: text(values, 'url') ?? environment['REKENSCHAP_URL'] ?? 'http://127.0.0.1:8080',
    today: Temporal.Now.plainDateISO('Europe/Amsterdam').toString(),
    ...(mappingFile === undefined ? {} : { mappingFile }),
    ...(encoding === undefined ? {} : { encoding }),
    ...historyOf(values),
  };
}

function historyOf(values: OptionValues): Pick<ImportRequest, 'history'> {
  const from = text(values, 'from');
  const batch = text(values, 'batch');
  if (!flag(values, 'history')) {
    if (from !== undefined || batch !== undefined) throw new WrongUse('--from en --batch horen bij --history.');
    return {};
  }
  if (from === undefined || !isCalendarDay(from)) throw new WrongUse('Noem bij --history met --from de eerste dag van de lading, als jaar-maand-dag.');
  return { history: { from, ...(batch === undefined ? {} : { batch }) } };
}
