import { describe, expect, it } from 'vitest';
import { mdtoDossier, mdtoFile, type MdtoDossier } from '#domain/destruction/mdto';
import { childrenOf, namesIn, textsOf } from './mdto-reader.js';

const DOSSIER: MdtoDossier = {
  system: 'zaaksysteem', reference: 'Z-1 <&>', id: '11111111-1111-4111-8111-111111111111', oin: '00000001823288444000', openedOn: '2024-01-02', closedOn: '2025-03-04',
  events: [
    { type: 'dossier-opened', title: 'Dossier geopend', when: '2024-01-02T09:00:00+01:00' },
    { type: 'dossier-closed', title: 'Dossier afgesloten', when: '2025-03-04' },
    { type: 'retention-extended', title: 'Bewaartermijn verlengd', when: '2025-03-04' },
  ],
  category: { name: 'Hotspot', list: '2020', number: '7.1.1' },
};
const FILE = { name: 'dossier.json', bytes: 12, sha256: 'ab'.repeat(32), madeAt: '2026-03-02T10:00:00Z' };

// MDTO-XML 1.0.1: elements of an informatieobject in the schema's order; those it must have.
const ORDER = [
  'identificatie', 'naam', 'aggregatieniveau', 'classificatie', 'trefwoord', 'omschrijving', 'raadpleeglocatie', 'dekkingInTijd', 'dekkingInRuimte', 'taal', 'event',
  'waardering', 'bewaartermijn', 'informatiecategorie', 'isOnderdeelVan', 'bevatOnderdeel', 'heeftRepresentatie', 'aanvullendeMetagegevens',
  'gerelateerdInformatieobject', 'archiefvormer', 'betrokkene', 'activiteit', 'beperkingGebruik',
];
const REQUIRED = ['identificatie', 'naam', 'waardering', 'archiefvormer', 'beperkingGebruik'];
const FILE_ELEMENTS = ['identificatie', 'naam', 'omvang', 'bestandsformaat', 'checksum', 'isRepresentatieVan'];
const ranks = (names: readonly string[]) => names.map((name) => ORDER.indexOf(name));

describe('MDTO', () => {
  it.each([['whole', DOSSIER], ['with what it needs only', { ...DOSSIER, openedOn: null, closedOn: null, events: [], category: null }]])('of a dossier, %s: the schema\'s elements, in its order', (_, dossier) => {
    const names = childrenOf(mdtoDossier(dossier, FILE), 'informatieobject');
    expect(names.filter((name) => !ORDER.includes(name))).toEqual([]);
    expect(ranks(names)).toEqual([...ranks(names)].sort((a, b) => a - b));
    for (const name of REQUIRED) expect(names).toContain(name);
  });

  it('says blijvend te bewaren, whose, since when and under which category', () => {
    const xml = mdtoDossier(DOSSIER, FILE);
    expect(textsOf(xml, 'identificatieKenmerk')).toEqual(['Z-1 <&>', DOSSIER.id, `${DOSSIER.id}/dossier.json`, DOSSIER.oin]);
    expect(textsOf(xml, 'begripCode')).toEqual(['retention-extended', 'B', '7.1.1']);
    // MDTO's own terms where it has one (Begrippenlijsten, versie 1.0), ours with their code elsewhere.
    expect(textsOf(xml, 'begripLabel')).toEqual(['Dossier', 'Looptijd van het dossier', 'Creatie', 'Bevriezing', 'Bewaartermijn verlengd', 'Export', 'Blijvend te bewaren', 'Hotspot', 'Nader te bepalen']);
    expect(textsOf(xml, 'dekkingInTijdEinddatum')).toEqual(['2025-03-04']);
    expect(namesIn(xml)).not.toContain('bewaartermijn');
    expect(xml).toContain('xmlns="https://www.nationaalarchief.nl/mdto"');
  });

  it('of the file: every element a bestand must have, and the dossier it belongs to', () => {
    const xml = mdtoFile(DOSSIER, FILE);
    expect(childrenOf(xml, 'bestand')).toEqual(FILE_ELEMENTS);
    expect(textsOf(xml, 'checksumWaarde')).toEqual([FILE.sha256]);
    expect(textsOf(xml, 'omvang')).toEqual(['12']);
    // The two name each other.
    expect(textsOf(mdtoDossier(DOSSIER, FILE), 'identificatieKenmerk')).toContain(textsOf(xml, 'identificatieKenmerk')[0]);
  });

  it('stays XML whatever the reference holds', () => {
    for (const reference of ['</naam><x/>', ']]>', 'a\u0000b\u001f', '\ud800', '&amp;']) {
      const xml = mdtoDossier({ ...DOSSIER, reference }, FILE);
      expect(childrenOf(xml, 'informatieobject')).toEqual(childrenOf(mdtoDossier(DOSSIER, FILE), 'informatieobject'));
      expect(xml).toBe(xml.toWellFormed());
      expect([...xml].filter((sign) => sign < ' ' && sign !== '\n')).toEqual([]);
    }
    // The reader itself sees what is not well-formed.
    expect(() => namesIn('<a><b></a></b>')).toThrow();
  });
});
