import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * A process of its own that turns one document into PDF and ends. It is started without rights (see pdf-renderer.ts):
 * it gets the compiler's address as its argument and everything else on standard input, and imports nothing of the
 * ledger. The compiler checks what it writes against both standards; it cannot name two in one file.
 */
interface Compiler {
  mapShadow(path: string, content: Buffer): void;
  compile(by: { readonly mainFileContent: string }): { readonly result: object | null; takeError(): object | null };
  fetchDiagnostics(error: object): readonly { readonly message: string }[];
  pdf(document: object, options: { readonly pdfStandard: 'ua-1' | 'a-2a' }): Buffer;
}

interface CompilerModule {
  readonly NodeCompiler: { create(options: { readonly workspace: string; readonly fontArgs: readonly never[] }): Compiler };
}

export interface TypstJob {
  readonly template: string;
  /** JSON text that the template reads as /document.json. */
  readonly document: string;
}

/** base64 */
export type TypstAnswer = { readonly kind: 'pdf'; readonly ua1: string; readonly a2a: string } | { readonly kind: 'refused'; readonly why: string };

// A folder that does not exist: the template's world is the one file put into it here.
const WORLD = '/rekenschap-has-no-such-folder';

function compiled(compilerFile: string, { template, document }: TypstJob): TypstAnswer {
  const { NodeCompiler } = createRequire(import.meta.url)(compilerFile) as CompilerModule;
  // An explicit empty list: the fonts inside the compiler, none of this machine's.
  const compiler = NodeCompiler.create({ workspace: WORLD, fontArgs: [] });
  compiler.mapShadow(`${WORLD}/document.json`, Buffer.from(document, 'utf8'));
  const outcome = compiler.compile({ mainFileContent: template });
  if (outcome.result === null) {
    const error = outcome.takeError();
    return { kind: 'refused', why: error === null ? 'no document' : compiler.fetchDiagnostics(error).map(({ message }) => message).join('; ') };
  }
  const { result } = outcome;
  return {
    kind: 'pdf',
    ua1: compiler.pdf(result, { pdfStandard: 'ua-1' }).toString('base64'),
    a2a: compiler.pdf(result, { pdfStandard: 'a-2a' }).toString('base64'),
  };
}

function answered(): TypstAnswer {
  try {
    return compiled(process.argv[2]!, JSON.parse(readFileSync(0, 'utf8')) as TypstJob);
  } catch (error) {
    return { kind: 'refused', why: error instanceof Error ? error.message : 'unknown' };
  }
}

process.stdout.write(JSON.stringify(answered()));
