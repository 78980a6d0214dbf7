import type { SkipReason } from '#domain/destruction/gate';
import { callOffStream, isOwnTermKind, type OwnTermKind } from '#domain/destruction/own-stream';
import { begunBy, ownObstacleNow, passOwnGate, type OwnGate, type OwnStreamView } from '#domain/destruction/own-terms';
import type { GovernanceState } from '#domain/governance/state';
import type { NewEvent } from '#domain/ledger/event';
import { streamKind, streamName, type StreamName } from '#domain/ledger/ids';
import { RunInterrupted, type Run } from '#src/destruction/run/run';
import type { DossierInRun, GateOutcome } from '#src/destruction/run/run-state';
import type { LedgerWriter } from '#src/recording/ledger-writer';

const ATTEMPTS = 10;

/** Step 1 for a stream with a term of its own: asks term and hold only. */
export async function throughOwnGate(run: Run, entry: DossierInRun, governance: GovernanceState): Promise<GateOutcome> {
  const { runId } = run.state;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const view = await ownStreamView(run.ledger.writer, entry.stream);
    if (view === 'destroyed') return { kind: 'skipped', reason: 'gone' };
    const gate = gateOf(run, governance);
    const begun = begunBy(view.events);
    if (begun === runId) {
      const reason = ownObstacleNow(gate, view);
      return reason === null ? outcomeOf(run, view.kind) : callOff(run, entry.stream, view.kind, reason);
    }
    const passage = passOwnGate(gate, view);
    if (passage.kind === 'obstacle') return { kind: 'skipped', reason: passage.reason };
    const result = await append(run, entry.stream, view.revision, passage.event, entry);
    if (result === 'appended') return outcomeOf(run, view.kind);
    if (result === 'destroyed') return { kind: 'skipped', reason: 'gone' };
    if (result === 'unavailable') await run.backOff(attempt);
  }
  throw new RunInterrupted('busy');
}

/** Null: it goes all the same. */
export async function lookAgainAtOwn(run: Run, entry: DossierInRun, governance: GovernanceState): Promise<GateOutcome | null> {
  const view = await ownStreamView(run.ledger.writer, entry.stream);
  if (view === 'destroyed') throw new RunInterrupted('broken');
  const reason = ownObstacleNow(gateOf(run, governance), view);
  return reason === null ? null : callOff(run, entry.stream, view.kind, reason);
}

/** What the gate asks of such a stream. A list's own stream says when its items' term began. */
export async function ownStreamView(writer: Pick<LedgerWriter, 'read'>, stream: StreamName): Promise<OwnStreamView & { readonly revision: number } | 'destroyed'> {
  const kind = streamKind(stream);
  if (!isOwnTermKind(kind)) throw new Error('a stream without a term of its own');
  const read = await writer.read(stream);
  if (read === 'destroyed') return 'destroyed';
  // Loss must never look like what was lawfully gone.
  if (read === 'none') throw new RunInterrupted('broken');
  const listId = kind === 'destruction-list-items' ? (read.events[0]!.data as { readonly listId: string }).listId : null;
  return { kind, events: read.events, revision: read.revision, listEndedOn: listId === null ? null : await listEndedOn(writer, listId) };
}

async function listEndedOn(writer: Pick<LedgerWriter, 'read'>, listId: string): Promise<string | null> {
  const read = await writer.read(streamName('destruction-list', listId));
  if (read === 'none' || read === 'destroyed') return null;
  const ended = read.events.find(({ type }) => type === 'destruction-list-executed' || type === 'destruction-list-cancelled');
  return ended === undefined ? null : (ended.data as { readonly on: string }).on;
}

async function callOff(run: Run, stream: StreamName, kind: OwnTermKind, reason: SkipReason): Promise<GateOutcome> {
  const decision = callOffStream(run.state.runId, kind, reason);
  if (decision.kind === 'refused') throw new RunInterrupted('broken');
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const read = await run.ledger.writer.read(stream);
    if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
    const result = await append(run, stream, read.revision, decision.events[0]!);
    if (result === 'appended') return { kind: 'skipped', reason };
    if (result === 'unavailable') await run.backOff(attempt);
  }
  throw new RunInterrupted('busy');
}

async function append(run: Run, stream: StreamName, expectedRevision: number, event: NewEvent, entry?: DossierInRun): Promise<'appended' | 'conflict' | 'unavailable' | 'destroyed'> {
  const { kind } = await run.ledger.writer.append({ stream, expectedRevision, events: [event], ...(entry === undefined ? {} : { ids: [entry.gateEventId] }) });
  if (kind === 'source-known') throw new RunInterrupted('broken');
  return kind;
}

function gateOf(run: Run, { schedule, classHolds }: GovernanceState): OwnGate {
  return { runId: run.state.runId, schedule, classHolds, today: run.today() };
}

function outcomeOf(run: Run, kind: OwnTermKind): GateOutcome {
  return run.memory.shared({ kind: 'begun', ruleId: kind, ruleVersion: '', law: '', yearOfOrigin: 0 });
}
