import { JSON_TYPE } from '#src/http/body-parsers';
import type { EndpointGroup } from '#src/http/openapi/endpoint';
import { described, list, MOMENT, NUMBER, object, ref, TEXT } from '#src/http/openapi/schema';

const PLAIN = 'text/plain';

const SCHEMAS: EndpointGroup['schemas'] = {
  JsonWebKeySet: object({ keys: list({ type: 'object', additionalProperties: true }) }, [], 'RFC 7517.'),
  Liveness: object({ status: { type: 'string', enum: ['live'] } }),
  Readiness: object({ status: { type: 'string', enum: ['ready', 'not-ready'] }, reasons: list(TEXT, 'Waarom niet: codes.'), marks: list(TEXT, 'Wat de dienst niet stilzet en toch gezien moet worden: clock-suspect.') }, ['marks']),
  ClockConfirmation: object({ now: described(MOMENT, 'Wat de klok zegt.'), position: NUMBER }),
};

/** For other machines: whoever checks the ledger, and whoever keeps it running. */
export function house(): EndpointGroup {
  return {
    schemas: SCHEMAS,
    endpoints: [
      {
        endpoint: 'GET /v1/log/checkpoint', operationId: 'getCheckpoint', tag: 'Controle', summary: 'De laatste ondertekende stand van het grootboek',
        answers: { 200: { description: 'Een C2SP tlog-checkpoint.', content: { [PLAIN]: { schema: TEXT } } } },
      },
      {
        endpoint: 'GET /v1/jwks.json', operationId: 'getTokenKeys', tag: 'Controle', summary: 'De sleutel van de eigen tokens van dit grootboek',
        answers: { 200: { description: 'De openbare sleutels.', content: { [JSON_TYPE]: { schema: ref('JsonWebKeySet') } } } },
      },
      {
        endpoint: 'POST /v1/clock/confirmations', operationId: 'confirmClock', tag: 'Beheer', summary: 'Bevestig een klok die niet vertrouwd werd',
        description: 'Zolang de klok niet vertrouwd wordt, gaat vastleggen door en verloopt en verdwijnt er niets.',
        answers: { 201: { description: 'Bevestigd.', content: { [JSON_TYPE]: { schema: ref('ClockConfirmation') } } } },
        refusals: ['malformed', 'wrong-state'],
      },
      {
        endpoint: 'GET /v1/openapi.json', operationId: 'getApiDescription', tag: 'Beheer', summary: 'Dit document',
        answers: { 200: { description: 'OpenAPI 3.0.', headers: ['Access-Control-Allow-Origin'], content: { [JSON_TYPE]: { schema: { type: 'object' } } } } },
      },
      {
        endpoint: 'GET /health/live', operationId: 'getLiveness', tag: 'Beheer', summary: 'Antwoordt het proces?',
        answers: { 200: { description: 'Ja. Het zegt niets over het grootboek.', content: { [JSON_TYPE]: { schema: ref('Liveness') } } } },
      },
      {
        endpoint: 'GET /health/ready', operationId: 'getReadiness', tag: 'Beheer', summary: 'Mag er op de dienst gerekend worden?',
        answers: {
          200: { description: 'Ja.', content: { [JSON_TYPE]: { schema: ref('Readiness') } } },
          // The linter wants a problem here; a probe gets the same form both ways.
          503: { description: 'Nee. De redenen staan erin, in dezelfde vorm als bij 200.', headers: ['Retry-After'] },
        },
      },
      {
        endpoint: 'GET /metrics', operationId: 'getMetrics', tag: 'Beheer', summary: 'Meetwaarden voor Prometheus',
        answers: { 200: { description: 'Tekst in de vorm van Prometheus.', content: { [PLAIN]: { schema: TEXT } } } },
      },
    ],
  };
}
