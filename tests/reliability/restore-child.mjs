// Loads the TypeScript of the child through Vite, as the tests themselves are loaded.
import { runnerImport } from 'vite';

const [, , folder, ledgerFolder, vaultFolder, at] = process.argv;
const { module } = await runnerImport(new URL('./restore-child.ts', import.meta.url).pathname, {
  configFile: false, logLevel: 'error',
  // Vite runs it in an environment of this name; without the condition it would take a stale dist.
  environments: { inline: { resolve: { conditions: ['source'] } } },
});
await module.putBackUntilKilled(folder, ledgerFolder, vaultFolder, at);
