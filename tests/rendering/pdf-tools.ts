import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compilerFile } from '#infra/rendering/pdf-renderer';

const TOOLS = ['qpdf', 'pdfinfo', 'pdftotext'] as const;
const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);

interface Skipping {
  readonly skip: (reason: string) => void;
}

/** Skips with the reason on a machine for which there is no compiler; those for Linux x64 are in package.json. */
export function needsCompiler(context: Skipping): void {
  if (compilerFile() !== null) return;
  if (process.platform === 'linux' && process.arch === 'x64') throw new Error('missing: the compiler of this platform');
  context.skip(`no PDF compiler for ${process.platform}-${process.arch}`);
}

/** Skips with the reason where a tool is not there; with CI set that is a failure, since .ci/run installs them. */
export function needsPdfTools(context: Skipping): void {
  needsCompiler(context);
  if (missing.length === 0) return;
  if (process.env['CI'] !== undefined) throw new Error(`missing: ${missing.join(', ')}`);
  context.skip(`${missing.join(', ')} is missing`);
}

/** A PDF as the tools of others read it: nothing here is our own code. */
export class ReadBack {
  private constructor(private readonly file: string) {}

  static of<Value>(pdf: Uint8Array, use: (pdf: ReadBack) => Value): Value {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-pdf-'));
    try {
      const file = join(folder, 'document.pdf');
      writeFileSync(file, pdf);
      return use(new ReadBack(file));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Throws unless qpdf finds nothing wrong with its syntax. */
  check(): void {
    this.#run('qpdf', ['--check', this.file]);
  }

  /** Words in reading order, each white space one space. */
  text(): string {
    return this.#run('pdftotext', ['-enc', 'UTF-8', this.file, '-']).replace(/\s+/gu, ' ');
  }

  info(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#run('pdfinfo', [this.file]).split('\n').flatMap((line) => {
      const found = /^([^:]+):\s+(.*)$/.exec(line);
      return found === null ? [] : [[found[1]!, found[2]!]];
    }));
  }

  metadata(): string {
    return this.#run('pdfinfo', ['-meta', this.file]);
  }

  /** The tags with their texts, as poppler reads the structure tree. */
  structure(): string {
    return this.#run('pdfinfo', ['-enc', 'UTF-8', '-struct-text', this.file]);
  }

  /** Level and text of every heading, in order. */
  headings(): readonly string[] {
    const lines = this.structure().split('\n');
    return lines.flatMap((line, at) => {
      const heading = /^( *)(H[1-6]) .*\(block\)/.exec(line);
      if (heading === null) return [];
      const inside = lines.slice(at + 1);
      const end = inside.findIndex((below) => !below.startsWith(`${heading[1]!} `));
      // The title that stands behind the tag is not decoded by poppler; the letters under it are.
      const text = inside.slice(0, end === -1 ? undefined : end).flatMap((below) => /^ *"(.*)"$/.exec(below)?.[1] ?? []).join('');
      return [`${heading[2]!} ${text}`];
    });
  }

  /** Every object, with streams as base64. */
  objects(): QpdfObjects {
    const { qpdf } = JSON.parse(this.#run('qpdf', ['--json', '--json-stream-data=inline', '--decode-level=generalized', this.file])) as { qpdf: [unknown, QpdfObjects] };
    return qpdf[1];
  }

  #run(tool: string, args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(tool, [...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (status !== 0) throw new Error(`${tool}: ${stderr}`);
    return stdout;
  }
}

export type QpdfObjects = Readonly<Record<string, { readonly value?: unknown; readonly stream?: { readonly dict: unknown; readonly data: string } }>>;

/** The document from its catalog on, without object numbers: references are followed, a second meeting is named by its order. */
export function fromCatalog(objects: QpdfObjects, without: readonly string[]): unknown {
  const met = new Map<string, number>();
  const follow = (value: unknown): unknown => {
    if (typeof value === 'string' && /^\d+ 0 R$/.test(value)) {
      if (met.has(value)) return `object ${met.get(value)!}`;
      met.set(value, met.size);
      const object = objects[`obj:${value}`];
      return object?.stream === undefined ? follow(object?.value) : { dict: follow(object.stream.dict), data: object.stream.data };
    }
    if (Array.isArray(value)) return value.map(follow);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => !without.includes(name)).map(([name, member]) => [name, follow(member)]));
  };
  return follow((objects['trailer']!.value as { readonly '/Root': string })['/Root']);
}
