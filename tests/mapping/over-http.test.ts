import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import type { LedgerEvent } from '#domain/ledger/event';
import { event, House, OIN, SOURCE, SYSTEM } from '../http/harness.js';

let house: House;
let token: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekenschap-bronnen-'));
  writeFileSync(join(folder, 'zaaksysteem.json'), JSON.stringify({
    source: SOURCE, referencesAreNoBsns: true,
    eventTypes: { 'nl.leverancier.zaak.gestart': 'dossier-opened', 'nl.leverancier.gegevens.verstuurd': 'data-shared' },
    codes: { dataCategories: { MED: 'gezondheid' }, subjects: { KL: 'client' } },
    dossierTypes: { 'WMO-HH': { law: 'wmo2015', retentionRules: ['wmo-voorziening-verleend'] }, KCC: { law: 'wmo2015', leadingSource: 'grootboek' } },
  }));
  house = await House.open({ sources: folder });
  token = await house.token('case-system');
});
afterAll(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

async function last(): Promise<LedgerEvent> {
  const { entries } = await house.ledger.store.readAll(house.size - 1, 1);
  const entry = entries[0];
  if (entry?.kind !== 'event') throw new Error('no event');
  return house.ledger.writer.open(entry.event);
}

function start(reference: string, zaaktype: string): Record<string, unknown> {
  return event('x', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference }, zaaktype, subjects: [{ bsn: testBsn(1), role: 'KL' }] }, { type: 'nl.leverancier.zaak.gestart' });
}

function shared(reference: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return event('data-shared', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference }, recipient: { organisation: 'School' }, categories: ['MED', 'Iets Nieuws'], decisionId: 'b-1', ...more });
}

describe('a source with a mapping table', () => {
  it('sends its own types, zaaktypes and codes', async () => {
    expect((await house.send(token, start('Z-1', 'WMO-HH'))).status).toBe(201);
    expect(await last()).toMatchObject({ type: 'dossier-opened', data: { law: 'wmo2015', retentionRules: ['wmo-voorziening-verleend'], subjects: [{ role: 'client' }] } });
  });

  it('an unmapped code is recorded as onbekend, the original sealed beside it; the same again is known', async () => {
    const sent = shared('Z-1');
    expect((await house.send(token, sent)).status).toBe(201);
    const recorded = await last();
    expect(recorded.data).toMatchObject({ categories: ['gezondheid', 'onbekend'] });
    expect(recorded.origin).toMatchObject({ originals: { '/categories/1': 'Iets Nieuws' } });
    expect((await house.send(token, sent)).status).toBe(200);
    // What was received is what counts: another code of theirs that is ours the same is another message.
    const other = { ...sent, data: { ...(sent['data'] as object), categories: ['gezondheid', 'Iets Nieuws'] } };
    expect((await house.send(token, other)).status).toBe(409);
  });

  it('an event whose codes are all known has no originals (control)', async () => {
    expect((await house.send(token, shared('Z-1', { categories: ['MED'] }))).status).toBe(201);
    expect((await last()).origin).not.toHaveProperty('originals');
  });

  it('a batch goes the same way', async () => {
    const answer = await house.send(token, JSON.stringify([shared('Z-1'), start('Z-2', 'WMO-HH'), start('Z-3', 'ONBEKEND')]), 'application/cloudevents-batch+json');
    expect(answer.body.results.map(({ status }: { status: number }) => status)).toEqual([201, 201, 400]);
    expect(answer.body.results[2].problem).toMatchObject({ code: 'unknown-code', errors: [{ path: '/data/zaaktype' }] });
  });

  it('bulk goes the same way', async () => {
    const answer = await house.ask({ method: 'POST', path: '/v1/events/_bulk', token, headers: { 'content-type': 'application/x-ndjson' }, body: `${JSON.stringify(shared('Z-1'))}\n` });
    expect(answer.body).toMatchObject({ recorded: 1, failed: 0 });
    expect((await last()).origin).toMatchObject({ originals: { '/categories/1': 'Iets Nieuws' } });
  });

  it('declares that its references are no BSNs', async () => {
    expect((await house.send(token, start(testBsn(7), 'WMO-HH'))).status).toBe(201);
  });

  it('a dossier that the ledger leads is closed by no case system', async () => {
    expect((await house.send(token, start('K-1', 'KCC'))).status).toBe(201);
    const closing = (reference: string) => event('dossier-closed', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference }, on: '2026-03-01', result: 'verleend' });
    expect((await house.send(token, closing('K-1'))).status).toBe(403);
    expect((await house.send(token, closing('Z-1'))).status).toBe(201);
  });

  it('a correction is in its own codes too', async () => {
    const { body } = await house.send(token, shared('Z-1', { categories: ['MED'] }));
    const replacement = shared('Z-1', { categories: ['Weer Iets'] })['data'];
    const answer = await house.send(token, event('event-corrected', { occurredOn: '2026-03-01', eventId: body.id, replacement }));
    expect(answer.status).toBe(201);
    expect(await last()).toMatchObject({ data: { replacement: { categories: ['onbekend'] } }, origin: { originals: { '/replacement/categories/0': 'Weer Iets' } } });
  });

  it('of a casusoverleg, an item keeps its own originals and the frame none of them', async () => {
    const items = ['Z-1', 'Z-2'].map((reference, index) => ({ dossier: { system: SYSTEM, reference }, mode: `WIJZE ${index}` }));
    const answer = await house.send(token, event('casusoverleg-held', { occurredOn: '2026-03-01', meetingId: 'o-1', on: '2026-03-01', participants: [{ organisation: 'School', role: 'regisseur' }], items }));
    expect(answer.status).toBe(201);
    const { entries } = await house.ledger.store.readAll(house.size - 3, 3);
    const kept = await Promise.all(entries.map(async (entry) => (entry.kind === 'event' ? house.ledger.writer.open(entry.event) : null)));
    const ofItems = kept.filter((one) => one?.type === 'case-discussed').map((one) => one!.origin!.originals!['/mode']);
    expect(ofItems.sort()).toEqual(['WIJZE 0', 'WIJZE 1']);
    expect(JSON.stringify(kept.find((one) => one?.type === 'casusoverleg-held'))).not.toContain('WIJZE');
  });

  it('keeps the first load that an event says it belongs to', async () => {
    expect((await house.send(token, { ...shared('Z-1'), importbatch: 'lading-2026' })).status).toBe(201);
    expect((await last()).origin).toMatchObject({ importBatch: 'lading-2026' });
  });

  it('another source has no part in it', async () => {
    const source = `urn:nld:oin:${OIN}:systeem:ander`;
    const other = await house.token('case-system', { source, systems: ['ander'] });
    const sent = { ...start('A-1', 'WMO-HH'), source };
    expect((await house.send(other, sent)).body).toMatchObject({ code: 'unknown-event-type' });
  });
});

describe('a source without a mapping table', () => {
  const other = `urn:nld:oin:${OIN}:systeem:ander`;
  let otherToken: string;
  beforeAll(async () => { otherToken = await house.token('case-system', { source: other }); });
  const sent = (more: Record<string, unknown>): Record<string, unknown> => event('data-shared', {
    occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'A-1' }, recipient: { organisation: 'School' }, categories: ['gezondheid'], decisionId: 'b-1', ...more,
  }, { source: other });

  it('writes the codes of the ledger; one that is none of them is kept as onbekend with its original', async () => {
    expect((await house.send(otherToken, sent({ categories: ['gezondheid', 'Iets Nieuws'] }))).status).toBe(201);
    expect(await last()).toMatchObject({ data: { categories: ['gezondheid', 'onbekend'] }, origin: { originals: { '/categories/1': 'Iets Nieuws' } } });
    expect((await house.send(otherToken, sent({}))).status).toBe(201);
    expect((await last()).origin).not.toHaveProperty('originals');
  });

  it('is told of a code that steers, and of a law that is missing, not of a table that it does not have', async () => {
    const opening = (data: Record<string, unknown>) => house.send(otherToken, event('dossier-opened', {
      occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'A-2' }, zaaktype: 'WMO-HH', subjects: [{ bsn: testBsn(2), role: 'client' }], ...data,
    }, { source: other }));
    expect((await opening({})).body).toMatchObject({ status: 400, errors: [{ code: 'field-invalid', path: '/data/law' }] });
    expect((await opening({ law: 'wmo' })).body).toMatchObject({ status: 400, errors: [{ path: '/data/law' }] });
    expect((await opening({ law: 'wmo2015' })).status).toBe(201);
  });
});
