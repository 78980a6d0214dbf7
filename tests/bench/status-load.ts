import { inFreshFolder, type Measurement } from './measure.ts';
import { client, serve, SOURCE } from './service.ts';
import type { BulkAnswer } from './bulk.ts';

const PER_DOSSIER = 12;
const ASKED_PER_SECOND = 1_000;
const COMING_IN_PER_SECOND = 2_000;

interface StatusAnswer {
  readonly asked: number;
  readonly perSecond: number;
  readonly wrong: number;
  readonly yes: number;
  readonly p50: number;
  readonly p99: number;
}

export interface StatusFigures {
  readonly questions: Measurement;
  readonly comingIn: Measurement;
  /** Milliseconds, from when a question was due. */
  readonly p99: number;
  readonly p99Quiet: number;
}

/** Questions about consent in an open loop, first alone and then while events come in and views are folded. */
export function statusUnderLoad(seconds: number, dossiers: number): Promise<StatusFigures> {
  return inFreshFolder(async (folder) => {
    const service = await serve(folder);
    try {
      const token = await service.token('case-system');
      const send = (run: string, events: number, more: object): Promise<BulkAnswer> =>
        client('bulk-client.ts', { url: service.url, token, source: SOURCE, events, perDossier: PER_DOSSIER, run, lives: true, ...more });
      const ask = async (during: number): Promise<StatusAnswer> => {
        const answer = await client<StatusAnswer>('status-client.ts', { url: service.url, token, perSecond: ASKED_PER_SECOND, seconds: during, dossiers, run: 'vooraf' });
        if (answer.wrong > 0 || answer.yes !== answer.asked) throw new Error(`answers that are not right: ${JSON.stringify(answer)}`);
        return answer;
      };
      await send('vooraf', dossiers * PER_DOSSIER, {});
      await ask(2);
      const quiet = await ask(seconds);
      // A little longer than the questions, so that all of them are asked while events come in.
      const coming = send('erbij', (seconds + 3) * COMING_IN_PER_SECOND, { perSecond: COMING_IN_PER_SECOND });
      const busy = await ask(seconds);
      const came = await coming;
      return {
        questions: line(`toestemming vragen, ${ASKED_PER_SECOND}/s, open lus`, busy.perSecond, `p50 ${busy.p50.toFixed(1)} ms, p99 ${busy.p99.toFixed(1)} ms; zonder aanvoer p99 ${quiet.p99.toFixed(1)} ms`),
        comingIn: line('gebeurtenissen die intussen binnenkwamen', came.perSecond, 'met overzichten erbij'),
        p99: busy.p99, p99Quiet: quiet.p99,
      };
    } finally {
      await service.stop();
    }
  });
}

function line(name: string, perSecond: number, note: string): Measurement {
  return { name, perSecond: Math.round(perSecond), note, rates: [perSecond] };
}
