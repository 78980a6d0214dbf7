// Loads the TypeScript of the child through Vite, as the tests themselves are loaded.
import { runnerImport } from 'vite';

const [, , folder, at, point] = process.argv;
const conditions = ['source'];
const { module } = await runnerImport(new URL('./destruction-child.ts', import.meta.url).pathname, {
  configFile: false, resolve: { conditions }, ssr: { resolve: { conditions } }, logLevel: 'error',
});
await module.runUntilKilled(folder, at, point);
