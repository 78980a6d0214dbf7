import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '#src/composition/config';
import { readLocations, type LocationSettings } from '#src/destruction/requests/locations-file';

const DOCUMENT = new URL('../../../docs/andere-plaatsen.md', import.meta.url);

describe('the file of locations', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-locations-'));
    writeFileSync(join(folder, 'dms.geheim'), `whsec_${Buffer.alloc(32, 7).toString('base64')}\n`);
    writeFileSync(join(folder, 'kort'), 'kort');
  });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  function read(content: unknown, loopback = false): readonly LocationSettings[] {
    const file = join(folder, 'locaties.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readLocations(file, { loopback });
  }

  const located = (changes: Readonly<Record<string, unknown>>, hosts: readonly string[] = ['dms.example']): unknown => ({
    allowedHosts: hosts, locations: [{ system: 'dms', name: 'Documentbeheer', mode: 'confirm', url: 'https://dms.example/v', secretFile: 'dms.geheim', ...changes }],
  });

  it('is read as the documentation shows it', () => {
    const shown = /```json\n([^`]+)```/.exec(readFileSync(DOCUMENT, 'utf8'))![1]!;
    expect(read(shown)).toMatchObject([
      { system: 'dms', name: 'Documentbeheer', mode: 'confirm', receiver: { url: new URL('https://dms.gemeente.example/vernietiging'), secret: Buffer.alloc(32, 7) } },
      { system: 'kast', name: 'Archiefkast', source: null, receiver: null },
    ]);
  });

  it.each([
    ['no JSON', '{'], ['no locations', {}], ['a name outside the allowed ones', located({}, ['ander.example'])],
    ['plain http', located({ url: 'http://dms.example/v' })], ['http to this machine', located({ url: 'http://127.0.0.1:1/v' }, ['127.0.0.1'])],
    ['a password in the address', located({ url: 'https://wie:wat@dms.example/v' })], ['a secret that is too short', located({ secretFile: 'kort' })],
    ['a secret that is not there', located({ secretFile: 'weg' })], ['a field nobody knows', located({ urll: 'x' })], ['no mode', located({ mode: 'soms' })],
    ['to be told, without an address', located({ mode: 'notify', url: undefined })],
    ['two of one name', { allowedHosts: [], locations: [{ system: 'a', name: 'Kast', mode: 'confirm' }, { system: 'b', name: 'Kast', mode: 'confirm' }] }],
  ])('is refused with %s', (_what, content) => {
    expect(() => read(content)).toThrow(ConfigurationError);
  });

  it('control: http to this machine where tests may have it', () => {
    expect(read(located({ url: 'http://127.0.0.1:1/v' }, ['127.0.0.1']), true)).toHaveLength(1);
  });
});
