import { createServer as createHttpServer } from 'node:http';
import type { ServerInterceptor } from '@grpc/grpc-js';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Admin } from './admin.js';
import { Faults, type WriteFault } from './faults.js';
import { Log } from './log.js';
import { NodeService } from './node-service.js';
import { ReadService } from './read-service.js';
import { Scavenger } from './scavenger.js';
import { features, gossip, grpc, streams } from './stubs.js';
import { WriteService } from './write-service.js';

export interface DoubleOptions {
  /** Folder of the raw files; start again on the same folder to find everything back. */
  readonly data: string;
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly version?: string;
  /** fsync before every answer. */
  readonly durable?: boolean;
  /** Any other name and password is refused, as by the server; the client sends them over TLS only. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** A running double of the server, in this process, on 127.0.0.1. */
export interface Double {
  readonly port: number;
  /** `esdb://127.0.0.1:<port>?tls=false` */
  readonly connectionString: string;
  readonly url: string;
  /** Cuts every connection at once and lets go of the port and the files, as a killed process does. */
  kill(): Promise<void>;
  /** Hangs: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
  /** The next append or delete never arrives, or is done without an answer; `kill` ends the server in that moment. */
  onNextWrite(fault: WriteFault, options?: { readonly kill?: boolean }): void;
  /** The next scavenge waits after its scavenge point, until it is stopped (DELETE) or released. */
  holdScavenge(): void;
  releaseScavenge(): void;
}

const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;
const HTTP2_PREFACE = 'PRI * HTTP/2.0';

export async function startDouble(options: DoubleOptions): Promise<Double> {
  const version = options.version ?? '23.10.8';
  const faults = new Faults();
  const log = new Log(options.data, options.durable === true);
  const sockets = new Set<Socket>();
  const listener = createServer();
  const port = await listen(listener, options.port ?? 0);
  const scavenger = new Scavenger(log, options.data, `127.0.0.1:${String(port)}`);
  const http = createHttpServer(new Admin(scavenger, version, () => port).handle);
  const held = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket.setNoDelay(true);
  };
  const rpc = rpcServer(log, faults, version, port, options.credentials);
  const inner = await bind(rpc);
  listener.on('connection', (socket) => {
    held(socket);
    // gRPC and HTTP come in on one port, as with the server: the first bytes tell which it is.
    socket.once('data', (first: Buffer) => {
      socket.pause();
      if (first.toString('latin1').startsWith(HTTP2_PREFACE)) {
        const to = held(connect(inner, '127.0.0.1'));
        to.write(first);
        socket.pipe(to).pipe(socket);
        socket.on('close', () => to.destroy());
        to.on('close', () => socket.destroy());
      } else {
        socket.unshift(first);
        http.emit('connection', socket);
        socket.resume();
      }
    });
  });
  let ended: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => listener.close(() => { resolve(); }));
    for (const socket of sockets) socket.destroy();
    faults.clear();
    await scavenger.close();
    log.close();
    rpc.forceShutdown();
    http.closeAllConnections();
    await closed;
  };
  const kill = (): Promise<void> => (ended ??= end());
  return {
    port,
    connectionString: `esdb://127.0.0.1:${String(port)}?tls=false`,
    url: `http://127.0.0.1:${String(port)}`,
    kill,
    pause: () => {
      faults.pause();
    },
    resume: () => {
      faults.resume();
    },
    onNextWrite: (fault, { kill: killed = false } = {}) => {
      faults.onNextWrite(fault, () => {
        if (killed) void kill();
      });
    },
    holdScavenge: () => {
      scavenger.hold();
    },
    releaseScavenge: () => {
      scavenger.release();
    },
  };
}

function rpcServer(log: Log, faults: Faults, version: string, port: number, credentials: DoubleOptions['credentials']): InstanceType<typeof grpc.Server> {
  // The server takes messages of up to 17 MB; its limit on an append is another one, and far lower.
  const rpc = new grpc.Server({
    'grpc.max_receive_message_length': 17 * 1024 * 1024, 'grpc.max_send_message_length': -1,
    ...(credentials === undefined ? {} : { interceptors: [onlyFor(credentials)] }),
  });
  const writes = new WriteService(log, faults);
  const reads = new ReadService(log, faults);
  const node = new NodeService(version, () => port);
  rpc.addService(streams.StreamsService, {
    read: reads.read,
    append: writes.append,
    batchAppend: writes.batchAppend,
    delete: writes.delete,
    tombstone: writes.tombstone,
  });
  rpc.addService(features.ServerFeaturesService, { getSupportedMethods: node.getSupportedMethods });
  rpc.addService(gossip.GossipService, { read: node.read });
  return rpc;
}

function onlyFor({ username, password }: NonNullable<DoubleOptions['credentials']>): ServerInterceptor {
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return (method, call) => new grpc.ServerInterceptingCall(call, {
    start(next) {
      next({
        onReceiveMetadata(metadata, proceed) {
          const [given] = metadata.get('authorization');
          // Which calls there are, and who leads, is told to anybody.
          if (given === expected || !method.path.includes('.streams.')) proceed(metadata);
          else call.sendStatus(given === undefined ? { code: PERMISSION_DENIED, details: 'Access Denied' } : { code: UNAUTHENTICATED, details: 'Unauthenticated' });
        },
      });
    },
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function bind(rpc: InstanceType<typeof grpc.Server>): Promise<number> {
  return new Promise((resolve, reject) => {
    rpc.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}
