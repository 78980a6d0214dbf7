import { dutchDay, digits, counted, sentence } from '#domain/account/dutch';
import type { Certificate, CertificateCompletion, ClassCount, IssuedCertificate, LocationAnswer } from '#domain/destruction/certificate';
import { openAnswers } from '#domain/destruction/certificate-content';
import { findCode } from '#domain/reference/codes';
import type { Block, PrintedDocument, Section } from '#infra/rendering/printed-document';

/** Hashes of the signed documents (SHA-256 in hex of their RFC 8785 bytes), as a completion names the first by. */
export interface CertificateHashes {
  readonly issued: string;
}

/** The certificate as somebody reads and keeps it: the first and all that completed it, in one document. */
export function certificateDocument({ issued, completed, supplements = [] }: IssuedCertificate, hashes: CertificateHashes): PrintedDocument {
  const { certificate } = issued;
  const later = [...completed === null ? [] : [completed], ...supplements];
  const newest = later.at(-1)?.certificate ?? null;
  return {
    title: certificate.title,
    description: `Verklaring van de vernietiging van ${counted(certificate.destroyed.dossiers, 'dossier', 'dossiers')}, met aantallen, gronden en wijze.`,
    issuer: certificate.careBearer?.adoptedBy ?? `Organisatie ${certificate.oin}`,
    date: newest?.pagesRewrittenOn ?? certificate.eventsDestroyedOn,
    contents: false,
    introduction: introduction(certificate, newest),
    sections: [
      destroyed(certificate), kept(certificate), persons(certificate), how(certificate, newest),
      places(certificate, newest), { title: 'Reservekopieën', blocks: [paragraph(certificate.backups)] },
      completion(later.map((one) => one.certificate)), check(issued, later, hashes),
    ],
  };
}

function introduction(certificate: Certificate, newest: CertificateCompletion | null): readonly Block[] {
  const { careBearer, procedure, basis } = certificate;
  const count = certificate.destroyed.dossiers;
  return [
    paragraph(`${sentence(`op ${day(certificate.eventsDestroyedOn)} ${count === 1 ? 'is' : 'zijn'} ${counted(count, 'dossier', 'dossiers')} vernietigd`)} Deze verklaring zegt welke soorten dossiers dat waren, op welke grond dat mocht, wie daarover besloot en hoe het is gedaan. Er staan geen gegevens van inwoners in.`),
    ...(newest === null ? [{ kind: 'notice', text: 'Deze verklaring is nog niet compleet. De vrijgekomen ruimte in de bestanden wordt nog overschreven. Daarna komt er een aanvulling.' } as const] : []),
    ...(certificate.approvedWithLocalToken ? [{ kind: 'notice', text: 'De lijst is goedgekeurd met een toegangsbewijs van het grootboek zelf. De aanmelding van de organisatie is daarbij niet gebruikt.' } as const] : []),
    {
      kind: 'terms', items: [
        ['Organisatie (OIN)', certificate.oin],
        ...(careBearer === null ? [['Zorgdrager', 'niet vastgelegd'] as const] : [
          ['Zorgdrager', careBearer.adoptedBy], ['Mandaat', careBearer.mandate], ['Advies van de archivaris', careBearer.archivistAdvice],
          ['Vastgesteld bewaarschema', careBearer.scheduleVersion],
        ] as const),
        ...(basis === undefined ? [] : [[basis.kind === 'restore' ? 'Waarom opnieuw' : 'Waarom vóór de eigen termijn', basisWords(basis)] as const]),
        ...(procedure === undefined ? [] : [['Procedure', procedureWords(procedure)] as const]),
        ['Vernietigingslijst', certificate.listId ?? (basis?.kind === 'restore' ? 'geen: opnieuw vernietigd na het terugzetten van een reservekopie' : 'geen: gegevens met een eigen termijn')],
        ['Uitvoering', certificate.runId],
      ],
    },
  ];
}

function destroyed({ destroyed: { dossiers, events }, classes }: Certificate): Section {
  return {
    title: 'Wat is vernietigd',
    blocks: [
      paragraph(`${sentence(`${counted(dossiers, 'dossier', 'dossiers')} met samen ${counted(events, 'gebeurtenis', 'gebeurtenissen')}`)} Het jaar van ontstaan is het jaar van de eerste gebeurtenis.`),
      {
        kind: 'table', caption: 'Vernietigde dossiers per grond en jaar van ontstaan',
        columns: [
          { title: 'Regel', width: 3.2 }, { title: 'Wet', width: 2.1 }, { title: 'Selectielijst', width: 2 }, { title: 'Bewaartermijn', width: 2.4 },
          { title: 'Jaar', width: 0.9, numeric: true }, { title: 'Dossiers', width: 1.2, numeric: true },
        ],
        rows: classes.map((one) => [
          `${one.rule.name} (${one.rule.id}, versie ${one.rule.version})`, findCode('laws', one.law)?.nl ?? one.law,
          one.selectielijst === null ? 'niet vermeld' : `${one.selectielijst.list}, nummer ${one.selectielijst.number}`,
          termWords(one.rule), String(one.yearOfOrigin), digits(one.dossiers),
        ]),
        total: ['Samen', '', '', '', '', digits(dossiers)],
      },
    ],
  };
}

function kept({ skipped, excepted = 0, listId, basis }: Certificate): Section {
  if (listId === null && skipped.length === 0) {
    return { title: 'Wat niet is vernietigd', blocks: [paragraph(basis?.kind === 'restore'
      ? 'Alles wat eerder was vernietigd, is weer vernietigd. Er is niets overgeslagen.' : 'Alles waarvan de termijn voorbij was, is vernietigd. Er is niets overgeslagen.')] };
  }
  const total = skipped.reduce((sum, { dossiers }) => sum + dossiers, 0);
  return {
    title: 'Wat niet is vernietigd',
    blocks: [
      paragraph(excepted === 0 ? 'Er zijn geen dossiers van de lijst gehaald voordat zij is goedgekeurd.' : sentence(`voor de goedkeuring ${excepted === 1 ? 'is' : 'zijn'} ${counted(excepted, 'dossier', 'dossiers')} van de lijst gehaald`)),
      ...(total === 0 ? [paragraph('Elk dossier op de goedgekeurde lijst is vernietigd.')] : [
        paragraph(sentence(`op het laatste moment ${total === 1 ? 'is' : 'zijn'} ${counted(total, 'dossier', 'dossiers')} overgeslagen`)),
        {
          kind: 'table', caption: 'Overgeslagen dossiers per reden', columns: [{ title: 'Reden', width: 4 }, { title: 'Dossiers', width: 1, numeric: true }],
          rows: skipped.map(({ label, dossiers }) => [label, digits(dossiers)]), total: ['Samen', digits(total)],
        } as const,
      ]),
    ],
  };
}

function persons({ persons: acts, basis }: Certificate): Section {
  return {
    title: 'Wie heeft besloten',
    blocks: acts.length === 0 ? [paragraph(basis?.kind === 'restore'
      ? 'Hiervoor is geen nieuw besluit genomen. Het besluit van de eerdere vernietiging geldt nog.' : 'Hiervoor is geen lijst opgesteld. De gegevens hadden een vaste termijn.')] : [{
      kind: 'table', caption: 'Stappen, met de functie van wie ze deed', columns: [{ title: 'Stap', width: 1 }, { title: 'Functie', width: 2 }, { title: 'Datum', width: 1 }],
      rows: acts.map((act) => [act.step, act.function, day(act.on)]),
    }],
  };
}

function how(certificate: Certificate, newest: CertificateCompletion | null): Section {
  return {
    title: 'Wanneer en hoe',
    blocks: [
      {
        kind: 'table', caption: 'Verloop', columns: [{ title: 'Wat', width: 2 }, { title: 'Datum', width: 1 }],
        rows: [
          ['Uitvoering begonnen', day(certificate.begunOn)], ['Sleutels vernietigd', day(certificate.keysDestroyedOn)],
          ['Gebeurtenissen verwijderd', day(certificate.eventsDestroyedOn)],
          ['Vrijgekomen ruimte overschreven', newest === null ? 'nog niet' : day(newest.pagesRewrittenOn)],
        ],
      },
      {
        kind: 'table', caption: 'Wijze van vernietigen per opslag', columns: [{ title: 'Opslag', width: 1 }, { title: 'Wijze', width: 4 }],
        rows: certificate.how.map(({ store, method }) => [store, method]),
      },
    ],
  };
}

function places(certificate: Certificate, newest: CertificateCompletion | null): Section {
  const answers = newest?.confirmations ?? certificate.confirmations;
  const open = answers.reduce((sum, answer) => sum + openAnswers(answer), 0);
  if (answers.length === 0) return { title: 'Andere plaatsen', blocks: [paragraph('Aan andere plaatsen is niet gevraagd om te vernietigen.')] };
  return {
    title: 'Andere plaatsen',
    blocks: [
      paragraph('Aan deze plaatsen is gevraagd om hun exemplaren te vernietigen. De aantallen zijn dossiers.'),
      {
        kind: 'table', caption: 'Antwoorden van andere plaatsen',
        columns: [
          { title: 'Plaats', width: 3 }, { title: 'Gevraagd', width: 1.2, numeric: true }, { title: 'Bevestigd', width: 1.2, numeric: true },
          { title: 'Alleen gemeld', width: 1.2, numeric: true }, { title: 'Open', width: 1, numeric: true }, { title: 'Laatste antwoord', width: 1.8 },
        ],
        rows: answers.map((answer: LocationAnswer) => [
          answer.location, digits(answer.asked), digits(answer.confirmed), digits(answer.notified), digits(openAnswers(answer)),
          answer.lastConfirmedOn === null ? 'geen' : day(answer.lastConfirmedOn),
        ]),
      },
      ...(open === 0 ? [] : [{ kind: 'notice', text: sentence(`van ${counted(open, 'vraag', 'vragen')} is nog niet bekend of ${open === 1 ? 'die' : 'ze'} ${open === 1 ? 'is' : 'zijn'} uitgevoerd`) } as const]),
    ],
  };
}

function completion(later: readonly CertificateCompletion[]): Section {
  if (later.length === 0) return { title: 'Aanvulling', blocks: [paragraph('Er is nog geen aanvulling op deze verklaring.')] };
  return {
    title: later.length === 1 ? 'Aanvulling' : 'Aanvullingen',
    blocks: later.flatMap((one, index): readonly Block[] => [
      paragraph(index === 0
        ? `Op ${day(one.pagesRewrittenOn)} is de vrijgekomen ruimte overschreven in: ${one.pages.join(', ')}. Pas daarna is ook uit de bestanden zelf niets meer terug te halen.`
        : `Een latere aanvulling (${index + 1}) noemt antwoorden van andere plaatsen die na ${day(one.pagesRewrittenOn)} binnenkwamen.`),
    ]),
  };
}

function check(issued: IssuedCertificate['issued'], later: readonly NonNullable<IssuedCertificate['completed']>[], hashes: CertificateHashes): Section {
  const { certificate, signature } = issued;
  const { checkpoints, positions } = certificate;
  const last = later.at(-1)?.certificate.checkpoint;
  return {
    title: 'Controleren',
    blocks: [
      paragraph('Deze PDF is om te lezen en te bewaren. Het bewijs is hetzelfde document als JSON, met een handtekening van het grootboek. Wie dat bestand heeft en de openbare sleutel van het grootboek, kan het zonder het grootboek controleren:'),
      { kind: 'lines', text: 'rekenschap verify --certificate verklaring.json --log-key log.vkey' },
      { kind: 'heading', text: 'Handtekening en kenmerk' },
      {
        kind: 'lines', text: [
          'sleutel (SHA-256)', signature.keyId, '', 'kenmerk van de verklaring (SHA-256)', hashes.issued, '', `handtekening (${signature.algorithm})`, signature.value,
          ...later.flatMap((one, index) => ['', `handtekening onder aanvulling ${index + 1}`, one.signature.value]),
        ].join('\n'),
      },
      { kind: 'heading', text: 'Plaats in het grootboek' },
      paragraph(`De uitvoering is aangekondigd op positie ${positions.runBegun.join(', ')} en afgesloten op positie ${positions.runClosed.join(', ')}. Hieronder staan de ondertekende controlepunten.`),
      { kind: 'heading', text: 'Controlepunt vooraf' }, { kind: 'lines', text: checkpoints.before.trimEnd() },
      { kind: 'heading', text: 'Controlepunt achteraf' }, { kind: 'lines', text: checkpoints.after.trimEnd() },
      ...(last === undefined ? [] : [{ kind: 'heading', text: 'Controlepunt bij de aanvulling' } as const, { kind: 'lines', text: last.trimEnd() } as const]),
    ],
  };
}

function basisWords(basis: NonNullable<Certificate['basis']>): string {
  if (basis.kind === 'restore') return restoreWords(basis);
  return basis.kind === 'follow' ? 'Het bronsysteem had de dossiers al vernietigd.' : `${basis.label}: toegewezen op ${day(basis.decidedOn)}.`;
}

/** `backupMadeAt` is a moment: its own date is day enough for a backup. */
function restoreWords({ backupMadeAt, withoutClass }: Extract<NonNullable<Certificate['basis']>, { readonly kind: 'restore' }>): string {
  const from = backupMadeAt === null ? '' : ` van ${day(backupMadeAt.slice(0, 10))}`;
  const unknown = withoutClass === 0 ? '' : ` Daarnaast ${withoutClass === 1 ? 'ging' : 'gingen'} ${counted(withoutClass, 'dossier', 'dossiers')} waarvan de grond niet meer te lezen is.`;
  return `Een reservekopie${from} bracht ze terug. Ze waren al eerder vernietigd.${unknown}`;
}

function procedureWords({ kind, authorisation }: NonNullable<Certificate['procedure']>): string {
  const words = { full: 'volledig: opstellen, beoordelen, goedkeuren', short: 'kort: zonder stap van de archivaris', standing: 'vaste machtiging' }[kind];
  return authorisation === null ? words : `${words} (${authorisation.id}, van ${day(authorisation.on)})`;
}

function termWords({ period, trigger }: ClassCount['rule']): string {
  if (period === undefined || period === null) return 'niet vermeld';
  const from = trigger === undefined || trigger === null ? '' : `, vanaf: ${(findCode('retentionTriggers', trigger)?.nl ?? trigger).toLowerCase()}`;
  return `${periodWords(period)}${from}`;
}

/** P5Y -> 5 jaar */
function periodWords(period: string): string {
  const { years, months, days } = Temporal.Duration.from(period);
  const parts = [years === 0 ? '' : `${years} jaar`, months === 0 ? '' : `${months} ${months === 1 ? 'maand' : 'maanden'}`, days === 0 ? '' : `${days} ${days === 1 ? 'dag' : 'dagen'}`];
  return parts.filter((part) => part !== '').join(' en ') || 'meteen';
}

function day(date: string): string {
  return dutchDay(Temporal.PlainDate.from(date));
}

function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}
