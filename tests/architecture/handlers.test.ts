import 'reflect-metadata';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Provider } from '@nestjs/common';
import { Command, CommandHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { describe, expect, it } from 'vitest';
import { handledMessages, refuseSecondHandlers } from '#src/composition/handler-check';
import type { Ledger } from '#src/composition/ledger';
import { rootModule } from '#src/composition/root.module';

const root = join(import.meta.dirname, '..', '..');
const MESSAGE = /^export (?:abstract )?class (\w+) extends (?:Command|Query)</gm;

/** Every class in src that is sent over a bus, by name. */
function messagesIn(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(MESSAGE)].map(([, name]) => name!)).sort();
}

const sources = globSync('src/**/*.ts', { cwd: root }).map((file) => join(root, file));

class Asked extends Query<string> {}
class Told extends Command<string> {}

@QueryHandler(Asked)
class AskedHandler {
  execute(): Promise<string> { return Promise.resolve('one'); }
}

@QueryHandler(Asked)
class AskedAgainHandler {
  execute(): Promise<string> { return Promise.resolve('two'); }
}

@CommandHandler(Told)
class ToldHandler {
  execute(): Promise<string> { return Promise.resolve('one'); }
}

@CommandHandler(Told)
class ToldAgainHandler {
  execute(): Promise<string> { return Promise.resolve('two'); }
}

describe('commands and queries', () => {
  it('each have one handler in the application, and every handler one of them', () => {
    // The module reads `facts` and nothing else before Nest starts it.
    const { providers } = rootModule({ facts: {} } as Ledger);
    const messages = messagesIn(sources);
    expect(messages.length).toBeGreaterThan(5);
    expect(handledMessages(providers as readonly Provider[]).map(({ name }) => name).sort()).toEqual(messages);
  });

  it('are found by how they are written: nothing else in src extends either', () => {
    const extending = sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/ extends (?:Command|Query)\b/g)]);
    expect(extending.length).toBe(messagesIn(sources).length);
  });

  it('start-up refuses a second handler by the message\'s name', () => {
    expect(() => refuseSecondHandlers([AskedHandler, AskedAgainHandler, ToldHandler])).toThrow('more than one handler for: Asked');
    expect(() => refuseSecondHandlers([ToldHandler, ToldAgainHandler])).toThrow('more than one handler for: Told');
    // The same class listed twice is two handlers as well.
    expect(() => refuseSecondHandlers([ToldHandler, ToldHandler])).toThrow('more than one handler for: Told');
  });

  it('control: one handler each is taken', () => {
    expect(() => refuseSecondHandlers([AskedHandler, ToldHandler, { provide: 'other', useValue: 1 }])).not.toThrow();
  });
});
