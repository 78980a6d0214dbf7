import type { SentEventType } from '#domain/catalogue';
import type { FieldError } from '#domain/ledger/refusals';
import { isPlainObject } from '#src/events/dto/fields';

type Data = Readonly<Record<string, unknown>>;

/** At least one of these fields; the first names the path of the error. */
export interface Either {
  readonly fields: readonly [string, ...string[]];
  readonly detail: string;
}

/** Of every type: a moment or a day. Exactly one is asked in `whenErrors`. */
export const WHEN: readonly [string, string] = ['occurredAt', 'occurredOn'];

/** Which fields of a type may stand for each other. The table of event types in the documentation reads it too. */
export const EITHER: Partial<Record<SentEventType, readonly Either[]>> = {
  'dossier-closed': [{ fields: ['result', 'resultaattype'], detail: 'Geef het resultaat of het resultaattype.' }],
  'sharing-decided': [{ fields: ['toLaw', 'recipient'], detail: 'Geef de wet of de ontvanger waarvoor het besluit geldt.' }],
  'data-shared': [
    { fields: ['categories', 'routeId'], detail: 'Geef de soorten gegevens of de route.' },
    { fields: ['decisionId', 'routeId'], detail: 'Geef het besluit of de route.' },
  ],
  'hold-placed': [{ fields: ['dossier', 'scope'], detail: 'Geef het dossier, of met scope voor welke dossiers dit geldt.' }],
  'hold-lifted': [{ fields: ['dossier', 'scope'], detail: 'Geef het dossier, of met scope voor welke dossiers dit geldt.' }],
};

/** Rules over several fields at once, which no decorator of one field can see. Paths are JSON Pointers into data. */
export function togetherErrors(type: SentEventType, data: Data): readonly FieldError[] {
  const errors: FieldError[] = [];
  add(errors, whenErrors(data));
  for (const [person, path] of personsAt(data, '')) add(errors, personErrors(person, path));
  for (const [recipient, path] of recipientsOf(data)) add(errors, recipientErrors(recipient, path));
  for (const { fields, detail } of EITHER[type] ?? NONE) add(errors, oneOf(data, fields, `/${fields[0]}`, detail));
  add(errors, OWN_RULES[type]?.(data) ?? NONE);
  return errors;
}

/** Of every event, and mostly there are none. */
const NONE: readonly never[] = [];

function add(errors: FieldError[], more: readonly FieldError[]): void {
  if (more.length > 0) errors.push(...more);
}

const OWN_RULES: Partial<Record<SentEventType, (data: Data) => readonly FieldError[]>> = {
  'sharing-decided': (data) => (isPlainObject(data['legalBasis'])
    ? oneOf(data['legalBasis'], ['gdpr', 'article'], '/legalBasis', 'Geef de grondslag: gdpr of article. Is er geen, geef dan none.')
    : []),
  'hold-placed': holdErrors,
  'hold-lifted': holdErrors,
  'casusoverleg-held': (data) => listed(data, 'items').flatMap(([item, path]) => itemErrors(item, path)),
};

/** The places in an event's data where a person is named, with their paths. Nothing else may hold a person. */
export function personsAt(data: Data, parent: string): readonly [Data, string][] {
  const found: [Data, string][] = [];
  for (const name of SINGLE_PERSONS) if (isPlainObject(data[name])) found.push([data[name], `${parent}/${name}`]);
  for (const name of LISTED_PERSONS) for (const [person, path] of listed(data, name)) found.push([person, `${parent}${path}`]);
  if (parent === '') for (const [item, path] of listed(data, 'items')) found.push(...personsAt(item, path));
  return found;
}

const SINGLE_PERSONS = ['subject', 'heldBy'] as const;
const LISTED_PERSONS = ['subjects', 'aboutOthers'] as const;
const SINGLE_RECIPIENTS = ['recipient', 'where'] as const;

/** Places where a recipient is asked by name or by kind. A receiver that must have a name has a class of its own. */
function recipientsOf(data: Data): readonly [Data, string][] {
  const found: [Data, string][] = [];
  for (const name of SINGLE_RECIPIENTS) if (isPlainObject(data[name])) found.push([data[name], `/${name}`]);
  found.push(...listed(data, 'recipients'));
  const about = data['about'];
  if (isPlainObject(about)) for (const [recipient, path] of listed(about, 'recipients')) found.push([recipient, `/about${path}`]);
  return found;
}

function holdErrors(data: Data): readonly FieldError[] {
  const { dossier, subjects, scope } = data;
  if (!isPlainObject(scope)) return [];
  if (dossier !== undefined) return [fault('/scope', 'Geef een dossier of een scope, niet allebei.')];
  if (subjects !== undefined) return [fault('/subjects', 'Een scope gaat over dossiers, niet over personen.')];
  return oneOf(scope, ['rules', 'laws', 'period'], '/scope', 'Zeg voor welke dossiers dit geldt: rules, laws of period.');
}

function itemErrors(item: Data, path: string): readonly FieldError[] {
  const anonymous = item['anonymous'] === true;
  if (anonymous && item['dossier'] !== undefined) return [fault(path, 'Een anoniem besproken casus noemt geen dossier.')];
  if (!anonymous && item['dossier'] === undefined) return [fault(path, 'Geef het dossier, of anonymous: true.')];
  return anonymous
    ? ['subjects', 'aboutOthers'].filter((name) => item[name] !== undefined).map((name) => fault(`${path}/${name}`, 'Een anoniem besproken casus noemt niemand.'))
    : [];
}

function whenErrors(data: Data): readonly FieldError[] {
  const [atMoment, onDay] = [data[WHEN[0]] !== undefined, data[WHEN[1]] !== undefined];
  if (atMoment !== onDay) return NONE;
  return [!atMoment
    ? fault('/occurredAt', 'Geef wanneer het gebeurde: occurredAt (tijdstip) of occurredOn (dag).')
    : fault('/occurredOn', 'Geef occurredAt of occurredOn, niet allebei.')];
}

function personErrors(subject: Data, path: string): readonly FieldError[] {
  const { bsn, system, reference } = subject;
  const byReference = system !== undefined || reference !== undefined;
  if (bsn !== undefined && byReference) return [fault(path, 'Geef een bsn, of een system met een reference, niet allebei.')];
  if (bsn === undefined && !byReference) return [fault(path, 'Geef een bsn, of een system met een reference.')];
  if (bsn !== undefined) return [];
  if (system === undefined) return [fault(`${path}/system`, 'Bij een reference hoort een system.')];
  return reference === undefined ? [fault(`${path}/reference`, 'Bij een system hoort een reference.')] : [];
}

function recipientErrors(recipient: Data, path: string): readonly FieldError[] {
  return oneOf(recipient, ['organisation', 'kind'], path, 'Geef de organisatie of het soort ontvanger.');
}

function oneOf(data: Data, names: readonly string[], path: string, detail: string): readonly FieldError[] {
  return names.some((name) => data[name] !== undefined) ? NONE : [fault(path, detail)];
}

function listed(data: Data, name: string): readonly [Data, string][] {
  const list = data[name];
  if (!Array.isArray(list)) return NONE;
  const found: [Data, string][] = [];
  for (let index = 0; index < list.length; index += 1) {
    const item: unknown = list[index];
    if (isPlainObject(item)) found.push([item, `/${name}/${index}`]);
  }
  return found;
}

function fault(path: string, detail: string): FieldError {
  return { code: 'field-invalid', path, detail };
}
