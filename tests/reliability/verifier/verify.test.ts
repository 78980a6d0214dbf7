import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verify } from '#infra/verifier/verify';
import { formatVerification } from '#infra/verifier/verification';
import { LedgerWriting, newLedgerFolder, type LedgerFolder } from './ledger-folder.js';

let folder: LedgerFolder;
const checkpoints: string[] = [];
beforeAll(async () => {
  folder = newLedgerFolder();
  const writing = await LedgerWriting.open(folder);
  for (let number = 1; number <= 5; number += 1) {
    await writing.dossier(number, number);
    checkpoints.push(writing.checkpoint());
  }
  await writing.close();
});
afterAll(() => rmSync(folder.root, { recursive: true }));

describe('verify on a ledger nobody touched', () => {
  it('says intact, up to where, and that nothing from outside was compared', async () => {
    const result = await verify(folder);
    expect(result.findings).toEqual([]);
    expect(result).toMatchObject({ answer: 'intact', size: 15, comparedAt: [] });
    const root = checkpoints.at(-1)!.split('\n')[2]!;
    expect(result.root).toBe(root);
    expect(formatVerification(result)).toContain(`ongeschonden tot omvang 15, wortel ${root}; met niets van buiten vergeleken`);
  });

  it('agrees with every checkpoint it ever handed out, and says so', async () => {
    const result = await verify({ ...folder, against: checkpoints });
    expect(result).toMatchObject({ answer: 'intact', comparedAt: [1, 3, 6, 10, 15] });
    expect(formatVerification(result)).toContain('gelijk aan wat van buiten kwam bij omvang 1, 3, 6, 10, 15');
  });

  it('opens every event and finds every commitment when it has the keys', async () => {
    const result = await verify({ ...folder, keys: { master: folder.master } });
    expect(result.findings).toEqual([]);
    expect(result).toMatchObject({ answer: 'intact', withKeys: true });
  });

  it('cannot say anything with another master key', async () => {
    const result = await verify({ ...folder, keys: { master: new Uint8Array(32) } });
    expect(result.answer).toBe('not-verifiable');
    expect(result.findings.map(({ kind }) => kind)).toEqual(['vault-not-opened']);
  });
});

describe('verify beside a service that writes', () => {
  it('stays intact while the ledger grows under it', async () => {
    const busy = newLedgerFolder();
    const writing = await LedgerWriting.open(busy);
    try {
      await writing.dossier(0, 3);
      let growing = true;
      const grow = (async () => {
        for (let number = 1; growing; number += 1) await writing.dossier(number, 10);
      })();
      for (let round = 0; round < 20; round += 1) {
        const result = await verify({ ...busy, keys: { master: busy.master } });
        expect(result.findings.filter(({ kind }) => kind !== 'tail-uncovered' && kind !== 'head-folder-behind' && kind !== 'head-torn')).toEqual([]);
        expect(result.answer).toBe('intact');
      }
      growing = false;
      await grow;
    } finally {
      await writing.close();
      rmSync(busy.root, { recursive: true });
    }
  });
});
