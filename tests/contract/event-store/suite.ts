import { createPublicKey, randomBytes } from 'node:crypto';
import { beforeEach, afterEach, describe, expect, test } from 'vitest';
import { NO_STREAM, streamName, type Position, type StreamName } from '#domain/ledger/ids';
import { APPEND_BYTES_MAX, EVENT_BYTES_MAX, type Append, type AppendResult, type StoredEvent } from '#infra/event-store/port';
import { leafHash, openEvent, openLogEvent } from '#infra/sealing/sealing';
import { openCheckpoint, rawPublicKey, vkeyText } from '#infra/transparency-log/checkpoint';
import { MerkleTree } from '#infra/transparency-log/merkle-tree';
import type { Subject } from './harness.js';

/** A clause of the port (docs: stores, clauses 1–6); throws when the store breaks it. Names carry the number. */
export interface Clause {
  readonly name: string;
  check(subject: Subject): Promise<void>;
}

type Appended = Extract<AppendResult, { kind: 'appended' }>;

function appended(result: AppendResult): Appended {
  expect(result.kind).toBe('appended');
  return result as Appended;
}

async function everything({ store }: Subject): Promise<(StoredEvent | Position)[]> {
  const all: (StoredEvent | Position)[] = [];
  for (;;) {
    const page = await store.readAll(all.length, 3);
    all.push(...page.entries.map((entry) => (entry.kind === 'event' ? entry.event : entry.position)));
    if (page.entries.length === 0) return all;
  }
}

function sameEvent(stored: StoredEvent | undefined, sealed: Append['events'][number]): void {
  const { id, stream, revision, type, schema, recordedAt } = sealed;
  expect(stored).toMatchObject({ id, stream, revision, type, schema, recordedAt });
  for (const part of ['header', 'payload', 'leafHash'] as const) {
    expect(Buffer.compare(stored![part], sealed[part])).toBe(0);
  }
}

export const CLAUSES: readonly Clause[] = [
  {
    name: '1 an acknowledged append is there to the byte, with its leaf in a signed tree',
    async check(subject) {
      const { store, sealer } = subject;
      const append = sealer.append(await sealer.stream(), NO_STREAM, 3);
      const log = sealer.append(await sealer.stream('log'), NO_STREAM, 1);
      const first = appended(await store.append(append));
      const second = appended(await store.append(log));
      expect([first.firstPosition, first.lastRevision, second.firstPosition]).toEqual([0, 2, 3]);
      const page = await store.readStream(append.stream, 0, 10);
      expect(page.kind).toBe('events');
      if (page.kind !== 'events') return;
      expect([page.events.length, page.lastRevision]).toEqual([3, 2]);
      page.events.forEach((event, i) => sameEvent(event, append.events[i]!));
      const tree = new MerkleTree();
      for (const event of [...append.events, ...log.events]) tree.append(leafHash(event.header, event.payload));
      const publicKey = createPublicKey(sealer.logKey);
      const opened = openCheckpoint(second.checkpoint, vkeyText('rekenschap/00000001000000001000', rawPublicKey(publicKey)));
      expect(opened?.size).toBe(4);
      expect(Buffer.compare(opened!.rootHash, tree.root())).toBe(0);
      expect(openLogEvent(log.events[0]!.header, log.events[0]!.payload, publicKey).data).toBeDefined();
      expect(() => openEvent(append.events[0]!.header, append.events[0]!.payload, randomBytes(32))).toThrow();
    },
  },
  {
    name: '1 a batch is independent appends with a result each, in order',
    async check({ store, sealer }) {
      const [a, b, c] = [await sealer.stream(), await sealer.stream(), await sealer.stream()];
      const results = await store.appendAll([sealer.append(a), sealer.append(b, 4), sealer.append(c), sealer.append(a, 0)]);
      expect(results.map((result) => result.kind)).toEqual(['appended', 'conflict', 'appended', 'appended']);
      expect(results.map((result) => (result.kind === 'appended' ? result.firstPosition : result))).toEqual([0, { kind: 'conflict', actualRevision: -1 }, 1, 2]);
      expect(await store.appendAll([])).toEqual([]);
    },
  },
  {
    name: '1 a known (source, id) is answered with what is known, and nothing is stored',
    async check(subject) {
      const { store, sealer } = subject;
      const stream = await sealer.stream();
      const first = sealer.known(sealer.append(stream, NO_STREAM, 2));
      expect(await store.findSource(first.deduplication.key)).toBeNull();
      appended(await store.append(first));
      const known = await store.findSource(first.deduplication.key);
      expect(known).toMatchObject({ eventId: first.events[0]!.id, stream, revision: 0 });
      expect(Buffer.compare(known!.contentHmac, first.deduplication.contentHmac)).toBe(0);
      const copy = { ...sealer.append(stream, 1), deduplication: first.deduplication };
      const elsewhere = { ...sealer.append(await sealer.stream()), deduplication: first.deduplication };
      for (const result of await store.appendAll([copy, elsewhere])) {
        expect(result).toMatchObject({ kind: 'source-known', known: { eventId: first.events[0]!.id, stream, revision: 0 } });
      }
      expect(await everything(subject)).toHaveLength(2);
    },
  },
  {
    name: '2 the same ids at the same revisions are stored once, and answered as the first time',
    async check(subject) {
      const { store, sealer } = subject;
      const stream = await sealer.stream();
      const append = sealer.known(sealer.append(stream, NO_STREAM, 2));
      const first = appended(await store.append(append));
      appended(await store.append(sealer.append(stream, 1)));
      const again = appended(await store.append(append));
      expect([again.firstPosition, again.lastRevision]).toEqual([first.firstPosition, first.lastRevision]);
      const twice = (await store.appendAll([sealer.append(stream, 2)].flatMap((one) => [one, one]))).map(appended);
      expect(twice[0]!.firstPosition).toBe(twice[1]!.firstPosition);
      expect(await everything(subject)).toHaveLength(4);
    },
  },
  {
    name: '2 a conflict is a value that names the actual revision, and stores nothing',
    async check(subject) {
      const { store, sealer } = subject;
      const stream = await sealer.stream();
      appended(await store.append(sealer.append(stream, NO_STREAM, 2)));
      for (const expected of [NO_STREAM, 0, 2, 7]) {
        expect(await store.append(sealer.append(stream, expected))).toEqual({ kind: 'conflict', actualRevision: 1 });
      }
      expect(await store.append(sealer.append(stream, NO_STREAM, 3))).toEqual({ kind: 'conflict', actualRevision: 1 });
      expect(await everything(subject)).toHaveLength(2);
    },
  },
  {
    name: '2 of many writers at one revision exactly one wins',
    async check({ store, sealer }) {
      const stream = await sealer.stream();
      const results = await Promise.all(Array.from({ length: 20 }, () => store.append(sealer.append(stream))));
      expect(results.filter((result) => result.kind === 'appended')).toHaveLength(1);
      expect(results.filter((result) => result.kind === 'conflict')).toHaveLength(19);
    },
  },
  {
    name: '3 position is the leaf index: gapless and in order over all streams',
    async check(subject) {
      const { store, sealer } = subject;
      const streams = [await sealer.stream(), await sealer.stream(), await sealer.stream('log')];
      const positions: number[] = [];
      for (let revision = -1; revision < 4; revision += 1) {
        const results = await Promise.all(streams.map((stream) => store.append(sealer.append(stream, revision))));
        positions.push(...results.map((result) => appended(result).firstPosition));
      }
      expect(positions.sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, i) => i));
      const all = await everything(subject);
      expect(all.map((event) => (typeof event === 'number' ? event : event.position))).toEqual(Array.from({ length: 15 }, (_, i) => i));
      const tree = new MerkleTree();
      for (const event of all as StoredEvent[]) tree.append(event.leafHash);
      expect([store.head().size, Buffer.compare(store.head().rootHash, tree.root())]).toEqual([15, 0]);
    },
  },
  {
    name: '3 pages begin where they are asked and end at their limit or the head',
    async check({ store, sealer }) {
      const stream = await sealer.stream();
      appended(await store.append(sealer.append(stream, NO_STREAM, 5)));
      expect(await store.readStream(await sealer.stream(), 0, 5)).toEqual({ kind: 'none' });
      const page = await store.readStream(stream, 2, 2);
      expect(page.kind === 'events' && page.events.map((event) => event.revision)).toEqual([2, 3]);
      expect(await store.readStream(stream, 5, 2)).toEqual({ kind: 'events', events: [], lastRevision: 4 });
      const all = await store.readAll(3, 10);
      expect([all.size, all.entries.map((entry) => entry.position)]).toEqual([5, [3, 4]]);
      expect(await store.readAll(9, 10)).toEqual({ entries: [], size: 5 });
    },
  },
  {
    name: '4 head, read-all, receipts and subscribers know an event once it is acknowledged',
    async check({ store, sealer }) {
      const seen: number[] = [];
      const unsubscribe = store.subscribe((size) => seen.push(size));
      expect(store.head().size).toBe(0);
      const append = sealer.append(await sealer.stream());
      const { checkpoint } = appended(await store.append(append));
      expect([store.head().size, store.head().checkpoint]).toEqual([1, checkpoint]);
      expect(await store.receiptOf(append.events[0]!.id)).toMatchObject({ position: 0, recordedAt: append.events[0]!.recordedAt, checkpoint });
      expect(await store.receiptOf(sealer.event(append.stream, 9).id)).toBeNull();
      await expect.poll(() => seen.at(-1)).toBe(1);
      unsubscribe();
      appended(await store.append(sealer.append(append.stream, 0)));
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(seen.at(-1)).toBe(1);
    },
  },
  {
    name: '4 announcements are the events of log- streams only, in order',
    async check({ store, sealer }) {
      const [log, other, dossier] = [await sealer.stream('log'), await sealer.stream('log'), await sealer.stream()];
      for (const append of [sealer.append(dossier), sealer.append(log), sealer.append(dossier, 0), sealer.append(other), sealer.append(log, 0)]) {
        appended(await store.append(append));
      }
      expect((await store.readAnnouncements(0, 10)).map((event) => event.position)).toEqual([1, 3, 4]);
      expect((await store.readAnnouncements(2, 1)).map((event) => event.position)).toEqual([3]);
    },
  },
  {
    name: '4 streams without events are told from those that have one, at once',
    async check({ store, sealer }) {
      const [written, log, unknown, gone] = [await sealer.stream(), await sealer.stream('log'), await sealer.stream(), await sealer.stream()];
      for (const stream of [written, log, gone]) appended(await store.append(sealer.append(stream)));
      await store.destroy(gone);
      expect(await store.withoutEvents([unknown, written, gone, log])).toEqual([unknown, gone]);
      expect(await store.withoutEvents([])).toEqual([]);
    },
  },
  {
    name: '4 streams say where they begin',
    async check({ store, sealer }) {
      const [first, unknown, second, gone] = [await sealer.stream(), await sealer.stream(), await sealer.stream(), await sealer.stream()];
      for (const append of [sealer.append(second), sealer.append(gone), sealer.append(second, 0), sealer.append(first)]) appended(await store.append(append));
      await store.destroy(gone);
      expect(await store.firstPositions([first, unknown, second, gone])).toEqual([3, null, 0, null]);
    },
  },
  {
    name: '5 after destroy nothing returns an event of the stream, and its leaves are named absent',
    async check(subject) {
      const { store, sealer } = subject;
      const [gone, kept] = [await sealer.stream(), await sealer.stream()];
      const append = sealer.known(sealer.append(gone, NO_STREAM, 2));
      const rest = sealer.known(sealer.append(kept, NO_STREAM, 1));
      appended(await store.append(append));
      appended(await store.append(rest));
      const head = store.head();
      expect(await store.destroy(gone)).toEqual({ already: false, events: 2 });
      expect(await store.readStream(gone, 0, 10)).toEqual({ kind: 'destroyed' });
      expect(await store.findSource(append.deduplication.key)).toBeNull();
      expect(await store.findSource(rest.deduplication.key)).not.toBeNull();
      expect(await store.receiptOf(append.events[0]!.id)).toBeNull();
      const { entries } = await store.readAll(0, 10);
      expect(entries.map((entry) => entry.kind)).toEqual(['absent', 'absent', 'event']);
      expect(entries[1]!.kind === 'absent' && Buffer.compare(entries[1]!.leafHash, append.events[1]!.leafHash)).toBe(0);
      expect(store.head()).toEqual(head);
      await store.purgeFreedPages();
      expect(await everything(subject)).toHaveLength(3);
    },
  },
  {
    name: '5 a destroyed stream takes nothing more, and destroying again says already',
    async check({ store, sealer }) {
      const stream = await sealer.stream();
      const append = sealer.append(stream);
      appended(await store.append(append));
      await store.destroy(stream);
      for (const late of [append, sealer.append(stream), sealer.append(stream, 0)]) {
        expect(await store.append(late)).toEqual({ kind: 'destroyed' });
      }
      expect(await store.destroy(stream)).toEqual({ already: true, events: 0 });
      const never: StreamName = streamName('dossier', '00000000-0000-4000-8000-000000000000');
      expect(await store.destroy(never)).toEqual({ already: false, events: 0 });
      expect(await store.readStream(never, 0, 1)).toEqual({ kind: 'destroyed' });
    },
  },
  {
    name: '6 an event of 256 KiB is taken, one byte more is not',
    async check({ store, sealer }) {
      const stream = await sealer.stream();
      appended(await store.append({ stream, expectedRevision: NO_STREAM, events: [sealer.event(stream, 0, EVENT_BYTES_MAX)] }));
      const beyond = { stream, expectedRevision: 0, events: [sealer.event(stream, 1, EVENT_BYTES_MAX + 1)] };
      await expect(store.append(beyond)).rejects.toMatchObject({ code: 'too-large' });
      expect(store.head().size).toBe(1);
    },
  },
  {
    name: '6 an append of 900 KiB is taken, one byte more is not, nor one that contradicts itself',
    async check({ store, sealer }) {
      const of = async (last: number): Promise<Append> => {
        const stream = await sealer.stream();
        const sizes = [256 * 1024, 256 * 1024, 256 * 1024, last];
        return { stream, expectedRevision: NO_STREAM, events: sizes.map((bytes, revision) => sealer.event(stream, revision, bytes)) };
      };
      const rest = APPEND_BYTES_MAX - 3 * 256 * 1024;
      appended(await store.append(await of(rest)));
      await expect(store.append(await of(rest + 1))).rejects.toMatchObject({ code: 'too-large' });
      const [a, b] = [await sealer.stream(), await sealer.stream()];
      await expect(store.append({ ...sealer.append(a), stream: b })).rejects.toMatchObject({ code: 'malformed-append' });
      await expect(store.append({ ...sealer.append(a), expectedRevision: 0 })).rejects.toMatchObject({ code: 'malformed-append' });
      await expect(store.append({ ...sealer.append(a), events: [] })).rejects.toMatchObject({ code: 'malformed-append' });
      expect(store.head().size).toBe(4);
    },
  },
];

export function contractSuite(adapter: string, open: () => Promise<Subject>): void {
  describe(`event store contract: ${adapter}`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());
    for (const clause of CLAUSES) test(`clause ${clause.name}`, () => clause.check(subject));
  });
}
