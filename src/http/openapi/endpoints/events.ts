import { BATCH_EVENTS_MAX } from '#src/http/limits';
import { BATCH, JSON_TYPE, NDJSON, STRUCTURED } from '#src/http/body-parsers';
import type { EndpointGroup, Parameter } from '#src/http/openapi/endpoint';
import { described, list, MOMENT, nullable, NUMBER, object, ref, SHA256, TEXT, UUID } from '#src/http/openapi/schema';

const HTTP_STATUS = { type: 'integer', minimum: 200, maximum: 599 };

const SCHEMAS: EndpointGroup['schemas'] = {
  Receipt: object({
    id: described(UUID, 'Id in dit grootboek.'),
    source: ref('EventSource'),
    sourceId: described(TEXT, 'Het id dat de afzender gaf.'),
    status: { type: 'string', enum: ['recorded', 'known'], description: 'known: deze gebeurtenis was al vastgelegd, en dit is het eerste ontvangstbewijs.' },
    position: described(NUMBER, 'Plaats in het grootboek.'),
    leafIndex: NUMBER,
    leafHash: SHA256,
    recordedAt: described(MOMENT, 'Wanneer het grootboek haar vastlegde, in UTC.'),
    checkpoint: described(TEXT, 'Ondertekende stand van het hele grootboek (C2SP tlog-checkpoint) waar deze gebeurtenis in zit.'),
    items: described(list(ref('BatchResult')), 'Alleen bij een casusoverleg en bij een toestemming voor meer dossiers: wat er van elk deel werd.'),
  }, ['items'], 'Bewijs dat een gebeurtenis is vastgelegd.'),
  BulkAnswer: object({
    lines: described(NUMBER, 'Regels die niet leeg waren.'), recorded: NUMBER,
    known: described(NUMBER, 'Lagen al vast, met dezelfde inhoud.'), failed: NUMBER,
    lastPosition: described(nullable(NUMBER), 'Hoogste plaats in het grootboek; null als er niets is vastgelegd.'),
    failures: list(ref('BulkResult')),
    failuresLeftOut: described(NUMBER, 'Fouten die wel zijn geteld en niet staan in failures.'),
  }),
  BulkResult: object({ line: described(NUMBER, 'Regelnummer, vanaf 1.'), status: HTTP_STATUS, receipt: ref('Receipt'), problem: ref('Problem') }, ['receipt', 'problem']),
  BatchAnswer: object({ results: list(ref('BatchResult')) }),
  BatchResult: {
    ...object({
      index: described(NUMBER, 'Plaats in de reeks, vanaf 0.'), status: HTTP_STATUS, receipt: ref('Receipt'), problem: ref('Problem'),
    }, ['receipt', 'problem']),
    description: 'Per gebeurtenis een ontvangstbewijs of een fout. Eén foute houdt de andere niet tegen.',
  },
};

const attribute = (name: string, description: string): Parameter => ({
  name: `ce-${name}`, description: `Alleen in binary mode. ${description}`, schema: TEXT,
});

const EXAMPLE = {
  specversion: '1.0', id: 'bericht-0001', source: 'urn:nld:oin:00000001823288444000:systeem:wmo',
  type: 'nl.overheid.sociaaldomein.dossier-opened', time: '2026-03-02T10:30:00+01:00', datacontenttype: 'application/json',
  data: {
    occurredAt: '2026-03-02T10:15:00+01:00', dossier: { system: 'wmo', reference: 'W-2026-0001' },
    law: 'wmo2015', subjects: [{ bsn: '999990019', role: 'client' }],
  },
};

export function events(): EndpointGroup {
  return {
    schemas: SCHEMAS,
    endpoints: [
      {
        endpoint: 'POST /v1/events', operationId: 'recordEvents', tag: 'Gebeurtenissen', summary: 'Leg een gebeurtenis vast, of een reeks',
        description: [
          'Eén CloudEvent (structured of binary mode), of een reeks. Een reeks antwoordt altijd 200, met per gebeurtenis een resultaat.',
          'Herhalen is veilig: wat al vastlag, geeft hetzelfde ontvangstbewijs.',
        ].join(' '),
        headers: [
          attribute('specversion', 'Altijd 1.0.'), attribute('id', 'Het id.'), attribute('source', 'De bron.'),
          attribute('type', 'Het soort gebeurtenis.'), attribute('time', 'Wanneer de afzender het vastlegde.'),
        ],
        body: { content: {
          [STRUCTURED]: { schema: ref('CloudEvent'), example: EXAMPLE },
          [BATCH]: { schema: { type: 'array', maxItems: BATCH_EVENTS_MAX, items: ref('CloudEvent') }, example: [EXAMPLE] },
          [JSON_TYPE]: { schema: ref('CloudEventData'), example: EXAMPLE.data },
        } },
        answers: {
          200: {
            description: 'Was al vastgelegd: het eerste ontvangstbewijs. Of, bij een reeks: de resultaten.',
            content: { [JSON_TYPE]: { schema: { oneOf: [ref('Receipt'), ref('BatchAnswer')] } } },
          },
          201: { description: 'Vastgelegd.', content: { [JSON_TYPE]: { schema: ref('Receipt') } } },
        },
        refusals: ['unknown-event-type', 'occurred-in-future', 'id-reused', 'destruction-begun', 'dossier-destroyed', 'ledger-locked'],
      },
      {
        endpoint: 'POST /v1/events/_bulk', operationId: 'recordEventsInBulk', tag: 'Gebeurtenissen', summary: 'Leg gebeurtenissen vast in elk aantal',
        description: [
          'NDJSON: op elke regel één CloudEvent (structured mode, ten hoogste 64 KiB). Het bericht mag zo lang zijn als u wilt.',
          'Eén foute regel houdt de andere niet tegen. Breekt het onderweg af, stuur dan alles opnieuw: wat al vastlag, telt als known.',
          'Vraagt u met Prefer om return=representation, lees het antwoord dan terwijl u stuurt: het komt regel voor regel, en eindigt met de totalen.',
        ].join(' '),
        headers: [{ name: 'Prefer', description: 'return=representation geeft per regel een resultaat (NDJSON).', schema: TEXT }],
        body: { content: { [NDJSON]: { schema: described(TEXT, 'Per regel een CloudEvent als JSON.') } } },
        answers: {
          200: {
            description: 'Alles is gelezen: de aantallen en de regels die niet zijn vastgelegd. Of, met Prefer: een resultaat per regel.',
            content: { [JSON_TYPE]: { schema: ref('BulkAnswer') }, [NDJSON]: { schema: described(TEXT, 'Per regel een BulkResult, aan het eind de totalen.') } },
          },
        },
        refusals: ['ledger-locked'],
      },
      {
        endpoint: 'GET /v1/events/:id/receipt', operationId: 'getReceipt', tag: 'Gebeurtenissen', summary: 'Vraag het ontvangstbewijs nog eens op',
        description: 'Alleen voor wie de gebeurtenis stuurde, en voor de auditor.',
        path: [{ name: 'id', description: 'Id dat het grootboek gaf (id van het ontvangstbewijs).', schema: UUID }],
        answers: { 200: { description: 'Het ontvangstbewijs.', content: { [JSON_TYPE]: { schema: ref('Receipt') } } } },
        refusals: ['not-found'],
      },
    ],
  };
}
