import { CommandFailure } from '#src/cli/command';
import type { ConsentStatusAnswer } from '#src/consents/consent-status.query';
import type { Api } from '#src/demo/api';
import { JANSEN_QUESTION } from '#src/demo/jansen-household';
import { moment, type DossierPen, type PlayedEvent } from '#src/synthetic/played-event';
import { dutchDate } from '#src/demo/words';

/** The same event again: accepted, the first receipt, nothing counted twice. */
export async function resend(api: Api, events: readonly PlayedEvent[], say: (line: string) => void): Promise<void> {
  const { status, body } = await api.send(events[0]!);
  if (status !== 200 || body.status !== 'known') throw new CommandFailure('resend', 'Een bericht dat twee keer kwam, is niet herkend.');
  say('  Hetzelfde bericht nog eens: herkend, met hetzelfde ontvangstbewijs; er telt niets dubbel.');
}

/** Was there consent on that day? Before and after mevrouw Jansen took hers back. */
export async function askAboutConsent(api: Api, minPosition: number, say: (line: string) => void): Promise<void> {
  const { dossier, exchange, daysToAsk } = JANSEN_QUESTION;
  const answers: boolean[] = [];
  for (const day of daysToAsk) {
    const { valid } = await api.json<ConsentStatusAnswer>({
      as: 'fg', path: '/v1/consents/_status', minPosition,
      body: { dossier, purpose: exchange.purpose, recipient: exchange.recipient, category: exchange.categories[0], at: moment(day).toString() },
    });
    answers.push(valid);
    say(`  Mevrouw Jansen, gegevens over werk naar de Wmo, op ${dutchDate(day)}: ${valid ? 'toestemming' : 'geen geldige toestemming'}.`);
  }
  if (answers.join() !== 'true,false') throw new CommandFailure('consent', 'De toestemming van mevrouw Jansen klopt niet met wat er is gebeurd.');
}

const LATE_DAY = '2026-01-14';

/** A fact that arrives for a destroyed dossier is refused and leaves nothing behind. */
export async function sendLate(api: Api, destroyed: readonly DossierPen[], say: (line: string) => void): Promise<void> {
  const pen = destroyed[0];
  if (pen === undefined) throw new CommandFailure('nothing-due', 'Er was niets te vernietigen.');
  const late: PlayedEvent = {
    at: moment(LATE_DAY), id: 'demo-te-laat', sender: { law: pen.law }, type: 'dossier-closed',
    data: { occurredOn: LATE_DAY, dossier: pen.dossier, on: LATE_DAY, result: 'beeindigd' },
  };
  const { status, body } = await api.send(late, [410]);
  say(`  Een bericht dat daarna nog komt voor een vernietigd dossier: geweigerd (${status} ${body.code}).`);
}
