import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { parseStreamName, streamKind } from '#domain/ledger/ids';
import { GovernanceStream } from '#src/recording/governance-stream';
import type { Principal } from '#src/recording/principal';
import { factOf, OIN, openedFact, RecorderHouse, sharedFact, SYSTEM } from './recorder-house.js';

let house: RecorderHouse;
beforeEach(() => { house = new RecorderHouse(); });
afterEach(() => { house.remove(); });

const OWN = `urn:nld:oin:${OIN}:systeem:rekenschap`;
const PRIVACY: Principal = { iss: 'test', sub: 'po', roles: ['privacy-officer'], oin: OIN, source: OWN, local: false };
const CONTROLLER: Principal = { ...PRIVACY, sub: 'college', roles: ['controller'] };

function own(type: string, id: string, data: Readonly<Record<string, unknown>>) {
  return { ...factOf(type, id, data), source: OWN };
}

describe('facts find their stream by the catalogue\'s route', () => {
  test('a look into a dossier goes to the access stream with the dossier\'s own uuid', async () => {
    await house.record(openedFact('D-1', testBsn(1)));
    expect(await house.record(factOf('dossier-accessed', 'inzage-1', { dossier: { system: SYSTEM, reference: 'D-1' } }))).toMatchObject({ kind: 'done' });
    const [opened, accessed] = await house.events();
    expect(accessed!.stream).toBe(`access-${parseStreamName(opened!.stream).uuid}`);
    expect(accessed!.revision).toBe(0);
  });

  test('a look into a dossier that nobody knows is refused', async () => {
    expect(await house.record(factOf('dossier-accessed', 'inzage-1', { dossier: { system: SYSTEM, reference: 'D-1' } }))).toMatchObject({ kind: 'refused', refusal: { code: 'not-found' } });
  });

  test('a look into a dossier whose destruction has begun comes too late', async () => {
    await house.record(openedFact('D-1', testBsn(1)));
    const [opened] = await house.events();
    const begun = await house.writer.append({
      stream: opened!.stream, expectedRevision: 0,
      events: [{ type: 'destruction-begun', schema: 1, data: { runId: 'r', listId: 'l', retentionDate: '2020-01-01', ruleId: 'wmo', scheduleVersion: '1' } }],
    });
    expect(begun.kind).toBe('appended');
    house.restart();
    expect(await house.record(factOf('dossier-accessed', 'inzage-1', { dossier: { system: SYSTEM, reference: 'D-1' } }))).toMatchObject({ kind: 'refused', refusal: { code: 'destruction-begun' } });
  });

  test('all of one rights request lies in one stream, another request in another', async () => {
    const received = (requestId: string, id: string) => own('rights-request-received', id, { requestId, right: 'inzage', receivedOn: '2026-03-01', subject: { bsn: testBsn(3) } });
    for (const fact of [received('V-1', 'a'), own('rights-request-decided', 'b', { requestId: 'V-1', outcome: 'toegewezen' }), received('V-2', 'c')]) {
      expect(await house.record(fact, PRIVACY)).toMatchObject({ kind: 'done' });
    }
    const events = await house.events();
    expect(events.map(({ stream }) => streamKind(stream))).toEqual(['rights-request', 'rights-request', 'rights-request']);
    expect(events[0]!.stream).toBe(events[1]!.stream);
    expect(events[2]!.stream).not.toBe(events[0]!.stream);
    // One person, one id, also over two requests; no BSN in what was recorded.
    const subjects = [events[0]!, events[2]!].map(({ data }) => (data as { subject: { subjectId: string } }).subject.subjectId);
    expect(subjects[0]).toBe(subjects[1]);
    expect(JSON.stringify(events)).not.toContain(testBsn(3));
    expect(events[0]!.person).toEqual({ iss: 'test', sub: 'po', role: 'privacy-officer' });
  });

  test('facts about the organisation stand beside its own decisions, and both are seen', async () => {
    const governance = new GovernanceStream(house.writer, house.vault);
    expect((await governance.state()).framework).toBeNull();
    await house.record(own('framework-ratified', 'k1', { version: '1.0' }), CONTROLLER);
    expect((await governance.state()).framework).toBe('1.0');
    await governance.append({ type: 'token-issued', schema: 1, data: { tokenId: 't', role: 'fg', subject: 's', expiresAt: '2026-03-02T11:00:00Z' } }, { iss: 'i', sub: 's', role: 'operations' });
    expect(await house.record(own('framework-ratified', 'k2', { version: '2.0' }), CONTROLLER)).toMatchObject({ kind: 'done' });
    expect((await governance.state()).framework).toBe('2.0');
    expect(new Set((await house.events()).map(({ stream }) => stream)).size).toBe(1);
  });

  test('a hold over a class of dossiers is the organisation\'s, one over a dossier the dossier\'s', async () => {
    await house.record(openedFact('D-1', testBsn(1)));
    await house.record(own('hold-placed', 'h1', { kind: 'bezwaar', on: '2026-03-01', scope: { laws: ['wmo2015'] } }), PRIVACY);
    await house.record(own('hold-placed', 'h2', { kind: 'bezwaar', on: '2026-03-01', dossier: { system: SYSTEM, reference: 'D-1' } }), PRIVACY);
    expect((await house.events()).slice(1).map(({ stream }) => streamKind(stream))).toEqual(['governance', 'dossier']);
  });

  test('a case system holds its own dossiers, never a class of them', async () => {
    expect(await house.record(factOf('hold-placed', 'h1', { kind: 'bezwaar', on: '2026-03-01', scope: { laws: ['wmo2015'] } })))
      .toMatchObject({ kind: 'refused', refusal: { code: 'forbidden' } });
    expect(await house.events()).toHaveLength(0);
  });

  test('a person annuls what that person sent, not what a colleague sent', async () => {
    const anna: Principal = { ...PRIVACY, sub: 'anna', roles: ['professional'] };
    const bert: Principal = { ...anna, sub: 'bert' };
    await house.record(openedFact('D-1', testBsn(1)));
    await house.record(own('consent-refused', 'w1', { dossier: { system: SYSTEM, reference: 'D-1' }, consentId: 'T-1' }), anna);
    const eventId = (await house.events())[1]!.id;
    const annulment = (id: string) => own('event-annulled', id, { eventId, reason: 'typing', motivation: 'Verkeerd formulier.' });
    expect(await house.record(annulment('x1'), bert)).toMatchObject({ kind: 'refused', refusal: { code: 'forbidden' } });
    expect(await house.record(annulment('x2'), anna)).toMatchObject({ kind: 'done' });
  });

  test('no case system reaches the ledger\'s own entries of the index', async () => {
    await house.record(own('framework-ratified', 'k1', { version: '1.0' }), CONTROLLER);
    const greedy: Principal = { iss: 'test', sub: 'x', roles: ['case-system'], oin: OIN, source: `urn:nld:oin:${OIN}:systeem:zaaksysteem`, systems: ['rekenschap'], local: true };
    expect(await house.record(factOf('data-shared', 'x', { dossier: { system: 'rekenschap', reference: 'governance' } }), greedy)).toMatchObject({ kind: 'refused', refusal: { code: 'forbidden' } });
  });

  test('a confirmed destruction of a list that is not there is refused', async () => {
    expect(await house.record(factOf('destruction-confirmed', 'v1', { destructionRequestId: '6f0d9f0e-0000-4000-8000-000000000000' }))).toMatchObject({ kind: 'refused', refusal: { code: 'not-found' } });
  });
});

describe('a correction', () => {
  async function shared(): Promise<string> {
    await house.record(openedFact('D-1', testBsn(1)));
    const outcome = await house.record(sharedFact('D-1', 'deel-1'));
    if (outcome.kind === 'refused') throw new Error(outcome.refusal.detail);
    return outcome.value.id;
  }

  test('lies in the stream of the event it names, with what the ledger knows about that event', async () => {
    const eventId = await shared();
    expect(await house.record(factOf('event-annulled', 'fout-1', { eventId, reason: 'duplicate' }))).toMatchObject({ kind: 'done' });
    const events = await house.events();
    expect(events[2]).toMatchObject({ type: 'event-annulled', stream: events[0]!.stream, revision: 2, data: { eventId, ofType: 'data-shared' } });
  });

  test('a replacement is checked as data of the original\'s type', async () => {
    const eventId = await shared();
    const replacement = { occurredAt: '2026-03-01T09:00:00Z', dossier: { system: SYSTEM, reference: 'D-1' }, recipient: { kind: 'zorgaanbieder' }, categories: ['gezondheid'], decisionId: 'b' };
    const refused = await house.record(factOf('event-corrected', 'fout-1', { eventId, replacement }));
    expect(refused).toMatchObject({ kind: 'refused', refusal: { errors: [{ path: '/data/replacement/recipient/organisation' }] } });
    const good = { ...replacement, recipient: { organisation: 'Zorggroep Noord' } };
    expect(await house.record(factOf('event-corrected', 'fout-2', { eventId, replacement: good }))).toMatchObject({ kind: 'done' });
    expect((await house.events())[2]).toMatchObject({ type: 'event-corrected', data: { ofType: 'data-shared', ofSchema: 1, replacement: { recipient: { organisation: 'Zorggroep Noord' } } } });
  });

  test('a replacement does not move to another dossier', async () => {
    const eventId = await shared();
    const replacement = { occurredAt: '2026-03-01T09:00:00Z', dossier: { system: SYSTEM, reference: 'D-2' }, recipient: { organisation: 'Zorggroep Noord' }, categories: ['gezondheid'], decisionId: 'b' };
    expect(await house.record(factOf('event-corrected', 'fout-1', { eventId, replacement }))).toMatchObject({ kind: 'refused', refusal: { code: 'field-invalid', path: '/data/replacement' } });
  });

  test('of somebody else\'s event is refused, of none is not found', async () => {
    const eventId = await shared();
    const other: Principal = { iss: 'test', sub: 'ander', roles: ['case-system'], oin: OIN, source: `urn:nld:oin:${OIN}:systeem:ander`, systems: [SYSTEM], local: true };
    const fact = { ...factOf('event-annulled', 'fout-1', { eventId, reason: 'duplicate' }), source: other.source! };
    expect(await house.record(fact, other)).toMatchObject({ kind: 'refused', refusal: { code: 'forbidden' } });
    expect(await house.record(factOf('event-annulled', 'fout-2', { eventId: '01900000-0000-7000-8000-000000000000' }))).toMatchObject({ kind: 'refused', refusal: { code: 'not-found' } });
  });
});
