import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import type { Certificate, CertificateCompletion, Signed } from '#domain/destruction/certificate';
import { canonicalJson } from '#domain/ledger/canonical-json';

export type { Signed };
export type SignedCertificate = Signed<Certificate>;
export type SignedCompletion = Signed<CertificateCompletion>;

const CONTEXT = 'rekenschap/certificate/v1\n';

export function signCertificate<Document>(certificate: Document, log: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }): Signed<Document> {
  return {
    certificate,
    signature: { algorithm: 'Ed25519', keyId: keyIdOf(log.publicKey), value: sign(null, messageOf(certificate), log.privateKey).toString('base64') },
  };
}

/** SHA-256 in hex of the signed certificate: what a completion names it by. */
export function certificateHash(signed: SignedCertificate): string {
  return hash('sha256', canonicalJson(signed), 'hex');
}

export type CertificateCheck =
  | { readonly valid: true }
  | { readonly valid: false; readonly why: 'other-key' | 'bad-signature' | 'completes-another' };

/** Needs nothing but the documents and the log's public key (`log.vkey` in the head folder holds it). */
export function checkCertificate(issued: SignedCertificate, completed: SignedCompletion | null, logPublicKey: KeyObject): CertificateCheck {
  for (const signed of completed === null ? [issued] : [issued, completed]) {
    if (signed.signature.keyId !== keyIdOf(logPublicKey)) return { valid: false, why: 'other-key' };
    if (!verify(null, messageOf(signed.certificate), logPublicKey, Buffer.from(signed.signature.value, 'base64'))) {
      return { valid: false, why: 'bad-signature' };
    }
  }
  if (completed !== null && completed.certificate.completes !== certificateHash(issued)) return { valid: false, why: 'completes-another' };
  return { valid: true };
}

/** The Ed25519 key in a C2SP verifier key: `<name>+<hex key hash>+<base64 of 0x01 and 32 bytes>`. Throws on anything else. */
export function logPublicKeyOf(vkey: string): KeyObject {
  // A base64 text may hold a plus sign itself: only the first two separate.
  const parts = /^[^+]+\+[0-9a-f]{8}\+(.+)$/.exec(vkey.trim());
  const bytes = Buffer.from(parts?.[1] ?? '', 'base64');
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Error('not an Ed25519 verifier key');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') }, format: 'jwk' });
}

function messageOf(certificate: unknown): Buffer {
  return Buffer.from(CONTEXT + canonicalJson(certificate), 'utf8');
}

function keyIdOf(publicKey: KeyObject): string {
  return hash('sha256', Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'), 'hex');
}
