import { SystemClock } from '#infra/clock/system-clock';
import { EXIT, FOLDER_OPTIONS, flag, type Command } from '#src/cli/command';
import { openControlSocket, type ControlReply, type ControlRequest } from '#src/cli/control-socket';
import { configOf, controlSocketPath } from '#src/cli/folders';
import { startService, type Service } from '#src/cli/service';
import { issuedFor } from '#src/cli/token';
import { readinessOf } from '#src/health/readiness';
import { reportFault } from '#src/http/fault-log';
import { keepTime } from '#src/scheduling/keep-time';

export const serve: Command = {
  name: 'serve',
  summary: 'start de dienst',
  options: { ...FOLDER_OPTIONS, port: { type: 'string', value: 'nummer', help: 'poort (REKENSCHAP_PORT, anders 8080)' } },
  async run(values, surroundings) {
    const config = configOf(values, surroundings);
    const service = await startService(config, new SystemClock());
    const stopping = untilToldToStop();
    try {
      const socket = await openControlSocket(controlSocketPath(config.dataDir), (asked) => answer(service, asked));
      surroundings.out(flag(values, 'json')
        ? JSON.stringify({ ok: true, url: service.url, oin: config.oin })
        : `Rekenschap luistert op ${service.url} voor organisatie ${config.oin}.`);
      const time = await keepTime(service.ledger, surroundings.err, (error) => reportFault(error, 'nightly-run'));
      await stopping;
      time.stop();
      await socket.close();
    } finally {
      await service.stop();
    }
    return EXIT.done;
  },
};

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process as it would without a handler. */
export function untilToldToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve(signal);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

async function answer({ ledger }: Service, { command, request }: ControlRequest): Promise<ControlReply> {
  if (command === 'status') return { ok: true, value: readinessOf(ledger) };
  if (command !== 'token') return { ok: false, code: 'unknown-command', message: 'Dit commando kent de dienst niet.' };
  return issuedFor(ledger, request);
}
