import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scavenger } from './scavenger.js';

/** The parts of the server's HTTP interface that a scavenge needs, plus `/info` and `/gossip`. */
export class Admin {
  readonly #scavenger: Scavenger;
  readonly #version: string;
  readonly #port: () => number;

  constructor(scavenger: Scavenger, version: string, port: () => number) {
    this.#scavenger = scavenger;
    this.#version = version;
    this.#port = port;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = (status: number, text: string, json: object): void => {
      // Without an Accept header the server answers in plain text.
      const asJson = (request.headers.accept ?? '').includes('json');
      response.writeHead(status, { 'content-type': asJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8' });
      response.end(asJson ? JSON.stringify(json, null, 2) : text);
    };
    const stop = /^\/admin\/scavenge\/([^/]+)$/.exec(url.pathname);
    const what = `${request.method ?? ''} ${url.pathname}`;
    if (what === 'POST /admin/scavenge') {
      const started = this.#scavenger.start(url.searchParams.get('syncOnly') === 'true');
      if (started.kind === 'running') answer(400, 'Scavenge is already running', {});
      else answer(200, `ScavengeId: ${started.id}`, { scavengeId: started.id });
    } else if (what === 'GET /admin/scavenge/current') {
      const id = this.#scavenger.current ?? '';
      const link = id === '' ? '' : `/admin/scavenge/${id}`;
      answer(200, `ScavengeId: ${id}, ScavengeLink: ${link}`, { scavengeId: id, scavengeLink: link });
    } else if (request.method === 'DELETE' && stop?.[1] !== undefined) {
      void this.#scavenger.stop(stop[1]).then((id) => {
        if (id === null) answer(404, 'Scavenge Id does not exist', {});
        else answer(200, id, {});
      });
    } else if (what === 'GET /info') {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ esVersion: `${this.#version}.0`, state: 'leader' }));
    } else if (what === 'GET /gossip') {
      const member = { state: 'Leader', isAlive: true, httpEndPointIp: '127.0.0.1', httpEndPointPort: this.#port(), esVersion: `${this.#version}.0` };
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ members: [member], serverIp: '127.0.0.1', serverPort: this.#port() }));
    } else answer(404, 'Not Found', {});
  };
}
