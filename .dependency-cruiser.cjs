// Which room may know which (docs/architectuur.md). Every rule says why it is there; tests/architecture
// plants a violation of each and sees it go red.

/** Files of infra that everybody in src may import: contracts and pure functions, no connection to anything. */
const infraForAll = [
  '^infra/[^/]+/port\\.ts$',
  '^infra/sealing/',
  '^infra/rendering/',
  '^infra/transparency-log/',
  // Which of the log's keys signed at a place: pure, like sealing.
  '^infra/keys/log-keys\\.ts$',
  // Who may is another rule: only-the-demo-plays-with-time.
  '^infra/clock/simulated-clock\\.ts$',
];

module.exports = {
  forbidden: [
    {
      name: 'domain-knows-only-itself',
      comment: 'What happened and what is allowed must be readable and testable without any machinery around it.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { pathNot: '^domain/', dependencyTypesNot: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'projections-know-only-domain',
      comment: 'A projection is a fold over events; knowing a store or the application would make a rebuild depend on them.',
      severity: 'error',
      from: { path: '^projections/' },
      to: { pathNot: '^(domain|projections)/', dependencyTypesNot: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'infra-does-not-know-src',
      comment: 'An adapter that knows the application cannot be replaced by another one, nor run in a worker thread without Nest.',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^(src|tests)/' },
    },
    {
      name: 'src-does-not-know-tests',
      comment: 'What is delivered must not need what is not.',
      severity: 'error',
      from: { path: '^(domain|projections|infra|src)/' },
      to: { path: '^tests/' },
    },
    {
      name: 'pure-rooms-use-no-node',
      comment: 'Node modules are I/O, clock or chance: with one of them a decision or a fold is no longer a function of its input.',
      severity: 'error',
      from: { path: '^(domain|projections)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-rooms-use-no-packages',
      comment: 'The law, the terms and the figures must not change because a package did.',
      severity: 'error',
      from: { path: '^(domain|projections)/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-circles',
      comment: 'Files that need each other cannot be read, tested or loaded one after the other.',
      severity: 'error',
      from: {},
      // A circle of types alone does not exist at run time.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'verifier-shares-no-code',
      comment: 'verify would repeat the mistakes of the writer if it used its code: it has its own tree, its own reading of the bytes.',
      severity: 'error',
      from: { path: '^infra/verifier/' },
      to: { pathNot: ['^infra/verifier/', '^node_modules/(better-sqlite3|@types/better-sqlite3|@types/node)/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'verifier-is-not-a-library',
      comment: 'The writer must not lean on the verifier either: then both would share code again.',
      severity: 'error',
      from: { path: '^(domain|projections|infra)/', pathNot: '^infra/verifier/' },
      to: { path: '^infra/verifier/' },
    },
    {
      name: 'ports-are-contracts',
      comment: 'A port that needs an adapter, or a package, is no port. Types of node:crypto are allowed: keys are handed over as KeyObject.',
      severity: 'error',
      from: { path: '^infra/[^/]+/port\\.ts$' },
      to: { pathNot: ['^(domain|projections)/', '^infra/[^/]+/port\\.ts$', '^(node:)?crypto$'] },
    },
    {
      name: 'adapters-are-bound-in-one-place',
      comment: 'Handlers and controllers work against ports; only the composition, the command line and what copies or puts back their files know which adapter stands behind one.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(backup|composition|cli|demo)/', '^src/main\\.ts$'] },
      to: { path: '^infra/', pathNot: infraForAll },
    },
    {
      name: 'the-demo-comes-in-by-the-front-door',
      comment: 'The demo shows what a user can do: public API, simulated clock, verify. With a store in its hands it could show what is not there.',
      severity: 'error',
      from: { path: '^src/demo/' },
      to: { path: '^infra/', pathNot: [...infraForAll, '^infra/verifier/'] },
    },
    {
      name: 'only-the-demo-plays-with-time',
      comment: 'A service whose clock can be set could destroy too early: the simulated clock exists for the demo and for tests.',
      severity: 'error',
      from: { path: '^(infra|src)/', pathNot: '^src/demo/' },
      to: { path: '^infra/clock/simulated-clock\\.ts$' },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that points nowhere escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'delivered-code-uses-delivered-packages',
      comment: 'A package that is only there for development is missing where the service runs.',
      severity: 'error',
      from: { path: '^(domain|projections|infra|src)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Not `tests`: they are not cruised, but an import of them must be seen.
    exclude: { path: '^(dist|\\.node)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      // Without `source` the subpath imports would be read from a stale dist.
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
