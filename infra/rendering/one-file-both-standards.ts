/**
 * One PDF that names both PDF/A-2a and PDF/UA-1 (the compiler checks for either, but writes one name a file). The two
 * files it made of one document differ in three things only (a test compares them object by object): the colour
 * profile of PDF/A, `DisplayDocTitle` of PDF/UA, and the metadata. So the last two are appended to the PDF/A file, as
 * ISO 32000-1 section 7.5.6 (incremental update) does, with the extension schema that PDF/A asks for a name it does
 * not know (ISO 19005-2, 6.6.2.3).
 */
export function bothStandards(a2a: Uint8Array): Uint8Array {
  const file = Buffer.from(a2a.buffer, a2a.byteOffset, a2a.byteLength).toString('latin1');
  const table = /startxref\n(\d+)\n%%EOF\s*$/.exec(file);
  const trailer = /trailer\n<<([\s\S]*?)>>\nstartxref\n\d+\n%%EOF\s*$/.exec(file);
  if (table === null || trailer === null) throw new Error('not a PDF of this compiler: no cross-reference table');
  const size = numberOf(trailer[1]!, /\/Size (\d+)/);
  const catalog = objectOf(file, numberOf(trailer[1]!, /\/Root (\d+) 0 R/));
  const metadata = objectOf(file, numberOf(catalog.body, /\/Metadata (\d+) 0 R/));
  const changed = [
    { number: catalog.number, body: catalog.body.replace(/\/ViewerPreferences\s*<</, (found) => `${found}\n    /DisplayDocTitle true`) },
    { number: metadata.number, body: withUaName(metadata.body) },
  ].sort((a, b) => a.number - b.number);
  if (changed.some(({ number, body }) => body === (number === catalog.number ? catalog.body : metadata.body))) throw new Error('not a PDF of this compiler: nothing to add to');
  let appended = file.endsWith('\n') ? '' : '\n';
  const entries = changed.map(({ number, body }) => {
    const offset = file.length + appended.length;
    appended += `${number} 0 obj\n${body}\nendobj\n`;
    return `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const xref = file.length + appended.length;
  appended += `xref\n${entries.join('')}trailer\n<<${trailer[1]!.replace(/\/Size \d+/, `/Size ${size}\n  /Prev ${table[1]!}`)}>>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(file + appended, 'latin1');
}

function objectOf(file: string, number: number): { readonly number: number; readonly body: string } {
  const start = file.search(new RegExp(`(?<=^|\\n)${number} 0 obj\\b`));
  const body = start < 0 ? null : /^\d+ 0 obj\s([\s\S]*?)\nendobj/.exec(file.slice(start));
  if (body === null) throw new Error('not a PDF of this compiler: object missing');
  return { number, body: body[1]! };
}

const UA_NAME = '<pdfuaid:part>1</pdfuaid:part>';
const UA_NAMESPACE = 'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"';
const UA_SCHEMA = '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>'
  + '<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>'
  + '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal</pdfaProperty:category>'
  + '<pdfaProperty:description>Indicates which part of ISO 14289 the document adheres to</pdfaProperty:description>'
  + '<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>';

function withUaName(object: string): string {
  const stream = /^([\s\S]*?)\nstream\n([\s\S]*?)\nendstream$/.exec(object);
  if (stream === null || !/<pdfaid:part>2<\/pdfaid:part><pdfaid:conformance>A<\/pdfaid:conformance>/.test(stream[2]!)) throw new Error('not a PDF of this compiler: no PDF/A-2a metadata');
  const xmp = stream[2]!
    .replace('<rdf:Description rdf:about="" ', (found) => `${found}${UA_NAMESPACE} `)
    .replace('<pdfaid:part>', (found) => UA_NAME + found)
    .replace('<pdfaExtension:schemas><rdf:Bag>', (found) => found + UA_SCHEMA);
  if (xmp.length !== stream[2]!.length + UA_NAMESPACE.length + 1 + UA_NAME.length + UA_SCHEMA.length) throw new Error('not a PDF of this compiler: metadata of another form');
  return `${stream[1]!.replace(/\/Length \d+/, `/Length ${xmp.length}`)}\nstream\n${xmp}\nendstream`;
}

function numberOf(text: string, pattern: RegExp): number {
  const found = pattern.exec(text);
  if (found === null) throw new Error('not a PDF of this compiler: number missing');
  return Number(found[1]);
}
