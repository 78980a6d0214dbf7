import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStreamName } from '#domain/ledger/ids';
import { writeDossier } from '#src/cli/export/write-dossier';
import { textsOf } from '../domain/destruction/mdto-reader.js';
import { event, House, OIN, opened, SYSTEM } from '../http/harness.js';

const RULE = {
  id: 'wmo', version: 'proef', law: 'wmo2015', result: null, name: 'Wmo', period: 'P1D', trigger: 'process-completed',
  waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null,
};
const KEPT = { ...RULE, id: 'hotspot', law: 'jeugdwet', name: 'Hotspot', period: null, trigger: null, waardering: 'blijvend_bewaren', policy: null, selectielijst: { list: '2020', number: '7.1.1' } };

describe('a dossier that is kept for good', () => {
  let house: House;
  let folder: string;
  const ids: Record<string, string> = {};
  const to = (name: string) => join(folder, name);

  beforeAll(async () => {
    house = await House.open({ allowTestSchedules: true });
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-mdto-'));
    const adopted = await house.post('/v1/retention-schedules', await house.token('controller'), {
      schedule: 'proef', rules: [RULE, KEPT], use: 'test', mandate: 'besluit-1', archivistAdvice: 'geen bezwaar', on: '2026-01-01',
    });
    expect(adopted.status, adopted.text).toBe(201);
    const sender = await house.token('case-system');
    const archivist = await house.token('archivist', { subject: 'a1' });
    for (const [reference, law] of [['due', 'wmo2015'], ['by-rule', 'jeugdwet'], ['transferred', 'wmo2015']] as const) {
      const dossier = { system: SYSTEM, reference };
      const before = house.size;
      expect((await house.send(sender, opened(reference, { law }))).status).toBe(201);
      const { entries } = await house.ledger.store.readAll(before, 10);
      const first = entries.find((entry) => entry.kind === 'event' && entry.event.type === 'dossier-opened')!;
      ids[reference] = parseStreamName((first as typeof first & { kind: 'event' }).event.stream).uuid;
      expect((await house.send(sender, event('dossier-closed', { occurredAt: '2026-03-01T12:00:00+01:00', dossier, on: '2026-02-20', result: 'verleend' }))).status).toBe(201);
      if (reference !== 'transferred') continue;
      const designated = await house.send(archivist, event('designation-changed', {
        occurredAt: '2026-03-01T13:00:00+01:00', dossier, designation: 'blijvend_bewaren', hotspot: 'toeslagen', outcome: 'transferred',
      }, { source: `urn:nld:oin:${OIN}:systeem:rekenschap` }));
      expect(designated.status, designated.text).toBe(201);
    }
    house.clock.advanceTo(Temporal.Instant.from('2026-04-10T09:00:00Z'));
  });
  afterAll(async () => {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is written with MDTO about it and about its file, recorded by the file\'s checksum, without a BSN', async () => {
    const exported = await writeDossier(house.ledger, ids['by-rule']!, to('by-rule'));
    expect(exported).toEqual({ events: 2, files: ['dossier.json', 'dossier.json.bestand.mdto.xml', 'dossier.mdto.xml'] });
    expect(readdirSync(to('by-rule')).sort()).toEqual([...exported.files].sort());
    const content = readFileSync(join(to('by-rule'), 'dossier.json'));
    expect((JSON.parse(content.toString('utf8')) as readonly { readonly type: string }[]).map(({ type }) => type)).toEqual(['dossier-opened', 'dossier-closed']);
    expect(content.toString('utf8')).not.toMatch(/"9999[0-9]{5}"/);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const about = readFileSync(join(to('by-rule'), 'dossier.json.bestand.mdto.xml'), 'utf8');
    expect([textsOf(about, 'checksumWaarde'), textsOf(about, 'omvang')]).toEqual([[sha256], [String(content.length)]]);
    const dossier = readFileSync(join(to('by-rule'), 'dossier.mdto.xml'), 'utf8');
    expect(textsOf(dossier, 'naam')).toEqual(['Dossier by-rule']);
    expect(textsOf(dossier, 'begripLabel')).toEqual(['Dossier', 'Looptijd van het dossier', 'Creatie', 'Bevriezing', 'Export', 'Blijvend te bewaren', 'Hotspot', 'Nader te bepalen']);
    expect(textsOf(dossier, 'begripCode')).toEqual(['B', '7.1.1']);
    expect(textsOf(dossier, 'dekkingInTijdEinddatum')).toEqual(['2026-02-20']);
    const { entries } = await house.ledger.store.readAll(house.size - 1, 1);
    const made = entries[0]!.kind === 'event' ? await house.ledger.writer.open(entries[0]!.event) : null;
    expect(made).toMatchObject({ type: 'export-made', data: { form: 'mdto', sha256 } });
    expect(JSON.stringify(made!.data)).not.toContain(ids['by-rule']);
    expect([statSync(to('by-rule')).mode & 0o777, statSync(join(to('by-rule'), 'dossier.json')).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('by the archivist\'s designation, says so among its events', async () => {
    await writeDossier(house.ledger, ids['transferred']!, to('transferred'));
    const xml = readFileSync(join(to('transferred'), 'dossier.mdto.xml'), 'utf8');
    expect(textsOf(xml, 'begripCode')).toEqual(['designation-changed', 'B']);
    expect(readFileSync(join(to('transferred'), 'dossier.json'), 'utf8')).toContain('"outcome":"transferred"');
  });

  it('anything else is not written and not recorded', async () => {
    const size = house.size;
    for (const [id, code] of [[ids['due']!, 'not-permanent'], ['11111111-1111-4111-8111-111111111111', 'not-found'], ['../x', 'not-found']] as const) {
      await expect(writeDossier(house.ledger, id, to('niet'))).rejects.toMatchObject({ code });
    }
    expect(existsSync(to('niet'))).toBe(false);
    await expect(writeDossier(house.ledger, ids['by-rule']!, folder)).rejects.toMatchObject({ code: 'file-exists' });
    await expect(writeDossier(house.ledger, ids['by-rule']!, to('weg/nieuw'))).rejects.toMatchObject({ code: 'folder-missing' });
    expect(house.size).toBe(size);
    expect(existsSync(folder)).toBe(true);
  });

  it('is on no list of what may go, exported, transferred or not', async () => {
    const list = await house.post('/v1/destruction-lists', await house.token('record-manager', { subject: 'k1' }), { name: 'Lijst april' });
    expect(list.status, list.text).toBe(201);
    const page = await house.ask({ path: `/v1/destruction-lists/${String(list.body.id)}`, token: await house.token('auditor') });
    expect(page.text).toContain(ids['due']);
    expect(page.text).not.toContain(ids['by-rule']);
    expect(page.text).not.toContain(ids['transferred']);
  });
});
