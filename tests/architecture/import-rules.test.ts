import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cruise, repository, withPlantedTree } from './planted-tree.js';

/** A tree in which every import is allowed: the control of all that is planted below. */
const lawful = {
  'domain/dossier/state.ts': "import type { Revision } from '#domain/ledger/ids';\nexport type State = { readonly revision: Revision };\nexport const answer = 42;\n",
  'domain/ledger/ids.ts': 'export type Revision = number;\n',
  'projections/agenda/projection.ts': "import { answer } from '#domain/dossier/state';\nexport const rows = [answer];\n",
  'infra/clock/port.ts': "import type { Revision } from '#domain/ledger/ids';\nimport type { KeyObject } from 'node:crypto';\nexport interface Clock { readonly at: Revision; readonly key: KeyObject }\n",
  'infra/clock/system-clock.ts': "import { hrtime } from 'node:process';\nimport type { Clock } from '#infra/clock/port';\nexport const clock = (key: Clock['key']): Clock => ({ at: Number(hrtime.bigint()), key });\n",
  'infra/sealing/sealing.ts': "import { hash } from 'node:crypto';\nexport const seal = (text: string): string => hash('sha256', text);\n",
  'infra/verifier/verify.ts': "import { readFileSync } from 'node:fs';\nimport Database from 'better-sqlite3';\nimport { own } from '#infra/verifier/own-tree';\nexport const verify = (): unknown => [readFileSync, Database, own];\n",
  'infra/verifier/own-tree.ts': 'export const own = 1;\n',
  'infra/clock/simulated-clock.ts': 'export const simulated = 1;\n',
  'src/demo/play.ts': "import { simulated } from '#infra/clock/simulated-clock';\nimport { verify } from '#infra/verifier/verify';\nexport const x = [simulated, verify];\n",
  'src/composition/bind.ts': "import { clock } from '#infra/clock/system-clock';\nexport const bound = clock;\n",
  'src/recording/handler.ts': "import { of } from 'rxjs';\nimport type { Clock } from '#infra/clock/port';\nimport { seal } from '#infra/sealing/sealing';\nexport const handle = (clock: Clock): unknown => [of, seal(String(clock.at))];\n",
};

/** For each rule the wrong imports that must break it: [file, its text]. */
const planted: Record<string, [file: string, text: string][]> = {
  'domain-knows-only-itself': [
    ['domain/wrong/projection.ts', "import { rows } from '#projections/agenda/projection';\nexport const x = rows;\n"],
    ['domain/wrong/port.ts', "import type { Clock } from '#infra/clock/port';\nexport type X = Clock;\n"],
    ['domain/wrong/src.ts', "import { handle } from '#src/recording/handler';\nexport const x = handle;\n"],
  ],
  'projections-know-only-domain': [
    ['projections/wrong/port.ts', "import type { Clock } from '#infra/clock/port';\nexport type X = Clock;\n"],
    ['projections/wrong/src.ts', "import { handle } from '#src/recording/handler';\nexport const x = handle;\n"],
  ],
  'infra-does-not-know-src': [['infra/wrong/src.ts', "import { handle } from '#src/recording/handler';\nexport const x = handle;\n"]],
  'src-does-not-know-tests': [['src/wrong/test.ts', "import { help } from '../../tests/help.js';\nexport const x = help;\n"]],
  'pure-rooms-use-no-node': [
    ['domain/wrong/node.ts', "import { randomUUID } from 'node:crypto';\nexport const x = randomUUID;\n"],
    ['domain/wrong/bare-node.ts', "import { readFileSync } from 'fs';\nexport const x = readFileSync;\n"],
    ['projections/wrong/node.ts', "import type { KeyObject } from 'node:crypto';\nexport type X = KeyObject;\n"],
  ],
  'pure-rooms-use-no-packages': [
    ['domain/wrong/package.ts', "import { of } from 'rxjs';\nexport const x = of;\n"],
    ['projections/wrong/package.ts', "import { of } from 'rxjs';\nexport const x = of;\n"],
    ['projections/wrong/dev-package.ts', "import { fc } from 'fast-check';\nexport const x = fc;\n"],
  ],
  'no-circles': [
    ['domain/wrong/circle-one.ts', "import { two } from '#domain/wrong/circle-two';\nexport const one = (): number => two();\n"],
    ['domain/wrong/circle-two.ts', "import { one } from '#domain/wrong/circle-one';\nexport const two = (): number => one();\n"],
  ],
  'verifier-shares-no-code': [
    ['infra/verifier/wrong-sealing.ts', "import { seal } from '#infra/sealing/sealing';\nexport const x = seal;\n"],
    ['infra/verifier/wrong-domain.ts', "import { answer } from '#domain/dossier/state';\nexport const x = answer;\n"],
    ['infra/verifier/wrong-type.ts', "import type { Clock } from '#infra/clock/port';\nexport type X = Clock;\n"],
    ['infra/verifier/wrong-package.ts', "import { of } from 'rxjs';\nexport const x = of;\n"],
  ],
  'verifier-is-not-a-library': [['infra/wrong/verifier.ts', "import { own } from '#infra/verifier/own-tree';\nexport const x = own;\n"]],
  'ports-are-contracts': [
    ['infra/wrong-adapter/port.ts', "import { clock } from '#infra/clock/system-clock';\nexport const x = clock;\n"],
    ['infra/wrong-package/port.ts', "import { of } from 'rxjs';\nexport const x = of;\n"],
  ],
  'adapters-are-bound-in-one-place': [
    ['src/wrong/adapter.ts', "import { clock } from '#infra/clock/system-clock';\nexport const x = clock;\n"],
    ['src/wrong/verifier.ts', "import { own } from '#infra/verifier/own-tree';\nexport const x = own;\n"],
  ],
  'only-the-demo-plays-with-time': [['src/composition/wrong-clock.ts', "import { simulated } from '#infra/clock/simulated-clock';\nexport const x = simulated;\n"]],
  'the-demo-comes-in-by-the-front-door': [['src/demo/wrong-adapter.ts', "import { clock } from '#infra/clock/system-clock';\nexport const x = clock;\n"]],
  'everything-resolves': [['src/wrong/nowhere.ts', "import { gone } from '#domain/gone/nowhere';\nexport const x = gone;\n"]],
  'delivered-code-uses-delivered-packages': [['infra/wrong/dev-package.ts', "import { fc } from 'fast-check';\nexport const x = fc;\n"]],
};

describe('imports between the rooms', () => {
  const wrong = Object.values(planted).flat();
  const found = withPlantedTree({ ...lawful, ...Object.fromEntries(wrong), 'tests/help.ts': 'export const help = 1;\n' }, cruise);

  it('allows everything in the control tree', () => {
    expect(withPlantedTree(lawful, cruise)).toEqual([]);
  });

  it.each(Object.entries(planted))('%s: each planted violation is found', (rule, files) => {
    // A circle is reported once, with one of its files as the start.
    const touched = found.filter((violation) => violation.rule === rule).flatMap(({ from, to }) => (rule === 'no-circles' ? [from, to] : [from]));
    expect(touched).toEqual(expect.arrayContaining(files.map(([file]) => file)));
  });

  it('accuses no lawful file beside the planted ones', () => {
    expect(found.filter((violation) => violation.from in lawful)).toEqual([]);
  });

  it('has a planted violation and a reason for every rule', () => {
    const { forbidden } = createRequire(import.meta.url)(join(repository, '.dependency-cruiser.cjs')) as { forbidden: { name: string; comment?: string; severity?: string }[] };
    expect(forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(planted).sort());
    for (const rule of forbidden) {
      expect(rule.comment, rule.name).toMatch(/\w+ \w+/);
      expect(rule.severity, rule.name).toBe('error');
    }
  });

  it('holds in this repository', () => {
    expect(cruise(repository)).toEqual([]);
  });
});
