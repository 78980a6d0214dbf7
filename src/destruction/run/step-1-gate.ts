import { gateObstacle } from '#domain/destruction/gate';
import { dossierDecider, type DossierStreamEvent, type DossierStreamState } from '#domain/dossier/decider';
import type { LedgerEvent } from '#domain/ledger/event';
import { dayOf, dayOfInstant, type Occurred } from '#domain/ledger/moments';
import { retentionDate, standingHoldKinds } from '#domain/retention/retention-date';
import { RunInterrupted, type Run } from '#src/destruction/run/run';
import type { DossierInRun, GateOutcome } from '#src/destruction/run/run-state';

const AT_ONCE = 64;
const ATTEMPTS = 10;

/**
 * Step 1. Per dossier, re-checked in that moment: `destruction-begun` appended with exactly the revision the check
 * saw. From here a fact or hold that comes is too late. Holds by class or period have a stream of their own: they are
 * read again after the append, and the dossier is called off when one was recorded before its gate.
 */
export async function stepGate(run: Run): Promise<void> {
  const open = run.state.dossiers.filter(({ outcome }) => outcome === null);
  for (let from = 0; from < open.length; from += AT_ONCE) {
    const batch = open.slice(from, from + AT_ONCE);
    await Promise.all(batch.map(async (dossier, index) => {
      dossier.outcome = await passGate(run, dossier);
      if (index === 0) await run.point('gate: dossier begun');
    }));
    await run.save();
    await run.point('gate: journal saved');
  }
}

async function passGate(run: Run, dossier: DossierInRun): Promise<GateOutcome> {
  const { writer } = run.ledger;
  const { runId, listId, person } = run.state;
  const { stream } = dossier;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const read = await writer.read(stream);
    if (read === 'destroyed') return { kind: 'skipped', reason: 'gone' };
    // Loss must never look like a dossier that was lawfully gone.
    if (read === 'none') throw new RunInterrupted('broken');
    const folded = read.events.reduce<DossierStreamState>((state, event) => dossierDecider.evolve(state, event as DossierStreamEvent), dossierDecider.initial);
    const begunHere = read.events.find((event) => event.type === 'destruction-begun' && event.id === dossier.gateEventId);
    if (begunHere !== undefined && folded.gate.begun?.runId !== runId) return { kind: 'skipped', reason: 'held' };
    if (begunHere !== undefined) return throughGate(run, dossier, read.events, folded, begunHere.data as BegunData);

    const { schedule, classHolds } = await run.ledger.governance.state();
    const command = { kind: 'begin-destruction', runId, listId, schedule, classHolds, today: run.today() } as const;
    const obstacle = gateObstacle(command, folded);
    if (obstacle !== null) return { kind: 'skipped', reason: obstacle };
    const decision = dossierDecider.decide(command, folded);
    if (decision.kind === 'refused') throw new RunInterrupted('broken');
    const result = await writer.append({ stream, expectedRevision: read.revision, events: decision.events, ids: [dossier.gateEventId], person });
    switch (result.kind) {
      case 'appended':
        return throughGate(run, dossier, read.events, folded, decision.events[0]!.data as BegunData);
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

/** Unless a hold by class was recorded while the gate's own event was on its way. */
async function throughGate(run: Run, dossier: DossierInRun, events: readonly LedgerEvent[], state: DossierStreamState, data: BegunData): Promise<GateOutcome> {
  const { schedule, classHolds } = await run.ledger.governance.state();
  const date = retentionDate(state.retention, schedule, classHolds);
  if (standingHoldKinds(state.retention, date, classHolds).length === 0) return begunOutcome(events, state, data);
  await callOff(run, dossier);
  return { kind: 'skipped', reason: 'held' };
}

async function callOff(run: Run, { stream }: DossierInRun): Promise<void> {
  const { writer } = run.ledger;
  const command = { kind: 'call-off-destruction', runId: run.state.runId, reason: 'vernietigingsstop' } as const;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const read = await writer.read(stream);
    if (read === 'none' || read === 'destroyed') throw new RunInterrupted('broken');
    const folded = read.events.reduce<DossierStreamState>((state, event) => dossierDecider.evolve(state, event as DossierStreamEvent), dossierDecider.initial);
    const decision = dossierDecider.decide(command, folded);
    if (decision.kind === 'refused') throw new RunInterrupted('broken');
    const result = await writer.append({ stream, expectedRevision: read.revision, events: decision.events, person: run.state.person });
    if (result.kind === 'appended') return;
    if (result.kind === 'unavailable') await run.backOff(attempt);
    else if (result.kind !== 'conflict') throw new RunInterrupted('broken');
  }
  throw new RunInterrupted('busy');
}

interface BegunData {
  readonly rule: { readonly id: string; readonly version: string };
}

function begunOutcome(events: readonly LedgerEvent[], state: DossierStreamState, { rule }: BegunData): GateOutcome {
  return {
    kind: 'begun', ruleId: rule.id, ruleVersion: rule.version, law: state.dossier.law ?? 'onbekend', yearOfOrigin: yearOfOrigin(events),
  };
}

/** The year of the first fact in time; a dossier is often opened here years after it began. */
function yearOfOrigin(events: readonly LedgerEvent[]): number {
  const years = events.map((event) => {
    const { occurredAt, occurredOn } = event.data as Partial<Record<'occurredAt' | 'occurredOn', string>>;
    return occurredAt === undefined && occurredOn === undefined
      ? dayOfInstant(Temporal.Instant.from(event.recordedAt)).year
      : dayOf({ occurredAt, occurredOn } as Occurred).year;
  });
  return Math.min(...years);
}
