import { catalogueEntry, EVENT_TYPE_PREFIX, SENT_EVENT_TYPES, type SentEventType } from '#domain/catalogue';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';
import { EITHER, WHEN } from '#src/events/together';
import type { DtoSchemas } from '#src/http/openapi/dto-schemas';
import { ref, type Schema } from '#src/http/openapi/schema';

const ATTRIBUTE_MAX = 256;

/** Context attributes of a CloudEvent. Left out and null are the same there. */
const ATTRIBUTES: Readonly<Record<string, Schema>> = {
  EventId: {
    type: 'string', minLength: 1, maxLength: ATTRIBUTE_MAX,
    description: 'Eigen id van de afzender, uniek per bron. Nog eens gestuurd met dezelfde inhoud: hetzelfde ontvangstbewijs.',
  },
  EventSource: {
    type: 'string', pattern: '^urn:nld:oin:[0-9]{20}:systeem:[a-z0-9][a-z0-9._-]{0,62}$',
    description: 'Het systeem dat stuurt: dezelfde bron als in het token.',
  },
  EventTime: { type: 'string', format: 'date-time', nullable: true, description: 'Wanneer de afzender het vastlegde.' },
  EventDataContentType: { type: 'string', nullable: true, pattern: '^[aA][pP][pP][lL][iI][cC][aA][tT][iI][oO][nN]/[jJ][sS][oO][nN]', example: 'application/json' },
  EventDataSchema: { type: 'string', nullable: true, maxLength: ATTRIBUTE_MAX },
  EventSubject: { type: 'string', nullable: true, maxLength: ATTRIBUTE_MAX, description: 'Nooit een persoonsgegeven.' },
  EventExtension: {
    description: 'Extensies: een naam van kleine letters en cijfers, een enkelvoudige waarde.',
    oneOf: [{ type: 'string', nullable: true, maxLength: ATTRIBUTE_MAX }, { type: 'boolean' }, { type: 'integer' }],
  },
};

/** Of every event type that may be sent: its data as its DTO has them, and the CloudEvent around it. */
export function eventSchemas(dtos: DtoSchemas): Readonly<Record<string, Schema>> {
  const events = Object.fromEntries(SENT_EVENT_TYPES.map((type) => [eventName(type), eventSchema(type, dtos)]));
  return {
    ...ATTRIBUTES,
    ...events,
    CloudEvent: {
      description: 'Eén gebeurtenis: een CloudEvent 1.0 volgens het Nederlandse profiel (NL GOV). Het veld type bepaalt wat er in data mag staan.',
      // No discriminator: the one word in each schema's type tells them apart, and the ADR linter takes a mapping
      // for `consent-disputed` for a PUT (docs/decisions/0006).
      oneOf: SENT_EVENT_TYPES.map((type) => ref(eventName(type))),
    },
    CloudEventData: {
      description: 'De gegevens van één gebeurtenis; welke vorm hoort bij de kopregel ce-type.',
      anyOf: SENT_EVENT_TYPES.map((type) => dtos.of(DTO_BY_TYPE[type])),
    },
  };
}

function eventName(type: SentEventType): string {
  return `${type.split('-').map((part) => part[0]!.toUpperCase() + part.slice(1)).join('')}Event`;
}

function eventSchema(type: SentEventType, dtos: DtoSchemas): Schema {
  const { who, concept, needsLeadingSource } = catalogueEntry(type);
  return {
    type: 'object',
    description: `Wie: ${who.join(', ')}.${needsLeadingSource ? ' Van de systemen alleen de leidende bron van het dossier.' : ''}`,
    'x-begrip': concept, 'x-rollen': who,
    required: ['specversion', 'id', 'source', 'type', 'data'],
    properties: {
      specversion: { type: 'string', enum: ['1.0'] },
      id: ref('EventId'),
      source: ref('EventSource'),
      type: { type: 'string', enum: [EVENT_TYPE_PREFIX + type] },
      time: ref('EventTime'),
      datacontenttype: ref('EventDataContentType'),
      dataschema: ref('EventDataSchema'),
      subject: ref('EventSubject'),
      data: dtos.of(DTO_BY_TYPE[type], { description: togetherInWords(type) }),
    },
    additionalProperties: ref('EventExtension'),
  };
}

/** Rules over several fields, which client generators do not take well as schemas. */
function togetherInWords(type: SentEventType): string {
  return [`Precies één van ${WHEN.join(' en ')}.`, ...(EITHER[type] ?? []).map(({ detail }) => detail)].join(' ');
}
