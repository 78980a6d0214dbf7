import { join } from 'node:path';
import type { IssuedCertificate } from '#domain/destruction/certificate';
import { inChunks } from '#domain/destruction/chunks';
import type { DestructionBegun, FiguresFixed, LeafRange, RunRanges } from '#domain/destruction/events';
import { BY_THE_FENCE } from '#domain/destruction/gate';
import { dossierDecider, type DossierStreamEvent, type DossierStreamState } from '#domain/dossier/decider';
import { parseStreamName, type StreamName } from '#domain/ledger/ids';
import { dayOfInstant } from '#domain/ledger/moments';
import { retentionDate } from '#domain/retention/retention-date';
import type { Clock } from '#infra/clock/port';
import type { EventStore } from '#infra/event-store/port';
import type { DossierReference, Vault } from '#infra/vault/port';
import { classesOf, complete, issue } from '#src/backup/certificate-of-restore';
import { rangesOf, type StreamsToGo } from '#src/backup/fenced-streams';
import type { OnStep, OwnEvents } from '#src/backup/own-events';
import type { RestoreFile, RestoreState } from '#src/backup/restore-state';
import type { RunLedger } from '#src/destruction/run/run-ledger';
import type { GovernanceStream } from '#src/recording/governance-stream';
import type { LedgerWriter } from '#src/recording/ledger-writer';

const AT_ONCE = 200;

export interface AgainParts {
  readonly dataDir: string;
  readonly state: RestoreState;
  readonly file: RestoreFile;
  readonly own: OwnEvents;
  readonly going: StreamsToGo;
  readonly onStep: OnStep;
}

interface Engine {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly writer: LedgerWriter;
  readonly governance: GovernanceStream;
  readonly clock: Clock;
}

/**
 * Before anything reads the ledger: what nobody can open is announced, so that reading passes over it, and the gate
 * of every dossier that can be opened is closed, without its conditions.
 */
export async function announceUnreadable(parts: AgainParts, engine: Engine): Promise<void> {
  const { state, file, going, onStep } = parts;
  if (state.unreadable === null) {
    state.unreadable = rangesOf(join(parts.dataDir, 'ledger.db'), going.unreadable);
    file.save(state);
  }
  if (state.unreadable.length > 0) await recordRanges(parts, 'run-begun unreadable', 'run-begun', state.unreadable);
  for (const stream of going.readable) {
    if (parseStreamName(stream).kind !== 'dossier') continue;
    await closeGate(parts, engine, stream);
    await onStep('gate: dossier begun');
  }
}

async function closeGate({ state }: AgainParts, { writer, governance, clock }: Engine, stream: StreamName): Promise<void> {
  const read = await writer.read(stream);
  // A key without events: the ledger came back from before the dossier. Its key goes with the others.
  if (read === 'none' || read === 'destroyed') return;
  const folded = read.events.reduce<DossierStreamState>((before, event) => dossierDecider.evolve(before, event as DossierStreamEvent), dossierDecider.initial);
  if (folded.gate.begun !== null) return;
  const { schedule, classHolds } = await governance.state();
  const date = retentionDate(folded.retention, schedule, classHolds);
  const today = dayOfInstant(clock.now()).toString();
  const begun: DestructionBegun = {
    type: 'destruction-begun', schema: 1,
    data: {
      runId: state.runId, listId: state.runId, on: today,
      ...date.kind === 'dated' ? { rule: date.rule, firstDestructionDay: date.firstDestructionDay } : { rule: BY_THE_FENCE, firstDestructionDay: today },
    },
  };
  const result = await writer.append({ stream, expectedRevision: read.revision, events: [begun] });
  if (result.kind !== 'appended') throw new Error(`a gate was not closed: ${result.kind}`);
}

/**
 * The steps of a run from the figures on, over everything that must go. Every step may be repeated. Answers the
 * certificate; null when there was nothing.
 */
export async function destroyAgain(parts: AgainParts, ledger: RunLedger): Promise<IssuedCertificate | null> {
  const { state, file, going, onStep } = parts;
  const streams = [...new Set([...going.readable, ...going.unreadable])];
  if (streams.length === 0 && state.readable === null) return null;
  state.checkpointBefore ??= ledger.store.head().checkpoint;
  state.begunOn ??= dayOfInstant(ledger.clock.now()).toString();
  await fixFigures(parts, ledger);
  // While they can still be read.
  if (state.classes === undefined) {
    state.classes = await classesOf(going.readable, ledger.writer);
    file.save(state);
  }
  if (state.readable === null) {
    state.readable = rangesOf(join(parts.dataDir, 'ledger.db'), going.readable);
    file.save(state);
  }
  if (state.readable.length > 0) await recordRanges(parts, 'run-begun', 'run-begun', state.readable);
  const year = dayOfInstant(ledger.clock.now()).year;
  for (const some of inParts(streams)) {
    await ledger.vault.fence(await Promise.all(some.map(async (stream) => ({ stream, references: await referencesOf(ledger, stream) }))), year);
    await onStep('fence: some streams');
  }
  for (const some of inParts(streams)) {
    await ledger.vault.destroyStreams(some);
    await onStep('keys: some streams');
  }
  for (const some of inParts(streams)) {
    for (const stream of some) if ((await ledger.store.readStream(stream, 0, 1)).kind !== 'none') await ledger.store.destroy(stream);
    await onStep('events: some streams');
  }
  for (const some of inParts(streams)) {
    await ledger.projections.forget(some);
    for (const stream of some) ledger.forgetState(stream);
  }
  await onStep('views: done');
  await recordRanges(parts, 'run-closed', 'run-closed', [...state.unreadable ?? [], ...state.readable].toSorted(([a], [b]) => a - b));
  await issue(parts, ledger);
  await ledger.projections.purgeFreedPages();
  await ledger.vault.purgeFreedPages();
  await ledger.store.purgeFreedPages();
  await onStep('close: pages rewritten');
  return complete(parts, ledger);
}

async function fixFigures({ state, file, own, going }: AgainParts, { projections, store }: RunLedger): Promise<void> {
  try {
    if (state.figures === null) {
      const upTo = await projections.pauseAt(store.head().size - 1);
      state.figures = { upTo, ...projections.cells() };
      file.save(state);
    }
    const { upTo, definitionsVersion, cells } = state.figures;
    const chunks = inChunks(cells);
    for (const [index, chunk] of chunks.entries()) {
      const data: FiguresFixed = {
        runId: state.runId, upTo, chunk: index + 1, chunks: chunks.length, definitionsVersion, cells: chunk,
        ...(going.unreadable.length === 0 ? {} : { notCounted: going.unreadable.length }),
      };
      await own.record(`figures-fixed ${index + 1}`, { type: 'figures-fixed', schema: 1, data });
    }
  } finally {
    await projections.resume();
  }
}

async function recordRanges({ own, state: { runId, dossiers } }: AgainParts, name: string, type: 'run-begun' | 'run-closed', ranges: readonly LeafRange[]): Promise<void> {
  const chunks = inChunks(ranges);
  for (const [index, chunk] of chunks.entries()) {
    const data: RunRanges = { runId, ranges: chunk, dossiers, ...(chunks.length === 1 ? {} : { chunk: index + 1, chunks: chunks.length }) };
    await own.record(`${name} ${index + 1}`, { type, schema: 1, data });
  }
}

/** Only what opens says by which references it was known; the old marks hold for the others. */
async function referencesOf({ vault, writer }: RunLedger, stream: StreamName): Promise<readonly DossierReference[]> {
  if (parseStreamName(stream).kind !== 'dossier' || await vault.streamKey(stream) === null) return [];
  const read = await writer.read(stream);
  if (typeof read === 'string') return [];
  const references = new Map<string, DossierReference>();
  for (const { data } of read.events) {
    const { dossier } = data as { readonly dossier?: DossierReference };
    if (dossier !== undefined) references.set(JSON.stringify([dossier.system, dossier.reference]), { system: dossier.system, reference: dossier.reference });
  }
  return [...references.values()];
}

function* inParts(streams: readonly StreamName[]): Generator<readonly StreamName[]> {
  for (let from = 0; from < streams.length; from += AT_ONCE) yield streams.slice(from, from + AT_ONCE);
}
