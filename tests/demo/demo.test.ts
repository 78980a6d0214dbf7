import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnnualReport } from '#domain/account/annual-report';
import { imaginaryMunicipality } from '#src/demo/municipality';
import { buildProgram, runProgram, startProgram, type Ended } from '../cli/program.js';
import { needsPdfTools, ReadBack } from '../rendering/pdf-tools.js';

interface Result {
  readonly ok: boolean;
  readonly events: number;
  readonly lapses: number;
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
    ended = await runProgram(['demo', '--exit', '--json', '--port', '0', '--output', 'uitvoer', '--dossiers', '0'], { TMPDIR: join(folder, 'tmp') }, folder);
    seconds = (performance.now() - start) / 1_000;
    expect(ended.code, ended.err + ended.out).toBe(0);
    result = JSON.parse(ended.out) as Result;
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('destroys exactly what is due in the municipality, and leaves what is held', () => {
    expect(result.destroyed).toBe(imaginaryMunicipality().due.length);
    expect(result.destroyed).toBeGreaterThanOrEqual(12);
  });

  test('lives its nights: the end of every term that is due was recorded on its day', () => {
    const { due, held } = imaginaryMunicipality();
    expect(result.lapses).toBeGreaterThanOrEqual(due.length + held);
    // The ledger holds what the nights recorded, besides what was sent.
    expect(result.size).toBeGreaterThanOrEqual(result.events + result.lapses);
  });

  test('ends with an intact ledger that holds every event', () => {
    expect(result).toMatchObject({ ok: true, answer: 'intact', events: imaginaryMunicipality().events.length });
    expect(result.size).toBeGreaterThan(result.events);
  });

  test('says in Dutch what is played, what is refused and what is not there yet', () => {
    for (const words of [
      'Alles hierin is verzonnen', 'gezin Jansen', 'per seconde', 'toestemming', 'geen geldige toestemming', 'de wachttijd loopt', 'verlopen', 'mag weg sinds',
      '410 dossier-destroyed', 'gelijk gebleven', 'ongeschonden', 'gelijk aan wat van buiten kwam', 'Dit is er nog niet',
    ]) expect(ended.err).toContain(words);
  });

  test('writes an account that a browser can show', () => {
    const html = output('verantwoording-2025.html');
    expect(html).toMatch(/<html lang="nl"/);
    expect(html).toContain('2025');
    expect(html).not.toMatch(/<script/);
  });

  test('the figures add up: parts to their total, what was destroyed afterwards to what was due', () => {
    const report = JSON.parse(output('verantwoording-2025.json')) as AnnualReport;
    const figure = (code: string) => report.figures.find((one) => one.code === code)!;
    for (const code of ['sharings', 'sharings-consent-absent', 'sharings-without-basis', 'objections', 'consents-given']) {
      const { rows, total, lastYear } = figure(code);
      expect(total, code).toBeGreaterThan(0);
      expect(rows.reduce((sum, row) => sum + row.count, 0), code).toBe(total);
      expect(rows.reduce((sum, row) => sum + row.lastYear, 0), code).toBe(lastYear);
    }
    expect(new Set(figure('sharings-consent-absent').rows.map(({ dimensions }) => dimensions[0]!.code)).size).toBe(3);
    expect(figure('sharings-consent-absent').total).toBeLessThan(figure('sharings').total);
    expect(figure('dossiers-due').total).toBe(result.destroyed);
    expect(figure('dossiers-held').total).toBe(imaginaryMunicipality().held);
    expect(figure('dossiers').total).toBe(imaginaryMunicipality().dossiers);
  });

  test('the figures are those of the events that were played', () => {
    const report = JSON.parse(output('verantwoording-2025.json')) as AnnualReport;
    const played = (type: string, year: number) => imaginaryMunicipality().events.filter((event) =>
      event.type === type && event.at.toZonedDateTimeISO('Europe/Amsterdam').year === year).length;
    for (const [code, type] of [
      ['sharings', 'data-shared'], ['objections', 'objection-received'], ['consents-asked', 'consent-requested'],
      ['consents-given', 'consent-given'], ['consents-refused', 'consent-refused'], ['consents-withdrawn', 'consent-withdrawn'],
    ] as const) {
      const { total, lastYear } = report.figures.find((one) => one.code === code)!;
      expect({ code, total, lastYear }).toEqual({ code, total: played(type, 2025), lastYear: played(type, 2024) });
    }
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

  test('writes account and certificate as PDF too, about nobody', (context) => {
    needsPdfTools(context);
    const references = imaginaryMunicipality().events.map(({ data }) => (data['dossier'] as { reference: string }).reference);
    for (const [name, title] of [['verantwoording-2025.pdf', 'Verantwoording gegevensdeling 2025'], ['verklaring-van-vernietiging.pdf', 'Verklaring van vernietiging']] as const) {
      ReadBack.of(readFileSync(join(folder, 'uitvoer', name)), (pdf) => {
        pdf.check();
        expect(pdf.info()['Title']).toBe(title);
        const text = pdf.text();
        for (const reference of new Set(references)) expect(text.includes(reference), reference).toBe(false);
        expect(text).not.toMatch(/\b9999[0-9]{5}\b/);
      });
    }
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

  test('is done within a minute, on a machine that does nothing else', () => {
    const waitingPerCore = loadavg()[0]! / availableParallelism();
    expect(seconds).toBeLessThan(60 * Math.max(1, waitingPerCore));
  });

  test('with an invented municipality around the story it ends as well, and draws its years', async () => {
    const around = await runProgram(['demo', '--exit', '--json', '--port', '0', '--output', 'omgeving', '--dossiers', '60', '--seed', '7'], { TMPDIR: join(folder, 'tmp') }, folder);
    expect(around.code, around.err + around.out).toBe(0);
    const more = JSON.parse(around.out) as Result;
    expect(more).toMatchObject({ ok: true, answer: 'intact' });
    expect(more.events).toBeGreaterThan(result.events + 400);
    expect(more.destroyed).toBeGreaterThan(result.destroyed);
    const picture = readFileSync(join(folder, 'omgeving', 'gebeurtenissen-per-jaar.html'), 'utf8');
    const rows = [...picture.matchAll(/<th scope="row">([0-9]{4})<\/th><td>([0-9]+)<\/td>/g)];
    expect(rows.reduce((sum, [, , count]) => sum + Number(count), 0), 'every event is in the picture').toBe(more.events);
    expect(picture).toMatch(/<desc[^>]*>[^<]*gebeurtenissen/);
  }, 120_000);

  test('stays up with tokens that work, beside a verify of its folder, until Ctrl-C', async () => {
    const running = startProgram(['demo', '--port', '0', '--output', 'blijft', '--dossiers', '0'], { TMPDIR: join(folder, 'tmp') }, folder);
    await running.line(/^Bijvoorbeeld: curl/);
    const said = (await running.line(/^De dienst blijft draaien/)).match(/http:[^ .]+(?:\.[0-9]+)+:[0-9]+/)![0];
    const fg = await running.lineAfter(/^fg:$/);
    const page = await fetch(`${said}/v1/annual-reports/2025`, { headers: { authorization: `Bearer ${fg}`, accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Verantwoording gegevensdeling 2025');
    const command = (await running.line(/npx rekenschap verify/)).match(/rekenschap (verify .*)$/)![1]!;
    expect(await runProgram(command.split(' '), {}, folder)).toMatchObject({ code: 0 });
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  }, 120_000);

  test('Ctrl-C in the middle ends it and leaves nothing behind either', async () => {
    const running = startProgram(['demo', '--port', '0', '--output', 'onderbroken', '--dossiers', '800'], { TMPDIR: join(folder, 'tmp') }, folder);
    await running.line(/gebeurtenissen +[0-9]/);
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 1 });
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(existsSync(join(folder, 'onderbroken'))).toBe(false);
  });
});
