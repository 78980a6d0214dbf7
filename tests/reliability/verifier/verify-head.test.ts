import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Answer, FindingKind } from '#infra/verifier/verification';
import { copyOf, flipInFile, flipped, LedgerWriting, newLedgerFolder, type LedgerFolder } from './ledger-folder.js';
import { kindsAt, tamperCase } from './tamper-case.js';

const fixture = tamperCase();

const headFile = (target: LedgerFolder, n: 0 | 1) => join(target.headDirs[n], 'head-000001.log');
const bothHeads = (work: (file: string) => void) => (target: LedgerFolder) => [0, 1].forEach((n) => work(headFile(target, n as 0 | 1)));
const editLine = (edit: (line: Record<string, unknown>) => void) => (file: string) => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = JSON.parse(lines[3]!) as Record<string, unknown>;
  edit(line);
  lines[3] = JSON.stringify(line);
  writeFileSync(file, lines.join('\n'));
};

describe('the head', () => {
  it.each<[string, (target: LedgerFolder) => void, FindingKind, Answer]>([
    ['the size in a checkpoint', bothHeads(editLine((line) => {
      line['checkpoint'] = (line['checkpoint'] as string).replace(/\n[0-9]+\n/, '\n5\n');
    })), 'checkpoint-forged', 'tampered'],
    ['a signature', bothHeads(editLine((line) => {
      line['signature'] = flipped(Buffer.from(line['signature'] as string, 'base64'), 0).toString('base64');
    })), 'head-line-forged', 'tampered'],
    ['the vault\'s count', bothHeads(editLine((line) => {
      line['vault'] = 99;
    })), 'head-line-forged', 'tampered'],
    ['the fence\'s length', bothHeads(editLine((line) => {
      line['fence'] = { ...(line['fence'] as object), length: 7 };
    })), 'head-line-forged', 'tampered'],
    ['a member added', bothHeads(editLine((line) => {
      line['note'] = 1;
    })), 'head-line-malformed', 'tampered'],
    ['a line in one of two folders', (target) => editLine((line) => {
      line['vault'] = 99;
    })(headFile(target, 1)), 'head-line-forged', 'tampered'],
    ['lines in another order', bothHeads((file) => {
      const lines = readFileSync(file, 'utf8').split('\n');
      [lines[2], lines[4]] = [lines[4]!, lines[2]!];
      writeFileSync(file, lines.join('\n'));
    }), 'head-order', 'tampered'],
    ['another log key in one folder', (target) => writeFileSync(join(target.headDirs[1], 'log.vkey'), 'rekenschap/x+00000000+AAAA\n'), 'log-key-differs', 'tampered'],
    ['no log key anywhere', (target) => target.headDirs.forEach((dir) => rmSync(join(dir, 'log.vkey'))), 'log-key-missing', 'not-verifiable'],
    ['no head lines anywhere', bothHeads((file) => rmSync(file)), 'head-missing', 'not-verifiable'],
    ['no ledger', (target) => rmSync(join(target.dataDir, 'ledger.db')), 'ledger-missing', 'not-verifiable'],
    ['a torn last line', bothHeads((file) => appendFileSync(file, '{"checkpoint":"rek')), 'head-torn', 'intact'],
    ['one folder put back from earlier', (target) => cpSync(headFile(fixture.earlier, 0), headFile(target, 1)), 'head-folder-behind', 'intact'],
  ])('%s', async (_what, act, kind, answer) => {
    act(fixture.folder);
    const { result, kinds } = await kindsAt(fixture.folder);
    expect(kinds.map((found) => found.split('@')[0])).toContain(kind);
    expect(result.answer).toBe(answer);
  });

  it('finds any changed byte of a head file', async () => {
    const size = readFileSync(headFile(fixture.folder, 0)).length;
    let found = 0;
    // The last newline aside: without it the line is the trace of a crash.
    for (let at = 0; at < size - 1; at += 97) {
      bothHeads((file) => flipInFile(file, at))(fixture.folder);
      const { result } = await kindsAt(fixture.folder);
      expect([at, result.answer]).toEqual([at, 'tampered']);
      bothHeads((file) => flipInFile(file, at))(fixture.folder);
      found += 1;
    }
    expect(found).toBeGreaterThan(20);
    expect((await kindsAt(fixture.folder)).result.answer).toBe('intact');
  });
});

describe('ledger and head cut together', () => {
  it('cannot be seen from inside, which the answer says; is found against a checkpoint kept elsewhere', async () => {
    const inside = await kindsAt(fixture.earlier);
    expect(inside.result).toMatchObject({ answer: 'intact', size: 9, comparedAt: [] });
    const outside = await kindsAt(fixture.earlier, { against: [fixture.lastCheckpoint] });
    expect(outside.kinds).toContain('outside-beyond-ledger@9');
    expect(outside.result.answer).toBe('tampered');
  });

  it('is found with keys when the vault was not cut with them', async () => {
    const cut = copyOf(fixture.earlier);
    cpSync(join(fixture.folder.dataDir, 'vault.db'), join(cut.dataDir, 'vault.db'));
    const { kinds, result } = await kindsAt(cut, { keys: true });
    rmSync(cut.root, { recursive: true });
    expect(kinds).toContain('vault-ahead-of-head');
    expect(result.answer).toBe('tampered');
    expect((await kindsAt(fixture.earlier, { keys: true })).result.answer).toBe('intact');
  });

  it('written anew with another log key: not verifiable against a checkpoint kept elsewhere', async () => {
    const rewritten = newLedgerFolder();
    const writing = await LedgerWriting.open(rewritten);
    await writing.dossier(1, 15);
    await writing.close();
    expect((await kindsAt(rewritten)).result.answer).toBe('intact');
    const { result, kinds } = await kindsAt(rewritten, { against: [fixture.lastCheckpoint] });
    expect(result.answer).toBe('not-verifiable');
    expect(kinds).toContain('outside-other-key');
    rmSync(rewritten.root, { recursive: true });
  });

  it('written anew with the same log key: found', async () => {
    const rewritten = { ...newLedgerFolder(), logKey: fixture.original.logKey };
    const writing = await LedgerWriting.open(rewritten);
    await writing.dossier(1, 15);
    await writing.close();
    expect((await kindsAt(rewritten)).result.answer).toBe('intact');
    expect((await kindsAt(rewritten, { against: [fixture.lastCheckpoint] })).kinds).toContain('outside-differs@15');
    rmSync(rewritten.root, { recursive: true });
  });

  it('says what it cannot read of what came from outside', async () => {
    expect((await kindsAt(fixture.folder, { against: ['geen controlepunt'] })).result.answer).toBe('not-verifiable');
    expect((await kindsAt(fixture.folder, { against: [JSON.stringify({ checkpoint: fixture.lastCheckpoint, position: 14 })] })).result).toMatchObject({ answer: 'intact', comparedAt: [15] });
  });
});
