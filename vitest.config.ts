import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Without the `source` condition vitest would silently test a stale dist.
const conditions = ['source'];

// `npm run test:reliability`: the same tests with thousands of cycles, and those that take hours.
const long = process.env['REKENSCHAP_RELIABILITY'] === 'long';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: long ? ['tests/reliability/**/*.test.ts'] : ['tests/**/*.test.ts'],
    exclude: ['node_modules/**', 'tests/bench/**', ...(long ? [] : ['tests/reliability/long/**'])],
    reporters: ['default', './tests/summary-reporter.ts'],
    // A forgotten `.only` would make a run that tests almost nothing look green.
    allowOnly: process.env['CI'] === undefined,
    setupFiles: ['./tests/chance/setup.ts'],
    // Room for a machine that does other work as well: a test that hangs is found all the same.
    testTimeout: long ? 6 * 60 * 60_000 : 120_000,
    hookTimeout: 120_000,
    // Many tests wait for a disk or a child process: on two cores one file at a time leaves half of the machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
