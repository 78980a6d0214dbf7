import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PROJECTIONS } from '#src/composition/projections';
import { buildProgram, runProgram, startProgram, type Running } from './program.js';

const OIN = '00000001999999999000';

describe('a running service and the commands beside it', () => {
  let folder: string;
  let environment: Record<string, string>;
  let service: Running | null;

  beforeAll(buildProgram, 180_000);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-service-'));
    environment = { REKENSCHAP_OIN: OIN, REKENSCHAP_PORT: '0' };
    service = null;
  });
  afterEach(async () => {
    service?.child.kill('SIGKILL');
    await service?.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) => runProgram(args, environment, folder);
  const serve = async () => {
    service = startProgram(['serve', '--json'], environment, folder);
    return (JSON.parse(await service.line(/"url"/)) as { url: string }).url;
  };
  const socket = () => join(folder, 'data', 'control.sock');

  test('a token comes through the control socket while the service holds the lock, and the service believes it', async () => {
    const url = await serve();
    expect(statSync(socket()).mode & 0o777).toBe(0o600);
    const { code, out } = await run('token', '--role', 'auditor');
    expect(code).toBe(0);
    const asked = (token: string) => fetch(`${url}/v1/log/checkpoint`, { headers: { authorization: `Bearer ${token}` } });
    expect((await asked(out.trim())).status).toBe(200);
    expect((await asked(`${out.trim().slice(0, -8)}AAAAAAAA`)).status).toBe(401);
  });

  test('each token that is issued is an event', async () => {
    const sizeAfter = async () => (JSON.parse((await run('verify', '--json')).out) as { size: number }).size;
    expect((await run('token', '--role', 'fg')).code).toBe(0);
    const before = await sizeAfter();
    await serve();
    expect((await run('token', '--role', 'fg')).code).toBe(0);
    expect(await sizeAfter()).toBe(before + 1);
  });

  test('a request for another organisation is refused', async () => {
    await serve();
    const { code, err } = await run('token', '--role', 'fg', '--oin', '00000001888888888000');
    expect(code).toBe(1);
    expect(err).toContain('andere organisatie');
  });

  test('wrong use is found by the running service too', async () => {
    await serve();
    const { code, err } = await run('token', '--role', 'case-system');
    expect(code).toBe(2);
    expect(err).toContain('bron');
  });

  test('a second service and a rebuild beside it are refused in one sentence', async () => {
    await serve();
    for (const command of ['serve', 'rebuild']) {
      const { code, out, err } = await run(command);
      expect({ command, code, out }).toEqual({ command, code: 1, out: '' });
      expect(err.trim().split('\n')).toEqual([expect.stringContaining('Een ander proces schrijft in dit grootboek')]);
    }
  });

  test('SIGTERM ends it in order: exit code 0, no socket left, the ledger intact', async () => {
    await serve();
    service!.child.kill('SIGTERM');
    expect(await service!.ended).toMatchObject({ code: 0, err: '' });
    expect(existsSync(socket())).toBe(false);
    expect((await run('verify')).code).toBe(0);
  });

  test('after kill -9 the left-over socket hinders nobody', async () => {
    await serve();
    service!.child.kill('SIGKILL');
    await service!.ended;
    expect(existsSync(socket())).toBe(true);
    expect((await run('token', '--role', 'fg')).code).toBe(0);
    await serve();
    expect((await run('token', '--role', 'fg')).code).toBe(0);
  });

  test('rebuild throws the views away and builds them again', async () => {
    expect((await run('token', '--role', 'fg')).code).toBe(0);
    const { code, out } = await run('rebuild', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, views: PROJECTIONS.length, events: 2 });
    expect((await run('verify')).code).toBe(0);
  });

  test('verify answers 3 when an event was changed by hand, and 0 before', async () => {
    expect((await run('token', '--role', 'fg')).code).toBe(0);
    expect((await run('verify')).code).toBe(0);
    const ledger = new Database(join(folder, 'data', 'ledger.db'));
    ledger.prepare('UPDATE events SET payload = zeroblob(length(payload)) WHERE position = 1').run();
    ledger.close();
    const { code, out } = await run('verify');
    expect(code).toBe(3);
    expect(out).toMatch(/^geschonden/);
  });

  test('a ledger that misses acknowledged events does not start, and says so', async () => {
    expect((await run('token', '--role', 'fg')).code).toBe(0);
    for (const name of readdirSync(join(folder, 'data'))) if (name.startsWith('ledger.db')) rmSync(join(folder, 'data', name));
    const { code, err } = await run('serve');
    expect(code).toBe(1);
    expect(err).toMatch(/^Het grootboek mist gebeurtenissen/);
  });

  test('nonsense on the control socket is answered, not believed', async () => {
    await serve();
    const replies = await exchange(socket(), ['nonsense', '[]', '{"command":"token"}', '{"command":"token","request":{"oin":"x","token":{"role":"mayor"}}}', '{"command":"stop","request":null}']);
    expect(replies.map((reply) => (JSON.parse(reply) as { ok: boolean; code: string }).code))
      .toEqual(['malformed', 'malformed', 'malformed', 'malformed', 'unknown-command']);
  });

  test('a port that is taken is said in one sentence', async () => {
    const url = await serve();
    const other = { ...environment, REKENSCHAP_DATA: join(folder, 'data2'), REKENSCHAP_HEAD_DIR: join(folder, 'head2'), REKENSCHAP_MASTER_KEY_FILE: join(folder, 'keys2', 'master.key') };
    const { code, err } = await runProgram(['serve', '--port', new URL(url).port], other, folder);
    expect(code).toBe(1);
    expect(err).toContain('poortnummer is al in gebruik');
  });

  test('what it makes is for its own user only', async () => {
    await serve();
    for (const made of ['data/ledger.db', 'data/vault.db', 'head/head-000001.log', 'keys/master.key']) {
      expect(statSync(join(folder, made)).mode & 0o077, made).toBe(0);
    }
    expect(readFileSync(join(folder, 'keys', 'master.key'))).toHaveLength(32);
  });
});

function exchange(path: string, lines: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const client = connect(path, () => client.write(lines.map((line) => `${line}\n`).join('')));
    let received = '';
    client.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      const replies = received.split('\n').slice(0, -1);
      if (replies.length === lines.length) {
        client.end();
        resolve(replies);
      }
    });
    client.once('error', reject);
  });
}
