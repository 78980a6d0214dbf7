import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, string | null>;
}

/** One call to the server's HTTP interface, which answers in JSON only when it is asked to. */
export async function admin(url: string, method: string, path: string): Promise<Answer> {
  const response = await fetch(`${url}${path}`, { method, headers: { accept: 'application/json' } });
  const text = await response.text();
  const json = text.startsWith('{');
  return { status: response.status, body: json ? (JSON.parse(text) as Record<string, string | null>) : { text } };
}

/** Scavenges and waits for the end of it; its id. */
export async function scavenge(url: string): Promise<string> {
  const { body } = await admin(url, 'POST', '/admin/scavenge');
  const id = body['scavengeId'];
  if (typeof id !== 'string') throw new Error('no scavenge was started');
  await untilQuiet(url);
  return id;
}

export async function untilQuiet(url: string): Promise<void> {
  for (;;) {
    const { body } = await admin(url, 'GET', '/admin/scavenge/current');
    if ((body['scavengeId'] ?? '') === '') return;
    await pause(50);
  }
}

/** Stopping may never be answered: the server loses the answer when the scavenge ends first. `$scavenges` says how it ended. */
export async function stopScavenge(url: string, id: string): Promise<void> {
  try {
    await fetch(`${url}/admin/scavenge/${id}`, { method: 'DELETE', signal: AbortSignal.timeout(1_000) });
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') throw error;
  }
}

/** Names of the files under a folder that hold these bytes, logs and locks left out. */
export function filesWith(folder: string, text: string): string[] {
  const needle = Buffer.from(text);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    if (name.startsWith('log/') || !statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
    return readFileSync(path).includes(needle);
  });
}
