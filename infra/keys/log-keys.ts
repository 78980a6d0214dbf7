import type { KeyObject } from 'node:crypto';
import type { Position } from '#domain/ledger/ids';
import type { LogKeys } from '#infra/keys/port';

/** From 1. */
export function epochOf({ retired = [] }: LogKeys): number {
  return (retired.at(-1)?.epoch ?? 0) + 1;
}

/** The key that signed a `log-` event at this place: a retired one opens nothing that came after it. */
export function logKeyAt({ publicKey, retired = [] }: LogKeys, position: Position): KeyObject {
  return retired.find(({ until }) => position < until)?.publicKey ?? publicKey;
}
