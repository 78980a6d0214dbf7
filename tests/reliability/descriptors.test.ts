import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('no file descriptors left: what needs one is refused as unavailable, the rest goes on, and all of it again afterwards', async () => {
  const child = spawn('sh', ['-c', 'ulimit -n 96; exec "$0" --conditions=source "$1"', process.execPath, join(import.meta.dirname, 'descriptors-child.ts')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text; });
  const [code] = await once(child, 'close') as [number | null];
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.trimEnd().split('\n')).toEqual([
    'purge without descriptors: "store-unavailable"',
    'fence without descriptors: "store-unavailable"',
    'reading goes on: 1',
    'append needs none: "appended"',
    'state: "open"',
    'append again: "appended"',
    'fence again: "done"',
    'purge again: "done"',
    'a new head file with 0 descriptors: "write"',
    'a new head file with 1 descriptors: "write"',
    'head files: [1,1,1]',
  ]);
});
