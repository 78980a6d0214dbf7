import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certificate, CertificateCompletion, IssuedCertificate } from '#domain/destruction/certificate';
import { verifyCertificate, type CertificateFindingKind, type CertificateVerification } from '#infra/verifier/certificate-check';
import { runCommandLine } from '#src/cli/command-line';
import { certificateHash, signCertificate } from '#src/destruction/certificate-signature';
import { sampleCertificate, sampleLog, type SampleLog } from './sample-certificate.js';

type Json = Record<string, unknown> | unknown[];

const log = sampleLog();
const { view } = sampleCertificate(log);
const vkey = log.signer.vkey;
const check = (file: unknown, keys: readonly string[] = [vkey]): CertificateVerification => verifyCertificate(typeof file === 'string' ? file : JSON.stringify(file), keys);
const kinds = (result: CertificateVerification): readonly CertificateFindingKind[] => result.findings.map(({ kind }) => kind);

/** Signed by the ledger's own key, whatever it says: what a signature alone does not find. */
function resigned(change: { readonly certificate?: Partial<Certificate>; readonly completion?: Partial<CertificateCompletion> }, by: SampleLog = log): IssuedCertificate {
  const sample = sampleCertificate(by);
  const issued = signCertificate({ ...sample.certificate, ...change.certificate }, by.keys);
  return { issued, completed: signCertificate({ ...sample.completion, completes: certificateHash(issued), ...change.completion }, by.keys) };
}

/** Every object and list in it, and every single value, by its path. */
function* placesIn(value: unknown, path: readonly (string | number)[] = []): Generator<{ readonly path: readonly (string | number)[]; readonly value: unknown }> {
  yield { path, value };
  if (Array.isArray(value)) for (const [index, one] of value.entries()) yield* placesIn(one, [...path, index]);
  else if (typeof value === 'object' && value !== null) for (const [name, one] of Object.entries(value)) yield* placesIn(one, [...path, name]);
}

/** A copy in which the value at that path is another. */
function changed(path: readonly (string | number)[], to: (value: unknown) => unknown): unknown {
  if (path.length === 0) return to(view);
  const copy = structuredClone(view) as unknown as Json;
  const parent = path.slice(0, -1).reduce<any>((at, name) => at[name], copy); // eslint-disable-line @typescript-eslint/no-explicit-any
  parent[path.at(-1)!] = to(parent[path.at(-1)!]);
  return copy;
}

function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return value === '' ? 'x' : `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`;
  return 'x';
}

describe('a certificate without its ledger', () => {
  it('is genuine as it was signed, however its JSON is laid out', () => {
    for (const text of [JSON.stringify(view), JSON.stringify(view, null, 2), `\n${JSON.stringify(view, null, '\t')}\n`]) {
      expect(check(text)).toMatchObject({ answer: 'genuine', findings: [], certificate: { dossiers: 12, completions: 1, sizes: [100_000, 100_020], sha256: certificateHash(view.issued) } });
    }
    expect(check({ issued: view.issued, completed: null })).toMatchObject({ answer: 'genuine', certificate: { completions: 0 } });
    expect(check({ ...view, supplements: [view.completed] })).toMatchObject({ answer: 'genuine', certificate: { completions: 2 } });
  });

  it('is never genuine when any one of its values is another', () => {
    const leaves = [...placesIn(view)].filter(({ value }) => typeof value !== 'object' || value === null);
    expect(leaves.length).toBeGreaterThan(100);
    const passed = leaves.filter(({ path }) => check(changed(path, another)).answer === 'genuine').map(({ path }) => path.join('.'));
    expect(passed).toEqual([]);
  });

  it('is never genuine when anything is left out, added, or said twice', () => {
    const containers = [...placesIn(view)].filter(({ value }) => typeof value === 'object' && value !== null);
    const accepted: string[] = [];
    const tried = (what: string, file: unknown): void => { if (check(file).answer === 'genuine') accepted.push(what); };
    for (const { path, value } of containers) {
      const name = path.join('.');
      if (Array.isArray(value)) {
        tried(`${name} + one`, changed(path, (list) => [...(list as unknown[]), 1]));
        if (value.length > 0) tried(`${name} - one`, changed(path, (list) => (list as unknown[]).slice(1)));
        continue;
      }
      tried(`${name} + extra`, changed(path, (object) => ({ ...(object as object), extra: 'waar' })));
      for (const member of Object.keys(value as object)) {
        // The certificate without its completion is a whole document of its own.
        if (name === '' && member === 'completed') continue;
        tried(`${name} - ${member}`, changed(path, (object) => Object.fromEntries(Object.entries(object as object).filter(([other]) => other !== member))));
      }
    }
    const text = JSON.stringify(view);
    tried('a name twice', text.replace('"destroyed":', '"destroyed":{"dossiers":1,"events":1},"destroyed":'));
    tried('a name twice, outside what is signed', text.replace('"completed":', '"completed":null,"completed":'));
    expect(accepted).toEqual([]);
  });

  it('is found forged by its kind', () => {
    expect(kinds(check(changed(['issued', 'certificate', 'destroyed', 'events'], another)))).toContain('signature-forged');
    expect(kinds(check(changed(['completed', 'certificate', 'pagesRewrittenOn'], another)))).toEqual(['signature-forged']);
    expect(check(changed(['issued', 'signature', 'keyId'], another))).toMatchObject({ answer: 'tampered', certificate: null });
    const [other, another2] = [sampleCertificate(sampleLog()), sampleCertificate(log, { runId: '11111111-1111-4111-8111-111111111111' })];
    expect(kinds(check(other.view))).toContain('other-key');
    expect(check(other.view).answer).toBe('not-verifiable');
    expect(kinds(check({ issued: view.issued, completed: another2.view.completed }))).toContain('completes-another');
    for (const text of ['', '{', 'null', '[]', '"x"', '{"issued":1}', JSON.stringify({ issued: view.completed, completed: null })]) expect(kinds(check(text))).toContain('certificate-malformed');
    for (const key of ['', 'x', vkey.slice(0, -2), vkey.replace('rekenschap', 'andere')]) expect(kinds(check(view, [key]))).toContain('key-malformed');
  });

  it('does not hold together when the ledger itself signed what cannot be', () => {
    const stranger = sampleLog('00000009999999999000');
    const wrong: readonly (readonly [CertificateFindingKind, IssuedCertificate])[] = [
      ['inconsistent', resigned({ certificate: { destroyed: { dossiers: 13, events: 1 } } })],
      ['inconsistent', resigned({ certificate: { positions: { runBegun: [99_999], runClosed: [100_018] } } })],
      ['inconsistent', resigned({ certificate: { positions: { runBegun: [100_018], runClosed: [100_013] } } })],
      ['inconsistent', resigned({ certificate: { positions: { runBegun: [100_013], runClosed: [100_020] } } })],
      ['inconsistent', resigned({ certificate: { positions: { runBegun: [], runClosed: [] } } })],
      ['inconsistent', resigned({ certificate: { keysDestroyedOn: '2026-03-08' } })],
      ['inconsistent', resigned({ completion: { pagesRewrittenOn: '2026-03-08' } })],
      ['inconsistent', resigned({ completion: { issuedAt: 100_018 } })],
      ['inconsistent', resigned({ completion: { issuedAt: 100_022 } })],
      ['checkpoint-forged', resigned({ certificate: { checkpoints: { before: stranger.checkpoint(100_000), after: log.checkpoint(100_020) } } })],
      ['checkpoint-forged', resigned({ certificate: { checkpoints: { before: log.checkpoint(100_000), after: log.checkpoint(100_020).replace('100020', '100021') } } })],
      ['checkpoint-forged', resigned({ completion: { checkpoint: 'x' } })],
      ['checkpoint-forged', resigned({ certificate: { oin: '00000009999999999000' } })],
      ['completes-another', resigned({ completion: { runId: '11111111-1111-4111-8111-111111111111' } })],
    ];
    for (const [index, [kind, file]] of wrong.entries()) expect([index, check(file).answer, kinds(check(file))]).toEqual([index, 'tampered', expect.arrayContaining([kind])]);
    expect(check(resigned({})).answer).toBe('genuine');
  });
});

describe('rekenschap verify --certificate', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-verklaring-'));
    writeFileSync(file('verklaring.json'), JSON.stringify(view, null, 2));
    writeFileSync(file('vervalst.json'), JSON.stringify(changed(['issued', 'certificate', 'destroyed', 'dossiers'], another)));
    // A ledger that began a second epoch: its key of today, and the one that signed this beside it.
    mkdirSync(file('head/epochs/1'), { recursive: true });
    writeFileSync(file('head/log.vkey'), `${sampleLog(undefined, 2).signer.vkey}\n`);
    writeFileSync(file('head/epochs/1/log.vkey'), `${vkey}\n`);
  });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await runCommandLine(['verify', ...args], { environment: {}, out: (text) => out.push(text), err: (text) => err.push(text) });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  it('needs the file and a key, and no ledger', async () => {
    const good = await run('--certificate', file('verklaring.json'), '--log-key', vkey);
    expect(good.code).toBe(0);
    expect(good.out).toContain('Echt: het grootboek heeft deze verklaring getekend');
    expect(good.out).toContain(certificateHash(view.issued));
    expect((await run('--certificate', file('vervalst.json'), '--log-key', vkey))).toMatchObject({ code: 3, out: expect.stringMatching(/^Geschonden/) });
    expect(JSON.parse((await run('--certificate', file('verklaring.json'), '--log-key', vkey, '--json')).out)).toMatchObject({ answer: 'genuine', findings: [] });
    expect((await run('--certificate', file('verklaring.json'))).code).toBe(2);
    expect((await run('--certificate', file('er-niet.json'), '--log-key', vkey)).code).toBe(1);
  });

  it('takes an earlier key out of a head folder: a certificate outlives the key that signed it', async () => {
    expect((await run('--certificate', file('verklaring.json'), '--log-key', file('head'))).code).toBe(0);
    expect((await run('--certificate', file('verklaring.json'), '--log-key', file('head/epochs/1/log.vkey'))).code).toBe(0);
    // Control: with the key of today alone it cannot be known.
    expect(await run('--certificate', file('verklaring.json'), '--log-key', file('head/log.vkey'))).toMatchObject({ code: 3, out: expect.stringMatching(/^Niet te controleren/) });
  });
});
