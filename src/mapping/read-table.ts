import { isSentEventType } from '#domain/catalogue';
import type { DossierType, LocationOfSource, MappingTable } from '#domain/mapping/mapping-table';
import { isCode, isCodeList, type CodeList } from '#domain/reference/codes';
import { ConfigurationError } from '#src/composition/config';
import { isCodeText, isPlainObject } from '#src/events/dto/fields';
import { isSource } from '#src/identity/tokens';

type Fields = Readonly<Record<string, unknown>>;

/** `leadingSource` of a kind of dossier that no case system leads: closing, trigger and hold are for the record manager. */
const LEDGER_LEADS = 'grootboek';
const NAME_MAX = 200;

/**
 * One mapping table as it is configured (docs/bronsystemen.md), every value checked against catalogue and code lists.
 * Throws ConfigurationError with all that is wrong, each with its place in the file; `file` is for that message.
 */
export function readTable(value: unknown, oin: string, file: string): MappingTable {
  const faults: string[] = [];
  const table = tableOf(value, oin, faults);
  if (faults.length > 0 || table === null) {
    throw new ConfigurationError(`De vertaaltabel ${file} klopt niet:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  }
  return table;
}

const KNOWN = ['source', 'note', 'eventTypes', 'codes', 'dossierTypes', 'retentionRules', 'locations', 'referencesAreNoBsns', 'leading'] as const;

function tableOf(value: unknown, oin: string, faults: string[]): MappingTable | null {
  if (!isPlainObject(value)) {
    faults.push('het bestand bevat geen JSON-object.');
    return null;
  }
  onlyKnown(value, KNOWN, '', faults);
  const { source, referencesAreNoBsns = false, leading = 'ledger' } = value;
  if (typeof source !== 'string' || !isSource(source)) {
    faults.push('source: geef de bron als urn:nld:oin:<20 cijfers>:systeem:<naam>.');
    return null;
  }
  if (!source.startsWith(`urn:nld:oin:${oin}:`)) faults.push('source: deze bron hoort niet bij de organisatie van dit grootboek (REKENSCHAP_OIN).');
  if (typeof referencesAreNoBsns !== 'boolean') faults.push('referencesAreNoBsns: geef true of false.');
  if (leading !== 'source' && leading !== 'ledger') faults.push('leading: geef source als dit systeem zelf vernietigt, anders ledger.');
  return {
    source,
    referencesAreNoBsns: referencesAreNoBsns === true,
    ...(leading === 'source' ? { leading } : {}),
    eventTypes: renamed(value, 'eventTypes', faults, (to) => (isSentEventType(to) ? null : 'is geen soort gebeurtenis uit de catalogus')),
    codes: codesOf(value['codes'], faults),
    dossierTypes: entries(value, 'dossierTypes', faults, (one, place) => dossierType(one, place, oin, faults)),
    retentionRules: renamed(value, 'retentionRules', faults, (to) => (isCodeText(to) ? null : 'is geen naam van een bewaarregel')),
    locations: entries(value, 'locations', faults, (one, place) => location(one, place, faults)),
  };
}

function codesOf(value: unknown, faults: string[]): MappingTable['codes'] {
  if (value === undefined) return new Map();
  if (!isPlainObject(value)) {
    faults.push('codes: geef een object met per codelijst de codes.');
    return new Map();
  }
  return new Map(Object.keys(value).flatMap((list): [CodeList, ReadonlyMap<string, string>][] => {
    if (!isCodeList(list)) {
      faults.push(`codes.${list}: deze codelijst bestaat niet.`);
      return [];
    }
    return [[list, renamed(value, list, faults, (to) => (isCode(list, to) ? null : `staat niet in de codelijst ${list}`), 'codes.')]];
  }));
}

function dossierType(one: Fields, place: string, oin: string, faults: string[]): DossierType {
  onlyKnown(one, ['law', 'retentionRules', 'zaaktype', 'leadingSource'], place, faults);
  const { law, retentionRules, zaaktype, leadingSource } = one;
  if (typeof law !== 'string' || !isCode('laws', law)) faults.push(`${place}law: geef een wet uit de codelijst laws.`);
  if (retentionRules !== undefined && !(Array.isArray(retentionRules) && retentionRules.length > 0 && retentionRules.every(isCodeText))) {
    faults.push(`${place}retentionRules: geef een lijst met namen van bewaarregels.`);
  }
  if (zaaktype !== undefined && !isCodeText(zaaktype)) faults.push(`${place}zaaktype: geef één code zonder spaties.`);
  const leads = leadingSource === LEDGER_LEADS ? `urn:nld:oin:${oin}:systeem:rekenschap` : leadingSource;
  if (leads !== undefined && (typeof leads !== 'string' || !isSource(leads))) faults.push(`${place}leadingSource: geef een bron (urn:nld:oin:…) of ${LEDGER_LEADS}.`);
  return {
    law: law as string,
    ...(retentionRules === undefined ? {} : { retentionRules: retentionRules as readonly string[] }),
    ...(zaaktype === undefined ? {} : { zaaktype: zaaktype as string }),
    ...(leads === undefined ? {} : { leadingSource: leads as string }),
  };
}

function location(one: Fields, place: string, faults: string[]): LocationOfSource {
  onlyKnown(one, ['system', 'kind', 'controller'], place, faults);
  const { system, kind, controller } = one;
  if (typeof system !== 'string' || system.trim() === '' || system.length > 100) faults.push(`${place}system: geef de naam van de plaats, tot 100 tekens.`);
  if (kind !== undefined && !(typeof kind === 'string' && isCode('locationKinds', kind))) faults.push(`${place}kind: geef een code uit de codelijst locationKinds.`);
  if (controller !== undefined && !(typeof controller === 'string' && isCode('locationControllers', controller))) faults.push(`${place}controller: geef een code uit de codelijst locationControllers.`);
  return {
    system: system as string,
    ...(kind === undefined ? {} : { kind: kind as string }),
    ...(controller === undefined ? {} : { controller: controller as string }),
  };
}

/** A member that maps texts to texts; `wrong` says what is wrong with a text of ours. */
function renamed(table: Fields, name: string, faults: string[], wrong: (to: string) => string | null, above = ''): ReadonlyMap<string, string> {
  return new Map(members(table, name, faults, above).flatMap(([theirs, to]): [string, string][] => {
    if (typeof to !== 'string') {
      faults.push(`${above}${name}["${theirs}"]: geef hier een tekst.`);
      return [];
    }
    const fault = wrong(to);
    if (fault !== null) faults.push(`${above}${name}["${theirs}"]: "${to}" ${fault}.`);
    return [[theirs, to]];
  }));
}

function entries<To>(table: Fields, name: string, faults: string[], read: (one: Fields, place: string) => To): ReadonlyMap<string, To> {
  return new Map(members(table, name, faults).flatMap(([theirs, one]): [string, To][] => {
    if (!isPlainObject(one)) {
      faults.push(`${name}["${theirs}"]: geef hier een object.`);
      return [];
    }
    return [[theirs, read(one, `${name}["${theirs}"].`)]];
  }));
}

function members(table: Fields, name: string, faults: string[], above = ''): readonly [string, unknown][] {
  const value = table[name];
  if (value === undefined) return [];
  if (!isPlainObject(value)) {
    faults.push(`${above}${name}: geef een object van uw codes naar die van het grootboek.`);
    return [];
  }
  return Object.entries(value).filter(([theirs]) => {
    const good = theirs.trim() !== '' && theirs.length <= NAME_MAX;
    if (!good) faults.push(`${above}${name}: een code van uw systeem is leeg of langer dan ${NAME_MAX} tekens.`);
    return good;
  });
}

function onlyKnown(one: Fields, known: readonly string[], place: string, faults: string[]): void {
  for (const name of Object.keys(one)) if (!known.includes(name)) faults.push(`${place}${name}: dit veld kent een vertaaltabel niet.`);
}
