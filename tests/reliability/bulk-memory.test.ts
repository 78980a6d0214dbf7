import { beforeAll, expect, test } from 'vitest';
import { bulkOnce } from '../bench/bulk.js';
import { buildProgram } from '../cli/program.js';

const LONG = process.env['REKENSCHAP_RELIABILITY'] === 'long';
const EVENTS = LONG ? 1_000_000 : 15_000;
/** MiB: far less than the events together, in the long form. */
const HEAP = LONG ? 256 : 128;
const RESIDENT = 700;

beforeAll(() => { buildProgram(); }, 300_000);

test(`${EVENTS} events in one message go through a heap of ${HEAP} MiB`, { timeout: 6 * 60 * 60_000 }, async () => {
  const { recorded, memory } = await bulkOnce(EVENTS, [`--max-old-space-size=${HEAP}`]);
  expect(recorded).toBe(EVENTS);
  expect(memory).toBeLessThan(RESIDENT);
});
