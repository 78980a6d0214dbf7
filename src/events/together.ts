import type { SentEventType } from '#domain/catalogue';
import type { FieldError } from '#domain/ledger/refusals';
import { isPlainObject } from '#src/events/dto/fields';

/** Rules over several fields at once, which no decorator of one field can see. Paths are JSON Pointers into data. */
export function togetherErrors(type: SentEventType, data: Readonly<Record<string, unknown>>): readonly FieldError[] {
  return [
    ...whenErrors(data),
    ...listed(data, 'subjects').flatMap(([subject, path]) => personErrors(subject, path)),
    ...listed(data, 'recipients').flatMap(([recipient, path]) => recipientErrors(recipient, path)),
    ...(OWN_RULES[type]?.(data) ?? []),
  ];
}

const OWN_RULES: Partial<Record<SentEventType, (data: Readonly<Record<string, unknown>>) => readonly FieldError[]>> = {
  'dossier-closed': (data) => oneOf(data, ['result', 'resultaattype'], '/result', 'Geef het resultaat of het resultaattype.'),
  'sharing-decided': (data) => [
    ...oneOf(data, ['toLaw', 'recipient'], '/toLaw', 'Geef de wet of de ontvanger waarvoor het besluit geldt.'),
    ...(isPlainObject(data['recipient']) ? recipientErrors(data['recipient'], '/recipient') : []),
    ...(isPlainObject(data['legalBasis']) ? oneOf(data['legalBasis'], ['gdpr', 'article'], '/legalBasis', 'Geef de grondslag: gdpr of article. Is er geen, geef dan none.') : []),
  ],
  'data-shared': (data) => [
    ...oneOf(data, ['categories', 'routeId'], '/categories', 'Geef de soorten gegevens of de route.'),
    ...oneOf(data, ['decisionId', 'routeId'], '/decisionId', 'Geef het besluit of de route.'),
  ],
};

function whenErrors(data: Readonly<Record<string, unknown>>): readonly FieldError[] {
  const given = ['occurredAt', 'occurredOn'].filter((name) => data[name] !== undefined);
  if (given.length === 1) return [];
  return [given.length === 0
    ? fault('/occurredAt', 'Geef wanneer het gebeurde: occurredAt (tijdstip) of occurredOn (dag).')
    : fault('/occurredOn', 'Geef occurredAt of occurredOn, niet allebei.')];
}

function personErrors(subject: Readonly<Record<string, unknown>>, path: string): readonly FieldError[] {
  const { bsn, system, reference } = subject;
  const byReference = system !== undefined || reference !== undefined;
  if (bsn !== undefined && byReference) return [fault(path, 'Geef een bsn, of een system met een reference, niet allebei.')];
  if (bsn === undefined && !byReference) return [fault(path, 'Geef een bsn, of een system met een reference.')];
  if (bsn !== undefined) return [];
  if (system === undefined) return [fault(`${path}/system`, 'Bij een reference hoort een system.')];
  return reference === undefined ? [fault(`${path}/reference`, 'Bij een system hoort een reference.')] : [];
}

function recipientErrors(recipient: Readonly<Record<string, unknown>>, path: string): readonly FieldError[] {
  return oneOf(recipient, ['organisation', 'kind'], path, 'Geef de organisatie of het soort ontvanger.');
}

function oneOf(data: Readonly<Record<string, unknown>>, names: readonly string[], path: string, detail: string): readonly FieldError[] {
  return names.some((name) => data[name] !== undefined) ? [] : [fault(path, detail)];
}

function listed(data: Readonly<Record<string, unknown>>, name: string): readonly [Record<string, unknown>, string][] {
  const list = data[name];
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) => (isPlainObject(item) ? [[item, `/${name}/${index}`] as [Record<string, unknown>, string]] : []));
}

function fault(path: string, detail: string): FieldError {
  return { code: 'field-invalid', path, detail };
}
