import { DOSSIER_STATUSES } from '#projections/dossier-register/projection';
import { DataSubjectSearchDto, DossierSearchDto } from '#src/dossiers/search.dto';
import { JSON_TYPE } from '#src/http/body-parsers';
import type { DtoSchemas } from '#src/http/openapi/dto-schemas';
import { MIN_POSITION, type EndpointGroup } from '#src/http/openapi/endpoint';
import { KNOWN_AT } from '#src/http/openapi/endpoints/questions';
import { DAY, described, list, nullable, NUMBER, object, ref, TEXT, UUID } from '#src/http/openapi/schema';

const REFERENCE = object({ system: TEXT, reference: TEXT });
const NEXT = described(TEXT, 'Geef dit als after voor de volgende bladzijde. Ontbreekt op de laatste.');

const SCHEMAS: EndpointGroup['schemas'] = {
  TimelinePage: object({ id: UUID, items: list(ref('TimelineItem')), next: NEXT }, ['next']),
  TimelineItem: object({
    id: UUID, position: NUMBER, type: TEXT,
    title: described(TEXT, 'Wat er gebeurde, in gewone woorden.'),
    when: nullable(described(TEXT, 'Wanneer het gebeurde, zoals een mens het leest.')),
    occurredAt: TEXT, occurredOn: DAY, recordedAt: TEXT,
    source: nullable(described(TEXT, 'Bron van het bericht; null als het grootboek het zelf vastlegde.')),
    person: nullable(object({ sub: TEXT, role: TEXT })),
    lines: list(object({ name: TEXT, value: TEXT }), 'Elk veld in het Nederlands.'),
  }, ['occurredAt', 'occurredOn']),
  FoundDossier: object({
    id: UUID, dossier: nullable(REFERENCE), law: nullable(TEXT), lawLabel: nullable(TEXT),
    status: { type: 'string', enum: [...DOSSIER_STATUSES] }, statusLabel: TEXT, openedOn: nullable(DAY), closedOn: nullable(DAY),
  }),
  FoundDossiers: object({ dossiers: list(ref('FoundDossier')), next: NEXT, knownAt: KNOWN_AT }, ['next']),
  FoundDataSubject: object({
    laws: list(object({ law: TEXT, label: TEXT, dossiers: list(ref('FoundDossier')) }), 'Alleen wetten waaronder deze persoon bekend is.'),
    knownAt: KNOWN_AT,
  }),
};

export function dossiers(dtos: DtoSchemas): EndpointGroup {
  return {
    schemas: SCHEMAS,
    endpoints: [
      {
        endpoint: 'GET /v1/dossiers/:id/timeline', operationId: 'getDossierTimeline', tag: 'Inzien', summary: 'Alles wat in een dossier gebeurde',
        description: 'Elke gebeurtenis in gewone woorden, in de volgorde van vastleggen. Dat u kijkt, wordt eerst vastgelegd: één keer per persoon, aanmelding en dag.',
        path: [{ name: 'id', description: 'Het id uit een zoekvraag; nooit de verwijzing van een systeem.', schema: UUID }],
        query: [
          { name: 'after', description: 'next van de vorige bladzijde.', schema: { type: 'string', pattern: '^(?:-1|[0-9]{1,9})$' } },
          { name: 'limit', description: 'Aantal per bladzijde.', schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } },
        ],
        answers: { 200: { description: 'Een bladzijde.', content: { [JSON_TYPE]: { schema: ref('TimelinePage') } } } },
        refusals: ['field-invalid', 'unknown-field', 'not-found', 'dossier-destroyed', 'store-unavailable'],
      },
      {
        endpoint: 'POST /v1/dossiers/_search', operationId: 'searchDossiers', tag: 'Inzien', summary: 'Zoek dossiers',
        description: 'Op de verwijzing van een systeem, of op wet, stand en jaar van openen: het laatst geopende eerst. Een zoekvraag wordt vastgelegd; wat u vroeg alleen als controlegetal.',
        headers: [MIN_POSITION],
        body: { content: { [JSON_TYPE]: { schema: dtos.of(DossierSearchDto) } } },
        answers: { 200: { description: 'Wat gevonden is.', content: { [JSON_TYPE]: { schema: ref('FoundDossiers') } } } },
        refusals: ['position-not-reached', 'store-unavailable'],
      },
      {
        endpoint: 'POST /v1/data-subjects/_search', operationId: 'searchDataSubject', tag: 'Inzien', summary: 'In welke dossiers komt iemand voor?',
        description: 'Per wet. Een reden is verplicht en wordt met de zoekvraag vastgelegd; het BSN zelf niet.',
        headers: [MIN_POSITION],
        body: { content: { [JSON_TYPE]: { schema: dtos.of(DataSubjectSearchDto) } } },
        answers: { 200: { description: 'De dossiers per wet.', content: { [JSON_TYPE]: { schema: ref('FoundDataSubject') } } } },
        refusals: ['position-not-reached', 'store-unavailable'],
      },
    ],
  };
}
