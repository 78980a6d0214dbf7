import 'reflect-metadata';
import { runCommandLine } from '#src/cli/command-line';

// Whatever this process makes (databases, head files, keys, sockets) is for its own user only.
process.umask(0o077);
process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
});
