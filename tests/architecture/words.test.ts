import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from './planted-tree.js';

/** One word per concept, in everything people read (docs/woordenlijst.md). */
const INSTEAD_OF: readonly (readonly [word: RegExp, use: string])[] = [
  [/\b(?:bon|bonnen|kwitantie)\b/i, 'ontvangstbewijs'],
  // The format of the note is called C2SP tlog-checkpoint everywhere.
  [/(?<!tlog-)\bcheckpoints?\b/i, 'controlepunt'],
  [/\bkoppen\b/i, 'hoofdregels'],
  [/\bkopmap(?:pen)?\b/i, 'hoofdmap'],
  [/\baangetast\b/i, 'geschonden'],
  [/\bcertificaat\b/i, 'verklaring van vernietiging'],
];

/** Prose without code, file names and addresses. The word list itself gives the English and the code beside the Dutch. */
function prose(markdown: string): string {
  return markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '').replace(/\]\([^)]*\)/g, ']').replace(/^(?: {4}.*)$/gm, '');
}

/** The Dutch sentences in code: literals with a space in them and a small Dutch word. */
function sentences(code: string): string {
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/g)].map(([, quoted, template]) => quoted ?? template ?? '')
    .filter((text) => /\b(?:de|het|een|niet|is|van|met|elk|dit|deze)\b/.test(text)).map((text) => text.replace(/\$\{[^}]*\}/g, '')).join('\n');
}

const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: repository }).filter((file) => !file.endsWith('woordenlijst.md'));
const sources = globSync('{src,infra,domain,projections}/**/*.ts', { cwd: repository });
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');

function foundIn(texts: readonly (readonly [file: string, text: string])[]): readonly string[] {
  return texts.flatMap(([file, text]) => INSTEAD_OF.flatMap(([word, use]) => {
    const found = word.exec(text);
    return found === null ? [] : [`${file}: "${found[0]}" is called ${use}`];
  }));
}

describe('one word per concept', () => {
  it('in the documentation', () => {
    expect(documents.length).toBeGreaterThan(10);
    expect(foundIn(documents.map((file) => [file, prose(read(file))]))).toEqual([]);
  });

  it('in what the service, the command line and the verifier say', () => {
    const said = sources.map((file): [string, string] => [file, sentences(read(file))]);
    expect(said.filter(([, text]) => text !== '').length).toBeGreaterThan(20);
    expect(foundIn(said)).toEqual([]);
  });

  it('control: another word is found in prose and in a sentence, and not in code', () => {
    expect(foundIn([['a.md', prose('U krijgt een bon.')], ['b.ts', sentences("say('Het grootboek is aangetast.')")]])).toHaveLength(2);
    expect(foundIn([['a.md', prose('Zie `checkpoint`.\n\n    checkpoint in een blok\n')], ['b.ts', sentences("read('checkpoint'); // de checkpoint")]])).toEqual([]);
  });
});
