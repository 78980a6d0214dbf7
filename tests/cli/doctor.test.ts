import 'reflect-metadata';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '#src/cli/command-line';
import { buildProgram, runProgram, startProgram, type Running } from './program.js';

const OIN = '00000001999999999000';
/** A disk of its own on Linux; elsewhere what rests on two disks is not tried. */
const OTHER_DISK = '/dev/shm';
const twoDisks = existsSync(OTHER_DISK) && statSync(OTHER_DISK).dev !== statSync(tmpdir()).dev;

/** As it should be: two head folders and the keys away from the data, an identity provider. */
function goodSettings(folder: string, elsewhere: string): Record<string, string> {
  return {
    REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0', REKENSCHAP_DATA: join(folder, 'data'),
    REKENSCHAP_HEAD_DIR: `${join(elsewhere, 'head1')},${join(elsewhere, 'head2')}`, REKENSCHAP_MASTER_KEY_FILE: join(elsewhere, 'keys', 'master.key'),
    REKENSCHAP_OIDC_ISSUER: 'https://id.example.nl', REKENSCHAP_OIDC_AUDIENCE: 'rekenschap',
  };
}

function freshFolders(): { readonly folder: string; readonly elsewhere: string } {
  return { folder: mkdtempSync(join(tmpdir(), 'rekenschap-doctor-')), elsewhere: mkdtempSync(join(OTHER_DISK, 'rekenschap-doctor-')) };
}

describe.runIf(twoDisks)('rekenschap doctor', () => {
  let made: { readonly folder: string; readonly elsewhere: string };
  let folder: string;
  let elsewhere: string;
  let environment: Record<string, string>;
  let service: Running | null;

  beforeAll(async () => {
    buildProgram();
    made = freshFolders();
    const { code, err } = await runProgram(['token', '--role', 'operations'], goodSettings(made.folder, made.elsewhere), made.folder);
    expect(code, err).toBe(0);
  }, 180_000);
  afterAll(() => { for (const one of Object.values(made)) rmSync(one, { recursive: true, force: true }); });
  beforeEach(() => {
    ({ folder, elsewhere } = freshFolders());
    cpSync(made.folder, folder, { recursive: true });
    cpSync(made.elsewhere, elsewhere, { recursive: true });
    service = null;
    environment = goodSettings(folder, elsewhere);
  });
  afterEach(async () => {
    service?.child.kill('SIGKILL');
    await service?.ended;
    for (const one of [folder, elsewhere]) rmSync(one, { recursive: true, force: true });
  });

  const run = async (...args: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCommandLine(args, { environment, out: (line) => out.push(`${line}\n`), err: (line) => err.push(`${line}\n`) });
    return { code, out: out.join(''), err: err.join('') };
  };
  const codes = async () => {
    const { code, out } = await run('doctor', '--json');
    const found = (JSON.parse(out) as { problems: { code: string }[] }).problems.map((one) => one.code);
    expect(code).toBe(found.length === 0 ? 0 : 1);
    return found.sort();
  };
  const data = (name: string) => join(folder, 'data', name);

  test('finds nothing in an installation as it should be, stopped or running', async () => {
    expect(await run('doctor')).toMatchObject({ code: 0, out: 'Geen problemen gevonden.\n', err: '' });
    service = startProgram(['serve', '--json'], environment, folder);
    await service.line(/"url"/);
    expect(await run('doctor')).toMatchObject({ code: 0, out: 'Geen problemen gevonden.\n', err: '' });
  });

  test('changes nothing', async () => {
    const listing = () => [folder, elsewhere].flatMap((top) => readdirSync(top, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !/-(?:shm|wal)$/.test(entry.name)).map((entry) => `${entry.name} ${readFileSync(join(entry.parentPath, entry.name)).toString('base64')}`).sort();
    const before = listing();
    await run('doctor');
    expect(listing()).toEqual(before);
    rmSync(join(folder, 'data'), { recursive: true });
    await run('doctor');
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('says of a problem what it is, and what to do; counts them', async () => {
    chmodSync(data('vault.db'), 0o644);
    const { code, out, err } = await run('doctor');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(/^1\. Anderen op deze machine kunnen erbij: .*vault\.db\.\n {3}Doe dit: .*chmod.*\n\n1 probleem gevonden\.\n$/);
  });

  test('the default installation: one head folder, all on one disk, key beside the data, no identity provider', async () => {
    environment = { REKENSCHAP_OIN: OIN, REKENSCHAP_DATA: join(folder, 'new', 'data'), REKENSCHAP_HEAD_DIR: join(folder, 'new', 'head'), REKENSCHAP_MASTER_KEY_FILE: join(folder, 'new', 'keys', 'master.key') };
    expect(await codes()).toEqual(['no-ledger']);
    expect((await runProgram(['token', '--role', 'operations'], environment, folder)).code).toBe(0);
    expect(await codes()).toEqual(['head-on-data-disk', 'key-beside-data-folder', 'no-identity-provider', 'one-head-folder']);
  });

  test('a master key in the data folder', async () => {
    mkdirSync(data('keys'), { mode: 0o700 });
    for (const name of readdirSync(join(elsewhere, 'keys'))) cpSync(join(elsewhere, 'keys', name), data(`keys/${name}`));
    environment['REKENSCHAP_MASTER_KEY_FILE'] = data('keys/master.key');
    expect(await codes()).toEqual(['key-in-data-folder']);
  });

  test.each([
    ['open-to-others', (): void => chmodSync(join(elsewhere, 'keys', 'log.key'), 0o640)],
    ['open-to-others', (): void => chmodSync(join(elsewhere, 'head1'), 0o755)],
    ['log-vkey-missing', (): void => rmSync(join(elsewhere, 'head2', 'log.vkey'))],
  ])('%s alone', async (code, spoil) => {
    spoil();
    expect(await codes()).toEqual([code]);
  });

  test('log.vkey may be read by everyone', async () => {
    chmodSync(join(elsewhere, 'head1', 'log.vkey'), 0o644);
    expect(await codes()).toEqual([]);
  });

  test.each([
    ['head-folder-missing', (): void => rmSync(join(elsewhere, 'head2'), { recursive: true })],
    ['head-folders-differ', (): void => writeFileSync(join(elsewhere, 'head2', 'log.vkey'), 'anders+1234+abcd\n')],
    ['key-missing-file', (): void => rmSync(join(elsewhere, 'keys', 'master.key'))],
    ['vault-missing', (): void => { for (const name of readdirSync(join(folder, 'data'))) if (name.startsWith('vault.db')) rmSync(data(name)); }],
    ['vault-not-opened', (): void => writeFileSync(join(elsewhere, 'keys', 'master.key'), Buffer.alloc(32))],
    ['ledger-missing', (): void => { for (const name of readdirSync(join(folder, 'data'))) if (name.startsWith('ledger.db')) rmSync(data(name)); }],
    ['ledger-damaged', (): void => writeFileSync(data('ledger.db'), 'geen database', { flag: 'r+' })],
    ['restore-unfinished', (): void => writeFileSync(data('restore.json'), '{}', { mode: 0o600 })],
    ['clock-suspect', (): void => writeFileSync(join(elsewhere, 'head1', 'clock-ticks'), '{}')],
  ])('%s among what it finds', async (code, spoil) => {
    expect(await codes()).toEqual([]);
    spoil();
    expect(await codes()).toContain(code);
  });

  test('an event changed by hand', async () => {
    const ledger = new Database(data('ledger.db'));
    ledger.prepare('UPDATE events SET payload = zeroblob(length(payload)) WHERE position = 1').run();
    ledger.close();
    expect(await codes()).toContain('leaf-differs');
  });

  test('a destruction cut off, until a service has it', async () => {
    const vault = new Database(data('vault.db'));
    vault.prepare('INSERT INTO run_journal (id, sealed) VALUES (1, zeroblob(40))').run();
    vault.close();
    expect(await codes()).toEqual(['run-open']);
  });

  test('a setting that is wrong is a problem too', async () => {
    environment['REKENSCHAP_HEAD_DIR'] = data('head');
    expect(await codes()).toEqual(['configuration']);
  });

  test('a service that does not answer is said, not waited for without end', async () => {
    service = startProgram(['serve', '--json'], environment, folder);
    await service.line(/"url"/);
    service.child.kill('SIGSTOP');
    expect(await codes()).toEqual(['service-silent']);
  });
});
