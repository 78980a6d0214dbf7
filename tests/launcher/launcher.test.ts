import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launch, lockFile, repository, smallClone } from './small-clone.js';

const ready = 'process.stdout.write("ready"); setInterval(() => {}, 1000);';

describe('what passes through', () => {
  it('arguments and output: nothing of its own on stdout', async () => {
    const { out, code } = await launch(repository, ['run-tool', '--print', 'process.argv.slice(1).join("|")', '--', '--role', 'fg', 'een twee']);
    expect(out).toBe('--role|fg|een twee\n');
    expect(code).toBe(0);
  });

  it('the exit code', async () => {
    expect(await launch(repository, ['run-tool', '--eval', 'process.exit(7)'])).toMatchObject({ code: 7, signal: null });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s, to a program that handles it', async (signal) => {
    const handler = `process.on("${signal}", () => process.exit(9)); ${ready}`;
    expect(await launch(repository, ['run-tool', '--eval', handler], { onOut: (_out, kill) => kill(signal) })).toMatchObject({ code: 9, signal: null });
  });

  it('death by a signal', async () => {
    expect(await launch(repository, ['run-tool', '--eval', ready], { onOut: (_out, kill) => kill('SIGTERM') })).toMatchObject({ code: null, signal: 'SIGTERM' });
  });
});

describe('run by npm', () => {
  /** As `npm start` does: the launcher under a shell that passes no signal on. Answers whether the program still ran. */
  async function livesOn(): Promise<boolean> {
    const program = 'process.stdout.write("ready" + process.pid + "\\n"); setInterval(() => {}, 1000);';
    const shell = spawn('sh', ['-c', `"${process.execPath}" launcher.mjs run-tool --eval '${program}'; true`], { cwd: repository, env: { ...process.env, npm_lifecycle_event: 'start' }, stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = await new Promise<number>((resolve) => { shell.stdout.setEncoding('utf8').on('data', (text: string) => { resolve(Number(/ready(\d+)/.exec(text)![1])); }); });
    shell.kill('SIGTERM');
    for (let waited = 0; waited < 5_000; waited += 100) {
      await new Promise((resolve) => { setTimeout(resolve, 100); });
      try {
        process.kill(pid, 0);
      } catch {
        return false;
      }
    }
    process.kill(pid, 'SIGTERM');
    return true;
  }

  it('stops when the shell between is gone', async () => {
    expect(await livesOn()).toBe(false);
  }, 60_000);
});

describe('an older Node', () => {
  it('starts the program on the Node that is needed', async (context) => {
    const older = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node')).find((node) => {
      const major = existsSync(node) ? Number(/^v(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) : NaN;
      return major >= 20 && major < 26;
    });
    if (older === undefined) return context.skip('no Node between 20 and 26 on PATH');
    if (!existsSync(join(repository, '.node', 'node_modules'))) return context.skip('the launcher has not fetched a Node in this folder');
    const { out, code } = await launch(repository, ['run-tool', '--print', 'process.version'], { node: older });
    expect(out).toMatch(/^v26\./);
    expect(code).toBe(0);
  });
});

describe('a clone where nothing is ready', () => {
  let clone: ReturnType<typeof smallClone>;
  const builds = (): number => (existsSync(join(clone.folder, 'builds')) ? readFileSync(join(clone.folder, 'builds'), 'utf8').length : 0);

  beforeEach(() => {
    clone = smallClone();
  });
  afterEach(() => clone.remove());

  it('installs and builds once; the second launch does neither', async () => {
    const first = await launch(clone.folder, ['token', '--role', 'fg']);
    expect(first).toMatchObject({ code: 0, out: '["token","--role","fg"]\n' });
    expect(first.err).toContain('De pakketten worden geïnstalleerd.');
    expect(await launch(clone.folder, [])).toEqual({ code: 0, signal: null, out: '[]\n', err: '' });
    expect(builds()).toBe(1);
  });

  it('four launches at once prepare it once, and all four answer', async () => {
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => launch(clone.folder, [name])));
    expect(all.map(({ out, code }) => [out, code])).toEqual(['a', 'b', 'c', 'd'].map((name) => [`["${name}"]\n`, 0]));
    expect(builds()).toBe(1);
    expect(all.filter(({ err }) => err.includes('geïnstalleerd'))).toHaveLength(1);
    // Neither the lock nor a half-made one stays behind.
    expect(readdirSync(join(clone.folder, '.node'))).toEqual(['tsconfig.staged.json']);
  });

  it('builds again when a source has changed', async () => {
    await launch(clone.folder, []);
    clone.write('src/main.ts', 'console.log("changed");\n');
    expect((await launch(clone.folder, [])).out).toBe('changed\n');
    expect(builds()).toBe(2);
  });

  it('installs again when package-lock.json has changed', async () => {
    await launch(clone.folder, []);
    clone.write('cli/package.json', JSON.stringify({ name: '@nestjs/cli', version: '1.0.1', type: 'module' }));
    clone.write('package-lock.json', lockFile('1.0.1'));
    const { err, code } = await launch(clone.folder, []);
    expect(code).toBe(0);
    expect(err).toContain('De pakketten worden geïnstalleerd.');
  });

  it('a failing build stops it, leaves the last good one in place, and is tried again', async () => {
    await launch(clone.folder, []);
    clone.write('cli/bin/nest.js', "import { mkdirSync } from 'node:fs'; mkdirSync('dist.next'); process.exit(3);\n");
    clone.write('src/main.ts', 'console.log("changed");\n');
    for (let time = 0; time < 2; time += 1) {
      const { code, out, err } = await launch(clone.folder, []);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toContain('Niet gelukt');
    }
    // A service that runs from it still finds its files.
    expect(readFileSync(join(clone.folder, 'dist', 'src', 'main.js'), 'utf8')).toContain('process.argv');
  });

  it('a build never takes dist away from a program that runs from it', async () => {
    clone.write('src/later.ts', 'console.log("here");\n');
    clone.write('src/main.ts', "import { existsSync } from 'node:fs';\nlet gone = 0;\nconst end = Date.now() + 2_500;\nconst look = () => { if (!existsSync(process.argv[1])) gone += 1; if (Date.now() < end) setTimeout(look, 20); else console.log('gone', gone); };\nconsole.log('runs');\nlook();\n");
    let second: ReturnType<typeof launch> | undefined;
    const first = await launch(clone.folder, [], {
      onOut: () => {
        if (second !== undefined) return;
        clone.write('src/later.ts', 'console.log("changed");\n');
        second = launch(clone.folder, ['build']);
      },
    });
    expect((await second)?.code).toBe(0);
    expect(builds()).toBe(2);
    // The change of place itself takes less than a look; a build takes twenty.
    expect(Number(/gone (\d+)/.exec(first.out)?.[1])).toBeLessThanOrEqual(1);
  });

  it('takes over the lock of a process that died; waits for one that lives', async () => {
    const lock = (pid: number): void => {
      mkdirSync(join(clone.folder, '.node', 'launch.lock'), { recursive: true });
      writeFileSync(join(clone.folder, '.node', 'launch.lock', `${hostname()}~${pid}~${Date.now()}~x`), '');
    };
    const dead = spawnSync(process.execPath, ['--eval', '']).pid;
    lock(dead);
    expect((await launch(clone.folder, ['a'])).out).toBe('["a"]\n');

    clone.write('src/main.ts', 'console.log("changed");\n');
    lock(process.pid);
    const waiting = launch(clone.folder, []);
    await new Promise<void>((resolve) => void setTimeout(resolve, 1_500));
    expect(builds()).toBe(1);
    for (const name of readdirSync(join(clone.folder, '.node', 'launch.lock'))) {
      spawnSync('rm', ['-r', join(clone.folder, '.node', 'launch.lock', name)]);
    }
    expect((await waiting).out).toBe('changed\n');
    expect(builds()).toBe(2);
  });
});
