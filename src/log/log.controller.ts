import { Controller, Get, Header, Inject } from '@nestjs/common';
import { exportJWK } from 'jose';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';

/** What others need to check the ledger: its signed state and the key of its own tokens. */
@Controller('v1')
export class LogController {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  /** C2SP tlog-checkpoint: a signed note. */
  @Get('log/checkpoint')
  @Header('content-type', 'text/plain; charset=utf-8')
  checkpoint(): string {
    return this.ledger.store.head().checkpoint;
  }

  /** RFC 7517, of the ledger's own issuer. */
  @Get('jwks.json')
  async keys(): Promise<{ readonly keys: readonly object[] }> {
    const { publicKey, keyId } = this.ledger.keys.token;
    const jwk = await exportJWK(publicKey);
    return { keys: [{ ...jwk, kid: keyId, alg: 'ES256', use: 'sig' }] };
  }
}
