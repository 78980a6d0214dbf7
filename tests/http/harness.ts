import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testBsn } from '#domain/dossier/bsn';
import { SimulatedClock } from '#infra/clock/simulated-clock';
import type { LedgerConfig } from '#src/composition/config';
import { openLedger, type Ledger } from '#src/composition/ledger';
import { rootModule } from '#src/composition/root.module';
import { createApplication } from '#src/http/application';
import { issueToken, type TokenRequest } from '#src/identity/issue-token';
import type { Role } from '#src/recording/principal';

export const OIN = '00000001823288444000';
export const SOURCE = `urn:nld:oin:${OIN}:systeem:zaaksysteem`;
export const SYSTEM = 'zaaksysteem';
export const NOW = Temporal.Instant.from('2026-03-02T10:00:00Z');

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // What a test looks into; JSON when the answer is JSON.
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

/** A whole service on a real engine in a fresh folder, spoken to over a real socket. */
export class House {
  private constructor(
    readonly folder: string, readonly ledger: Ledger, readonly clock: SimulatedClock,
    readonly application: NestFastifyApplication, readonly port: number,
  ) {}

  static async open(change: Partial<LedgerConfig> = {}): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), 'rekenschap-http-'));
    const clock = new SimulatedClock(NOW);
    const ledger = await openLedger({
      oin: OIN, dataDir: join(folder, 'data'), headDirs: [join(folder, 'head')], masterKeyFile: join(folder, 'keys', 'master.key'),
      host: '127.0.0.1', port: 0, oidc: null, waitingPeriodDays: 7, smallRunsWait: false, allowTestSchedules: false, ...change,
    }, clock);
    const application = await createApplication(rootModule(ledger));
    await application.listen(0, '127.0.0.1');
    const address = application.getHttpServer().address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new House(folder, ledger, clock, application, address.port);
  }

  async close(): Promise<void> {
    await this.application.close();
    await this.ledger.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get size(): number {
    return this.ledger.store.head().size;
  }

  async token(role: Role, more: Partial<TokenRequest> = {}): Promise<string> {
    const machine = role === 'case-system' ? { source: SOURCE, systems: [SYSTEM] } : {};
    const issued = await issueToken(this.ledger, { role, ...machine, ...more });
    if (issued.kind === 'refused') throw new Error(issued.refusal.detail);
    return issued.value;
  }

  ask({ method = 'GET', path, token, headers = {}, body }: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        host: '127.0.0.1', port: this.port, method, path,
        headers: {
          ...(token === undefined || token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          const json = /json/.test(String(response.headers['content-type'] ?? ''));
          resolve({ status: response.statusCode!, headers: response.headers, text, body: json && text !== '' ? JSON.parse(text) : undefined });
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  send(token: string | null, event: unknown, contentType = 'application/cloudevents+json'): Promise<Answer> {
    const body = typeof event === 'string' || Buffer.isBuffer(event) ? event : JSON.stringify(event);
    return this.ask({ method: 'POST', path: '/v1/events', token, headers: { 'content-type': contentType }, body });
  }

  post(path: string, token: string | null, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask({ method: 'POST', path, token, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  }
}

let counter = 0;

export function event(type: string, data: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, unknown> {
  counter += 1;
  return {
    specversion: '1.0', id: `bericht-${counter}`, source: SOURCE, type: `nl.overheid.sociaaldomein.${type}`,
    time: '2026-03-02T09:59:00+00:00', datacontenttype: 'application/json', data, ...more,
  };
}

export function opened(reference: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return event('dossier-opened', {
    occurredAt: '2026-03-01T09:00:00+01:00', dossier: { system: SYSTEM, reference }, law: 'wmo2015',
    subjects: [{ bsn: testBsn(counter % 500), role: 'client' }], ...more,
  });
}

export function consentGiven(reference: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return event('consent-given', {
    occurredAt: '2026-03-01T10:00:00+01:00', dossier: { system: SYSTEM, reference }, consentId: 'toestemming-1',
    purposes: ['afstemming-ondersteuning'], recipients: [{ organisation: 'Thuiszorg Noord' }], categories: ['gezondheid'],
    givenBy: [{ relation: 'zelf' }], form: 'schriftelijk', ...more,
  });
}

