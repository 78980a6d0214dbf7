import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyCertificate } from '#infra/verifier/certificate-check';
import { certificateHash } from '#src/destruction/certificate-signature';
import type { CertificateView } from '#src/destruction/lists/list-view';
import { event, House, opened, SYSTEM } from '../http/harness.js';
import { needsPdfTools, ReadBack } from './pdf-tools.js';

const LISTS = '/v1/destruction-lists';
const RULE = {
  id: 'wmo', version: 'proef', law: 'wmo2015', result: null, name: 'Wmo', period: 'P1D', trigger: 'process-completed',
  waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null,
};

/** A real run, and its certificate through the front door in both forms. */
describe('GET /v1/destruction-lists/{id}/certificate', () => {
  let house: House;
  let path: string;
  let auditor: string;

  beforeAll(async () => {
    house = await House.open({ allowTestSchedules: true, backupTerm: { ledgerDays: 60, vaultDays: 20 } });
    const send = async (what: unknown): Promise<void> => { expect((await house.send(await house.token('case-system'), what)).status).toBe(201); };
    const post = async (role: Parameters<House['token']>[0], to: string, body: unknown, version: string | null = null) => {
      const answer = await house.post(to, await house.token(role), body, version === null ? {} : { 'if-match': version });
      expect(answer.status, answer.text).toBeLessThan(300);
      return answer;
    };
    await post('controller', '/v1/retention-schedules', { schedule: 'proef', rules: [RULE], use: 'test', mandate: 'besluit-1', archivistAdvice: 'geen bezwaar', on: '2026-03-01' });
    for (const reference of ['zaak-a', 'zaak-b', 'zaak-c']) {
      await send(opened(reference));
      await send(event('dossier-closed', { occurredAt: '2026-03-01T12:00:00+01:00', dossier: { system: SYSTEM, reference }, on: '2026-02-20', result: 'verleend' }));
    }
    path = `${LISTS}/${(await post('record-manager', LISTS, { name: 'Lijst maart' })).body.id as string}`;
    await post('record-manager', `${path}/submissions`, {}, '"0"');
    await post('process-owner', `${path}/reviews`, {}, '"1"');
    await post('archivist', `${path}/approvals`, { name: 'Lijst maart' }, '"2"');
    // A hold after the approval: found at the gate, and counted on the certificate.
    await send(event('hold-placed', { occurredAt: '2026-03-02T11:00:00+01:00', dossier: { system: SYSTEM, reference: 'zaak-c' }, holdId: 'h-1', kind: 'klacht', on: '2026-03-02' }));
    house.clock.advanceTo(Temporal.Instant.from('2026-03-09T09:00:00Z'));
    await post('applicatiebeheer', `${path}/executions`, {}, '"3"');
    auditor = await house.token('auditor');
    await vi.waitFor(async () => { expect((await house.ask({ path, token: auditor })).body.status).toBe('purged'); }, { timeout: 60_000, interval: 100 });
  }, 120_000);
  afterAll(async () => { await house.close(); });

  const fetched = (accept: string, of = `${path}/certificate`): Promise<Response> =>
    fetch(`http://127.0.0.1:${house.port}${of}`, { headers: { accept, authorization: `Bearer ${auditor}` } });

  it('is JSON that holds without the ledger, with the key out of the head folder', async () => {
    const answer = await fetched('application/json');
    expect([answer.status, answer.headers.get('vary')]).toEqual([200, 'accept']);
    const text = await answer.text();
    const { issued, completed } = JSON.parse(text) as CertificateView;
    expect(issued.certificate).toMatchObject({
      destroyed: { dossiers: 2 }, excepted: 0, procedure: { kind: 'full', authorisation: null }, confirmations: [], backupTerm: { ledgerDays: 60, vaultDays: 20 },
      skipped: [{ reason: 'held', label: 'vernietiging stilgelegd', dossiers: 1 }], classes: [{ rule: { id: 'wmo', period: 'P1D', trigger: 'process-completed' }, yearOfOrigin: 2026, dossiers: 2 }],
    });
    expect(completed?.certificate).toMatchObject({ completes: certificateHash(issued), issuedAt: expect.any(Number), checkpoint: expect.stringMatching(/^rekenschap\//), confirmations: [] });
    const vkey = readFileSync(join(house.folder, 'head', 'log.vkey'), 'utf8').trim();
    expect(verifyCertificate(text, [vkey])).toMatchObject({ answer: 'genuine', findings: [], certificate: { dossiers: 2, completions: 1 } });
    expect(verifyCertificate(text.replace('"dossiers":2', '"dossiers":3'), [vkey]).answer).toBe('tampered');
    for (const reference of ['zaak-a', 'zaak-b', 'zaak-c']) expect(text).not.toContain(reference);
  });

  it('is a PDF on request, for who may read the list', async (context) => {
    needsPdfTools(context);
    const answer = await fetched('application/pdf');
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([200, 'application/pdf', 'inline; filename="verklaring-van-vernietiging.pdf"']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const pdf = Buffer.from(await answer.arrayBuffer());
    ReadBack.of(pdf, (read) => {
      read.check();
      expect(read.info()).toMatchObject({ Title: 'Verklaring van vernietiging', Tagged: 'yes' });
      for (const words of ['Op 9 maart 2026 zijn twee dossiers vernietigd.', 'vernietiging stilgelegd 1', 'grootboek blijft hoogstens 60 dagen', 'goedgekeurd archivaris 2 maart 2026']) expect(read.text()).toContain(words);
    });
    expect(Buffer.compare(pdf, Buffer.from(await (await fetched('application/pdf')).arrayBuffer()))).toBe(0);
    expect((await fetched('application/xml')).status).toBe(406);
    const sender = await house.token('case-system');
    expect((await house.ask({ path: `${path}/certificate`, token: sender, headers: { accept: 'application/pdf' } })).status).toBe(403);
  });

  it('where no compiler comes with the platform it says so, and the JSON is as ever', async () => {
    const real = Object.getOwnPropertyDescriptor(process, 'platform')!;
    for (const platform of ['darwin', 'win32'] as const) {
      Object.defineProperty(process, 'platform', { ...real, value: platform });
      try {
        const answer = await fetched('application/pdf');
        expect(answer.status, platform).toBe(406);
        expect(await answer.json()).toMatchObject({ code: 'not-acceptable', detail: 'Deze machine kan geen PDF maken. Vraag een andere vorm.' });
        expect((await fetched('application/json')).status).toBe(200);
      } finally {
        Object.defineProperty(process, 'platform', real);
      }
    }
  });

  it('by its run it is the same document, in both forms', async (context) => {
    needsPdfTools(context);
    const { certificates } = await (await fetched('application/json', '/v1/destruction-runs')).json() as { certificates: { runId: string; basis: string }[] };
    expect(certificates).toMatchObject([{ basis: 'term', listId: path.split('/').at(-1) }]);
    const byRun = `/v1/destruction-runs/${certificates[0]!.runId}/certificate`;
    expect(await (await fetched('application/json', byRun)).text()).toBe(await (await fetched('application/json')).text());
    expect((await fetched('application/pdf', byRun)).headers.get('content-type')).toBe('application/pdf');
  });

  it('and so is the yearly account', async (context) => {
    needsPdfTools(context);
    auditor = await house.token('fg');
    const answer = await fetched('application/pdf', '/v1/annual-reports/2026');
    expect([answer.status, answer.headers.get('content-disposition')]).toEqual([200, 'inline; filename="verantwoording-2026.pdf"']);
    ReadBack.of(Buffer.from(await answer.arrayBuffer()), (read) => {
      read.check();
      expect(read.headings()[0]).toBe('H1 Verantwoording gegevensdeling 2026');
    });
  });
});
