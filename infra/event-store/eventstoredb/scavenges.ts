import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { EventStoreError } from '#infra/event-store/append-rules';
import { ServerError } from '#infra/event-store/eventstoredb/failures';
import type { Connection } from '#infra/event-store/eventstoredb/connection';
import type { ServerSettings } from '#infra/event-store/eventstoredb/server-settings';

export interface Patience {
  /** Milliseconds between two looks. */
  readonly look: number;
  /** Milliseconds for one scavenge of one node; a large database takes hours. */
  readonly most: number;
}

const PATIENCE: Patience = { look: 1_000, most: 12 * 60 * 60_000 };

/** A first scavenge may resume a stopped one, a second take a point that another node made before the tombstones. */
const ROUNDS_TO_A_POINT = 4;

/** Two nodes that make a point in the same moment stand in each other's way, and one of the scavenges ends in an error. */
const FAILURES_AT_MOST = 3;

/**
 * First a scavenge point later than everything that was tombstoned before this call; then two scavenges that end in
 * Success on every configured node, since the first may only resume one that was stopped at an older point. Every node
 * has its own files. Throws EventStoreError `purge-blocked` when a node does not answer or does not succeed, or when no
 * new point comes; nothing is lost by trying again.
 */
export async function scavengeEveryNode(connection: Connection, settings: ServerSettings, patience = PATIENCE): Promise<void> {
  const before = await lastPoint(connection);
  const [first] = settings.nodes;
  if (first === undefined) throw blocked();
  for (let round = 0; await lastPoint(connection) === before; round += 1) {
    if (round === ROUNDS_TO_A_POINT) throw blocked();
    await scavenge(connection, settings, first, patience);
  }
  await Promise.all(settings.nodes.map(async (node) => {
    for (let succeeded = 0, failed = 0; succeeded < 2;) {
      if (await scavenge(connection, settings, node, patience) === 'Success') succeeded += 1;
      else if ((failed += 1) > FAILURES_AT_MOST) throw blocked();
    }
  }));
}

/** Where the newest scavenge point stands in its stream; -1 when there is none yet. */
async function lastPoint(connection: Connection): Promise<number> {
  try {
    const [newest] = await connection.systemEvents('$scavengePoints', 1);
    return newest?.revision ?? -1;
  } catch (error) {
    if (error instanceof ServerError && error.fault.kind === 'not-found') return -1;
    throw blocked();
  }
}

/** In what the scavenge ended: `Success`, or another word of the server's. */
async function scavenge(connection: Connection, settings: ServerSettings, node: string, { look, most }: Patience): Promise<string> {
  const until = performance.now() + most;
  let id: string | null = null;
  while (id === null) {
    const started = await ask(settings, 'POST', node, '/admin/scavenge');
    id = started.scavengeId;
    if (id === null) {
      if (started.status !== 400) throw blocked();
      // One runs already, whose point may be an old one: it is waited for, and not counted.
      if (performance.now() > until) throw blocked();
      await pause(look);
    }
  }
  for (;;) {
    const result = await resultOf(connection, id);
    if (result !== null) return result;
    if (performance.now() > until) throw blocked();
    await pause(Math.min(look, 200));
  }
}

/** What the node wrote about the end of it; null while it runs. */
async function resultOf(connection: Connection, id: string): Promise<string | null> {
  const events = await connection.systemEvents(`$scavenges-${id}`, 10).catch(() => []);
  const completed = events.find(({ type }) => type === '$scavengeCompleted')?.data as { readonly result?: unknown } | undefined;
  if (completed === undefined) return null;
  return typeof completed.result === 'string' ? completed.result : 'unknown';
}

function ask({ credentials, rootCertificate }: ServerSettings, method: string, node: string, path: string): Promise<{ readonly status: number; readonly scavengeId: string | null }> {
  const url = new URL(path, node);
  const auth = credentials === null ? {} : { authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}` };
  const options = { method, headers: { accept: 'application/json', 'content-length': '0', ...auth }, timeout: 10_000, agent: false as const };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? tlsRequest(url, { ...options, ...(rootCertificate === null ? {} : { ca: rootCertificate }) }) : plainRequest(url, options);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => resolve({ status: response.statusCode ?? 0, scavengeId: idIn(text) }));
    });
    request.on('timeout', () => request.destroy(blocked()));
    request.on('error', () => reject(blocked()));
    request.end();
  });
}

function idIn(text: string): string | null {
  try {
    const { scavengeId } = JSON.parse(text) as { readonly scavengeId?: unknown };
    return typeof scavengeId === 'string' && /^[0-9a-f-]{36}$/.test(scavengeId) ? scavengeId : null;
  } catch {
    return null;
  }
}

function blocked(): EventStoreError {
  return new EventStoreError('purge-blocked', 'a node of the event store did not scavenge');
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
