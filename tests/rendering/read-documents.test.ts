import { describe, expect, it } from 'vitest';
import { buildAnnualReport, type AnnualReport } from '#domain/account/annual-report';
import { BY_THE_FENCE } from '#domain/destruction/gate';
import type { FigureCell } from '#domain/destruction/events';
import { annualReportDocument } from '#infra/rendering/annual-report-document';
import { renderAnnualReportHtml } from '#infra/rendering/annual-report-html';
import { certificateDocument } from '#infra/rendering/certificate-document';
import { PdfRenderer } from '#infra/rendering/pdf-renderer';
import type { PrintedDocument } from '#infra/rendering/printed-document';
import { certificateHash } from '#src/destruction/certificate-signature';
import { needsCompiler, needsPdfTools, ReadBack } from './pdf-tools.js';
import { LIST, OIN, RUN, sampleCertificate, sampleLog, type Sample } from './sample-certificate.js';

const renderer = new PdfRenderer();
const log = sampleLog();
const printed = ({ view }: Sample): PrintedDocument => certificateDocument(view, { issued: certificateHash(view.issued) });
/** Words as a reader has them: where a line breaks says nothing. */
const letters = (text: string): string => text.replace(/[\s\u00ad]+/gu, '');

describe('a certificate to read', () => {
  it('says all that the JSON says, the first and what completed it', async (context) => {
    needsPdfTools(context);
    const sample = sampleCertificate(log);
    ReadBack.of(await renderer.render(printed(sample)), (pdf) => {
      pdf.check();
      const text = pdf.text();
      for (const words of [
        'Verklaring van vernietiging', 'Op 9 maart 2026 zijn twaalf dossiers vernietigd.', 'Er staan geen gegevens van inwoners in.', OIN, RUN, LIST,
        'College van burgemeester en wethouders', 'Mandaatbesluit archiefbeheer 2024, artikel 7', 'Positief advies, 3 februari 2026', 'noordwijk-2026', 'volledig: opstellen, beoordelen, goedkeuren',
        'Maatwerkvoorziening verleend (wmo-verleend, versie 2020)', 'Selectielijst gemeenten 2020, nummer 11.1.3', '15 jaar, vanaf:', '5 jaar, vanaf:', '2009 7', '2010 3', '2019 2', 'Samen 12', '1.204 gebeurtenissen',
        'twee dossiers van de lijst gehaald', 'twee dossiers overgeslagen', 'vernietiging stilgelegd 1', 'bewaartermijn nog niet voorbij 1',
        'goedgekeurd archivaris 2 maart 2026', 'uitgevoerd applicatiebeheer 9 maart 2026', 'Vrijgekomen ruimte overschreven 10 maart 2026', 'kluis', 'grootboek', 'overzichten',
        'archiefruimte stadhuis (papier) 4 3 0 1 6 maart 2026', 'gedeelde map Wmo 12 0 12 0 geen', 'zaaksysteem 12 12 0 0 8 maart 2026', 'Van één vraag is nog niet bekend of die is uitgevoerd.',
        'grootboek blijft hoogstens 90 dagen', 'kluis met de sleutels blijft hoogstens 30 dagen', 'Op 10 maart 2026 is de vrijgekomen ruimte overschreven in: grootboek, kluis, overzichten.',
        'positie 100013', 'positie 100018',
      ]) expect(letters(text), words).toContain(letters(words));
      for (const kept of [
        sample.view.issued.signature.value, sample.view.issued.signature.keyId, sample.view.completed!.signature.value, certificateHash(sample.view.issued),
        sample.certificate.checkpoints.before, sample.certificate.checkpoints.after, sample.completion.checkpoint!,
      ]) expect(letters(text)).toContain(letters(kept));
      expect(pdf.headings().filter((heading) => heading.startsWith('H2'))).toEqual([
        'H2 Wat is vernietigd', 'H2 Wat niet is vernietigd', 'H2 Wie heeft besloten', 'H2 Wanneer en hoe', 'H2 Andere plaatsen', 'H2 Reservekopieën', 'H2 Aanvulling', 'H2 Controleren',
      ]);
      expect(text).not.toContain('nog niet compleet');
      expect(text).not.toContain('\ufffd');
      expect(text).not.toMatch(/undefined|null|\[object/);
    });
  });

  it('says plainly what is not there yet, not set, or otherwise than usual', async (context) => {
    needsPdfTools(context);
    const sample = sampleCertificate(log, { schedule: null, backupTerm: null, confirmations: [], skipped: {}, excepted: 0, procedure: { kind: 'standing', authorisation: { id: 'M-7', on: '2025-12-01' } } });
    const { issued } = sample.view;
    const view = { issued: { ...issued, certificate: { ...issued.certificate, approvedWithLocalToken: true } }, completed: null };
    ReadBack.of(await renderer.render(certificateDocument(view, { issued: 'a'.repeat(64) })), (pdf) => {
      const text = letters(pdf.text());
      for (const words of [
        'Deze verklaring is nog niet compleet.', 'De lijst is goedgekeurd met een toegangsbewijs van het grootboek zelf.', 'Zorgdrager: niet vastgelegd', 'vaste machtiging (M-7, van 1 december 2025)',
        'niet vermeld', 'Er zijn geen dossiers van de lijst gehaald', 'Elk dossier op de goedgekeurde lijst is vernietigd.', 'Aan andere plaatsen is niet gevraagd om te vernietigen.',
        'De organisatie heeft niet ingesteld hoe lang reservekopieën blijven.', 'Vrijgekomen ruimte overschreven nog niet', 'Er is nog geen aanvulling op deze verklaring.',
      ]) expect(text, words).toContain(letters(words));
    });
  });

  it('says of a restore that it went again, from which backup, and of how many the ground is not known', async (context) => {
    needsPdfTools(context);
    const again = [{ ruleId: 'wmo-verleend', ruleVersion: '2020', law: 'wmo2015', yearOfOrigin: 2009, dossiers: 7 }, { ruleId: BY_THE_FENCE.id, ruleVersion: BY_THE_FENCE.version, law: 'wmo2015', yearOfOrigin: 2011, dossiers: 2 }];
    const restored = (backupMadeAt: string | null, withoutClass: number): Sample => sampleCertificate(log, {
      listId: null, list: null, procedure: null, excepted: 0, skipped: {}, confirmations: [], destroyed: again, basis: { kind: 'restore', backupMadeAt, withoutClass },
    });
    ReadBack.of(await renderer.render(printed(restored('2026-03-04T22:15:00Z', 3))), (pdf) => {
      pdf.check();
      const text = letters(pdf.text());
      for (const words of [
        'Op 9 maart 2026 zijn negen dossiers vernietigd.', 'Waarom opnieuw: Een reservekopie van 4 maart 2026 bracht ze terug. Ze waren al eerder vernietigd.',
        'Daarnaast gingen drie dossiers waarvan de grond niet meer te lezen is.', 'Vernietigingslijst: geen: opnieuw vernietigd na het terugzetten van een reservekopie',
        'Maatwerkvoorziening verleend (wmo-verleend, versie 2020)', 'Regel van de eerdere vernietiging (hek, versie 1)', '2009 7', '2011 2', 'Samen 9',
        'Alles wat eerder was vernietigd, is weer vernietigd.', 'Het besluit van de eerdere vernietiging geldt nog.',
      ]) expect(text, words).toContain(letters(words));
      for (const words of ['op de goedgekeurde lijst', 'vaste termijn', 'vóór de eigen termijn', 'undefined', 'null']) expect(text, words).not.toContain(letters(words));
    });
    // Only the vault was put back, and every ground is known: neither is said.
    ReadBack.of(await renderer.render(printed(restored(null, 0))), (pdf) => {
      const text = letters(pdf.text());
      expect(text).toContain(letters('Waarom opnieuw: Een reservekopie bracht ze terug. Ze waren al eerder vernietigd.'));
      for (const words of ['Daarnaast', 'null']) expect(text, words).not.toContain(words);
    });
  });

  it('reads a certificate of the first version, which said less', async (context) => {
    needsCompiler(context);
    const { view } = sampleCertificate(log);
    const { procedure: _procedure, excepted: _excepted, backupTerm: _term, ...certificate } = view.issued.certificate;
    const old = { issued: { ...view.issued, certificate: { ...certificate, confirmations: [] } }, completed: null };
    expect((await renderer.render(certificateDocument(old, { issued: 'a'.repeat(64) }))).length).toBeGreaterThan(1000);
  });

  it('shows every later answer of other places in the newest completion', async (context) => {
    needsPdfTools(context);
    const sample = sampleCertificate(log);
    const later = { ...sample.completion, confirmations: sample.completion.confirmations!.map((answer) => ({ ...answer, confirmed: answer.asked - answer.notified, lastConfirmedOn: '2026-04-01' })) };
    const view = { ...sample.view, supplements: [{ ...sample.view.completed!, certificate: later }] };
    ReadBack.of(await renderer.render(certificateDocument(view, { issued: 'a'.repeat(64) })), (pdf) => {
      expect(letters(pdf.text())).toContain(letters('archiefruimte stadhuis (papier) 4 4 0 0 1 april 2026'));
      expect(pdf.text()).not.toContain('nog niet bekend');
      expect(pdf.headings()).toContain('H2 Aanvullingen');
    });
  });
});

const cell = (figure: string, year: number, count: number, ...dimensions: string[]): FigureCell => ({ figure, year, dimensions, count });
function report(): AnnualReport {
  return buildAnnualReport(2025, {
    cells: [
      cell('sharings', 2025, 42, 'decision'), cell('sharings', 2025, 1204, 'route'), cell('sharings', 2024, 37, 'route'),
      cell('sharings-consent-absent', 2025, 3, 'not-asked-undecided', 'none', 'none'), cell('sharings-without-basis', 2025, 2, 'none'),
      cell('objections', 2025, 1, 'avg-21'), cell('dossiers', 2019, 5), cell('dossiers-held', 2025, 1), cell('holds', 2025, 1, 'klacht'), cell('dossiers-destroyed', 2025, 12),
    ],
    oin: OIN, position: 12_345, checkpoint: log.checkpoint(12_346), today: Temporal.PlainDate.from('2026-02-01'), survivorsOnly: true,
  });
}

describe('the yearly account to read', () => {
  it('says what the page says, in the same words and order', async (context) => {
    needsPdfTools(context);
    const html = renderAnnualReportHtml(report());
    const unescaped = (text: string): string => text.replace(/<[^>]+>/g, ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', '\'').replaceAll('&amp;', '&');
    const pieces = (element: string): readonly string[] => [...html.matchAll(new RegExp(`<${element}\\b[^>]*>([\\s\\S]*?)</${element}>`, 'g'))].map(([, inner]) => unescaped(inner!).replace(/\s+/gu, ' ').trim());
    ReadBack.of(await renderer.render(annualReportDocument(report())), (pdf) => {
      pdf.check();
      expect(pdf.headings()).toEqual([
        ...pieces('h1').map((text) => `H1 ${text}`),
        ...[...html.matchAll(/<h([23])[^>]*>([\s\S]*?)<\/h\1>/g)].map(([, level, text]) => `H${level} ${unescaped(text!)}`),
      ]);
      const text = letters(pdf.text());
      for (const element of ['main p', 'caption', 'dt', 'dd', 'th', 'td', 'pre'].map((name) => name.split(' ').at(-1)!)) {
        const found = pieces(element).filter((piece) => !piece.startsWith('Einde van de verantwoording'));
        expect(found.length, element).toBeGreaterThan(3 * Number(element !== 'pre') - 1);
        for (const piece of found) expect(text, piece).toContain(letters(piece));
      }
      expect(pdf.text().match(/\(bestaat nog niet\)/g)).toHaveLength(html.match(/\(bestaat nog niet\)/g)!.length);
      expect(pdf.text()).toContain('Dit hoofdstuk bestaat nog niet.');
      expect(pdf.structure().match(/^ *Table \(block\)/gm)).toHaveLength(html.match(/<table>/g)!.length);
    });
  });

  it('is the same file for the same account', async (context) => {
    needsCompiler(context);
    const same = report();
    expect(Buffer.compare(await renderer.render(annualReportDocument(same)), await new PdfRenderer().render(annualReportDocument(same)))).toBe(0);
  });
});
