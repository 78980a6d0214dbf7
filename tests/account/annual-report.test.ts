import { describe, expect, it } from 'vitest';
import { buildAnnualReport, type AnnualReport } from '#domain/account/annual-report';
import { FIGURES } from '#domain/account/definitions';
import { amount, comparedWithLastYear, counted, digits, times } from '#domain/account/dutch';
import type { FigureCell } from '#domain/destruction/events';
import { renderAnnualReportHtml } from '#infra/rendering/annual-report-html';

const cell = (figure: string, year: number, count: number, ...dimensions: string[]): FigureCell => ({ figure, year, dimensions, count });
const report = (cells: readonly FigureCell[], year = 2025, more: object = {}): AnnualReport => buildAnnualReport(year, {
  cells, oin: '00000001823288444000', position: 12_345, checkpoint: 'rekenschap.nl/test\n12346\nAAAA\n\n— rekenschap.nl/test BBBB\n',
  today: Temporal.PlainDate.from('2026-02-01'), survivorsOnly: false, ...more,
});
const figure = (of: AnnualReport, code: string): AnnualReport['figures'][number] => of.figures.find((one) => one.code === code)!;

/** Every figure filled, with codes as the ledger would have them. */
function filled(count: number): readonly FigureCell[] {
  return [
    cell('sharings', 2025, count * 2, 'decision'), cell('sharings', 2025, count, 'route'), cell('sharings', 2024, count * 2, 'route'),
    cell('sharings-consent-absent', 2025, count, 'not-asked-undecided', 'none', 'none'),
    cell('sharings-consent-absent', 2025, count, 'after-refusal-or-withdrawal', 'serious-danger', 'huiselijk-geweld'),
    cell('sharings-consent-absent', 2025, count, 'not-asked-decided-beforehand', 'risico-door-vragen', 'onbekend'),
    cell('sharings-consent-not-stated', 2025, count), cell('sharings-without-basis', 2025, count, 'none'), cell('sharings-basis-unknown', 2025, count),
    cell('sharings-decision-unknown', 2025, count), cell('objections', 2025, count, 'avg-21'), cell('consents-asked', 2025, count),
    cell('consents-given', 2025, count, 'extra-requirement', 'schriftelijk'), cell('consents-refused', 2025, count), cell('consents-withdrawn', 2025, count),
    cell('dossiers', 2019, count), cell('dossiers-due', 2024, count), cell('dossiers-held', 2025, count), cell('holds', 2025, count, 'klacht'),
    cell('dossiers-destroyed', 2025, count),
  ].filter(({ count: n }) => n !== 0);
}

describe('the figures of a year', () => {
  it('S104: 40 / 3 / 2+1 by ground / 1 objection', () => {
    const of = report([
      cell('sharings', 2024, 37, 'route'), cell('sharings', 2024, 3, 'decision'), cell('objections', 2024, 1, 'avg-21'),
      cell('sharings-consent-absent', 2024, 2, 'not-asked-decided-beforehand', 'serious-danger', 'none'),
      cell('sharings-consent-absent', 2024, 1, 'not-asked-decided-beforehand', 'conflict-of-duties', 'none'),
    ], 2024);
    expect([figure(of, 'sharings').total, figure(of, 'sharings-consent-absent').total, figure(of, 'objections').total]).toEqual([40, 3, 1]);
    expect(figure(of, 'sharings-consent-absent').rows.map((row) => [row.dimensions[1]?.label, row.count])).toEqual([
      ['Conflict van plichten', 1], ['Ernstig gevaar gezondheid of veiligheid', 2],
    ]);
    expect(of.summary).toContain('In 2024 zijn 40 keer gegevens gedeeld met een organisatie.');
    expect(of.summary).toContain('Er kwam één bezwaar of klacht binnen.');
  });

  it('puts a comparison right behind the sentence it compares', () => {
    const of = report([cell('sharings', 2024, 21, 'decision'), cell('sharings', 2025, 30, 'decision'), cell('dossiers-destroyed', 2025, 4)], 2025);
    expect(of.summary.slice(0, 2)).toEqual([
      'In 2025 zijn 30 keer gegevens gedeeld met een organisatie.', 'Dat is meer dan in het jaar ervoor. Toen was het 21.',
    ]);
    expect(of.chapters[0]!.sentences).toEqual(of.summary);
  });

  it('counts flows in their year and stocks up to 31 December, with last year beside it', () => {
    const of = report([cell('sharings', 2024, 5, 'route'), cell('sharings', 2025, 7, 'route'), cell('sharings', 2026, 9, 'route'),
      cell('dossiers-due', 2020, 4), cell('dossiers-due', 2025, -1), cell('dossiers-due', 2030, 8)]);
    expect(figure(of, 'sharings')).toMatchObject({ total: 7, lastYear: 5 });
    expect(figure(of, 'dossiers-due')).toMatchObject({ total: 3, lastYear: 4 });
  });

  it('prints the partition in its order', () => {
    expect(figure(report(filled(2)), 'sharings-consent-absent').rows.map((row) => row.dimensions[0]?.code))
      .toEqual(['after-refusal-or-withdrawal', 'not-asked-decided-beforehand', 'not-asked-undecided']);
  });

  it('carries a definition, a population and what it does not say with every figure, and survives JSON', () => {
    const of = report(filled(3));
    expect(of.figures.map(({ code }) => code)).toEqual(FIGURES.map(({ code }) => code));
    for (const one of of.figures) expect([one.definition, one.population, one.doesNotSay].every((text) => text.length > 20)).toBe(true);
    expect(JSON.parse(JSON.stringify(of))).toEqual(of);
  });

  it('says which chapters do not exist yet, that a year is not over, and that only survivors were counted', () => {
    expect(report([]).chapters.filter(({ built }) => !built).map(({ number }) => number)).toEqual([4, 5, 6, 7, 8, 10, 11]);
    expect(report([]).notes.join(' ')).not.toMatch(/nog niet voorbij|dossiers die er nog zijn/);
    expect(report([], 2026, { survivorsOnly: true }).notes.join(' ')).toMatch(/2026 is nog niet voorbij.*dossiers die er nog zijn/);
  });
});

describe('sentences', () => {
  it.each([
    [0, 'geen dossiers', 'niet'], [1, 'één dossier', 'één keer'], [2, 'twee dossiers', 'twee keer'], [13, '13 dossiers', '13 keer'], [1_204, '1.204 dossiers', '1.204 keer'],
  ])('%i', (count, dossiers, keer) => {
    expect([counted(count, 'dossier', 'dossiers'), times(count)]).toEqual([dossiers, keer]);
  });

  it('writes points per thousand and never compares small numbers in words', () => {
    expect([digits(1_234_567), digits(999), amount(12)]).toEqual(['1.234.567', '999', 'twaalf']);
    expect([comparedWithLastYear(3, 2), comparedWithLastYear(40, 19)]).toEqual([null, null]);
    expect(comparedWithLastYear(40, 20)).toBe('Dat is meer dan in het jaar ervoor. Toen was het 20.');
  });

  it.each([0, 1, 2, 5_000])('for %i of everything: no sentence over 25 words, 15 on average', (count) => {
    const of = report(filled(count));
    const text = [...of.summary, ...of.notes, ...of.chapters.flatMap(({ sentences }) => sentences), ...of.figures.flatMap((one) => [one.definition, one.population, one.doesNotSay])];
    const lengths = text.flatMap((part) => part.split(/(?<=[.!?])\s+/)).map((one) => one.split(/\s+/).length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(25);
    expect(lengths.reduce((a, b) => a + b, 0) / lengths.length).toBeLessThanOrEqual(15);
    expect(text.join(' ')).not.toMatch(/undefined|null|NaN|zijn één dossier |geen keer|(?<![\d.])0 keer/);
  });
});

describe('the page', () => {
  it.each([0, 1, 3_000])('for %i of everything has the structure that assistive tools need', (count) => {
    const html = renderAnnualReportHtml(report(filled(count)));
    expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="nl">/);
    expect(html.match(/<title>[^<]+<\/title>/g)).toHaveLength(1);
    const headings = [...html.matchAll(/<h([1-6])/g)].map((match) => Number(match[1]));
    expect(headings.filter((level) => level === 1)).toHaveLength(1);
    headings.reduce((before, level) => { expect(level).toBeLessThanOrEqual(before + 1); return level; }, 0);
    const tables = html.match(/<table>[\s\S]*?<\/table>/g) ?? [];
    expect(tables.length).toBeGreaterThanOrEqual(4);
    for (const table of tables) {
      expect(table).toMatch(/<caption id="[^"]+">[^<]+<\/caption>/);
      expect(table.match(/<th(?![^>]*scope=)[\s>]/g)).toBeNull();
      const columns = table.match(/<th scope="col"/g)!.length;
      for (const row of table.match(/<tr><th scope="row">.*?<\/tr>/g) ?? []) expect(row.match(/<t[hd]/g)).toHaveLength(columns);
    }
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/(?:href="#|aria-labelledby=")([^"]+)"/g)) expect(ids).toContain(target);
    expect(html).not.toMatch(/<script|<link|<img|src=|https?:\/\/|\son[a-z]+=/);
    // Every element that is opened is closed.
    const open = (html.match(/<(?!meta|!)[a-z][a-z0-9]*/g) ?? []).map((tag) => tag.slice(1)).sort();
    expect((html.match(/<\/[a-z][a-z0-9]*/g) ?? []).map((tag) => tag.slice(2)).sort()).toEqual(open);
  });

  it('escapes whatever stands in a figure', () => {
    const html = renderAnnualReportHtml({ ...report([cell('holds', 2025, 1, '<script>alert("x")</script>')]), oin: '"><img src=x>' });
    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain('&lt;script&gt;');
  });

  it('says which chapters do not exist and shows the checkpoint', () => {
    const html = renderAnnualReportHtml(report(filled(3)));
    expect(html.match(/\(bestaat nog niet\)/g)).toHaveLength(7);
    expect(html).toContain('12346');
    expect(html).toContain('12.345');
  });
});
