import { expect, it } from 'vitest';
import { TouchedRows } from '#infra/views/touched-rows';

const many = (count: number): TouchedRows => {
  const rows = new TouchedRows({ name: 'sample', columns: { dossier: 'text', id: 'text', n: 'integer' }, key: ['dossier', 'id'] });
  for (let n = 0; n < count; n += 1) rows.change([`dossier-${n}`, 'a'], { n });
  return rows;
};

it('an event that moves every dossier does not keep them all in memory once they are written', () => {
  const rows = many(30_000);
  rows.forgetWritten();
  // Control: what is still to be written stays.
  expect(rows.get(['dossier-7', 'a'])?.row).toEqual({ n: 7 });
  expect(rows.takeChanged(undefined)).toHaveLength(30_000);
  rows.forgetWritten();
  expect(rows.get(['dossier-7', 'a'])).toBeUndefined();
});

it('a few stay, to be asked for again; changed twice they are written once', () => {
  const rows = many(100);
  rows.change(['dossier-7', 'a'], { n: -1 });
  expect(rows.takeChanged('dossier-7').map(({ row }) => row)).toEqual([{ n: -1 }]);
  expect(rows.takeChanged(undefined)).toHaveLength(99);
  rows.forgetWritten();
  expect(rows.get(['dossier-7', 'a'])?.row).toEqual({ n: -1 });
  expect(rows.takeChanged(undefined)).toEqual([]);
  rows.change(['dossier-7', 'a'], undefined);
  expect(rows.takeChanged(undefined).map(({ row }) => row)).toEqual([undefined]);
});
