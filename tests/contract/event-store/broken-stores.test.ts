import { describe, expect, test } from 'vitest';
import type { EventId, Position, Revision, StreamName } from '#domain/ledger/ids';
import { MemoryEventStore } from '#infra/event-store/memory';
import type { AllPage, Append, AppendResult, EventPlace, EventStore, KnownSource, StoredEvent, StreamPage } from '#infra/event-store/port';
import type { CheckpointSigner } from '#infra/transparency-log/checkpoint';
import { memorySubject } from './harness.js';
import { CLAUSES } from './suite.js';

/** Each breaks one clause on purpose: a suite that stays green on it would prove nothing. */
const BROKEN: readonly { readonly clause: string; readonly bug: string; readonly make: (signer: CheckpointSigner) => EventStore }[] = [
  {
    clause: '1 an acknowledged append is there to the byte',
    bug: 'acknowledges and forgets the last event',
    make: (signer) => new (class extends MemoryEventStore {
      override async readStream(stream: StreamName, from: Revision, limit: number): Promise<StreamPage> {
        const page = await super.readStream(stream, from, limit);
        return page.kind === 'events' ? { ...page, events: page.events.slice(0, -1) } : page;
      }
    })(signer),
  },
  {
    clause: '1 an acknowledged append is there to the byte',
    bug: 'signs another root',
    make: (signer) => new MemoryEventStore({ ...signer, sign: (size, root) => signer.sign(size, Buffer.from(root).fill(0, 0, 1)) }),
  },
  {
    clause: '1 a batch is independent',
    bug: 'stops at the first conflict',
    make: (signer) => new (class extends MemoryEventStore {
      override async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
        const results: AppendResult[] = [];
        for (const append of appends) results.push(results.find((result) => result.kind === 'conflict') ?? (await super.appendAll([append]))[0]!);
        return results;
      }
    })(signer),
  },
  {
    clause: '1 a known (source, id)',
    bug: 'forgets where an event came from',
    make: (signer) => new (class extends MemoryEventStore {
      override appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
        return super.appendAll(appends.map(({ stream, expectedRevision, events }) => ({ stream, expectedRevision, events })));
      }
    })(signer),
  },
  {
    clause: '2 the same ids at the same revisions',
    bug: 'answers a resend with a conflict',
    make: (signer) => new (class extends MemoryEventStore {
      override async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
        const before = this.head().size;
        const results = await super.appendAll(appends);
        return results.map((result) => (result.kind === 'appended' && result.firstPosition < before ? { kind: 'conflict', actualRevision: 0 } : result));
      }
    })(signer),
  },
  {
    clause: '2 a conflict is a value',
    bug: 'throws on a conflict',
    make: (signer) => new (class extends MemoryEventStore {
      override async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
        const results = await super.appendAll(appends);
        if (results.some((result) => result.kind === 'conflict')) throw new Error('conflict');
        return results;
      }
    })(signer),
  },
  {
    clause: '2 of many writers',
    bug: 'tells every writer that it won',
    make: (signer) => new (class extends MemoryEventStore {
      override async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
        const { checkpoint } = this.head();
        const results = await super.appendAll(appends);
        return results.map(() => ({ kind: 'appended', firstPosition: 0, lastRevision: 0, checkpoint }));
      }
    })(signer),
  },
  {
    clause: '3 position is the leaf index',
    bug: 'counts positions from one',
    make: (signer) => new (class extends MemoryEventStore {
      override async readAll(from: Position, limit: number): Promise<AllPage> {
        const page = await super.readAll(from, limit);
        const entries = page.entries.map((entry) => (entry.kind === 'event'
          ? { ...entry, position: entry.position + 1, event: { ...entry.event, position: entry.position + 1 } } : entry));
        return { ...page, entries };
      }
    })(signer),
  },
  {
    clause: '3 pages begin where they are asked',
    bug: 'takes `from` as exclusive',
    make: (signer) => new (class extends MemoryEventStore {
      override readStream(stream: StreamName, from: Revision, limit: number): Promise<StreamPage> {
        return super.readStream(stream, from + 1, limit);
      }
    })(signer),
  },
  {
    clause: '4 head, read-all, receipts',
    bug: 'gives receipts of what it never saw',
    make: (signer) => new (class extends MemoryEventStore {
      override receiptOf(id: EventId): Promise<EventPlace | null> {
        const { checkpoint } = this.head();
        return Promise.resolve({ id, position: 0, leafHash: new Uint8Array(32), recordedAt: '', checkpoint });
      }
    })(signer),
  },
  {
    clause: '4 head, read-all, receipts',
    bug: 'never calls subscribers',
    make: (signer) => new (class extends MemoryEventStore {
      override subscribe(): () => void {
        return () => undefined;
      }
    })(signer),
  },
  {
    clause: '4 announcements',
    bug: 'announces dossiers',
    make: (signer) => new (class extends MemoryEventStore {
      override async readAnnouncements(from: Position, limit: number): Promise<readonly StoredEvent[]> {
        return (await super.readAll(from, limit)).entries.flatMap((entry) => (entry.kind === 'event' ? entry.event : []));
      }
    })(signer),
  },
  {
    clause: '4 streams without events',
    bug: 'says that a stream that lives holds nothing',
    make: (signer) => new (class extends MemoryEventStore {
      override withoutEvents(streams: readonly StreamName[]): Promise<readonly StreamName[]> {
        return Promise.resolve(streams);
      }
    })(signer),
  },
  {
    clause: '4 streams say where they begin',
    bug: 'names the last event',
    make: (signer) => new (class extends MemoryEventStore {
      override async firstPositions(streams: readonly StreamName[]): Promise<readonly (Position | null)[]> {
        const pages = await Promise.all(streams.map((stream) => super.readStream(stream, 0, 1_000)));
        return pages.map((page) => (page.kind === 'events' ? page.events.at(-1)!.position : null));
      }
    })(signer),
  },
  {
    clause: '5 after destroy nothing returns',
    bug: 'keeps the source rows of a destroyed stream',
    make: (signer) => new (class extends MemoryEventStore {
      readonly #kept = new Map<string, KnownSource>();
      override async findSource(key: Uint8Array): Promise<KnownSource | null> {
        const name = Buffer.from(key).toString('hex');
        const known = await super.findSource(key) ?? this.#kept.get(name) ?? null;
        if (known !== null) this.#kept.set(name, known);
        return known;
      }
      override async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
        const results = await super.appendAll(appends);
        for (const { deduplication } of appends) if (deduplication !== undefined) await this.findSource(deduplication.key);
        return results;
      }
    })(signer),
  },
  {
    clause: '5 after destroy nothing returns',
    bug: 'skips the leaves of destroyed events',
    make: (signer) => new (class extends MemoryEventStore {
      override async readAll(from: Position, limit: number): Promise<AllPage> {
        const page = await super.readAll(from, limit);
        return { ...page, entries: page.entries.filter((entry) => entry.kind === 'event') };
      }
    })(signer),
  },
  {
    clause: '5 a destroyed stream takes nothing more',
    bug: 'forgets which streams are gone',
    make: (signer) => new (class extends MemoryEventStore {
      override async appendAll(appends: readonly Append[]): Promise<readonly AppendResult[]> {
        const results = await super.appendAll(appends);
        return results.map((result) => (result.kind === 'destroyed' ? { kind: 'conflict', actualRevision: -1 } : result));
      }
    })(signer),
  },
  {
    clause: '6 an event of 256 KiB',
    bug: 'knows no limit for an event',
    make: (signer) => new Unlimited(signer),
  },
  {
    clause: '6 an append of 900 KiB',
    bug: 'knows no limit for an append',
    make: (signer) => new Unlimited(signer),
  },
];

class Unlimited extends MemoryEventStore {
  override async append(append: Append): Promise<AppendResult> {
    return super.append(append).catch(() => ({ kind: 'destroyed' }));
  }
}

describe('the contract suite finds a store that breaks a clause', () => {
  for (const { clause, bug, make } of BROKEN) {
    test(`clause ${clause}: ${bug}`, async () => {
      const named = CLAUSES.filter(({ name }) => name.startsWith(clause));
      expect(named).toHaveLength(1);
      const subject = memorySubject(make);
      await expect(named[0]!.check(subject)).rejects.toThrow();
      await subject.close();
    });
  }

  test('every clause has a store that breaks it', () => {
    const without = CLAUSES.filter(({ name }) => !BROKEN.some(({ clause }) => name.startsWith(clause)));
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});
