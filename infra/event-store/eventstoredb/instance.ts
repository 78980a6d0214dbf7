import { sign, verify, type KeyObject } from 'node:crypto';
import { canonicalJson } from '#domain/ledger/canonical-json';

/** Who serves: stands in the leaf stream, so that an instance that was overtaken cannot append one more leaf. */
export interface Instance {
  /** Random UUID, fresh at every start. */
  readonly instance: string;
  /** Name of the log: whose ledger this server holds. */
  readonly origin: string;
  /** The vault it belongs to. */
  readonly vault: string;
}

export const INSTANCE_STARTED = 'instance-started';

const CONTEXT = 'rekenschap/instance-started/v1\n';
const SIGNATURE = 64;

export function encodeInstance({ instance, origin, vault }: Instance, logKey: KeyObject): Uint8Array {
  const json = Buffer.from(canonicalJson({ instance, origin, vault }), 'utf8');
  return Uint8Array.from(Buffer.concat([sign(null, Buffer.concat([Buffer.from(CONTEXT), json]), logKey), json]));
}

/** Null when the bytes are none or carry no signature of one of these keys. */
export function decodeInstance(data: Uint8Array, logKeys: readonly KeyObject[]): Instance | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const json = bytes.subarray(SIGNATURE);
  const signed = Buffer.concat([Buffer.from(CONTEXT), json]);
  if (!logKeys.some((key) => verify(null, signed, key, bytes.subarray(0, SIGNATURE)))) return null;
  const { instance, origin, vault } = JSON.parse(json.toString('utf8')) as Instance;
  return { instance, origin, vault };
}
