import 'reflect-metadata';
import type { Provider } from '@nestjs/common';

// The keys under which @nestjs/cqrs keeps a handler's message class; it does not export them.
const COMMAND_HANDLER = '__commandHandler__';
const QUERY_HANDLER = '__queryHandler__';

/**
 * A second handler for one command silently wins in @nestjs/cqrs, so start-up refuses it here. Throws with the names
 * of the commands and queries that have more than one handler.
 */
export function refuseSecondHandlers(providers: readonly Provider[]): void {
  const handled = new Map<unknown, number>();
  for (const provider of providers) {
    const message: unknown = Reflect.getMetadata(COMMAND_HANDLER, provider as object)
      ?? Reflect.getMetadata(QUERY_HANDLER, provider as object);
    if (message !== undefined) handled.set(message, (handled.get(message) ?? 0) + 1);
  }
  const twice = [...handled].filter(([, count]) => count > 1).map(([message]) => (message as { name: string }).name);
  if (twice.length > 0) throw new Error(`more than one handler for: ${twice.join(', ')}`);
}
