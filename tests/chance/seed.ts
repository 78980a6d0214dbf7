/** Every run of `npm test` plays the same cases, so that a red run is red again and a green one is no luck. */
const FIXED = 20_261_123;

/**
 * The seed of everything that is generated in a test. `REKENSCHAP_SEED` gives another; `npm run test:explore` and
 * `npm run test:reliability` take a new one each time. A failing property prints it, and so must a test that draws by
 * itself.
 */
export const SEED = readSeed(process.env['REKENSCHAP_SEED']);

function readSeed(text: string | undefined): number {
  if (text === undefined || text === '') return FIXED;
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || Math.abs(seed) > 0x7fff_ffff) throw new Error('REKENSCHAP_SEED is not a whole number of 32 bits');
  return seed;
}
