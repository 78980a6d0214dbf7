import type { ExceptionKind } from '#domain/destruction/events';
import { HEARD_LABELS, MEANS_LABELS } from '#domain/destruction/list-people';
import type { ListKind } from '#domain/destruction/list-kind';
import { PHASE_LABELS } from '#domain/destruction/list-checks';
import { counted } from '#src/words/counted';
import type { ListPage, ListView } from '#src/destruction/lists/list-view';

const PROCEDURES = { full: 'volledige procedure', short: 'korte procedure', standing: 'doorlopende machtiging' } as const;

const KINDS: Readonly<Partial<Record<ListKind, string>>> = { erasure: 'wissing op verzoek', follow: 'volgt het bronsysteem' };

/** One line for a person. A name holds letters, figures and a few signs only: that is checked when it is given. */
export function listLine({ id, name, status, items, excepted, version, procedure, kind, executableFrom, destroyed, recipients }: ListView): string {
  const open = destroyed === null ? 0 : recipients.toTell - recipients.told;
  const parts = [
    `${status === 'none' ? 'onbekend' : PHASE_LABELS[status]}`, KINDS[kind] ?? PROCEDURES[procedure], `${counted(items, 'dossier', 'dossiers')}${excepted === 0 ? '' : `, ${excepted} eraf gehaald`}`,
    ...(executableFrom === null || destroyed !== null ? [] : [`uitvoeren kan vanaf ${dutchDay(executableFrom)}`]),
    ...(destroyed === null ? [] : [`${destroyed} vernietigd`]), ...(open <= 0 ? [] : [`nog te melden aan ${counted(open, 'ontvanger', 'ontvangers')}`]), `versie ${version}`,
  ];
  return `Lijst ${id} "${name}": ${parts.join('; ')}.`;
}

/** The whole of one list: who did what, what was written, its items. */
export function listLines(list: ListPage, items: NonNullable<ListPage['page']>): readonly string[] {
  return [
    listLine(list),
    ...list.persons.map((one) => `  ${one.step}: ${one.function}, ${dutchDay(one.on)}`),
    ...list.advices.map((one) => `  advies: ${one.function}, ${dutchDay(one.on)}, ${one.advice === 'agreed' ? 'akkoord' : 'niet akkoord'}`),
    ...list.notes.map(({ about, text }) => `  ${NOTES[about]}: ${plain(text)}`),
    ...(list.kind === 'erasure' && list.heard.length === 0 ? ['  gehoord: nog niemand'] : list.heard.map(({ whom, on }) => `  gehoord: ${HEARD_LABELS[whom]}, ${dutchDay(on)}`)),
    ...list.toTell.map(({ n, name, reference, told }) => `  ${told === null ? 'nog te melden dat gewist is' : `gemeld op ${dutchDay(told.on)} ${MEANS_LABELS[told.means]}`}: ${n}. ${plain(name)}${reference === undefined ? '' : ` (${plain(reference)})`}`),
    ...(list.page === null ? ['  De regels van deze lijst zijn vernietigd.'] : items.map(({ n, dossier, reference, rule, firstDestructionDay, exception }) =>
      `  ${String(n).padStart(6)}  ${dossier}  ${reference ? plain(`${reference.system} ${reference.reference}`) : 'vernietigd'}  ${plain(rule)}  ${dutchDay(firstDestructionDay)}${exception === null ? '' : `  eraf, ${EXCEPTIONS[exception.kind]}: ${plain(exception.reason)}`}`)),
  ];
}

const EXCEPTIONS: Readonly<Record<ExceptionKind, string>> = { 'extend': 'verlengen', 'other-rule': 'een andere regel', 'keep': 'bewaren' };

const NOTES = {
  'cancelled': 'ingetrokken', 'changes-requested': 'gevraagde wijziging', 'answered': 'antwoord', 'advised': 'advies', 'person-replaced': 'stap overgenomen', 'heard': 'gehoord',
} as const;

export function dutchDay(day: string): string {
  const [year, month, date] = day.split('-');
  return `${date}-${month}-${year}`;
}

/** What a person wrote must not steer a terminal. */
export function plain(shown: string): string {
  return shown.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
