import { testBsn } from '../../domain/dossier/bsn.ts';

type Data = Readonly<Record<string, unknown>>;
type Sent = readonly [type: string, data: Data];

const yesterday = new Date(Date.now() - 86_400_000).toISOString();
const PERSONS = 8_000;
const RECIPIENT = { organisation: 'Thuiszorg Noord' };
const ABOUT = { purposes: ['afstemming-ondersteuning'], recipients: [RECIPIENT], categories: ['gezondheid'] };

/** Event `n` of a run, as NDJSON: `perDossier` events of one dossier after the other, its opening included. */
export function bulkLine(n: number, asked: { readonly source: string; readonly run: string; readonly perDossier: number; readonly lives?: boolean }): string {
  const number = Math.floor(n / asked.perDossier);
  const dossier = { system: 'zaaksysteem', reference: `bulk-${asked.run}-${number}` };
  const step = n % asked.perDossier;
  const [type, data] = asked.lives === true ? life(step, number) : consents(step, n, number);
  // A minute apart: of two acts at one moment nobody could say which was first.
  const occurredAt = asked.lives === true ? new Date(Date.parse(yesterday) + step * 60_000).toISOString() : yesterday;
  return `${JSON.stringify({
    specversion: '1.0', id: `bulk-${asked.run}-${n}`, source: asked.source, type: `nl.overheid.sociaaldomein.${type}`,
    time: yesterday, datacontenttype: 'application/json', data: { occurredAt, dossier, ...data },
  })}\n`;
}

function opened(number: number): Sent {
  return ['dossier-opened', { law: 'wmo2015', subjects: [{ role: 'client', bsn: testBsn(number % PERSONS) }] }];
}

function consents(step: number, n: number, number: number): Sent {
  if (step === 0) return opened(number);
  return ['consent-given', {
    consentId: `toestemming-${n}`, ...ABOUT, givenBy: [{ relation: 'zelf' }], form: 'schriftelijk',
    motivation: 'De inwoner wil dat de zorgaanbieder meekijkt met het plan, en heeft daar een gesprek over gehad.',
  }];
}

/** A dossier as most are: opened, informed, one exchange with consent, two without, closed long ago. */
function life(step: number, number: number): Sent {
  const consentId = `toestemming-${number}`;
  const closed = `${2010 + number % 15}-${String(1 + number % 12).padStart(2, '0')}-${String(1 + number % 28).padStart(2, '0')}`;
  const shared = (direction: string): Sent => ['data-shared', {
    decisionId: `besluit-${number}`, recipient: RECIPIENT, categories: ABOUT.categories, direction, medium: 'beveiligde-e-mail', purpose: 'afstemming-ondersteuning', targetedAnswer: true,
  }];
  const steps: readonly (() => Sent)[] = [
    () => opened(number),
    () => ['subject-informed', { channel: 'brief', notice: { id: 'privacyverklaring', version: '3' }, discussed: true }],
    () => ['consent-requested', { consentId, function: 'extra-requirement', ...ABOUT }],
    () => ['consent-given', { consentId, ...ABOUT, givenBy: [{ relation: 'zelf' }], form: 'schriftelijk', function: 'extra-requirement', explicit: true }],
    () => ['sharing-decided', {
      decisionId: `besluit-${number}`, outcome: 'delen', purpose: 'afstemming-ondersteuning', recipient: RECIPIENT, legalBasis: { article: 'wmo2015-5.2.5-2-zorgaanbieder-verstrekken' },
      direction: 'disclose', fromLaw: 'wmo2015', categories: ABOUT.categories, informedBeforehand: true, decidedBy: { function: 'consulent' }, consentId,
    }],
    () => shared('disclose'), () => shared('disclose'), () => shared('internal-reuse'),
    () => ['consent-withdrawn', { consentId }],
    () => ['consent-given', { consentId: `${consentId}-b`, ...ABOUT, givenBy: [{ relation: 'zelf' }], form: 'schriftelijk' }],
    () => ['dossier-closed', { on: closed, result: 'verleend' }],
    () => ['retention-trigger', { trigger: 'end-of-provision', on: closed }],
  ];
  return steps[step % steps.length]!();
}
