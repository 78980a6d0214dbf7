import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imaginaryMunicipality } from '#src/demo/municipality';
import { buildProgram, runProgram, startProgram, type Ended } from '../cli/program.js';

interface Result {
  readonly ok: boolean;
  readonly events: number;
  readonly destroyed: number;
  readonly answer: string;
  readonly size: number;
}

describe('the demo, as a user runs it', () => {
  let folder: string;
  let ended: Ended;
  let result: Result;
  let seconds: number;
  const output = (name: string) => readFileSync(join(folder, 'uitvoer', name), 'utf8');

  beforeAll(async () => {
    buildProgram();
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-demo-test-'));
    mkdirSync(join(folder, 'tmp'));
    const start = performance.now();
    ended = await runProgram(['demo', '--exit', '--json', '--port', '0', '--output', 'uitvoer'], { TMPDIR: join(folder, 'tmp') }, folder);
    seconds = (performance.now() - start) / 1_000;
    expect(ended.code, ended.err + ended.out).toBe(0);
    result = JSON.parse(ended.out) as Result;
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('destroys exactly what is due in the municipality, and leaves what is held', () => {
    expect(result.destroyed).toBe(imaginaryMunicipality().due.length);
    expect(result.destroyed).toBeGreaterThanOrEqual(12);
  });

  test('ends with an intact ledger that holds every event', () => {
    expect(result).toMatchObject({ ok: true, answer: 'intact', events: imaginaryMunicipality().events.length });
    expect(result.size).toBeGreaterThan(result.events);
  });

  test('says in Dutch what is played, what is refused and what is not there yet', () => {
    for (const words of [
      'Alles hierin is verzonnen', 'gezin Jansen', 'per seconde', 'toestemming', 'geen geldige toestemming', 'de wachttijd loopt',
      '410 dossier-destroyed', 'gelijk gebleven', 'ongeschonden', 'gelijk aan wat van buiten kwam', 'Dit is er nog niet',
    ]) expect(ended.err).toContain(words);
  });

  test('writes an account that a browser can show', () => {
    const html = output('verantwoording-2025.html');
    expect(html).toMatch(/<html lang="nl"/);
    expect(html).toContain('2025');
    expect(html).not.toMatch(/<script/);
  });

  test('writes a signed certificate with counts and no person', () => {
    const { issued, completed } = JSON.parse(output('verklaring-van-vernietiging.json')) as {
      issued: { certificate: { destroyed: { dossiers: number }; classes: { dossiers: number }[] }; signature: { value: string } };
      completed: { certificate: unknown };
    };
    const { destroyed, classes } = issued.certificate;
    expect(destroyed.dossiers).toBe(result.destroyed);
    expect(classes.reduce((sum, one) => sum + one.dossiers, 0)).toBe(destroyed.dossiers);
    expect(issued.signature.value).not.toBe('');
    expect(completed.certificate).toBeTruthy();
  });

  test('no file and no line holds a number or a reference of a person', () => {
    const references = imaginaryMunicipality().events.map(({ data }) => (data['dossier'] as { reference: string }).reference);
    const numbers = JSON.stringify(imaginaryMunicipality().events).match(/\b9999[0-9]{5}\b/g)!;
    const written = [ended.out, ended.err, ...readdirSync(join(folder, 'uitvoer')).map(output)].join('\n');
    for (const personal of new Set([...references, ...numbers])) expect(written.includes(personal), personal).toBe(false);
  });

  test('leaves nothing behind in the temporary folder', () => {
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  test('is done within a minute', () => {
    expect(seconds).toBeLessThan(60);
  });

  test('Ctrl-C in the middle ends it and leaves nothing behind either', async () => {
    const running = startProgram(['demo', '--port', '0', '--output', 'onderbroken'], { TMPDIR: join(folder, 'tmp') }, folder);
    await running.line(/gebeurtenissen +[0-9]/);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 1 });
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(existsSync(join(folder, 'onderbroken'))).toBe(false);
  }, 60_000);
});
