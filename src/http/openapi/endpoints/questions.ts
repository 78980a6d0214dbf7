import { codesOf } from '#domain/reference/codes';
import { ConsentStatusDto } from '#src/consents/consent-status.dto';
import { JSON_TYPE } from '#src/http/body-parsers';
import { PDF_TYPE } from '#src/http/pdf-answer';
import type { DtoSchemas } from '#src/http/openapi/dto-schemas';
import { MIN_POSITION, type EndpointGroup } from '#src/http/openapi/endpoint';
import { BINARY, DAY, described, FLAG, list, NUMBER, object, ref, TEXT, UUID } from '#src/http/openapi/schema';

/** -1: the view knows of no event yet. */
export const KNOWN_AT = { type: 'integer', minimum: -1, description: 'Laatste positie die dit antwoord kent; -1 als dat er geen is.' };
const YEAR = { type: 'string', pattern: '^(?:19|20|21)[0-9]{2}$', example: '2025' };

const SCHEMAS: EndpointGroup['schemas'] = {
  ConsentStatusAnswer: object({
    recorded: { type: 'string', enum: codesOf('consentStatuses').map(({ code }) => code), 'x-codelijst': ['consentStatuses'], description: 'Zoals vastgelegd.' },
    label: described(TEXT, 'Hetzelfde in woorden.'),
    valid: described(FLAG, 'Mag het delen hierop rusten, na de regels?'),
    contested: described(FLAG, 'Toen geldig, maar een later geschil daarover loopt nog ("betwist").'),
    reason: TEXT,
    events: list(UUID, 'De gebeurtenissen waar het antwoord op rust.'),
    knownAt: KNOWN_AT,
  }),
  AnnualReport: object({
    title: TEXT,
    year: NUMBER,
    edition: { type: 'string', enum: ['full'], description: 'Volledig: ook kleine aantallen, niet om te publiceren.' },
    oin: TEXT,
    definitionsVersion: NUMBER,
    asOf: object({ position: KNOWN_AT, checkpoint: TEXT, day: DAY }),
    summary: list(TEXT),
    chapters: list(ref('ReportChapter')),
    figures: list(ref('ReportFigure')),
    notes: list(TEXT, 'Wat een lezer moet weten voordat hij een cijfer gelooft.'),
  }),
  ReportChapter: object({ number: NUMBER, title: TEXT, built: FLAG, sentences: list(TEXT), figures: list(TEXT, 'Codes van de cijfers waarvan de tabel in dit hoofdstuk staat.') }),
  ReportFigure: object({
    code: TEXT, title: TEXT,
    kind: { type: 'string', enum: ['flow', 'stock'], description: 'flow: in het jaar. stock: aan het eind van het jaar.' },
    total: { type: 'integer' }, lastYear: { type: 'integer' },
    dimensionTitles: list(TEXT),
    rows: list(object({ dimensions: list(object({ code: TEXT, label: TEXT })), count: { type: 'integer' }, lastYear: { type: 'integer' } })),
    definition: TEXT, population: TEXT, doesNotSay: TEXT,
  }),
};

export function questions(dtos: DtoSchemas): EndpointGroup {
  return {
    schemas: SCHEMAS,
    endpoints: [
      {
        endpoint: 'POST /v1/consents/_status', operationId: 'askConsentStatus', tag: 'Toestemming',
        summary: 'Is er toestemming, hiervoor, op dit moment?',
        description: 'Een vraag als POST, omdat er nooit iets persoonlijks in een URL hoort. Een zaaksysteem krijgt alleen antwoord over zijn eigen dossiers; al het andere is "geen gevonden".',
        headers: [MIN_POSITION],
        body: { content: { [JSON_TYPE]: { schema: dtos.of(ConsentStatusDto, { description: 'Noem het dossier, of een persoon en de wet (dataSubject), niet allebei.' }) } } },
        answers: { 200: { description: 'Het antwoord.', content: { [JSON_TYPE]: { schema: ref('ConsentStatusAnswer') } } } },
        refusals: ['position-not-reached'],
      },
      {
        endpoint: 'GET /v1/annual-reports/:year', operationId: 'getAnnualReport', tag: 'Verantwoording', summary: 'De verantwoording over een jaar',
        path: [{ name: 'year', description: 'Kalenderjaar.', schema: YEAR }],
        headers: [MIN_POSITION],
        answers: { 200: { description: 'De verantwoording, in de vorm waar Accept om vraagt.', headers: ['Vary'], content: {
          [JSON_TYPE]: { schema: ref('AnnualReport') }, 'text/html': { schema: TEXT }, [PDF_TYPE]: { schema: BINARY },
        } } },
        refusals: ['not-found', 'not-acceptable', 'position-not-reached', 'rendering-unavailable'],
      },
    ],
  };
}
