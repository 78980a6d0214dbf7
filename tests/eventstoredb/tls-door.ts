import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';

export interface TlsDoor {
  readonly port: number;
  /** Who trusts it: for `tlsCAFile`. */
  readonly caFile: string;
  close(): Promise<void>;
}

/** TLS under the name `localhost`, in front of a server of this machine that speaks none. */
export async function tlsDoor(to: number): Promise<TlsDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'rekenschap-tls-'));
  const caFile = certificate(folder);
  const sockets = new Set<Socket>();
  const held = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer({ key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(caFile), ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    const inner = connect(to, '127.0.0.1');
    held(inner);
    socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
    inner.on('close', () => socket.destroy());
    socket.pipe(inner).pipe(socket);
  });
  server.on('connection', held);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caFile,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Self-signed, of one day; a file that ends with the folder. */
export function certificate(folder: string, name = 'localhost'): string {
  const file = join(folder, 'certificate.pem');
  const { status, error } = spawnSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
    '-keyout', join(folder, 'key.pem'), '-out', file, '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`,
  ], { stdio: 'ignore' });
  if (status !== 0) throw new Error('openssl made no certificate', { cause: error });
  return file;
}
