import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly id: string;
  readonly signed: boolean;
  readonly type: string;
  readonly data: { readonly destructionRequestId: string; readonly references: readonly string[]; readonly answerBy?: string };
}

export const SECRET = Buffer.from('een-geheim-van-meer-dan-24-bytes');

/** A real HTTP server on this machine that keeps what it was sent and answers as it is told. */
export class Receiver {
  readonly received: Received[] = [];
  answer: (response: ServerResponse) => void = (response) => { response.writeHead(202).end(); };
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => { this.#take(request, response); });
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => { receiver.#server.listen(0, '127.0.0.1', resolve); });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/vernietiging`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => { parts.push(part); });
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      const id = String(request.headers['webhook-id']);
      const expected = createHmac('sha256', SECRET).update(`${id}.${String(request.headers['webhook-timestamp'])}.${body}`).digest('base64');
      const event = body === '' ? {} : JSON.parse(body) as { type: string; data: Received['data'] };
      this.received.push({ id, signed: request.headers['webhook-signature'] === `v1,${expected}`, ...event } as Received);
      this.answer(response);
    });
  }
}
