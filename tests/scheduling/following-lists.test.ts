import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { nightLines } from '#src/scheduling/night-lines';
import { SOURCE } from '../http/harness.js';
import { adopt, at, closed, event, House, opened, record, SYSTEM } from './house.js';

const LISTS = '/v1/destruction-lists';
let house: House;
let folder: string;
let system: string;

/** A source whose mapping table says that it destroys by its own procedure. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekenschap-leading-'));
  writeFileSync(join(folder, 'zaaksysteem.json'), JSON.stringify({ source: SOURCE, leading: 'source', dossierTypes: { KCC: { law: 'wmo2015', leadingSource: 'grootboek' } } }));
  house = await House.open({ sources: folder, allowTestSchedules: true });
  system = await house.token('case-system', { valid: '3650d' });
  await adopt(house);
});
afterEach(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

async function night(day: string): Promise<any> { // eslint-disable-line @typescript-eslint/no-explicit-any
  house.clock.advanceTo(at(day));
  const answer = await house.post('/v1/retention/runs', await house.token('record-manager'), {});
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

let person = 0;
async function dossier(reference: string, more: Record<string, unknown> = {}): Promise<void> {
  person += 1;
  await record(house, system, opened(reference, { law: 'wmo2015', subjects: [{ bsn: testBsn(person), role: 'client' }], ...more }));
  await record(house, system, closed(reference, '2026-03-01'));
}
const destroyed = (reference: string, day: string): Record<string, unknown> =>
  event('destroyed-at-source', { occurredOn: day, dossier: { system: SYSTEM, reference }, on: day, certificate: { reference: 'verklaring 12' } });
const gone = async (reference: string, day: string): Promise<void> => {
  house.clock.advanceTo(Temporal.Instant.from(`${day}T12:00:00Z`));
  await record(house, system, destroyed(reference, day));
};
const there = async (reference: string): Promise<boolean> => {
  const stream = await house.ledger.vault.findStream({ system: SYSTEM, reference });
  return stream !== null && (await house.ledger.store.readStream(stream, 0, 1)).kind === 'events';
};
const agenda = async (): Promise<Record<string, number>> => {
  const { counts } = (await house.ask({ path: '/v1/retention/agenda', token: await house.token('record-manager'), headers: { 'rekenschap-min-position': String(house.size - 1) } })).body;
  return Object.fromEntries(Object.entries(counts as Record<string, number>).filter(([, count]) => count > 0));
};

describe('a source that leads its own destruction', () => {
  it('its dossiers go on no list of ours, however long ago their term ended; they wait for the source', async () => {
    await dossier('bron');
    const { law: _law, ...unmapped } = opened('ons', { subjects: [{ bsn: testBsn(90), role: 'client' }], zaaktype: 'KCC' })['data'] as Record<string, unknown>;
    await record(house, system, event('dossier-opened', unmapped));
    // The ledger leads this kind of dossier: its own source may not say from when its term runs.
    await record(house, await house.token('record-manager'), event('retention-trigger', {
      occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference: 'ons' }, trigger: 'process-completed', on: '2026-03-01',
    }, { source: `${SOURCE.split(':systeem:')[0]!}:systeem:rekenschap` }));
    house.clock.advanceTo(at('2029-01-10'));
    const drawn = await house.post(LISTS, await house.token('record-manager'), { name: 'Januari 2029' });
    expect(drawn.status, drawn.text).toBe(201);
    expect(drawn.body).toMatchObject({ kind: 'term', items: 1 });
    expect(await agenda()).toEqual({ 'awaits-source': 1, 'overdue': 1 });
    expect((await night('2029-01-11')).lists?.followDrawn).toBeUndefined();
  });

  it('what it destroyed follows after the waiting period, without a step of a person; others stay', async () => {
    await dossier('weg');
    await dossier('blijft');
    await gone('weg', '2026-05-04');
    expect(await agenda()).toEqual({ 'awaits-source': 1, 'gone-at-source': 1 });
    const first = (await night('2026-05-05')).lists;
    expect(first.followDrawn).toMatchObject({ items: 1 });
    const { listId } = first.followDrawn;
    const path = `${LISTS}/${listId as string}`;
    expect((await house.ask({ path, token: await house.token('auditor') })).body).toMatchObject({ kind: 'follow', status: 'draft', executableFrom: '2026-05-12' });
    for (const [role, step] of [['record-manager', 'submissions'], ['record-manager', 'replacements'], ['applicatiebeheer', 'executions']] as const) {
      const answer = await house.post(`${path}/${step}`, await house.token(role), step === 'replacements' ? { part: 'drawing-up', reason: 'Even overnemen' } : {}, { 'if-match': '"0"' });
      expect([step, answer.status]).toEqual([step, step === 'executions' ? 403 : 409]);
    }
    expect((await night('2026-05-11')).lists?.followed).toBeUndefined();
    const last = await night('2026-05-12');
    expect(last.lists).toMatchObject({ followed: [{ listId, destroyed: 1 }] });
    expect(nightLines(last)).toContain(`Na het bronsysteem vernietigd: 1 dossiers (lijst ${listId as string}).`);
    expect([await there('weg'), await there('blijft')]).toEqual([false, true]);
    const certificate = (await house.ask({ path: `${path}/certificate`, token: await house.token('auditor') })).body;
    expect(certificate.issued.certificate).toMatchObject({ basis: { kind: 'follow' }, destroyed: { dossiers: 1 } });
    // Nothing is drawn up twice.
    expect((await night('2026-05-13')).lists?.followDrawn).toBeUndefined();
  });

  it('a hold stops it and is said, once; lifted, it goes from the day after', async () => {
    await dossier('verbod');
    house.clock.advanceTo(at('2026-05-03'));
    await record(house, system, event('hold-placed', { occurredOn: '2026-05-03', dossier: { system: SYSTEM, reference: 'verbod' }, kind: 'klacht', on: '2026-05-03', holdId: 'h' }));
    await gone('verbod', '2026-05-04');
    expect(await agenda()).toEqual({ held: 1 });
    const first = await night('2026-05-05');
    expect(first.lists).toMatchObject({ heldAtSource: 1 });
    expect(nightLines(first).join('\n')).toMatch(/SIGNAAL: 1 dossiers zijn in het bronsysteem vernietigd/);
    expect((await night('2026-05-06')).lists?.heldAtSource).toBeUndefined();
    await record(house, system, event('hold-lifted', { occurredOn: '2026-05-06', dossier: { system: SYSTEM, reference: 'verbod' }, kind: 'klacht', on: '2026-05-06', holdId: 'h' }));
    expect((await night('2026-05-06')).lists?.followDrawn).toBeUndefined();
    expect((await night('2026-05-07')).lists).toMatchObject({ followDrawn: { items: 1 } });
    expect((await night('2026-05-14')).lists).toMatchObject({ followed: [{ destroyed: 1 }] });
  });

  it('a hold that comes while the list waits keeps the dossier, and so does a message that is taken back', async () => {
    for (const reference of ['een', 'twee', 'drie']) await dossier(reference);
    for (const reference of ['een', 'twee']) await gone(reference, '2026-05-04');
    const mistaken = destroyed('drie', '2026-05-04');
    const receipt = await house.send(system, mistaken);
    expect((await night('2026-05-05')).lists.followDrawn).toMatchObject({ items: 3 });
    await record(house, system, event('event-annulled', { occurredOn: '2026-05-05', eventId: receipt.body.id, reason: 'wrong-dossier', motivation: 'Een ander dossier.' }));
    await record(house, system, event('hold-placed', { occurredOn: '2026-05-05', dossier: { system: SYSTEM, reference: 'twee' }, kind: 'klacht', on: '2026-05-05' }));
    expect((await night('2026-05-12')).lists.followed).toMatchObject([{ destroyed: 1 }]);
    expect([await there('een'), await there('twee'), await there('drie')]).toEqual([false, true, true]);
  });

  it('what is to be kept for good here, and was destroyed there, is a signal, and stands apart in the agenda', async () => {
    for (const reference of ['blijvend', 'blijft']) await dossier(reference);
    const archivist = await house.token('archivist', { valid: '3650d' });
    house.clock.advanceTo(at('2026-05-03'));
    for (const reference of ['blijvend', 'blijft']) {
      await record(house, archivist, event('designation-changed', { occurredOn: '2026-05-03', dossier: { system: SYSTEM, reference }, designation: 'blijvend_bewaren', hotspot: 'toeslagen' }, { source: `${SOURCE.split(':systeem:')[0]!}:systeem:rekenschap` }));
    }
    expect(await agenda()).toEqual({ permanent: 2 });
    await gone('blijvend', '2026-05-04');
    expect(await agenda()).toEqual({ 'permanent': 1, 'permanent-at-source': 1 });
    const first = await night('2026-05-05');
    expect(first.lists).toMatchObject({ permanentAtSource: 1 });
    expect(nightLines(first).join('\n')).toContain('SIGNAAL: 1 dossier is in het bronsysteem vernietigd, maar hier blijvend te bewaren.');
    expect((await night('2026-05-06')).lists?.permanentAtSource).toBeUndefined();
    for (const day of ['2026-05-31', '2026-06-08', '2026-06-30', '2026-07-08']) expect((await night(day)).lists?.followDrawn).toBeUndefined();
    expect(await there('blijvend')).toBe(true);
    // Control: no longer to be kept, it follows, and the signal is over.
    await record(house, archivist, event('designation-changed', { occurredOn: '2026-07-08', dossier: { system: SYSTEM, reference: 'blijvend' }, designation: 'vernietigen' }, { source: `${SOURCE.split(':systeem:')[0]!}:systeem:rekenschap` }));
    expect((await night('2026-07-31')).lists).toMatchObject({ permanentAtSource: 0, followDrawn: { items: 1 } });
  });

  it('another source that says so is refused, and of a dossier that the ledger leads it changes nothing', async () => {
    await dossier('bron');
    const other = await house.token('case-system', { source: `${SOURCE}-2`, valid: '3650d' });
    house.clock.advanceTo(at('2026-05-05'));
    const answer = await house.send(other, { ...destroyed('bron', '2026-05-04'), source: `${SOURCE}-2` });
    expect(answer.status).toBe(403);
    expect((await night('2026-05-05')).lists?.followDrawn).toBeUndefined();
  });
});
