// Lint rules of the house. Formatting is nobody's rule here; each rule below prevents a fault that was
// seen elsewhere. tests/architecture shows for the important ones that they really go red.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const typescript = ['**/*.ts'];
/** Rooms that are functions of their input only (architecture.md, "The rooms"). */
const pureRooms = ['domain/**/*.ts', 'projections/**/*.ts'];
/** Files that worker threads run with Node's own type stripping: nothing that needs a compiler. */
const erasableRooms = [...pureRooms, 'infra/**/*.ts'];

const clockOrChance = 'A pure room has no clock and no chance: the caller hands over the moment or the value.';
const outsideWorld = 'A pure room does no I/O and knows no runtime: put this behind a port in infra.';

const erasableSyntax = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals: enums are not erasable, and workers run this file without a compiler.' },
  { selector: 'TSParameterProperty', message: 'Write the field and the assignment: parameter properties are not erasable.' },
  { selector: 'Decorator', message: 'Decorators belong in src: this file also runs without a compiler.' },
  { selector: 'TSModuleDeclaration[declare!=true]', message: 'Namespaces are not erasable.' },
  { selector: 'TSImportEqualsDeclaration', message: 'import = is not erasable.' },
];

const clockOrChanceSyntax = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: clockOrChance },
  { selector: 'CallExpression[callee.name="Date"]', message: clockOrChance },
  { selector: 'ImportExpression', message: 'A pure room loads nothing while running.' },
];

// A promise of `expect` that nobody awaits passes whatever happens.
const unawaitedAssertion = 'Await this assertion: without it the test cannot fail.';
const promised = 'MemberExpression.object[property.name=/^(rejects|resolves)$/]';
const unawaitedAssertions = ['ExpressionStatement > CallExpression', 'ExpressionStatement > UnaryExpression[operator="void"] > CallExpression'].flatMap((start) => [
  { selector: `${start} > MemberExpression.callee > ${promised}`, message: unawaitedAssertion },
  { selector: `${start} > MemberExpression.callee > MemberExpression.object[property.name="not"] > ${promised}`, message: unawaitedAssertion },
]);

const subpathImports = {
  patterns: [
    { regex: '^#(domain|projections|infra|src)/.*\\.(ts|js)$', message: 'Subpath imports have no suffix: the same text must resolve to source and to dist.' },
    { regex: '^\\.{1,2}/', message: 'Import through #domain, #projections, #infra or #src, also inside the same folder.' },
  ],
};

export default defineConfig(
  globalIgnores(['dist/', 'dist.next/', 'dist.old/', 'node_modules/', '.node/', 'coverage/', 'tests/bench/node_modules/', 'demo-uitvoer/', 'data/', 'bench-results/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: typescript,
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['vitest.config.ts'] }, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 400 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-debugger': 'error',
      'no-self-compare': 'error',
      'no-unsafe-finally': 'error',
      'no-unsafe-optional-chaining': 'error',
      'no-constant-binary-expression': 'error',
      'no-fallthrough': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-base-to-string': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      // A switch without a default names every member: a new event type is then found by the lint run.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/ban-ts-comment': 'error',
      // In files with decorators the rule leaves alone what Nest must see at run time.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  { files: erasableRooms, rules: { 'no-restricted-syntax': ['error', ...erasableSyntax], 'no-restricted-imports': ['error', subpathImports] } },
  { files: ['src/**/*.ts'], rules: { 'no-restricted-imports': ['error', subpathImports] } },
  {
    files: pureRooms,
    rules: {
      'no-restricted-syntax': ['error', ...erasableSyntax, ...clockOrChanceSyntax],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: clockOrChance },
        { object: 'Temporal', property: 'Now', message: clockOrChance },
        { object: 'Math', property: 'random', message: clockOrChance },
      ],
      'no-restricted-globals': [
        'error',
        ...['crypto', 'performance'].map((name) => ({ name, message: clockOrChance })),
        ...['process', 'Buffer', 'require', 'module', 'global', 'globalThis', 'self', 'navigator', 'console', 'fetch', 'WebSocket', 'Worker', 'MessageChannel', 'BroadcastChannel', 'EventSource', 'localStorage', 'sessionStorage', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'WebAssembly', 'eval'].map((name) => ({ name, message: outsideWorld })),
      ],
    },
  },
  { files: ['src/cli/**/*.ts', 'tests/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['tests/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...unawaitedAssertions],
      'no-restricted-imports': ['error', { patterns: [subpathImports.patterns[0]] }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    rules: { 'max-lines': ['error', { max: 400 }], 'no-var': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
);
