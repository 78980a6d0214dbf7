import { CHANGE_REASONS } from '#domain/retention/schedule-change';
import { AGENDA_CATEGORIES } from '#projections/retention-agenda/queries';
import { JSON_TYPE } from '#src/http/body-parsers';
import type { DtoSchemas } from '#src/http/openapi/dto-schemas';
import { MIN_POSITION, type EndpointGroup } from '#src/http/openapi/endpoint';
import { KNOWN_AT } from '#src/http/openapi/endpoints/questions';
import { DAY, described, FLAG, list, nullable, NUMBER, object, ref, TEXT, UUID, type Schema } from '#src/http/openapi/schema';
import { AdoptScheduleDto, PreviewScheduleDto } from '#src/retention/adopt-schedule.dto';

const CATEGORY: Schema = { type: 'string', enum: AGENDA_CATEGORIES };
const PAGE_MAX = 500;

const DATE_SHOWN: Schema = object({
  kind: { type: 'string', enum: ['dated', 'undated', 'permanent'] }, retainedThrough: nullable(DAY), firstDestructionDay: nullable(DAY),
  rule: nullable(object({ id: TEXT, version: TEXT })), why: nullable(described(TEXT, 'Waarom er geen datum is.')),
});

const SCHEMAS: EndpointGroup['schemas'] = {
  SchedulePreview: object({
    schedule: TEXT,
    against: nullable(described(TEXT, 'Het schema dat nu geldt.')),
    today: described(DAY, 'De dag die als dag van vaststelling is genomen.'),
    counts: described(object({
      dossiers: NUMBER, moved: NUMBER, earlier: NUMBER, later: NUMBER, dueAtOnce: described(NUMBER, 'Mag dan meteen weg.'),
      byReason: { type: 'object', additionalProperties: NUMBER },
      classes: list(object({ rule: nullable(TEXT), dossiers: NUMBER, earlier: NUMBER, later: NUMBER })),
    }), 'Over alle dossiers; alleen op de eerste bladzijde.'),
    changes: list(object({
      stream: TEXT, dossier: nullable(object({ system: TEXT, reference: TEXT })), from: DATE_SHOWN, to: DATE_SHOWN,
      reason: { type: 'string', enum: Object.keys(CHANGE_REASONS) }, why: TEXT, dueAtOnce: FLAG,
    })),
    next: described(TEXT, 'Waarde van after voor de volgende bladzijde; ontbreekt op de laatste.'),
    knownAt: KNOWN_AT,
  }, ['counts', 'next']),
  AdoptedSchedule: object({ version: TEXT, rules: described(NUMBER, 'Aantal regels.'), position: NUMBER }),
  NightlyRun: object({
    today: described(DAY, 'Tot en met deze dag.'), retentionExpired: described(NUMBER, 'Bewaartermijnen die voorbij zijn.'),
    consentExpired: described(NUMBER, 'Toestemmingen die verlopen zijn.'), authorityEnded: described(NUMBER, 'Keer dat gezag of vertegenwoordiging eindigde.'),
    lists: described(object({
      proposedFor: described(TEXT, 'Maand waarvoor naar een voorstel is gekeken.'), proposed: object({ listId: UUID, items: NUMBER }),
      withdrawn: list(UUID), reminded: list(object({ listId: UUID, phase: TEXT, days: NUMBER, urgent: FLAG })),
      executed: list(object({ listId: UUID, authorisationId: UUID, destroyed: NUMBER })),
      stopped: list(object({ authorisationId: UUID, reason: TEXT, due: NUMBER })), refused: list(TEXT),
    }, ['proposedFor', 'proposed', 'withdrawn', 'reminded', 'executed', 'stopped', 'refused']), 'Wat zij met vernietigingslijsten deed; ontbreekt als er niets was.'),
  }, ['lists']),
  AgendaPage: object({
    today: described(DAY, 'De dag in Nederland waarvoor de agenda geldt.'),
    schedule: nullable(described(TEXT, 'Het vastgestelde schema. Geen schema: niets mag ooit vernietigd worden.')),
    counts: { type: 'object', description: 'Aantal dossiers per soort.', additionalProperties: NUMBER },
    items: list(ref('AgendaItem')),
    next: described(TEXT, 'Waarde van after voor de volgende bladzijde; ontbreekt op de laatste.'),
    knownAt: KNOWN_AT,
  }, ['next']),
  AgendaItem: object({
    stream: TEXT,
    category: CATEGORY,
    rule: nullable(object({ id: TEXT, version: TEXT })),
    trigger: nullable(object({ code: TEXT, on: DAY, from: TEXT })),
    retainedThrough: nullable(DAY),
    firstDestructionDay: nullable(DAY),
    allowedFrom: nullable(DAY),
    procedure: nullable({ type: 'string', enum: ['full', 'short', 'standing', null], description: 'De lichtste procedure waarmee het dossier weg mag; null zonder datum.' }),
    extended: described(FLAG, 'Een verlenging heeft de datum verschoven.'),
    signals: list(TEXT, 'Vastgelegd, maar zonder gevolg: een verlenging op een regel die dat niet toelaat, een kortere regel zonder advies van de archivaris.'),
    holds: list(TEXT, 'Wat vernietiging tegenhoudt.'),
    closedOn: nullable(DAY),
    seenOn: DAY,
    why: nullable(described(TEXT, 'Waarom er geen datum is.')),
    dossier: nullable(described(object({ system: TEXT, reference: TEXT }), 'Het dossier van het zaaksysteem.')),
  }),
};

export function retention(dtos: DtoSchemas): EndpointGroup {
  return {
    schemas: SCHEMAS,
    endpoints: [
      {
        endpoint: 'GET /v1/retention/agenda', operationId: 'getRetentionAgenda', tag: 'Bewaren', summary: 'Wat mag weg, wat straks, en wat wacht',
        query: [
          { name: 'category', description: 'Alleen deze soort.', schema: CATEGORY },
          { name: 'limit', description: 'Hoeveel op een bladzijde.', schema: { type: 'integer', minimum: 1, maximum: PAGE_MAX, default: 100 } },
          { name: 'after', description: 'Waarde van next van de vorige bladzijde.', schema: TEXT },
        ],
        headers: [MIN_POSITION],
        answers: { 200: { description: 'Een bladzijde van de agenda.', content: { [JSON_TYPE]: { schema: ref('AgendaPage') } } } },
        refusals: ['unknown-field', 'unknown-code', 'field-invalid', 'position-not-reached'],
      },
      {
        endpoint: 'POST /v1/retention/runs', operationId: 'runNightly', tag: 'Bewaren', summary: 'Leg vast wat tot en met vandaag verlopen is',
        description: 'Dezelfde run als elke nacht. Opnieuw mag: er wordt niets twee keer vastgelegd.',
        answers: { 200: { description: 'Hoeveel er is vastgelegd.', content: { [JSON_TYPE]: { schema: ref('NightlyRun') } } } },
        refusals: ['malformed', 'clock-suspect', 'wrong-state', 'position-not-reached'],
      },
      {
        endpoint: 'POST /v1/retention-schedules', operationId: 'adoptRetentionSchedule', tag: 'Bewaren', summary: 'Stel een bewaarschema vast',
        description: 'Een meegeleverd schema bij naam, of een schema met eigen regels.',
        body: { content: { [JSON_TYPE]: {
          schema: dtos.of(AdoptScheduleDto),
          example: { schedule: 'voorstel-2026', mandate: 'collegebesluit 2026-17', archivistAdvice: 'Geen bezwaar.', on: '2026-03-01' },
        } } },
        answers: { 201: { description: 'Vastgesteld.', content: { [JSON_TYPE]: { schema: ref('AdoptedSchedule') } } } },
      },
      {
        endpoint: 'POST /v1/retention-schedules/_preview', operationId: 'previewRetentionSchedule', tag: 'Bewaren',
        summary: 'Bekijk welke dossiers een andere datum krijgen',
        description: 'Er wordt niets vastgelegd. De fouten in een schema komen allemaal tegelijk terug.',
        headers: [MIN_POSITION],
        body: { content: { [JSON_TYPE]: { schema: dtos.of(PreviewScheduleDto), example: { schedule: '2020-proposal', limit: 100 } } } },
        answers: { 200: { description: 'Een bladzijde van de dossiers waarvan de datum verschuift.', content: { [JSON_TYPE]: { schema: ref('SchedulePreview') } } } },
        refusals: ['unknown-code', 'field-invalid', 'position-not-reached'],
      },
    ],
  };
}
