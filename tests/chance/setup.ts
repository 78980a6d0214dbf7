import fc from 'fast-check';
import { SEED } from './seed.js';

// Before every test file. A property that gives a seed of its own keeps it.
fc.configureGlobal({ seed: SEED });
