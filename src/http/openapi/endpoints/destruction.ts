import { ApproveListDto, DrawUpListDto, ReasonDto } from '#src/destruction/lists/list.dto';
import { JSON_TYPE } from '#src/http/body-parsers';
import type { DtoSchemas } from '#src/http/openapi/dto-schemas';
import type { Answer, EndpointDescription, EndpointGroup, Parameter } from '#src/http/openapi/endpoint';
import { DAY, described, FLAG, list, nullable, NUMBER, object, ref, SHA256, TEXT, UUID, type Schema } from '#src/http/openapi/schema';

const PHASES = ['draft', 'submitted', 'reviewed', 'changes-requested', 'approved', 'executing', 'executed', 'purged', 'cancelled'];
const ID: Parameter = { name: 'id', description: 'Id van de lijst.', schema: UUID };
const IF_MATCH: Parameter = {
  name: 'If-Match', required: true, description: 'De ETag van de lijst die u heeft gezien: zo besluit niemand over een andere versie.',
  schema: { type: 'string', pattern: '^"(0|[1-9][0-9]{0,14})"$', example: '"3"' },
};
/** Counts by reason. */
const SKIPPED: Schema = { type: 'object', description: 'Overgeslagen dossiers per reden.', additionalProperties: NUMBER };

const LIST_MEMBERS = {
  id: UUID,
  version: described(NUMBER, 'Het getal in de ETag.'),
  name: TEXT,
  status: { type: 'string', enum: PHASES },
  items: NUMBER,
  scheduleVersion: TEXT,
  persons: list(ref('ListPerson')),
  executableFrom: nullable(described(DAY, 'Eerste dag waarop uitvoeren mag.')),
  runId: nullable(UUID),
  destroyed: nullable(NUMBER),
  skipped: SKIPPED,
};

function signed(certificate: Schema): Schema {
  return object({ certificate, signature: object({ algorithm: { type: 'string', enum: ['Ed25519'] }, keyId: SHA256, value: TEXT }) });
}

const SCHEMAS: EndpointGroup['schemas'] = {
  ListPerson: object({ step: TEXT, function: TEXT, on: DAY }, [], 'Wie wat deed, met functie en dag, zonder naam.'),
  DestructionList: object(LIST_MEMBERS),
  DestructionListPage: object({
    ...LIST_MEMBERS,
    page: nullable(list(object({ n: NUMBER, dossier: UUID, rule: TEXT, firstDestructionDay: DAY }), 'De regels; null als zij vernietigd zijn.')),
    next: nullable(described(NUMBER, 'Waarde van after voor de volgende bladzijde; null op de laatste.')),
  }),
  DestructionCertificate: object({ issued: signed(ref('Certificate')), completed: nullable(signed(ref('CertificateCompletion'))) }),
  Certificate: object({
    document: { type: 'string', enum: ['verklaring-van-vernietiging'] }, version: { type: 'integer', enum: [1] },
    title: TEXT, oin: TEXT, runId: UUID, listId: UUID,
    careBearer: nullable(object({ adoptedBy: TEXT, mandate: TEXT, archivistAdvice: TEXT, scheduleVersion: TEXT })),
    persons: list(ref('ListPerson')),
    approvedWithLocalToken: FLAG,
    destroyed: object({ dossiers: NUMBER, events: NUMBER }),
    classes: list(object({
      rule: object({ id: TEXT, version: TEXT, name: TEXT }), law: TEXT,
      selectielijst: nullable(object({ list: TEXT, number: TEXT })), yearOfOrigin: NUMBER, dossiers: NUMBER,
    })),
    skipped: list(object({ reason: TEXT, label: TEXT, dossiers: NUMBER })),
    begunOn: DAY, keysDestroyedOn: DAY, eventsDestroyedOn: DAY,
    how: list(object({ store: TEXT, method: TEXT })),
    confirmations: list({ type: 'object' }),
    backups: TEXT,
    checkpoints: object({ before: TEXT, after: TEXT }),
    positions: object({ runBegun: list(NUMBER), runClosed: list(NUMBER) }),
  }, [], 'Verklaring van vernietiging: aantallen, functies en dagen, nooit een persoonsgegeven.'),
  CertificateCompletion: object({
    document: { type: 'string', enum: ['aanvulling-verklaring-van-vernietiging'] }, version: { type: 'integer', enum: [1] },
    title: TEXT, oin: TEXT, runId: UUID,
    completes: described(SHA256, 'SHA-256 van de verklaring die hiermee wordt aangevuld.'),
    pagesRewrittenOn: DAY, pages: list(TEXT),
  }),
};

function listAnswer(description: string): Answer {
  return { description, headers: ['ETag'], content: { [JSON_TYPE]: { schema: ref('DestructionList') } } };
}

/** One step of a list: on a version, by one person. */
function step(
  what: string, operationId: string, summary: string, body?: Schema, answers: EndpointDescription['answers'] = { 200: listAnswer('De lijst na deze stap.') },
): EndpointDescription {
  return {
    endpoint: `POST /v1/destruction-lists/:id/${what}`, operationId, tag: 'Vernietigen', summary, path: [ID], headers: [IF_MATCH],
    body: body === undefined ? { required: false, content: { [JSON_TYPE]: { schema: { type: 'object' } } } } : { content: { [JSON_TYPE]: { schema: body } } },
    answers,
    refusals: ['not-found', 'conflict-of-roles', 'wrong-state', 'stale-version', 'precondition-required'],
  };
}

export function destruction(dtos: DtoSchemas): EndpointGroup {
  const reason = dtos.of(ReasonDto);
  return {
    schemas: SCHEMAS,
    endpoints: [
      {
        endpoint: 'POST /v1/destruction-lists', operationId: 'drawUpDestructionList', tag: 'Vernietigen', summary: 'Stel een vernietigingslijst op',
        description: 'Een concept van alles wat vandaag volgens de agenda weg mag.',
        body: { content: { [JSON_TYPE]: { schema: dtos.of(DrawUpListDto) } } },
        answers: { 201: { ...listAnswer('Opgesteld.'), headers: ['ETag', 'Location'] } },
        refusals: ['wrong-state', 'conflict-of-roles'],
      },
      {
        endpoint: 'GET /v1/destruction-lists/:id', operationId: 'getDestructionList', tag: 'Vernietigen', summary: 'Bekijk een vernietigingslijst',
        path: [ID], query: [{ name: 'after', description: 'Nummer van de laatste regel van de vorige bladzijde.', schema: { type: 'integer', minimum: 0 } }],
        answers: { 200: { description: 'De lijst met een bladzijde van haar regels.', headers: ['ETag'], content: { [JSON_TYPE]: { schema: ref('DestructionListPage') } } } },
        refusals: ['field-invalid', 'not-found'],
      },
      step('submissions', 'submitDestructionList', 'Dien de lijst in ter beoordeling'),
      step('reviews', 'reviewDestructionList', 'Beoordeel de lijst'),
      step('change-requests', 'requestDestructionListChanges', 'Vraag om wijziging', reason),
      step('approvals', 'approveDestructionList', 'Keur de lijst goed, met haar naam overgetypt', dtos.of(ApproveListDto)),
      step('cancellations', 'cancelDestructionList', 'Trek de lijst in', reason),
      step('executions', 'executeDestructionList', 'Voer de lijst uit', undefined, { 202: listAnswer('Begonnen; de lijst zegt wanneer het klaar is.') }),
      {
        endpoint: 'GET /v1/destruction-lists/:id/certificate', operationId: 'getDestructionCertificate', tag: 'Vernietigen', summary: 'De ondertekende verklaring van vernietiging',
        path: [ID],
        answers: { 200: { description: 'De verklaring.', content: { [JSON_TYPE]: { schema: ref('DestructionCertificate') } } } },
        refusals: ['not-found', 'wrong-state'],
      },
    ],
  };
}
