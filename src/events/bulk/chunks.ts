import type { Readable } from 'node:stream';
import { BULK_IDLE } from '#src/http/limits';

export type Chunk = Buffer | 'idle' | 'aborted';

/**
 * The body as it comes in, and why it stopped when it did not end: nothing came for `idle` milliseconds, or the sender
 * went away. What is not asked for is not read: the sender waits.
 */
export async function* chunksOf(stream: Readable, idle = BULK_IDLE): AsyncGenerator<Chunk> {
  let wake: () => void = () => undefined;
  let over = false;
  let aborted = false;
  const onEnd = (): void => { over = true; wake(); };
  const onAbort = (): void => { aborted = !over; wake(); };
  stream.on('readable', () => { wake(); }).on('end', onEnd).on('close', onAbort).on('error', onAbort);
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk !== null) {
      yield chunk;
      continue;
    }
    if (over || stream.readableEnded) return;
    if (aborted || stream.destroyed) {
      yield 'aborted';
      return;
    }
    if (!await comes(idle, (resolve) => { wake = resolve; })) {
      yield 'idle';
      return;
    }
  }
}

function comes(idle: number, onWake: (resolve: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), idle);
    onWake(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
