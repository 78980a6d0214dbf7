import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { CommandFailure } from '#src/cli/command';

/** Newline-delimited JSON: one request a line, one reply a line. */
export interface ControlRequest {
  readonly command: string;
  readonly request: unknown;
}

export type ControlReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface ControlSocket {
  close(): Promise<void>;
}

const LINE_MAX = 64 * 1024;
/** sun_path of Linux, less its closing zero; macOS has 103. */
const PATH_MAX = 103;
const REPLY_WITHIN_MS = 10_000;

/**
 * Opens the socket through which the command line reaches a running service. Only the service that holds the
 * ledger's lock calls this, so a socket that is already there is left over from a crash.
 */
export async function openControlSocket(path: string, answer: (asked: ControlRequest) => Promise<ControlReply>): Promise<ControlSocket> {
  if (Buffer.byteLength(path) > PATH_MAX) {
    throw new CommandFailure('socket-path-too-long', 'De naam van de gegevensmap is te lang voor een socket. Kies een kortere map (REKENSCHAP_DATA).');
  }
  rmSync(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A caller that goes away halfway is no fault of the service.
    socket.on('error', () => socket.destroy());
    void serveCaller(socket, answer);
  });
  await listening(server, path);
  chmodSync(path, 0o600);
  return {
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    }),
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serveCaller(socket: Socket, answer: (asked: ControlRequest) => Promise<ControlReply>): Promise<void> {
  let received = 0;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > LINE_MAX) socket.destroy();
  });
  for await (const line of createInterface({ input: socket, crlfDelay: Infinity })) {
    received = 0;
    socket.write(`${JSON.stringify(await replyTo(line, answer))}\n`);
  }
}

async function replyTo(line: string, answer: (asked: ControlRequest) => Promise<ControlReply>): Promise<ControlReply> {
  let asked: unknown;
  try {
    asked = JSON.parse(line);
  } catch {
    return MALFORMED;
  }
  if (typeof asked !== 'object' || asked === null || typeof (asked as ControlRequest).command !== 'string') return MALFORMED;
  try {
    return await answer(asked as ControlRequest);
  } catch {
    return { ok: false, code: 'internal-error', message: 'Er ging iets mis in de dienst.' };
  }
}

const MALFORMED: ControlReply = { ok: false, code: 'malformed', message: 'De vraag aan de dienst is niet te lezen.' };

/** Asks the service that runs on this folder; null when none does. */
export function askRunningService(path: string, asked: ControlRequest): Promise<ControlReply | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const lines = createInterface({ input: socket, crlfDelay: Infinity });
    socket.setTimeout(REPLY_WITHIN_MS, () => socket.destroy());
    socket.once('connect', () => socket.write(`${JSON.stringify(asked)}\n`));
    let replied = false;
    lines.once('line', (line) => {
      replied = true;
      resolve(JSON.parse(line) as ControlReply);
      socket.end();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null);
      else reject(error);
    });
    socket.once('close', () => {
      if (!replied) reject(new CommandFailure('no-reply', 'De dienst gaf geen antwoord.'));
    });
    // The interface repeats the socket's errors; they are handled above.
    lines.on('error', () => undefined);
  });
}
