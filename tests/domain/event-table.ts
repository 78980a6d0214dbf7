import { catalogueEntry, EVENT_TYPE_PREFIX, SENT_EVENT_TYPES, type Concept, type Route, type SentEventType } from '#domain/catalogue';
import type { Role } from '#domain/ledger/roles';
import { fieldsOfType } from '#src/events/dto/describe';
import { EITHER, WHEN } from '#src/events/together';

const CONCEPTS: Readonly<Record<Concept, string>> = {
  dossier: 'Dossier', consent: 'Toestemming', sharing: 'Delen', casusoverleg: 'Casusoverleg', informing: 'Informeren',
  access: 'Toegang tot een dossier', rights: 'Rechten van de betrokkene', retention: 'Bewaren', destruction: 'Vernietigen',
  governance: 'Bestuur en beheer', ledger: 'Verbeteren',
};

const ROLES: Readonly<Partial<Record<Role, string>>> = {
  'case-system': 'zaaksysteem', 'professional': 'professional', 'privacy-officer': 'privacy officer', 'record-manager': 'recordmanager',
  'archivist': 'archivaris', 'controller': 'college',
};

const ROUTES: Readonly<Record<Route, string>> = {
  'dossier': 'het dossier', 'access': 'de inzage van het dossier', 'rights-request': 'het verzoek (`requestId`)', 'governance': 'het bestuur',
  'meeting': 'het overleg (`meetingId`)', 'destruction-list': 'de vernietigingslijst', 'of-event': 'waar de genoemde gebeurtenis staat',
};

/** The page about every event from outside, made of the one table and of the classes that check the data. */
export function eventTable(): string {
  const concepts = [...new Set(SENT_EVENT_TYPES.map((type) => catalogueEntry(type).concept))];
  return `${[HEAD, ...concepts.map(section), TAIL].join('\n\n')}\n`;
}

const HEAD = `# Gebeurtenissen

Dit kunt u het grootboek sturen. Deze bladzijde is gemaakt uit de code en wordt door een test vergeleken.
Wat u stuurt is een CloudEvent. Het \`type\` is \`${EVENT_TYPE_PREFIX}\` met daarachter de naam uit de tabel.

- **Nodig** is het minste. Zonder deze velden wordt de gebeurtenis geweigerd, met de plaats van het veld erbij.
- **Mag erbij** mag u weglaten. Wat ontbreekt kan een signaal geven, nooit een weigering.
- Elke gebeurtenis zegt ook wanneer het gebeurde: \`${WHEN.join('` of `')}\`, precies één van de twee.
- Bij elke gebeurtenis mogen: \`${everywhere().join('`, `')}\`.
- Een veld dat hier niet staat, wordt geweigerd.
- Met een ster: van de zaaksystemen mag alleen het leidende systeem van het dossier dit sturen.`;

const TAIL = `## Bijzonderheden

- \`hold-placed\` en \`hold-lifted\` gaan over één dossier, of met \`scope\` over vele. Die met \`scope\` komen bij het bestuur.
- \`casusoverleg-held\` wordt gesplitst. Elk besproken dossier krijgt zijn eigen gebeurtenis \`case-discussed\`. In het overleg zelf blijft alleen
  staan: de dag, het soort overleg, de organisaties, de rollen en het aantal punten.
- \`consent-given\` met \`dossiers\` wordt gesplitst: elk dossier krijgt zijn eigen gebeurtenis.
- \`event-corrected\` vervangt alle gegevens van de genoemde gebeurtenis. \`replacement\` moet voldoen aan de regels van die soort.
  Een nieuwe verbetering noemt weer de eerste gebeurtenis. Wat is ingetrokken, blijft ingetrokken: stuur het dan opnieuw.`;

/** Optional fields that every type has. */
function everywhere(): readonly string[] {
  const optional = SENT_EVENT_TYPES.map((type) => new Set(fieldsOfType(type).filter(({ required }) => !required).map(({ name }) => name)));
  return [...optional[0]!].filter((name) => optional.every((names) => names.has(name)) && !WHEN.includes(name));
}

function section(concept: Concept): string {
  const types = SENT_EVENT_TYPES.filter((type) => catalogueEntry(type).concept === concept);
  return [
    `## ${CONCEPTS[concept]}`, '',
    '| gebeurtenis | wie | nodig | mag erbij | komt in |', '|---|---|---|---|---|',
    ...types.map(row),
  ].join('\n');
}

function row(type: SentEventType): string {
  const { who, route, needsLeadingSource } = catalogueEntry(type);
  const either = (EITHER[type] ?? []).map(({ fields }) => fields);
  const common = new Set([...everywhere(), ...WHEN]);
  const fields = fieldsOfType(type).filter(({ name }) => !common.has(name));
  const needed = [
    ...fields.filter(({ required }) => required).map(({ name }) => `\`${name}\``),
    ...either.map((names) => names.map((name) => `\`${name}\``).join(' of ')),
  ];
  const inEither = new Set<string>(either.flat());
  const optional = fields.filter(({ required, name }) => !required && !inEither.has(name)).map(({ name }) => `\`${name}\``);
  return `| ${[
    `\`${type}\`${needsLeadingSource ? ' *' : ''}`, who.map((role) => ROLES[role] ?? role).join(', '),
    needed.join(', ') || '–', optional.join(', ') || '–', ROUTES[route!],
  ].join(' | ')} |`;
}
