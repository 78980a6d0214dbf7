import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock } from '#infra/clock/port';
import type { LedgerConfig } from '#src/composition/config';
import type { Ledger } from '#src/composition/ledger';
import { openResumedLedger } from '#src/composition/resumed-ledger';
import { rootModule } from '#src/composition/root.module';
import { createApplication } from '#src/http/application';

/** One opened ledger with its HTTP edge listening. */
export interface Service {
  readonly ledger: Ledger;
  /** Where it listens, with the port it really got. */
  readonly url: string;
  /** Takes nothing new, finishes what was begun, closes the ledger. */
  stop(): Promise<void>;
}

export async function startService(config: LedgerConfig, clock: Clock): Promise<Service> {
  const ledger = await openResumedLedger(config, clock);
  let application: NestFastifyApplication | undefined;
  try {
    application = await createApplication(rootModule(ledger));
    await application.listen(config.port, config.host);
  } catch (error) {
    await application?.close();
    await ledger.close();
    throw error;
  }
  const listening = application;
  return {
    ledger,
    url: addressOf(listening),
    async stop() {
      await closeGently(listening);
      await ledger.close();
    },
  };
}

const IDLE_LOOK_MS = 50;
const PATIENCE_MS = 10_000;

/**
 * Takes nothing new and finishes what was begun. A connection that falls idle only after closing began would otherwise
 * be kept for as long as its client likes; one that never falls idle is ended after ten seconds.
 */
async function closeGently(application: NestFastifyApplication): Promise<void> {
  const server = application.getHttpServer();
  const idle = setInterval(() => { server.closeIdleConnections(); }, IDLE_LOOK_MS);
  const impatient = setTimeout(() => { server.closeAllConnections(); }, PATIENCE_MS);
  try {
    await application.close();
  } finally {
    clearInterval(idle);
    clearTimeout(impatient);
  }
}

function addressOf(application: NestFastifyApplication): string {
  const address = application.getHttpServer().address();
  if (address === null || typeof address === 'string') throw new Error('the service listens on no port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
