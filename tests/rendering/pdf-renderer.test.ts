import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { DOCUMENT_TEMPLATE } from '#infra/rendering/document-template';
import { bothStandards } from '#infra/rendering/one-file-both-standards';
import { compilerFile, PdfRenderer, RenderingError, typeset } from '#infra/rendering/pdf-renderer';
import type { PrintedDocument } from '#infra/rendering/printed-document';
import { fromCatalog, needsCompiler, needsPdfTools, ReadBack, type QpdfObjects } from './pdf-tools.js';

const DOCUMENT: PrintedDocument = {
  title: 'Proef van de opmaak', description: 'Elk soort blok een keer.', issuer: 'Gemeente Voorbeeld', date: '2026-03-09', contents: true,
  introduction: [{ kind: 'paragraph', text: 'Een inleiding.' }],
  sections: [
    {
      title: 'Eerste deel', contentsNote: '(bestaat nog niet)', blocks: [
        { kind: 'notice', text: 'Let op dit.' }, { kind: 'heading', text: 'Daaronder' }, { kind: 'list', items: ['een', 'twee'] },
        { kind: 'terms', items: [['Begrip', 'wat het betekent']] },
        { kind: 'table', caption: 'Een tabel', columns: [{ title: 'Wat', width: 3 }, { title: 'Aantal', width: 1, numeric: true }], rows: [['peren', '2'], ['appels', '3']], total: ['Samen', '5'] },
        { kind: 'lines', text: 'regel een\nregel twee' },
      ],
    },
    { title: 'Tweede deel', blocks: [{ kind: 'paragraph', text: 'Slot.' }] },
  ],
};
const LIMITS = { milliseconds: 20_000, waitMilliseconds: 120_000, bytes: 512 * 1024 * 1024, documentBytes: 1024 * 1024, waiting: 8 };

/** All of the document but what it is intended to be shown with. */
const EXCEPT_OUTPUT = ['/Pages', '/StructTreeRoot', '/Outlines', '/Dests', '/Metadata', '/DisplayDocTitle'];

/** Numbers of objects met, and what hangs under a link: they follow from how links are written. */
function withoutLinks(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^object \d+$/, 'object');
  if (Array.isArray(value)) return value.map(withoutLinks);
  if (typeof value !== 'object' || value === null) return value;
  if ((value as Record<string, unknown>)['/S'] === '/Link') return 'link';
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutLinks(member)]));
}

function withParagraph(text: string): PrintedDocument {
  return { ...DOCUMENT, sections: [{ title: 'Deel', blocks: [{ kind: 'paragraph', text }] }] };
}

async function codeOf(rendered: Promise<unknown>): Promise<string> {
  try {
    await rendered;
    return 'made';
  } catch (error) {
    if (error instanceof RenderingError) return error.code;
    throw error;
  }
}

describe('PDF', () => {
  it('is PDF/A-2a and PDF/UA-1, with title, language, headings, lists and table headers as others read them', async (context) => {
    needsPdfTools(context);
    const pdf = await new PdfRenderer().render(DOCUMENT);
    ReadBack.of(pdf, (read) => {
      read.check();
      expect(read.info()).toMatchObject({ Title: DOCUMENT.title, Author: DOCUMENT.issuer, Tagged: 'yes', JavaScript: 'no', Encrypted: 'no', CreationDate: expect.stringContaining('2026') });
      expect(read.metadata()).toMatch(/<pdfaid:part>2<\/pdfaid:part><pdfaid:conformance>A</);
      expect(read.metadata()).toContain('<pdfuaid:part>1</pdfuaid:part>');
      expect(fromCatalog(read.objects(), ['/Pages', '/StructTreeRoot'])).toMatchObject({ '/Lang': 'u:nl-NL', '/ViewerPreferences': { '/DisplayDocTitle': true }, '/MarkInfo': { '/Marked': true } });
      expect(read.headings()).toEqual(['H1 Proef van de opmaak', 'H2 Inhoud', 'H2 Eerste deel', 'H3 Daaronder', 'H2 Tweede deel']);
      const structure = read.structure();
      expect(structure).toMatch(/Table \(block\)[\s\S]*?Caption[\s\S]*?"Een tabel"\s+THead\s+TR\s+TH [\s\S]*?\/Scope \/Column[\s\S]*?"Wat"[\s\S]*?TBody[\s\S]*?TFoot/);
      expect(structure).toMatch(/L \(block\):[\s\S]*?LI \(block\)[\s\S]*?LBody \(block\)\s+"een"/);
      expect(read.text()).toContain('Eerste deel (bestaat nog niet)');
      expect(read.text()).toContain('Let op dit.');
    });
  });

  it('is the same file every time, and another for another document', async (context) => {
    needsCompiler(context);
    const [one, two, other] = await Promise.all([new PdfRenderer().render(DOCUMENT), new PdfRenderer().render(DOCUMENT), new PdfRenderer().render(withParagraph('anders'))]);
    expect(Buffer.compare(one, two)).toBe(0);
    expect(Buffer.compare(one, other)).not.toBe(0);
  });

  it('names both standards because the two files the compiler checked are one document', async (context) => {
    needsPdfTools(context);
    const answer = await typeset(compilerFile()!, { template: DOCUMENT_TEMPLATE, document: JSON.stringify(DOCUMENT) }, LIMITS);
    if (answer.kind === 'refused') throw new Error(answer.why);
    const [a2a, ua1] = [Buffer.from(answer.a2a, 'base64'), Buffer.from(answer.ua1, 'base64')];
    const read = ([a2a, ua1, bothStandards({ ua1, a2a })] as const).map((pdf) => ReadBack.of(pdf, (back) => back.objects()));
    const [inA, inUa, both] = read as [QpdfObjects, QpdfObjects, QpdfObjects];
    // The file is the PDF/UA one, with an intended output and other metadata.
    expect(fromCatalog(both, ['/Metadata', '/OutputIntents'])).toEqual(fromCatalog(inUa, ['/Metadata', '/OutputIntents']));
    expect(fromCatalog(both, ['/Metadata'])).not.toEqual(fromCatalog(inUa, ['/Metadata']));
    expect(JSON.stringify(fromCatalog(both, EXCEPT_OUTPUT))).toBe(JSON.stringify(fromCatalog(inA, EXCEPT_OUTPUT)));
    // And the PDF/A one is the same but for what the standards ask of the window, of the place of tables and of links.
    const apart = ['/Metadata', '/OutputIntents', '/DisplayDocTitle', '/BBox', '/O', '/A', '/Annots', '/ParentTree', '/ParentTreeNextKey', '/StructParents', '/P', '/Pg', '/Obj'];
    expect(withoutLinks(fromCatalog(inA, apart))).toEqual(withoutLinks(fromCatalog(inUa, apart)));
    expect(JSON.stringify(withoutLinks(fromCatalog(inA, apart)))).toContain('/TH');
    // Links are what PDF/A allows: shown in print, and they go to a place in the file.
    const links = Object.values(both).map(({ value }) => value as Record<string, unknown> | null).filter((value) => value?.['/Subtype'] === '/Link');
    expect(links).toHaveLength(2);
    for (const link of links) expect(link).toMatchObject({ '/F': 4 });
    expect(ReadBack.of(ua1, (read) => read.metadata())).toContain('pdfuaid:part');
  });

  it('is not made when the compiler finds a rule of either standard broken', async (context) => {
    needsCompiler(context);
    const broken = (change: (template: string) => string): Promise<string> => codeOf(new PdfRenderer({}, change(DOCUMENT_TEMPLATE)).render(DOCUMENT));
    expect(await broken((template) => template)).toBe('made');
    expect(await broken((template) => template.replace('title: doc.title, ', ''))).toBe('refused');
    expect(await broken((template) => template.replace('heading(level: 3,', 'heading(level: 4,'))).toBe('refused');
    expect(await broken((template) => template.replace(/date: datetime\(.*\n/, 'date: none,\n'))).toBe('refused');
  });

  it('shows what it is given as letters, whatever they say', async (context) => {
    needsPdfTools(context);
    const words = '#read("/etc/passwd") #import "@preview/x:1.0.0" *vet* $x$ <b>&amp; \\u{41} = Kop';
    const pdf = await new PdfRenderer().render(withParagraph(words));
    ReadBack.of(pdf, (read) => {
      expect(read.text()).toContain('#read("/etc/passwd") #import "@preview/x:1.0.0" *vet* $x$ <b>&amp; \\u{41} = Kop');
      expect(read.headings()).toEqual(['H1 Proef van de opmaak', 'H2 Inhoud', 'H2 Deel']);
    });
  });

  it('shows a sign in the place of a letter that its font does not have', async (context) => {
    needsPdfTools(context);
    const pdf = await new PdfRenderer().render(withParagraph('a\u{1F600}b \u202Ec \u0007d \u6F22e Łódź é €'));
    expect(ReadBack.of(pdf, (read) => read.text())).toContain('a\uFFFDb \uFFFDc \uFFFDd \uFFFDe Łódź é €');
  });

  it('stops what takes too long, too much memory or too much room, and goes on with the next', async (context) => {
    needsCompiler(context);
    const endless = '#for a in range(100000) { for b in range(100000) { let c = a * b } }';
    expect(await codeOf(new PdfRenderer({ milliseconds: 700 }, endless).render(DOCUMENT))).toBe('too-slow');
    expect(await codeOf(new PdfRenderer({ waitMilliseconds: 1 }).render(DOCUMENT))).toBe('too-slow');
    expect(await codeOf(new PdfRenderer({ bytes: 300 * 1024 * 1024 }, '#let hoard = range(100000000).map(n => str(n))').render(DOCUMENT))).toBe('too-large');
    expect(await codeOf(new PdfRenderer({ documentBytes: 1000 }).render(withParagraph('x'.repeat(1000))))).toBe('too-large');
    const one = new PdfRenderer({ waiting: 0 });
    expect(await Promise.all([codeOf(one.render(DOCUMENT)), codeOf(one.render(DOCUMENT))])).toEqual(['made', 'busy']);
    expect(await codeOf(one.render(DOCUMENT))).toBe('made');
  });

  it('reads no file of this machine, not even when the layout asks for one', async (context) => {
    needsCompiler(context);
    for (const path of ['/etc/passwd', '../../../../../../etc/passwd', 'file:///etc/passwd']) {
      const answer = await typeset(compilerFile()!, { template: `#set document(title: "x", date: datetime(year: 2026, month: 1, day: 1))\n= x\n#read("${path}")`, document: '{}' }, LIMITS);
      expect(answer).toMatchObject({ kind: 'refused' });
      expect(JSON.stringify(answer)).not.toContain('root:');
    }
  });

  it('asks nothing of a network: no socket for a document, and a closed door for a layout that would fetch', (context) => {
    needsCompiler(context);
    if (spawnSync('strace', ['--version']).error !== undefined) {
      if (process.env['CI'] !== undefined) throw new Error('missing: strace');
      context.skip('strace is missing');
    }
    expect(connections(DOCUMENT_TEMPLATE)).toEqual([]);
    // Control: strace would have seen it, and there the process is alone with this machine's closed port.
    const fetching = connections('#import "@preview/tablex:0.0.8": tablex');
    expect(fetching.length).toBeGreaterThan(0);
    expect(fetching.filter((line) => !line.includes('127.0.0.1'))).toEqual([]);
  });
});

/** Every address that typesetting in a process of its own tried to reach, as the kernel saw it. */
function connections(template: string): readonly string[] {
  const job = { template, document: JSON.stringify(DOCUMENT) };
  const started = `
    import { compilerFile, typeset } from '#infra/rendering/pdf-renderer';
    const answer = await typeset(compilerFile(), ${JSON.stringify(job)}, ${JSON.stringify(LIMITS)});
    console.log(answer.kind);`;
  const { stdout, stderr, status } = spawnSync('strace', ['-f', '-qq', '-e', 'trace=connect', process.execPath, '--conditions=source', '--input-type=module', '--eval', started], {
    encoding: 'utf8', cwd: import.meta.dirname,
  });
  if (status !== 0 || !/^(?:pdf|refused)$/m.test(stdout)) throw new Error(`not typeset: ${stdout} ${stderr.slice(-500)}`);
  return stderr.split('\n').filter((line) => /connect\(.*AF_INET/.test(line));
}
