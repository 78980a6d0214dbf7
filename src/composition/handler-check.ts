import 'reflect-metadata';
import type { Provider } from '@nestjs/common';

// The keys under which @nestjs/cqrs keeps a handler's message class; it does not export them.
const COMMAND_HANDLER = '__commandHandler__';
const QUERY_HANDLER = '__queryHandler__';

type MessageClass = abstract new (...args: never[]) => unknown;

/** The command or query of every handler among the providers, once for each handler. */
export function handledMessages(providers: readonly Provider[]): readonly MessageClass[] {
  return providers.flatMap((provider) =>
    (Reflect.getMetadata(COMMAND_HANDLER, provider as object) ?? Reflect.getMetadata(QUERY_HANDLER, provider as object) ?? []) as MessageClass | []);
}

/**
 * A second handler for one command silently wins in @nestjs/cqrs, so start-up refuses it here. Throws with the names
 * of the commands and queries that have more than one handler.
 */
export function refuseSecondHandlers(providers: readonly Provider[]): void {
  const seen = new Set<MessageClass>();
  const twice = new Set<string>();
  for (const message of handledMessages(providers)) {
    if (seen.has(message)) twice.add(message.name);
    seen.add(message);
  }
  if (twice.size > 0) throw new Error(`more than one handler for: ${[...twice].join(', ')}`);
}
