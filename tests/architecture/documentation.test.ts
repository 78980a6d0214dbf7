import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#src/cli/command-line';
import { repository } from './planted-tree.js';

const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => join('docs', file))];

/** Lines of the ```sh blocks of a document, without comment, each as words; settings before a command are dropped. */
function commands(file: string): string[][] {
  const blocks = [...read(file).matchAll(/^```sh\n(.*?)^```/gms)].map((block) => block[1] ?? '');
  return blocks.flatMap((block) => block.split('\n')).map((line) => line.replace(/(^|\s)#.*$/, '').trim().split(/\s+/).filter((word) => !/^[A-Z_]+=/.test(word))).filter((words) => words[0] !== undefined && words[0] !== '');
}

const shown = documents.flatMap((file) => commands(file).map((words): [string, string, string[]] => [file, words.join(' '), words]));

describe('commands in the documentation exist', () => {
  it('there are some', () => {
    expect(shown.map(([, text]) => text)).toEqual(expect.arrayContaining(['npm run demo', 'npm test', 'npm start', 'npx rekenschap verify']));
  });

  it.each(shown)('%s: %s', async (_file, _text, [program, ...args]) => {
    if (program === 'npm') {
      const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
      expect(Object.keys(scripts)).toContain(args[0] === 'run' ? args[1] : args[0]);
    } else if (program === 'npx') {
      expect(args.shift()).toBe('rekenschap');
      // With --help a command checks its options and does nothing; an unknown command or option is wrong use.
      const said: string[] = [];
      const exit = await runCommandLine([...args, '--help'], { environment: {}, out: (text) => said.push(text), err: (text) => said.push(text) });
      expect(said.join('\n')).toContain('rekenschap');
      expect(exit).toBe(0);
    } else {
      expect(statSync(join(repository, program ?? '')).mode & 0o111).not.toBe(0);
    }
  });

  it('an unknown command or option is not taken for one that exists (control)', async () => {
    const quiet = { environment: {}, out: () => undefined, err: () => undefined };
    expect(await runCommandLine(['verzonnen', '--help'], quiet)).not.toBe(0);
    expect(await runCommandLine(['token', '--verzonnen', '--help'], quiet)).not.toBe(0);
  });
});

describe('settings', () => {
  it('README names exactly the settings that the service reads', () => {
    const names = (text: string): string[] => [...new Set(text.match(/REKENSCHAP_[A-Z_]+/g) ?? [])].sort();
    const sources = ['src', 'infra'].flatMap((room) => readdirSync(join(repository, room), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => read(join(room, file))));
    expect(names(read('README.md'))).toEqual(names(sources.join('\n')));
  });
});

describe('links between documents', () => {
  it.each(documents)('%s', (file) => {
    const targets = [...read(file).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((link) => link[1] ?? '').filter((target) => !/^https?:/.test(target));
    expect(targets.filter((target) => !existsSync(join(repository, dirname(file), target)))).toEqual([]);
  });
});

describe('licence', () => {
  it('is the whole EUPL-1.2: fifteen articles and the appendix', () => {
    const headings = [...read('LICENSE').matchAll(/^## (.+)$/gm)].map((heading) => heading[1]);
    expect(headings.filter((heading) => /^\d+\. /.test(heading ?? '')).map((heading) => Number.parseInt(heading ?? '', 10))).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(headings.at(-1)).toMatch(/Appendix/i);
    expect((JSON.parse(read('package.json')) as { license: string }).license).toBe('EUPL-1.2');
  });
});
