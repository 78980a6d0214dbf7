import { beforeAll, expect, test } from 'vitest';
import { importLines } from '../../bench/import.js';
import { buildProgram } from '../../cli/program.js';

const LINES = 100_000;

beforeAll(() => { buildProgram(); }, 300_000);

test(`${LINES} lines of CSV with one that is wrong: all others go in, and that one is told by its line`, async () => {
  expect(await importLines(LINES, 61_803)).toMatchObject({ recorded: LINES - 1, rejects: [{ line: 61_803, code: 'field-invalid' }] });
});
