import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { createServer, type RequestListener, type Server } from 'node:http';
import { OIN, SOURCE, SYSTEM } from '../http/harness.js';

export const AUDIENCE = 'rekenschap-gemeente';
const CLIENT = { client_id: 'zaaksysteem', client_secret: 'geheim-van-de-test' };

// The package has no types of its own; this is all that is used of it.
type ProviderClass = new (issuer: string, configuration: object) => { callback(): RequestListener };
const { default: Provider } = await import('oidc-provider' as string) as { default: ProviderClass };

export interface AskedOfProvider {
  readonly audience?: string;
  /** Seconds that a token counts. */
  readonly ttl?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A real OpenID provider on its own port, which hands out signed access tokens to a case system (client credentials). */
export class OidcHouse {
  readonly issuer: string;
  readonly #server: Server;
  #listener: RequestListener;
  #asked: AskedOfProvider = {};
  up = true;

  private constructor(server: Server, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
    this.#listener = (_request, response) => { response.writeHead(500).end(); };
    server.on('request', (request, response) => {
      if (this.up) this.#listener(request, response);
      else request.socket.destroy();
    });
  }

  static async open(): Promise<OidcHouse> {
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const { port } = server.address() as { port: number };
    const house = new OidcHouse(server, `http://127.0.0.1:${port}`);
    await house.signWith([await OidcHouse.newKey('sleutel-1')]);
    return house;
  }

  static async newKey(kid: string): Promise<JWK> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    return { ...await exportJWK(privateKey), kid, alg: 'RS256', use: 'sig' };
  }

  /** The provider signs with the first key and publishes them all. */
  signWith(keys: readonly JWK[]): Promise<void> {
    const provider = new Provider(this.issuer, {
      clients: [{ ...CLIENT, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
      jwks: { keys },
      cookies: { keys: ['test'] },
      scopes: ['openid'],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => 'urn:rekenschap:test',
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            scope: '', audience: this.#asked.audience ?? AUDIENCE, accessTokenFormat: 'jwt', accessTokenTTL: this.#asked.ttl ?? 600, jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      extraTokenClaims: () => ({ oin: OIN, roles: ['case-system'], source: SOURCE, systems: [SYSTEM], ...this.#asked.claims }),
    });
    this.#listener = provider.callback();
    return Promise.resolve();
  }

  async token(asked: AskedOfProvider = {}): Promise<string> {
    this.#asked = asked;
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString('base64')}` },
      body: 'grant_type=client_credentials',
    });
    const answer = await response.json() as { access_token?: string };
    if (answer.access_token === undefined) throw new Error(`the provider gave no token: ${JSON.stringify(answer)}`);
    return answer.access_token;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }
}
