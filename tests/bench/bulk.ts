import { inFreshFolder, median, type Measurement } from './measure.ts';
import { client, cpuSeconds, peakMemory, serve, SOURCE } from './service.ts';

const PER_DOSSIER = 12;
const WARM_UP = 20_000;

export interface BulkFigures {
  /** Whole way, projections running: parsed, validated, decided, encrypted, durable. Client on the same machine. */
  readonly bulk: Measurement;
  /** Largest resident memory of the service, in MiB. */
  readonly memory: number;
  /** Processor time per event in one stream of that many events, against streams of 100. */
  readonly longStream: number;
}

export interface BulkAnswer {
  readonly perSecond: number;
  readonly recorded: number;
}

/** `events` per repeat through POST /v1/events/_bulk of a service in a process of its own; `long`: events of one stream. */
export function bulk(events: number, repeats: number, long: number): Promise<BulkFigures> {
  return inFreshFolder(async (folder) => {
    const service = await serve(folder);
    try {
      const token = await service.token('case-system');
      let runs = 0;
      const send = async (count: number, perDossier: number): Promise<{ perSecond: number; cpuMicros: number }> => {
        const before = cpuSeconds(service.child);
        const { perSecond } = await client<BulkAnswer>('bulk-client.ts', { url: service.url, token, source: SOURCE, events: count, perDossier, run: `${runs += 1}` });
        return { perSecond, cpuMicros: (cpuSeconds(service.child) - before) / count * 1e6 };
      };
      await send(WARM_UP, PER_DOSSIER);
      const sent = [];
      for (let repeat = 0; repeat < repeats; repeat += 1) sent.push(await send(events, PER_DOSSIER));
      const memory = peakMemory(service.child);
      const longStream = [];
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        const short = await send(long, 100);
        longStream.push((await send(long, long)).cpuMicros / short.cpuMicros);
      }
      const rates = sent.map(({ perSecond }) => perSecond);
      return {
        bulk: {
          name: `_bulk, ${events.toLocaleString('nl-NL')} gebeurtenissen, ${PER_DOSSIER} per dossier`, perSecond: Math.round(median(rates)),
          cpuMicros: Math.round(median(sent.map(({ cpuMicros }) => cpuMicros)) * 10) / 10, note: 'hele weg, met overzichten erbij', rates,
        },
        memory,
        longStream: median(longStream),
      };
    } finally {
      await service.stop();
    }
  });
}

/** One message of `events` through a service whose Node got `nodeOptions`; `memory`: largest resident memory in MiB. */
export function bulkOnce(events: number, nodeOptions: readonly string[]): Promise<{ readonly recorded: number; readonly memory: number; readonly perSecond: number }> {
  return inFreshFolder(async (folder) => {
    const service = await serve(folder, nodeOptions);
    try {
      const token = await service.token('case-system');
      const { recorded, perSecond } = await client<BulkAnswer>('bulk-client.ts', { url: service.url, token, source: SOURCE, events, perDossier: PER_DOSSIER, run: 'once' });
      return { recorded, memory: peakMemory(service.child), perSecond };
    } finally {
      await service.stop();
    }
  });
}
