/**
 * One PDF that names both PDF/UA-1 and PDF/A-2a (the compiler checks for either, but writes one name a file). The two
 * files it made of one document differ, besides their metadata, in this: PDF/A has a colour profile for output; PDF/UA
 * shows its title in the window, gives tables their place on the page, and makes one annotation of a link instead of
 * one a line (a test compares all objects). So the PDF/UA file is taken, and what PDF/A asks for is appended as an
 * incremental update (ISO 32000-1, 7.5.6): the colour profile, and metadata with both names, the one of PDF/UA
 * declared in an extension schema (ISO 19005-2, 6.6.2.3).
 */
export function bothStandards(made: { readonly ua1: Uint8Array; readonly a2a: Uint8Array }): Uint8Array {
  const [ua, a] = [PdfFile.read(made.ua1), PdfFile.read(made.a2a)];
  const catalog = ua.object(ua.root);
  const intents = a.object(referenceIn(a.object(a.root), 'OutputIntents'));
  const intent = a.object(Number(/^\[(\d+) 0 R\]$/.exec(intents.trim())?.[1] ?? missing('output intent')));
  const profile = a.object(referenceIn(intent, 'DestOutputProfile'));
  const metadata = a.object(referenceIn(a.object(a.root), 'Metadata'));
  const first = ua.size;
  return ua.appended([
    [ua.root, catalog.replace(/^<<\n/, (found) => `${found}  /OutputIntents [${first} 0 R]\n`)],
    [referenceIn(catalog, 'Metadata'), withBothNames(metadata, ua.id, a.id)],
    [first, intent.replace(/\/DestOutputProfile \d+ 0 R/, `/DestOutputProfile ${first + 1} 0 R`)],
    [first + 1, profile],
  ]);
}

/** A file with one cross-reference table, as this compiler writes it; bytes as latin1, so that offsets are lengths. */
class PdfFile {
  readonly #text: string;
  readonly #trailer: string;
  readonly #table: number;
  readonly #offsets: ReadonlyMap<number, number>;
  readonly root: number;
  /** One more than the highest object number. */
  readonly size: number;
  readonly id: string;

  private constructor(text: string) {
    const end = /\ntrailer\n<<([\s\S]*?)>>\nstartxref\n(\d+)\n%%EOF\s*$/.exec(text) ?? missing('trailer');
    this.#text = text;
    this.#trailer = end[1]!;
    this.#table = Number(end[2]);
    this.root = referenceIn(this.#trailer, 'Root');
    this.size = Number(/\/Size (\d+)/.exec(this.#trailer)?.[1] ?? missing('size'));
    this.id = /\/ID \[\(([^()]*)\)/.exec(this.#trailer)?.[1] ?? missing('id');
    const rows = text.slice(this.#table).matchAll(/(\d{10}) \d{5} [nf]/g);
    this.#offsets = new Map([...rows].map(([, offset], number) => [number, Number(offset)]));
  }

  static read(bytes: Uint8Array): PdfFile {
    return new PdfFile(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
  }

  /** What stands between `N 0 obj` and `endobj`. */
  object(number: number): string {
    const text = this.#text.slice(this.#offsets.get(number) ?? missing('object'), this.#table);
    const start = `${number} 0 obj\n`;
    if (!text.startsWith(start)) return missing('object');
    // A stream may hold any bytes: its length says where it ends.
    const length = /^<<[\s\S]*?\/Length (\d+)[\s\S]*?>>\nstream\n/.exec(text.slice(start.length, text.indexOf('\nendobj\n') + 1));
    const from = length === null ? start.length : start.length + length[0].length + Number(length[1]);
    return text.slice(start.length, text.indexOf('\nendobj\n', from));
  }

  appended(objects: readonly (readonly [number: number, body: string])[]): Uint8Array {
    let text = this.#text.endsWith('\n') ? this.#text : `${this.#text}\n`;
    const rows = [...objects].sort(([x], [y]) => x - y).map(([number, body]) => {
      const row = `${number} 1\n${String(text.length).padStart(10, '0')} 00000 n \n`;
      text += `${number} 0 obj\n${body}\nendobj\n`;
      return row;
    });
    const table = text.length;
    const size = Math.max(this.size, ...objects.map(([number]) => number + 1));
    text += `xref\n${rows.join('')}trailer\n<<${this.#trailer.replace(/\/Size \d+/, `/Size ${size}\n  /Prev ${this.#table}`)}>>\nstartxref\n${table}\n%%EOF\n`;
    return Buffer.from(text, 'latin1');
  }
}

const UA_NAME = '<pdfuaid:part>1</pdfuaid:part>';
const UA_NAMESPACE = 'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" ';
const UA_SCHEMA = '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>'
  + '<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>'
  + '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal</pdfaProperty:category>'
  + '<pdfaProperty:description>Indicates which part of ISO 14289 the document adheres to</pdfaProperty:description>'
  + '<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>';

/** The metadata of the PDF/A file with the other name added and the file's own id. */
function withBothNames(object: string, id: string, idOfOther: string): string {
  const stream = /^(<<[\s\S]*?>>)\nstream\n([\s\S]*)\nendstream$/.exec(object) ?? missing('metadata');
  const xmp = stream[2]!.replaceAll(idOfOther, id)
    .replace('<rdf:Description rdf:about="" ', (found) => found + UA_NAMESPACE)
    .replace('<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>', (found) => UA_NAME + found)
    .replace('<pdfaExtension:schemas><rdf:Bag>', (found) => found + UA_SCHEMA);
  if (xmp.length !== stream[2]!.length + UA_NAMESPACE.length + UA_NAME.length + UA_SCHEMA.length) missing('a name in the metadata');
  return `${stream[1]!.replace(/\/Length \d+/, `/Length ${xmp.length}`)}\nstream\n${xmp}\nendstream`;
}

function referenceIn(dictionary: string, name: string): number {
  return Number(new RegExp(`/${name} (\\d+) 0 R`).exec(dictionary)?.[1] ?? missing(name));
}

function missing(what: string): never {
  throw new Error(`not a PDF as this compiler writes it: ${what}`);
}
