import { calledOffBecause, decideGate, gateObstacle, gateViewOf, passGate, type SkipReason } from '#domain/destruction/gate';
import type { GovernanceState } from '#domain/governance/state';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind, type Position } from '#domain/ledger/ids';
import { dayOf, dayOfInstant, type Occurred } from '#domain/ledger/moments';
import { lookAgainAtOwn, throughOwnGate } from '#src/destruction/run/own-gate';
import { referencesIn } from '#src/destruction/run/references';
import { RunInterrupted, type Run } from '#src/destruction/run/run';
import type { DossierInRun, GateOutcome } from '#src/destruction/run/run-state';
import type { ReadStream } from '#src/recording/ledger-writer';

const AT_ONCE = 512;
const ATTEMPTS = 10;

/**
 * Step 1. Per dossier, re-checked in that moment: `destruction-begun` appended with exactly the revision the check
 * saw. From here a fact or hold that comes is too late. What the organisation decided (rules, holds by class) has a
 * stream of its own: when that moved since a dossier was checked, it is checked once more, and called off when it
 * stays. The outcomes need no journal of their own: after a kill the events say which dossiers were begun.
 */
export async function stepGate(run: Run): Promise<void> {
  const { governance } = run.ledger;
  const passed: { readonly batch: readonly DossierInRun[]; readonly seen: GovernanceState }[] = [];
  const open = run.state.dossiers.filter(({ outcome }) => outcome === null);
  for (let from = 0; from < open.length; from += AT_ONCE) {
    const batch = open.slice(from, from + AT_ONCE);
    const seen = await governance.state();
    await Promise.all(batch.map(async (dossier, index) => {
      dossier.outcome = isDossier(dossier) ? await throughGate(run, dossier, seen) : await throughOwnGate(run, dossier, seen);
      if (index === 0) await run.point('gate: dossier begun');
    }));
    passed.push({ batch, seen });
  }
  await run.point('gate: all begun');
  const last = await governance.state();
  for (const { batch, seen } of passed) if (seen !== last) await lookAgain(run, batch, last);
  const { listId, dossiers } = run.state;
  if (listId !== null) await run.ledger.requests?.recall(listId, dossiers.filter(({ outcome }) => outcome?.kind === 'skipped').map(({ stream }) => stream));
  await run.save();
  await run.point('gate: journal saved');
}

function isDossier({ stream }: DossierInRun): boolean {
  return streamKind(stream) === 'dossier';
}

async function throughGate(run: Run, dossier: DossierInRun, seen: GovernanceState): Promise<GateOutcome> {
  const { writer } = run.ledger;
  const { runId, person } = run.state;
  const { stream } = dossier;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const read = await writer.read(stream);
    if (read === 'destroyed') return { kind: 'skipped', reason: 'gone' };
    // Loss must never look like a dossier that was lawfully gone.
    if (read === 'none') throw new RunInterrupted('broken');
    const view = gateViewOf(read.events);
    if (read.events.some((event) => event.type === 'destruction-begun' && event.id === dossier.gateEventId)) {
      return view.gate.begun?.runId === runId ? await begunBefore(run, dossier, read, seen) : { kind: 'skipped', reason: whyCalledOff(read.events) };
    }
    const passage = passGate(command(run, seen), view);
    if (passage.kind === 'obstacle') return { kind: 'skipped', reason: passage.reason };
    const result = await writer.append({ stream, expectedRevision: read.revision, events: [passage.event], ids: [dossier.gateEventId], ...(person === null ? {} : { person }) });
    switch (result.kind) {
      case 'appended':
        remember(run, dossier, read.events, result.firstPosition);
        return begunOutcome(run, read.events, view.retention.law, passage.event.data.rule);
      case 'destroyed':
        return { kind: 'skipped', reason: 'gone' };
      case 'unavailable':
        await run.backOff(attempt);
        break;
      case 'conflict':
        break;
      default:
        throw new RunInterrupted('broken');
    }
  }
  throw new RunInterrupted('busy');
}

/** Before a kill: what came since may have changed what the check saw. */
async function begunBefore(run: Run, dossier: DossierInRun, read: ReadStream, seen: GovernanceState): Promise<GateOutcome> {
  const reason = obstacleNow(run, read.events, seen);
  if (reason !== null) return callOff(run, dossier, reason);
  remember(run, dossier, read.events);
  const gate = read.events.find(({ id }) => id === dossier.gateEventId)!;
  return begunOutcome(run, read.events, gateViewOf(read.events).retention.law, (gate.data as BegunData).rule);
}

async function lookAgain(run: Run, batch: readonly DossierInRun[], last: GovernanceState): Promise<void> {
  await Promise.all(batch.map(async (dossier) => {
    if (dossier.outcome?.kind !== 'begun') return;
    if (!isDossier(dossier)) {
      dossier.outcome = await lookAgainAtOwn(run, dossier, last) ?? dossier.outcome;
      return;
    }
    const read = await run.ledger.writer.read(dossier.stream);
    if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
    const reason = obstacleNow(run, read.events, last);
    if (reason !== null) dossier.outcome = await callOff(run, dossier, reason);
  }));
}

/** What would keep a dossier that this run has begun, were it asked now. */
function obstacleNow(run: Run, events: readonly LedgerEvent[], governance: GovernanceState): SkipReason | null {
  const { retention } = gateViewOf(events);
  return gateObstacle(command(run, governance), { gate: { begun: null }, retention });
}

function command(run: Run, { schedule, classHolds }: GovernanceState): Parameters<typeof passGate>[0] {
  const { runId, listId, lighter } = run.state;
  return { kind: 'begin-destruction', runId, listId: listId ?? '', schedule, classHolds, today: run.today(), ...(lighter === undefined ? {} : { lighter }) };
}

async function callOff(run: Run, { stream }: DossierInRun, reason: SkipReason): Promise<GateOutcome> {
  const { writer } = run.ledger;
  const { runId, person } = run.state;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const read = await writer.read(stream);
    if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
    const decision = decideGate({ kind: 'call-off-destruction', runId, reason: reason === 'held' ? 'vernietigingsstop' : reason }, gateViewOf(read.events));
    if (decision.kind === 'refused') throw new RunInterrupted('broken');
    const result = await writer.append({ stream, expectedRevision: read.revision, events: decision.events, ...(person === null ? {} : { person }) });
    if (result.kind === 'appended') {
      run.memory.forget(stream);
      return { kind: 'skipped', reason };
    }
    if (result.kind === 'unavailable') await run.backOff(attempt);
    else if (result.kind !== 'conflict') throw new RunInterrupted('broken');
  }
  throw new RunInterrupted('busy');
}

function whyCalledOff(events: readonly LedgerEvent[]): SkipReason {
  const last = events.findLast(({ type }) => type === 'destruction-called-off');
  return calledOffBecause((last?.data as { readonly reason?: string } | undefined)?.reason ?? '');
}

interface BegunData {
  readonly rule: { readonly id: string; readonly version: string };
}

/** Announcement and fence ask these again; reading a stream twice is half of what a run costs. */
function remember(run: Run, { stream }: DossierInRun, events: readonly LedgerEvent[], gate?: Position): void {
  run.memory.keep(stream, { positions: [...events.map(({ position }) => position), ...(gate === undefined ? [] : [gate])], references: referencesIn(stream, events) });
}

/** One object for all of a class: a run may hold a hundred thousand. */
function begunOutcome(run: Run, events: readonly LedgerEvent[], law: string | null, rule: BegunData['rule']): GateOutcome {
  return run.memory.shared({ kind: 'begun', ruleId: rule.id, ruleVersion: rule.version, law: law ?? 'onbekend', yearOfOrigin: yearOfOrigin(events) });
}

/** The year of the first fact in time; a dossier is often opened here years after it began. */
function yearOfOrigin(events: readonly LedgerEvent[]): number {
  let first = Infinity;
  for (const event of events) {
    const { occurredAt, occurredOn } = event.data as Partial<Record<'occurredAt' | 'occurredOn', string>>;
    const day = occurredAt ?? occurredOn ?? event.recordedAt;
    // Only about New Year can a moment's own date say another year than Amsterdam's.
    const border = day.slice(5, 10) === '12-31' || day.slice(5, 10) === '01-01';
    const year = !border ? Number(day.slice(0, 4))
      : occurredAt === undefined && occurredOn === undefined ? dayOfInstant(Temporal.Instant.from(event.recordedAt)).year
        : dayOf({ occurredAt, occurredOn } as Occurred).year;
    if (year < first) first = year;
  }
  return first;
}
