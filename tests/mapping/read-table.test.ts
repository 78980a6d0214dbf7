import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, configFromEnvironment } from '#src/composition/config';
import { openLedger } from '#src/composition/ledger';
import { SystemClock } from '#infra/clock/system-clock';
import { loadSourceTables } from '#src/mapping/source-tables';

const OIN = '00000001823288444000';
const SOURCE = `urn:nld:oin:${OIN}:systeem:aeolus`;

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'rekenschap-tabel-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

function fault(table: unknown): string {
  const file = join(folder, 'tabel.json');
  writeFileSync(file, typeof table === 'string' ? table : JSON.stringify(table));
  try {
    loadSourceTables(file, OIN);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  return 'none';
}

describe('mapping tables at start', () => {
  it('a good one is taken (control)', () => {
    expect(fault({ source: SOURCE, note: 'verzonnen', codes: { dataCategories: { M: 'gezondheid' } } })).toBe('none');
  });

  it.each([
    ['no JSON', '{"source": ', /geen geldige JSON/],
    ['no object', [1], /geen JSON-object/],
    ['no source', {}, /source: geef de bron/],
    ['a source of somebody else', { source: 'urn:nld:oin:00000001999999999000:systeem:x' }, /hoort niet bij de organisatie/],
    ['a field that does not exist', { source: SOURCE, code: {} }, /code: dit veld kent een vertaaltabel niet/],
    ['a list that does not exist', { source: SOURCE, codes: { kleuren: {} } }, /codes\.kleuren: deze codelijst bestaat niet/],
    ['an inherited name as a list', { source: SOURCE, codes: { constructor: {} } }, /bestaat niet/],
    ['a code that does not exist', { source: SOURCE, codes: { dataCategories: { M: 'gezond' } } }, /codes\.dataCategories\["M"\]: "gezond" staat niet in de codelijst/],
    ['an event type that does not exist', { source: SOURCE, eventTypes: { x: 'dossier-geopend' } }, /eventTypes\["x"\]: "dossier-geopend" is geen soort gebeurtenis/],
    ['one of the ledger\'s own types', { source: SOURCE, eventTypes: { x: 'certificate-issued' } }, /is geen soort gebeurtenis/],
    ['a law that does not exist', { source: SOURCE, dossierTypes: { W: { law: 'wmo' } } }, /dossierTypes\["W"\]\.law/],
    ['a dossier type without a law', { source: SOURCE, dossierTypes: { W: {} } }, /dossierTypes\["W"\]\.law/],
    ['a leading that is neither', { source: SOURCE, leading: 'zaaksysteem' }, /leading/],
    ['a leading source that is none', { source: SOURCE, dossierTypes: { W: { law: 'wmo2015', leadingSource: 'suite' } } }, /leadingSource/],
    ['a kind of place that does not exist', { source: SOURCE, locations: { I: { system: 'i', kind: 'disk' } } }, /locations\["I"\]\.kind/],
    ['texts where there should be more', { source: SOURCE, retentionRules: { a: 7 } }, /retentionRules\["a"\]: geef hier een tekst/],
    ['an empty code', { source: SOURCE, retentionRules: { ' ': 'a' } }, /leeg of langer/],
  ])('%s: a Dutch sentence with the place', (_name, table, expected) => {
    expect(fault(table)).toMatch(expected);
  });

  it('says everything that is wrong at once', () => {
    expect(fault({ source: SOURCE, a: 1, codes: { b: {} }, locations: 7 }).split('\n')).toHaveLength(4);
  });

  it('two tables for one source, an empty folder and no folder are refused; two sources are two tables', () => {
    expect(() => loadSourceTables(folder, OIN)).toThrow(/geen enkel/);
    expect(() => loadSourceTables(join(folder, 'weg'), OIN)).toThrow(/wijst naar/);
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ source: SOURCE }));
    writeFileSync(join(folder, 'b.json'), JSON.stringify({ source: `urn:nld:oin:${OIN}:systeem:jvs` }));
    expect(loadSourceTables(folder, OIN).size).toBe(2);
    writeFileSync(join(folder, 'c.json'), JSON.stringify({ source: SOURCE }));
    expect(() => loadSourceTables(folder, OIN)).toThrow(/al een andere tabel/);
  });

  it('a ledger with a wrong table does not open, and makes nothing', async () => {
    writeFileSync(join(folder, 't.json'), '{}');
    const config = configFromEnvironment({
      REKENSCHAP_OIN: OIN, REKENSCHAP_DATA: join(folder, 'data'), REKENSCHAP_HEAD_DIR: join(folder, 'head'),
      REKENSCHAP_MASTER_KEY_FILE: join(folder, 'keys', 'm'), REKENSCHAP_SOURCES: join(folder, 't.json'),
    });
    await expect(openLedger(config, new SystemClock())).rejects.toBeInstanceOf(ConfigurationError);
    expect(() => loadSourceTables(join(folder, 'data'), OIN)).toThrow();
  });
});
