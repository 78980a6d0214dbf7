import { memorySubject, sqliteSubject } from './harness.js';
import { contractSuite } from './suite.js';

contractSuite('memory', () => Promise.resolve(memorySubject()));
contractSuite('SQLite', sqliteSubject);
