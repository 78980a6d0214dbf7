import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBsn } from '#domain/dossier/bsn';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { StreamName } from '#domain/ledger/ids';
import type { FindingKind, Verification } from '#infra/verifier/verification';
import { verify } from '#infra/verifier/verify';
import { issueToken } from '#src/identity/issue-token';
import type { Principal } from '#src/recording/principal';
import { headDirs, houseWithApprovedList, LedgerHouse, must, OIN, SOURCE, SYSTEM } from '../../destruction/house.js';

const OWN_SOURCE = `urn:nld:oin:${OIN}:systeem:rekenschap`;

/** A ledger as the service makes it: a schedule adopted, a token issued, a list drawn up and executed. */
describe('verify with keys over a whole ledger', () => {
  let folder: string;
  let master: Uint8Array;
  let now: Date;
  let governance: StreamName;
  let meeting: StreamName;
  let request: StreamName;
  let kept: StreamName;
  let beside: Verification;

  beforeAll(async () => {
    const { house, list } = await houseWithApprovedList();
    folder = house.folder;
    ({ master } = house.ledger.keys);
    must(await issueToken(house.ledger, { role: 'fg' }));
    await otherStreams(house);
    await house.execute(list);
    beside = await house.verifyWithKeys();
    now = new Date(house.clock.now().epochMilliseconds);
    governance = (await house.ledger.vault.findStream({ system: 'rekenschap', reference: 'governance' }))!;
    meeting = (await house.ledger.vault.findStream({ system: 'rekenschap', reference: 'meeting/CO-1' }))!;
    request = (await house.ledger.vault.findStream({ system: 'rekenschap', reference: 'rights-request/V-1' }))!;
    kept = (await house.ledger.vault.findStream({ system: SYSTEM, reference: 'jong' }))!;
    await house.close();
  });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  const check = (root: string): Promise<Verification> => verify({ dataDir: join(root, 'data'), headDirs: headDirs(root), keys: { master }, now });

  it('says intact beside the running service, and after it stopped', async () => {
    for (const result of [beside, await check(folder)]) {
      expect(result).toMatchObject({ answer: 'intact', withKeys: true });
      expect(result.findings.map(({ kind }) => kind)).toEqual(['destroyed-lawfully']);
    }
  });

  const vault = (sql: string, ...values: readonly unknown[]) => (root: string): void => tamper(root, 'vault.db', sql, values);
  const ledger = (sql: string, ...values: readonly unknown[]) => (root: string): void => tamper(root, 'ledger.db', sql, values);
  const someRow = '(SELECT d.key FROM deduplication d JOIN events e ON e.position = d.position LIMIT 1)';

  it.each<[string, () => (root: string) => void, FindingKind]>([
    ['the index entry of the governance stream dropped', () => vault('DELETE FROM reference_index WHERE stream = ?', governance), 'reference-swapped'],
    ['the index entry of the governance stream led elsewhere', () => vault('UPDATE reference_index SET stream = ? WHERE stream = ?', kept, governance), 'reference-swapped'],
    ['the index entry of a meeting dropped', () => vault('DELETE FROM reference_index WHERE stream = ?', meeting), 'reference-swapped'],
    ['the index entry of a rights request led elsewhere', () => vault('UPDATE reference_index SET stream = ? WHERE stream = ?', meeting, request), 'reference-swapped'],
    ['a dossier\'s entry led elsewhere', () => vault('UPDATE reference_index SET stream = ? WHERE stream = ?', governance, kept), 'reference-swapped'],
    ['another vault\'s name', () => vault('UPDATE meta SET vault_id = ?', randomUUID()), 'vault-of-another-ledger'],
    ['a message forgotten', () => ledger(`DELETE FROM deduplication WHERE key = ${someRow}`), 'source-forgotten'],
    ['a message\'s content changed in the table', () => ledger(`UPDATE deduplication SET content_hmac = zeroblob(32) WHERE key = ${someRow}`), 'source-differs'],
    ['a message put at another event', () => ledger(`UPDATE deduplication SET position = position + 1000000 WHERE key = ${someRow}`), 'source-forgotten'],
    ['a message that was never recorded', () => ledger('INSERT INTO deduplication (key, content_hmac, position) VALUES (randomblob(32), zeroblob(32), 0)'), 'source-differs'],
    ['a segment of messages called indexed that is not', () => ledger('INSERT INTO deduplication_segments (segment) VALUES (0)'), 'source-forgotten'],
    ['an entry in the index for no message', () => ledger('INSERT INTO deduplication_index (segment, prefix, position) VALUES (0, randomblob(8), 0)'), 'source-differs'],
    ['a living stream called destroyed', () => ledger('INSERT INTO gone (stream) VALUES (?)', `dossier-${randomUUID()}`), 'gone-unexplained'],
    ['a destroyed stream given a key', () => vault('INSERT INTO stream_keys (stream, wrapped) SELECT ?, wrapped FROM stream_keys WHERE stream = ?', anyGone(folder), kept), 'resurrected'],
  ])('%s: tampered', async (_what, act, kind) => {
    const root = mkdtempSync(join(tmpdir(), 'verify-whole-'));
    try {
      cpSync(folder, root, { recursive: true });
      act()(root);
      const result = await check(root);
      expect(result.findings.map((finding) => finding.kind)).toContain(kind);
      expect(result.answer).toBe('tampered');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('a name in `gone` where nothing was ever destroyed: tampered, without keys', async () => {
    const house = await LedgerHouse.open();
    try {
      await house.dossier('een', 1, null);
      expect((await house.verify()).answer).toBe('intact');
      await house.close();
      ledger('INSERT INTO gone (stream) VALUES (?)', `dossier-${randomUUID()}`)(house.folder);
      const result = await verify({ dataDir: join(house.folder, 'data'), headDirs: headDirs(house.folder) });
      expect(result.findings.map(({ kind }) => kind)).toEqual(['gone-unexplained']);
    } finally {
      rmSync(house.folder, { recursive: true, force: true });
    }
  });
});

/** Streams of every other kind: a search, a look, a meeting in parts, a rights request. */
async function otherStreams(house: LedgerHouse): Promise<void> {
  const { writer } = house.ledger;
  const month = { system: 'rekenschap', reference: 'searches/2022-04' };
  const searched = { type: 'personal-data-searched', schema: 1, data: { what: 'dossier', criteria: 'AAAA', session: randomUUID(), on: '2022-04-11' } };
  const appended = await writer.append({ stream: (await writer.createStream('searches', month))!, expectedRevision: -1, events: [searched], reference: month });
  expect(appended.kind).toBe('appended');
  must(await house.record('dossier-accessed', 'jong'));
  const occurredAt = house.clock.now().toString();
  const record = async (type: string, data: Readonly<Record<string, unknown>>, sender: Principal): Promise<void> => {
    const whole = { occurredAt, ...data };
    must(await house.ledger.facts.record({ type, source: sender.source ?? OWN_SOURCE, id: `${type}-1`, data: whole, canonicalData: canonicalJson(whole) }, sender));
  };
  await record('casusoverleg-held', {
    meetingId: 'CO-1', on: '2022-04-11', participants: [{ organisation: 'Zorggroep Noord', role: 'expert-adviseur' }],
    items: [{ dossier: { system: SYSTEM, reference: 'jong' } }, { dossier: { system: SYSTEM, reference: 'nieuw' }, subjects: [{ bsn: testBsn(7) }] }, { anonymous: true }],
  }, { iss: 'urn:test', sub: 'zaaksysteem', roles: ['case-system'], oin: OIN, source: SOURCE, systems: [SYSTEM], local: true });
  await record('rights-request-received', { requestId: 'V-1', right: 'inzage', receivedOn: '2022-04-11', subject: { bsn: testBsn(3) } },
    { iss: 'urn:test', sub: 'privacy', roles: ['privacy-officer'], oin: OIN, local: true });
}

function tamper(root: string, file: string, sql: string, values: readonly unknown[]): void {
  const database = new Database(join(root, 'data', file));
  try {
    expect(database.prepare(sql).run(...values).changes).toBe(1);
  } finally {
    database.close();
  }
}

function anyGone(root: string): string {
  const database = new Database(join(root, 'data', 'ledger.db'), { readonly: true });
  try {
    return database.prepare('SELECT stream FROM gone LIMIT 1').pluck().get() as string;
  } finally {
    database.close();
  }
}
