/**
 * MDTO, the archives' standard for metadata (Nationaal Archief, MDTO-XML 1.0.1, https://www.nationaalarchief.nl/mdto):
 * what an e-depot asks of a dossier that is kept for good, and of the file that goes with it. The order of the elements is
 * the schema's; terms are those of MDTO's own lists (its open lists may be extended: then the term names our own list).
 * Files are named as its SIP specification asks: `<name>.mdto.xml` and `<file>.bestand.mdto.xml`.
 */
export interface MdtoDossier {
  /** Of the case system: what the archive knows the dossier by. */
  readonly system: string;
  readonly reference: string;
  /** Random part of the stream's name. */
  readonly id: string;
  readonly oin: string;
  /** Calendar dates; `closedOn` null while the case is open. */
  readonly openedOn: string | null;
  readonly closedOn: string | null;
  readonly events: readonly MdtoEvent[];
  /** Of the rule by which it is kept; null when it was designated, or its rule names no list. */
  readonly category: MdtoCategory | null;
}

export interface MdtoEvent {
  readonly type: string;
  /** As a person reads it. */
  readonly title: string;
  /** Calendar date, or RFC 3339. */
  readonly when: string;
}

export interface MdtoCategory {
  readonly name: string;
  readonly list: string;
  readonly number: string;
}

export interface MdtoFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** RFC 3339: when the checksum was made. */
  readonly madeAt: string;
}

const NAMESPACE = 'https://www.nationaalarchief.nl/mdto';
const SCHEMA = `${NAMESPACE} ${NAMESPACE}/MDTO-XML1.0.1.xsd`;
const OWN_LIST = 'Begrippen van Rekenschap';
const EVENT_LIST = 'Begrippenlijst EventTypeLijst MDTO';
/** "Bevriezing": no changes are allowed any more, "bijvoorbeeld afsluiten van dossier". */
const EVENT_TERMS: ReadonlyMap<string, string> = new Map([['dossier-opened', 'Creatie'], ['dossier-closed', 'Bevriezing']]);
const RESTRICTED = 'Bevat persoonsgegevens. De zorgdrager bepaalt bij het overbrengen welke beperking op de openbaarheid geldt (Archiefwet 1995, artikel 15).';

type Element = readonly [name: string, content: string | readonly Element[]];

/** The `informatieobject` of aggregation level dossier, with the file that represents it. */
export function mdtoDossier(dossier: MdtoDossier, file: Pick<MdtoFile, 'name' | 'madeAt'>): string {
  const { system, reference, id, oin, openedOn, closedOn, category } = dossier;
  return documentOf(['informatieobject', [
    identification('identificatie', reference, system),
    identification('identificatie', id, 'Rekenschap'),
    ['naam', nameOf(dossier)],
    term('aggregatieniveau', 'Dossier', 'Begrippenlijst Aggregatieniveaus MDTO'),
    ...(openedOn === null ? [] : [coverage(openedOn, closedOn)]),
    ['taal', 'nl'],
    ...dossier.events.map(event),
    ['event', [term('eventType', 'Export', EVENT_LIST), ['eventTijd', file.madeAt]]],
    term('waardering', 'Blijvend te bewaren', 'Begrippenlijst Waarderingen MDTO', 'B'),
    ...(category === null ? [] : [term('informatiecategorie', category.name, `Selectielijst gemeenten en intergemeentelijke organen ${category.list}`, category.number)]),
    pointer('heeftRepresentatie', file.name, identification('verwijzingIdentificatie', fileId(dossier, file), 'Rekenschap')),
    pointer('archiefvormer', `Organisatie met OIN ${oin}`, identification('verwijzingIdentificatie', oin, 'OIN-register')),
    ['beperkingGebruik', [term('beperkingGebruikType', 'Nader te bepalen', 'Begrippenlijst BeperkingGebruikTypeLijst MDTO'), ['beperkingGebruikNadereBeschrijving', RESTRICTED]]],
  ]]);
}

/** The `bestand` that goes with it. */
export function mdtoFile(dossier: MdtoDossier, file: MdtoFile): string {
  return documentOf(['bestand', [
    identification('identificatie', fileId(dossier, file), 'Rekenschap'),
    ['naam', file.name],
    ['omvang', String(file.bytes)],
    term('bestandsformaat', 'JSON Data Interchange Format', 'PRONOM-register', 'fmt/817'),
    ['checksum', [
      term('checksumAlgoritme', 'SHA-256', 'Begrippenlijst ChecksumAlgoritme MDTO'),
      ['checksumWaarde', file.sha256],
      ['checksumDatum', file.madeAt],
    ]],
    pointer('isRepresentatieVan', nameOf(dossier), identification('verwijzingIdentificatie', dossier.reference, dossier.system)),
  ]]);
}

function nameOf({ reference }: MdtoDossier): string {
  return `Dossier ${reference}`;
}

function fileId({ id }: MdtoDossier, { name }: Pick<MdtoFile, 'name'>): string {
  return `${id}/${name}`;
}

function coverage(from: string, until: string | null): Element {
  return ['dekkingInTijd', [
    term('dekkingInTijdType', 'Looptijd van het dossier', OWN_LIST),
    ['dekkingInTijdBegindatum', from],
    ...(until === null ? [] : [['dekkingInTijdEinddatum', until] as const]),
  ]];
}

function event({ type, title, when }: MdtoEvent): Element {
  const known = EVENT_TERMS.get(type);
  return ['event', [known === undefined ? term('eventType', title, OWN_LIST, type) : term('eventType', known, EVENT_LIST), ['eventTijd', when]]];
}

function identification(name: string, mark: string, source: string): Element {
  return [name, [['identificatieKenmerk', mark], ['identificatieBron', source]]];
}

function term(name: string, label: string, list: string, code?: string): Element {
  return [name, [
    ['begripLabel', label],
    ...(code === undefined ? [] : [['begripCode', code] as const]),
    ['begripBegrippenlijst', [['verwijzingNaam', list]]],
  ]];
}

function pointer(name: string, to: string, identity: Element): Element {
  return [name, [['verwijzingNaam', to], identity]];
}

function documentOf(element: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<MDTO xmlns="${NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${SCHEMA}">\n${written(element, 1)}</MDTO>\n`;
}

function written([name, content]: Element, depth: number): string {
  const margin = '  '.repeat(depth);
  if (typeof content === 'string') return `${margin}<${name}>${escaped(content)}</${name}>\n`;
  return `${margin}<${name}>\n${content.map((child) => written(child, depth + 1)).join('')}${margin}</${name}>\n`;
}

/** XML 1.0 has no place for control characters, half surrogates and U+FFFE/FFFF, not even escaped. */
const NOT_IN_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

function escaped(text: string): string {
  return text.toWellFormed().replaceAll(NOT_IN_XML, '\uFFFD').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
