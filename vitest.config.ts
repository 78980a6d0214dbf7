import { defineConfig } from 'vitest/config';

// Without the `source` condition vitest would silently test a stale dist.
const conditions = ['source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/reliability/long/**', 'node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
