import { EXCEPTION_KINDS } from '#domain/destruction/events';
import { HEARD, TELLING_MEANS } from '#domain/destruction/list-people';
import { ARCHIVIST_STEPS } from '#domain/destruction/list-policy';
import {
  AdviceDto, ApproveListDto, DrawUpListDto, ExceptItemDto, HearingDto, ListPolicyDto, ReasonDto, ReplacePersonDto, StandingAuthorisationDto, SubmitListDto, TellingDto,
} from '#src/destruction/lists/list.dto';
import { JSON_TYPE } from '#src/http/body-parsers';
import { PDF_TYPE } from '#src/http/pdf-answer';
import type { DtoSchemas } from '#src/http/openapi/dto-schemas';
import type { Answer, EndpointDescription, EndpointGroup, Parameter } from '#src/http/openapi/endpoint';
import { BINARY, DAY, described, FLAG, list, nullable, NUMBER, object, ref, SHA256, TEXT, UUID, type Schema } from '#src/http/openapi/schema';

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
  procedure: { type: 'string', enum: ['full', 'short', 'standing'] },
  kind: { type: 'string', enum: ['term', 'erasure', 'follow'], description: 'Waarom deze dossiers weg mogen: hun termijn, een toegewezen verzoek om wissing, of omdat het bronsysteem ze al vernietigde.' },
  erasure: nullable(object({
    right: described(TEXT, 'Het recht waarom is gevraagd (codelijst dataSubjectRights).'), decidedOn: described(DAY, 'Dag van het besluit.'),
    deadline: nullable(described(DAY, 'Laatste dag waarop op tijd is gewist.')),
  })),
  items: NUMBER,
  excepted: described(NUMBER, 'Hoeveel daarvan van de lijst zijn gehaald.'),
  scheduleVersion: TEXT,
  persons: list(ref('ListPerson')),
  advices: list(object({ function: TEXT, on: DAY, advice: { type: 'string', enum: ['agreed', 'not-agreed'] } }), 'Sinds de lijst het laatst is ingediend; de woorden staan bij notes.'),
  executableFrom: nullable(described(DAY, 'Eerste dag waarop uitvoeren mag.')),
  requests: list(object({
    location: TEXT, mode: { type: 'string', enum: ['notify', 'confirm'] }, asked: described(NUMBER, 'Dossiers waarover is gevraagd.'),
    recalled: described(NUMBER, 'Hoeveel daarvan toch moeten blijven.'), requestedOn: DAY,
    goesOnFrom: described(DAY, 'Vanaf deze dag gaat de uitvoering ook zonder antwoord verder.'), confirmedOn: nullable(DAY),
  }), 'Andere plaatsen die hun kopie moeten vernietigen, met hun antwoord.'),
  runId: nullable(UUID),
  destroyed: nullable(NUMBER),
  skipped: SKIPPED,
  heard: list(object({ whom: { type: 'string', enum: HEARD }, on: DAY }), 'Van een lijst voor wissing: wie is gehoord.'),
  recipients: object({ toTell: NUMBER, told: NUMBER }, [], 'Van een lijst voor wissing: hoeveel ontvangers moeten horen dat er gewist is (AVG artikel 19), en hoeveel het al weten.'),
};

function signed(certificate: Schema): Schema {
  return object({ certificate, signature: object({ algorithm: { type: 'string', enum: ['Ed25519'] }, keyId: SHA256, value: TEXT }) });
}

const SCHEMAS: EndpointGroup['schemas'] = {
  ListPerson: object({ step: TEXT, function: TEXT, on: DAY }, [], 'Wie wat deed, met functie en dag, zonder naam.'),
  DestructionList: object(LIST_MEMBERS),
  ListPolicyInForce: object({ archivistStep: { type: 'string', enum: ARCHIVIST_STEPS }, waitingDays: NUMBER }),
  StandingAuthorisationView: object({
    id: UUID, rules: list(TEXT), until: described(DAY, 'Laatste dag waarop zij werkt.'), maxNumber: described(NUMBER, 'Dossiers per nacht, hoogstens.'),
    maxPercent: described(NUMBER, 'Deel van alle dossiers per nacht, hoogstens, in procenten.'), on: described(DAY, 'Gegeven op.'), works: described(FLAG, 'Werkt zij vandaag?'),
  }),
  DestructionListItem: object({
    n: NUMBER, dossier: UUID, rule: TEXT, firstDestructionDay: DAY,
    reference: nullable(object({ system: TEXT, reference: TEXT }, [], 'Hoe het zaaksysteem het dossier noemt; null als het vernietigd is.')),
    exception: nullable(object({
      n: NUMBER, kind: { type: 'string', enum: EXCEPTION_KINDS }, part: { type: 'string', enum: ['drawing-up', 'review'] },
      until: DAY, rule: TEXT, reason: TEXT,
    }, ['until', 'rule'], 'Waarom de regel van de lijst is; null als hij erop staat.')),
  }),
  DestructionListPage: object({
    ...LIST_MEMBERS,
    page: nullable(list(ref('DestructionListItem'), 'De regels; null als zij vernietigd zijn.')),
    notes: list(object({ about: { type: 'string', enum: ['cancelled', 'changes-requested', 'answered', 'advised', 'person-replaced', 'heard'] }, text: TEXT }), 'Wat mensen bij de stappen schreven.'),
    toTell: list(object({
      n: NUMBER, name: TEXT, reference: TEXT, told: nullable(object({ on: DAY, means: { type: 'string', enum: TELLING_MEANS } }, [], 'Wanneer en hoe het is gemeld; null als dat nog moet.')),
    }, ['reference']), 'Van een lijst voor wissing: wie gegevens kreeg en moet horen dat zij gewist zijn (AVG artikel 19). Gaat weg met de regels.'),
    next: nullable(described(NUMBER, 'Waarde van after voor de volgende bladzijde; null op de laatste.')),
  }),
  DestructionCertificate: object({
    issued: signed(ref('Certificate')), completed: nullable(signed(ref('CertificateCompletion'))),
    supplements: list(signed(ref('CertificateCompletion')), 'Latere aanvullingen, op volgorde; ontbreekt als die er niet zijn.'),
  }, ['supplements']),
  Certificate: object({
    document: { type: 'string', enum: ['verklaring-van-vernietiging'] }, version: { type: 'integer', enum: [1] },
    title: TEXT, oin: TEXT, runId: UUID, listId: nullable(UUID),
    careBearer: nullable(object({ adoptedBy: TEXT, mandate: TEXT, archivistAdvice: TEXT, scheduleVersion: TEXT })),
    persons: list(ref('ListPerson')),
    approvedWithLocalToken: FLAG,
    procedure: object({ kind: { type: 'string', enum: ['full', 'short', 'standing'] }, authorisation: nullable(object({ id: TEXT, on: DAY })) }),
    basis: { oneOf: [
      object({ kind: { type: 'string', enum: ['erasure'] }, right: TEXT, label: TEXT, decidedOn: DAY }), object({ kind: { type: 'string', enum: ['follow'] } }),
      object({
        kind: { type: 'string', enum: ['restore'] }, backupMadeAt: nullable(described(TEXT, 'Wanneer de teruggezette kopie was gemaakt; null als alleen de kluis is teruggezet.')),
        withoutClass: described(NUMBER, 'Dossiers waarvan de grond niet meer te lezen is.'),
      }),
    ], description: 'Op welke grond, als dat niet de eigen termijn is.' },
    destroyed: object({ dossiers: NUMBER, events: NUMBER }),
    classes: list(object({
      rule: object({ id: TEXT, version: TEXT, name: TEXT, period: nullable(TEXT), trigger: nullable(TEXT) }, ['period', 'trigger']), law: TEXT,
      selectielijst: nullable(object({ list: TEXT, number: TEXT })), yearOfOrigin: NUMBER, dossiers: NUMBER,
    })),
    skipped: list(object({ reason: TEXT, label: TEXT, dossiers: NUMBER })),
    excepted: described(NUMBER, 'Dossiers die van de lijst zijn gehaald voordat zij is goedgekeurd.'),
    begunOn: DAY, keysDestroyedOn: DAY, eventsDestroyedOn: DAY,
    how: list(object({ store: TEXT, method: TEXT })),
    confirmations: list(ref('LocationAnswer')),
    backups: TEXT,
    backupTerm: nullable(object({ ledgerDays: NUMBER, vaultDays: NUMBER })),
    checkpoints: object({ before: TEXT, after: TEXT }),
    positions: object({ runBegun: list(NUMBER), runClosed: list(NUMBER) }),
  }, ['procedure', 'basis', 'excepted', 'backupTerm'], 'Verklaring van vernietiging: aantallen, functies en dagen, nooit een persoonsgegeven.'),
  CertificateCompletion: object({
    document: { type: 'string', enum: ['aanvulling-verklaring-van-vernietiging'] }, version: { type: 'integer', enum: [1] },
    title: TEXT, oin: TEXT, runId: UUID,
    completes: described(SHA256, 'SHA-256 van de verklaring die hiermee wordt aangevuld.'),
    pagesRewrittenOn: DAY, pages: list(TEXT),
    issuedAt: described(NUMBER, 'Plaats van de verklaring in het grootboek.'),
    checkpoint: described(TEXT, 'C2SP tlog-checkpoint waar de verklaring onder valt.'),
    confirmations: list(ref('LocationAnswer')),
  }, ['issuedAt', 'checkpoint', 'confirmations']),
  LocationAnswer: object({
    location: TEXT, asked: NUMBER, confirmed: NUMBER, notified: NUMBER, lastConfirmedOn: nullable(DAY),
  }, [], 'Wat een andere plaats antwoordde op de vraag om te vernietigen, in aantallen dossiers.'),
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
        description: 'Een concept van wat vandaag volgens de agenda weg mag. Met procedure short alleen wat volgens zijn regels de korte procedure mag volgen: daarin heeft de archivaris geen stap. Met kind erasure: dossiers van een persoon wiens verzoek om wissing is toegewezen. Losse gebeurtenissen (kind correction) vernietigen kan nog niet.',
        body: { content: { [JSON_TYPE]: { schema: dtos.of(DrawUpListDto) } } },
        answers: { 201: { ...listAnswer('Opgesteld.'), headers: ['ETag', 'Location'] } },
        refusals: ['field-invalid', 'wrong-state', 'conflict-of-roles', 'not-built-yet'],
      },
      {
        endpoint: 'GET /v1/destruction-lists', operationId: 'getDestructionLists', tag: 'Vernietigen', summary: 'De vernietigingslijsten, de nieuwste eerst',
        query: [{ name: 'after', description: 'Waarde van next van de vorige bladzijde.', schema: TEXT }],
        answers: { 200: { description: 'Een bladzijde.', content: { [JSON_TYPE]: { schema: object({ lists: list(ref('DestructionList')), next: nullable(TEXT) }) } } } },
        refusals: ['field-invalid', 'position-not-reached'],
      },
      {
        endpoint: 'GET /v1/destruction-lists/:id', operationId: 'getDestructionList', tag: 'Vernietigen', summary: 'Bekijk een vernietigingslijst',
        path: [ID], query: [{ name: 'after', description: 'Nummer van de laatste regel van de vorige bladzijde.', schema: { type: 'integer', minimum: 0 } }],
        answers: { 200: { description: 'De lijst met een bladzijde van haar regels.', headers: ['ETag'], content: { [JSON_TYPE]: { schema: ref('DestructionListPage') } } } },
        refusals: ['field-invalid', 'not-found'],
      },
      {
        endpoint: 'PUT /v1/destruction-lists/:id/items/:n', operationId: 'exceptDestructionListItem', tag: 'Vernietigen', summary: 'Haal een regel van de lijst, of zet hem terug',
        description: 'Door de beoordelaar van een ingediende lijst, of door wie de lijst opstelt. Wordt de lijst goedgekeurd, dan wordt het besluit (verlengen, andere regel, blijvend bewaren) in het dossier vastgelegd; blijvend bewaren alleen als de archivaris goedkeurt.',
        path: [ID, { name: 'n', description: 'Nummer van de regel.', schema: { type: 'integer', minimum: 1 } }], headers: [IF_MATCH],
        body: { content: { [JSON_TYPE]: { schema: dtos.of(ExceptItemDto) } } },
        answers: { 200: listAnswer('De lijst na deze stap.') },
        refusals: ['field-invalid', 'not-found', 'conflict-of-roles', 'wrong-state', 'stale-version', 'precondition-required'],
      },
      {
        ...step('submissions', 'submitDestructionList', 'Dien de lijst in ter beoordeling, met een antwoord als om wijziging is gevraagd'),
        body: { required: false, content: { [JSON_TYPE]: { schema: dtos.of(SubmitListDto) } } },
      },
      step('advices', 'adviseOnDestructionList', 'Geef advies over de lijst', dtos.of(AdviceDto)),
      step('replacements', 'replacePersonOnDestructionList', 'Neem een openstaande stap over', dtos.of(ReplacePersonDto)),
      step('reviews', 'reviewDestructionList', 'Beoordeel de lijst'),
      step('change-requests', 'requestDestructionListChanges', 'Vraag om wijziging', reason),
      step('approvals', 'approveDestructionList', 'Keur de lijst goed, met haar naam overgetypt', dtos.of(ApproveListDto)),
      step('cancellations', 'cancelDestructionList', 'Trek de lijst in', reason),
      {
        ...step('hearings', 'hearAboutDestructionList', 'Leg vast wie is gehoord', dtos.of(HearingDto)),
        description: 'Alleen op een lijst voor wissing, en voordat zij is goedgekeurd: de cliënt, de jeugdige vanaf 12 jaar, wie het gezag heeft, of een ander met een belang. Geen namen.',
      },
      {
        ...step('tellings', 'tellRecipientsOfDestructionList', 'Leg vast dat een ontvanger weet dat er gewist is', dtos.of(TellingDto)),
        description: 'Na een wissing (AVG artikel 19). Zonder recipient: alle ontvangers die het nog niet wisten. Tot het zover is, blijft het op de lijst staan en zegt de nachtelijke run het.',
      },
      step('executions', 'executeDestructionList', 'Voer de lijst uit', undefined, { 202: listAnswer('Begonnen; de lijst zegt wanneer het klaar is.') }),
      {
        endpoint: 'GET /v1/destruction-lists/:id/certificate', operationId: 'getDestructionCertificate', tag: 'Vernietigen', summary: 'De ondertekende verklaring van vernietiging',
        path: [ID],
        description: 'Als JSON met handtekeningen, of als PDF (PDF/A-2a en PDF/UA-1) om te lezen en te bewaren. Beide tonen de verklaring en haar aanvulling.',
        answers: { 200: { description: 'De verklaring, in de vorm waar Accept om vraagt.', headers: ['Vary'], content: {
          [JSON_TYPE]: { schema: ref('DestructionCertificate') }, [PDF_TYPE]: { schema: BINARY },
        } } },
        refusals: ['not-found', 'wrong-state', 'not-acceptable', 'rendering-unavailable'],
      },
      {
        endpoint: 'GET /v1/destruction-runs', operationId: 'getDestructionRuns', tag: 'Vernietigen', summary: 'Alle verklaringen van vernietiging, de oudste eerst',
        description: 'Ook die waar geen lijst bij hoort, zoals van wat na het terugzetten van een reservekopie opnieuw is vernietigd.',
        query: [{ name: 'after', description: 'Waarde van next van de vorige bladzijde.', schema: { type: 'integer', minimum: 0 } }],
        answers: { 200: { description: 'Een bladzijde.', content: { [JSON_TYPE]: { schema: object({
          certificates: list(object({
            runId: UUID, listId: nullable(UUID), basis: { type: 'string', enum: ['term', 'erasure', 'follow', 'restore'] }, dossiers: NUMBER, eventsDestroyedOn: DAY,
            position: described(NUMBER, 'Plaats van de verklaring in het grootboek.'),
          })), next: nullable(NUMBER),
        }) } } } },
        refusals: ['field-invalid'],
      },
      {
        endpoint: 'GET /v1/destruction-runs/:id/certificate', operationId: 'getCertificateOfRun', tag: 'Vernietigen', summary: 'De verklaring van één uitvoering',
        path: [{ name: 'id', description: 'Id van de uitvoering.', schema: UUID }],
        description: 'Als JSON met handtekeningen, of als PDF (PDF/A-2a en PDF/UA-1), zoals bij een lijst.',
        answers: { 200: { description: 'De verklaring, in de vorm waar Accept om vraagt.', headers: ['Vary'], content: {
          [JSON_TYPE]: { schema: ref('DestructionCertificate') }, [PDF_TYPE]: { schema: BINARY },
        } } },
        refusals: ['not-found', 'not-acceptable', 'rendering-unavailable'],
      },
      {
        endpoint: 'POST /v1/destruction-policies', operationId: 'changeDestructionPolicy', tag: 'Vernietigen', summary: 'Leg vast hoe vernietigingslijsten hier gaan',
        description: 'Wat de archivaris doet (machtiging, advies of geen) en hoeveel dagen er tussen goedkeuren en uitvoeren zitten. Wat u weglaat, blijft zoals het was.',
        body: { content: { [JSON_TYPE]: { schema: dtos.of(ListPolicyDto), example: { archivistStep: 'advies', waitingDays: 14, mandate: 'collegebesluit 2026-21', on: '2026-03-01' } } } },
        answers: { 201: { description: 'Wat nu geldt.', content: { [JSON_TYPE]: { schema: ref('ListPolicyInForce') } } } },
        refusals: ['field-invalid', 'occurred-in-future'],
      },
      {
        endpoint: 'GET /v1/standing-authorisations', operationId: 'getStandingAuthorisations', tag: 'Vernietigen', summary: 'De doorlopende machtigingen van de archivaris',
        answers: { 200: { description: 'Die niet gestopt zijn.', content: { [JSON_TYPE]: { schema: object({ authorisations: list(ref('StandingAuthorisationView')) }) } } } },
      },
      {
        endpoint: 'POST /v1/standing-authorisations', operationId: 'giveStandingAuthorisation', tag: 'Vernietigen', summary: 'Geef een doorlopende machtiging voor regels met een korte termijn',
        description: 'Daaronder vernietigt de nachtelijke run zonder lijst vooraf, tot een dag, met een grens aan het aantal en het deel per nacht. Staat er meer klaar, dan gaat er niets weg en stopt de machtiging.',
        body: { content: { [JSON_TYPE]: { schema: dtos.of(StandingAuthorisationDto), example: { rules: ['wmo-afgewezen'], until: '2027-12-31', maxNumber: 50, maxPercent: 2, mandate: 'besluit archivaris 2026-4' } } } },
        answers: { 201: { description: 'Gegeven.', content: { [JSON_TYPE]: { schema: ref('StandingAuthorisationView') } } } },
        refusals: ['unknown-code', 'field-invalid'],
      },
      {
        endpoint: 'POST /v1/standing-authorisations/:id/endings', operationId: 'endStandingAuthorisation', tag: 'Vernietigen', summary: 'Stop een doorlopende machtiging',
        path: [{ name: 'id', description: 'Id van de machtiging.', schema: UUID }],
        body: { required: false, content: { [JSON_TYPE]: { schema: { type: 'object' } } } },
        answers: { 200: { description: 'Gestopt.', content: { [JSON_TYPE]: { schema: object({ id: UUID, on: DAY }) } } } },
        refusals: ['not-found'],
      },
    ],
  };
}
