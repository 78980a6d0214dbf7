import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFreshFolder, type Measurement } from './measure.ts';
import { environment, MAIN, serve, SOURCE } from './service.ts';

const PER_DOSSIER = 12;

export interface ImportFigures {
  readonly recorded: number;
  readonly rejects: readonly { readonly line: number; readonly code: string }[];
  readonly seconds: number;
}

/** `rekenschap import` of so many lines of CSV, the one at `wrongLine` (1 is the header) without a usable date. */
export function importLines(lines: number, wrongLine: number): Promise<ImportFigures> {
  return inFreshFolder(async (folder) => {
    const service = await serve(folder);
    try {
      const token = await service.token('case-system');
      writeFileSync(join(folder, 'kolommen.json'), JSON.stringify({
        columns: ['Nr', 'Zaak', 'Dag', 'Naar', 'Soort', 'Reden'],
        events: [{
          type: 'data-shared', id: ['Nr'],
          data: {
            occurredOn: { column: 'Dag', day: 'DD-MM-YYYY' }, dossier: { system: 'zaaksysteem', reference: { column: 'Zaak' } },
            recipient: { organisation: { column: 'Naar' } }, categories: { column: 'Soort', split: ',' }, decisionId: 'besluit-1', motivation: { column: 'Reden' },
          },
        }],
      }));
      const rows = Array.from({ length: lines }, (_, n) =>
        `${n};Z-${Math.floor(n / PER_DOSSIER)};${n + 2 === wrongLine ? 'gisteren' : '01-03-2026'};Thuiszorg Noord;gezondheid,wonen;De inwoner wil dat de zorgaanbieder meekijkt met het plan.`);
      writeFileSync(join(folder, 'delingen.csv'), `Nr;Zaak;Dag;Naar;Soort;Reden\r\n${rows.join('\r\n')}\r\n`);
      const start = performance.now();
      const child = spawn(process.execPath, [MAIN, 'import', 'delingen.csv', '--source', SOURCE, '--mapping', 'kolommen.json', '--json'], {
        cwd: folder, env: { ...environment(), REKENSCHAP_TOKEN: token, REKENSCHAP_URL: service.url }, stdio: ['ignore', 'pipe', 'ignore'],
      });
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text; });
      await once(child, 'close');
      const answer = JSON.parse(out) as { readonly recorded: number; readonly rejects: ImportFigures['rejects'] };
      return { recorded: answer.recorded, rejects: answer.rejects.map(({ line, code }) => ({ line, code })), seconds: (performance.now() - start) / 1_000 };
    } finally {
      await service.stop();
    }
  });
}

export function importMeasurement(lines: number, { recorded, rejects, seconds }: ImportFigures): Measurement {
  const rate = lines / seconds;
  return { name: `import, ${lines.toLocaleString('nl-NL')} regels CSV`, perSecond: Math.round(rate), rates: [rate], note: `${recorded} vastgelegd, ${rejects.length} afgewezen` };
}
