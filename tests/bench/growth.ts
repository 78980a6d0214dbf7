import { randomBytes, randomUUID } from 'node:crypto';
import { BareStore, BATCH } from './disk-limits.ts';
import { benchEngine, mustBeAppended, newTargets, sealedAppend, type Target } from './ledger-limits.ts';
import { inFreshFolder, type Measurement } from './measure.ts';

const WINDOW = 100_000;
const EVENTS_PER_DOSSIER = 12;
const DOSSIERS_OPEN = 6_000;

export interface Growth {
  readonly measurements: readonly Measurement[];
  /** Processor time per event in the last window against the first after 100,000. */
  readonly flat: number;
  readonly startSeconds: number;
}

/** Ever new dossiers of twelve events, as years bring them: does an event cost more when many are stored? */
export async function growth(stored: number): Promise<Growth> {
  if (stored < 3 * WINDOW) throw new RangeError(`--stored is at least ${3 * WINDOW}`);
  const bare = await inFreshFolder(async (folder) => {
    const store = new BareStore(folder);
    const payload = randomBytes(600);
    let streams: string[] = [];
    const windows = await inWindows(stored, async (from) => {
      streams = renewed(streams, from, () => `dossier-${randomUUID()}`);
      store.transaction(() => chosen(streams, from).forEach((stream) => store.insert(stream, payload)));
    });
    store.close();
    return windows;
  });
  return inFreshFolder(async (folder) => {
    let engine = await benchEngine(folder);
    let targets: Target[] = [];
    let before: Promise<void> = Promise.resolve();
    const windows = await inWindows(stored, async (from) => {
      const fresh = [...await newTargets(engine, targets.length === 0 ? DOSSIERS_OPEN : Math.ceil(BATCH / EVENTS_PER_DOSSIER))];
      targets = renewed(targets, from, () => fresh.pop()!);
      const next = engine.store.appendAll(chosen(targets, from).map(sealedAppend));
      await before;
      before = next.then((results) => results.forEach(mustBeAppended));
    }, () => before);
    await engine.close();
    const start = performance.now();
    engine = await benchEngine(folder);
    const startSeconds = (performance.now() - start) / 1000;
    await engine.close();
    const line = (name: string, { rate, cpu }: Window): Measurement => ({ name, perSecond: Math.round(rate), cpuMicros: Math.round(cpu * 10) / 10, rates: [rate] });
    const until = `tot ${stored.toLocaleString('nl-NL')}`;
    return {
      measurements: [
        line('kale SQLite, vanaf 100.000', bare[1]!), line(`kale SQLite, ${until}`, bare.at(-1)!),
        line('grootboek, vanaf 100.000', windows[1]!), line(`grootboek, ${until}`, windows.at(-1)!),
      ],
      flat: windows.at(-1)!.cpu / windows[1]!.cpu,
      startSeconds,
    };
  });
}

interface Window {
  readonly rate: number;
  readonly cpu: number;
}

async function inWindows(stored: number, batch: (from: number) => Promise<void>, settle: () => Promise<void> = () => Promise.resolve()): Promise<readonly Window[]> {
  const windows: Window[] = [];
  for (let from = 0; from < stored; from += WINDOW) {
    const start = performance.now();
    const before = process.cpuUsage();
    for (let at = from; at < from + WINDOW; at += BATCH) await batch(at);
    await settle();
    const { user, system } = process.cpuUsage(before);
    windows.push({ rate: WINDOW / ((performance.now() - start) / 1000), cpu: (user + system) / WINDOW });
  }
  return windows;
}

/** As many dossiers end as begin. */
function renewed<One>(open: readonly One[], from: number, fresh: () => One): One[] {
  if (open.length === 0) return Array.from({ length: DOSSIERS_OPEN }, fresh);
  const next = [...open];
  const count = Math.floor(BATCH / EVENTS_PER_DOSSIER);
  const turn = from / BATCH * count;
  for (let i = 0; i < count; i += 1) next[(turn + i) % DOSSIERS_OPEN] = fresh();
  return next;
}

/** A thousand different ones, spread over all that are open. */
function chosen<One>(open: readonly One[], from: number): readonly One[] {
  return Array.from({ length: BATCH }, (_, i) => open[(from + i * 6 + Math.floor(from / BATCH)) % DOSSIERS_OPEN]!);
}
