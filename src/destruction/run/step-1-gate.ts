import { calledOffBecause, decideGate, gateObstacle, gateViewOf, passGate, type SkipReason } from '#domain/destruction/gate';
import type { GovernanceState } from '#domain/governance/state';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind, type Position } from '#domain/ledger/ids';
import { lookAgainAtOwn, throughOwnGate } from '#src/destruction/run/own-gate';
import { referencesIn } from '#src/destruction/run/references';
import { inBatches, RunInterrupted, type Run } from '#src/destruction/run/run';
import { OutcomeCounter, type DossierInRun, type GateOutcome } from '#src/destruction/run/run-state';
import { yearOfOrigin } from '#src/destruction/run/year-of-origin';
import type { ReadStream } from '#src/recording/ledger-writer';

/** Read, decided and sent in one go: some milliseconds, in which nothing else is answered. */
const AT_ONCE = 16;
/** Sent and not yet answered: they share commits. */
const UNDER_WAY = 8;
const ATTEMPTS = 10;

/**
 * Step 1. Per dossier, re-checked in that moment: `destruction-begun` appended with exactly the revision the check
 * saw. From here a fact or hold that comes is too late. What the organisation decided (rules, holds by class) has a
 * stream of its own, and so has a request for erasure: when that moved since a dossier was checked, it is checked once
 * more, and called off when it stays. A part's outcomes are journalled when it is through; of a part that a kill cut off the events say which
 * dossiers were begun.
 */
export async function stepGate(run: Run): Promise<void> {
  const { governance } = run.ledger;
  /** By part: as the check saw it. Absent: checked before a kill. */
  const checked = new Map<number, GovernanceState>();
  for (let part = 0; part < run.state.parts; part += 1) {
    const dossiers = await run.parts.read(part);
    const open = dossiers.filter(({ outcome }) => outcome === null);
    if (open.length === 0) continue;
    const seen = await governance.state();
    await through(run, open, seen);
    run.memory.pack(part);
    await run.parts.save(part, dossiers);
    if (open.length === dossiers.length) checked.set(part, seen);
  }
  await run.point('gate: all begun');
  const last = await governance.state();
  const counter = new OutcomeCounter();
  for (let part = 0; part < run.state.parts; part += 1) {
    const dossiers = await run.parts.read(part);
    if ((checked.get(part) !== last || run.state.ground?.kind === 'erasure') && await lookAgain(run, dossiers, last)) await run.parts.save(part, dossiers);
    for (const { outcome } of dossiers) counter.add(outcome!);
    await recall(run, dossiers);
  }
  run.state.outcomes = counter.outcomes();
  await run.save();
  await run.point('gate: journal saved');
}

/** A few at a time are read and decided, while those before them are being committed. */
async function through(run: Run, open: readonly DossierInRun[], seen: GovernanceState): Promise<void> {
  const underWay: Promise<unknown>[] = [];
  await inBatches(open, AT_ONCE, async (batch) => {
    if (underWay.length === UNDER_WAY) await underWay.shift();
    const begun = Promise.all(batch.map(async (dossier) => {
      dossier.outcome = isDossier(dossier) ? await throughGate(run, dossier, seen) : await throughOwnGate(run, dossier, seen);
      if (dossier === open[0]) await run.point('gate: dossier begun');
    }));
    // It is waited for below: until then a refusal is not unheard.
    begun.catch(() => undefined);
    underWay.push(begun);
  });
  await Promise.all(underWay);
}

async function recall({ state, ledger }: Run, dossiers: readonly DossierInRun[]): Promise<void> {
  const skipped = dossiers.filter(({ outcome }) => outcome?.kind === 'skipped').map(({ stream }) => stream);
  if (state.listId !== null && skipped.length > 0) await ledger.requests?.recall(state.listId, skipped);
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
    const passage = passGate(await command(run, seen), view);
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
  const reason = await obstacleNow(run, read.events, seen);
  if (reason !== null) return callOff(run, dossier, reason);
  remember(run, dossier, read.events);
  const gate = read.events.find(({ id }) => id === dossier.gateEventId)!;
  return begunOutcome(run, read.events, gateViewOf(read.events).retention.law, (gate.data as BegunData).rule);
}

/** True when something was called off. */
async function lookAgain(run: Run, dossiers: readonly DossierInRun[], last: GovernanceState): Promise<boolean> {
  let changed = false;
  await inBatches(dossiers.filter(({ outcome }) => outcome?.kind === 'begun'), AT_ONCE, async (batch) => {
    await Promise.all(batch.map(async (dossier) => {
      const outcome = isDossier(dossier) ? await lookAgainAtDossier(run, dossier, last) : await lookAgainAtOwn(run, dossier, last);
      if (outcome === null) return;
      dossier.outcome = outcome;
      changed = true;
    }));
  });
  return changed;
}

/** Null: it goes all the same. */
async function lookAgainAtDossier(run: Run, dossier: DossierInRun, last: GovernanceState): Promise<GateOutcome | null> {
  const read = await run.ledger.writer.read(dossier.stream);
  if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
  const gate = gateViewOf(read.events).gate.begun;
  // Called off, and a kill came before that was journalled.
  if (gate?.runId !== run.state.runId) {
    run.memory.forget(dossier.n, read.events.map(({ position }) => position));
    return { kind: 'skipped', reason: whyCalledOff(read.events) };
  }
  const reason = await obstacleNow(run, read.events, last);
  return reason === null ? null : callOff(run, dossier, reason);
}

/** What would keep a dossier that this run has begun, were it asked now. */
async function obstacleNow(run: Run, events: readonly LedgerEvent[], governance: GovernanceState): Promise<SkipReason | null> {
  const { retention } = gateViewOf(events);
  return gateObstacle(await command(run, governance), { gate: { begun: null }, retention });
}

async function command(run: Run, { schedule, classHolds }: GovernanceState): Promise<Parameters<typeof passGate>[0]> {
  const { runId, listId, lighter, ground } = run.state;
  return {
    kind: 'begin-destruction', runId, listId: listId ?? '', schedule, classHolds, today: run.today(), ...(lighter === undefined ? {} : { lighter }),
    ...(ground === undefined ? {} : { ground: ground.kind === 'follow' ? ground : { kind: ground.kind, decision: await run.ledger.decisionOf(ground.request) } }),
  };
}

async function callOff(run: Run, { n, stream }: DossierInRun, reason: SkipReason): Promise<GateOutcome> {
  const { writer } = run.ledger;
  const { runId, person } = run.state;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const read = await writer.read(stream);
    if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
    const decision = decideGate({ kind: 'call-off-destruction', runId, reason: reason === 'held' ? 'vernietigingsstop' : reason }, gateViewOf(read.events));
    if (decision.kind === 'refused') throw new RunInterrupted('broken');
    const result = await writer.append({ stream, expectedRevision: read.revision, events: decision.events, ...(person === null ? {} : { person }) });
    if (result.kind === 'appended') {
      run.memory.forget(n, read.events.map(({ position }) => position));
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
function remember(run: Run, { n, stream }: DossierInRun, events: readonly LedgerEvent[], gate?: Position): void {
  run.memory.keep(n, [...events.map(({ position }) => position), ...(gate === undefined ? [] : [gate])], referencesIn(stream, events));
}

/** One object for all of a class: a run may hold a hundred thousand. */
function begunOutcome(run: Run, events: readonly LedgerEvent[], law: string | null, rule: BegunData['rule']): GateOutcome {
  return run.memory.shared({ kind: 'begun', ruleId: rule.id, ruleVersion: rule.version, law: law ?? 'onbekend', yearOfOrigin: yearOfOrigin(events) });
}
