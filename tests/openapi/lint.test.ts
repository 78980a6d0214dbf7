import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const RULES = join(ROOT, '..', 'shared', 'standards', 'adr-linter.yaml');
const DOCUMENT = join(ROOT, 'docs', 'openapi.json');
const SPECTRAL = join(ROOT, 'node_modules', '@stoplight', 'spectral-cli', 'dist', 'index.js');
const REASON = `the Dutch ADR ruleset is not here (${RULES}); it is not ours to copy`;

/** What the linter finds, warnings included: rule and place. */
function lint(document: string): readonly string[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [SPECTRAL, 'lint', document, '--ruleset', RULES, '--format', 'json', '--quiet'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  // 0: nothing; 1: found something. Anything else is the linter itself.
  if (status !== 0 && status !== 1) throw new Error(`spectral: ${stderr}`);
  return (JSON.parse(stdout) as { code: string; severity: number; path: string[] }[]).map(({ code, severity, path }) => `${severity === 0 ? 'error' : 'warning'} ${code}: ${path.join('.')}`);
}

/** No contact, no 400 on a POST, no version on the answer. */
const SPOILT = {
  openapi: '3.0.3', info: { title: 'proef', version: '1.0.0' }, servers: [{ url: '/v1' }],
  paths: { '/events': { post: { operationId: 'recordEvents', responses: { 201: { description: 'vastgelegd' } } } } },
};

describe('the Dutch API Design Rules linter', () => {
  it('finds nothing in docs/openapi.json', (context) => {
    if (!existsSync(RULES)) return context.skip(REASON);
    expect(lint(DOCUMENT)).toEqual([]);
  }, 120_000);

  it('finds what is wrong in a document that was spoilt (control)', (context) => {
    if (!existsSync(RULES)) return context.skip(REASON);
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-openapi-'));
    try {
      writeFileSync(join(folder, 'openapi.json'), JSON.stringify(SPOILT));
      const found = lint(join(folder, 'openapi.json')).join('\n');
      for (const rule of ['info-contact', 'nlgov:problem-invalid-input', 'nlgov:missing-header']) expect(found).toContain(rule);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
