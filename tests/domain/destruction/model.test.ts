import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionsOf } from '#domain/destruction/exceptions';
import { CAP, LAWS, LED, POLICY_OF, REAL, TERM_DAYS, World, type Act, type Gone, type Rules, type Turn } from './model-world.js';

/** What happened to one dossier, kept from the turns alone: no state of a decider is asked. */
interface Account {
  closedOn: number | null; closedRecorded: number; reopenedOn: number; open: boolean; held: boolean; liftedOn: number; extendedUntil: number;
  /** Told by its source, how often, and not taken back; nothing of it counts after a reopening. */
  told: number[]; reopenedAt: number; granted: boolean;
}

interface Kept { readonly dossiers: Account[]; adoptedOn: number | null; allFull: boolean; classHold: number | null; classLifted: Map<string, number>; cap: { readonly from: number; readonly number: number } | null }

function accountUntil(world: World, position: number): Kept {
  const kept: Kept = {
    dossiers: LAWS.map(() => ({ closedOn: null, closedRecorded: 0, reopenedOn: -Infinity, open: true, held: false, liftedOn: -Infinity, extendedUntil: -Infinity, reopenedAt: -1, told: [], granted: false })),
    adoptedOn: null, allFull: false, classHold: null, classLifted: new Map(), cap: null,
  };
  for (const [position_, { turn, day }] of world.happened.slice(0, position).entries()) {
    const one = kept.dossiers[turn.which]!;
    switch (turn.kind) {
      case 'adopt': case 'adopt-full':
        kept.adoptedOn = day;
        kept.allFull = turn.kind === 'adopt-full';
        break;
      case 'close':
        one.closedRecorded = day;
        // Of several the latest day counts, and one that lies before a reopening does not close again.
        if (one.closedOn === null || day - turn.back >= one.closedOn) {
          one.closedOn = day - turn.back;
          one.open = one.reopenedOn > one.closedOn;
        }
        break;
      case 'reopen':
        one.reopenedOn = day;
        one.reopenedAt = position_;
        one.open = true;
        break;
      case 'gone-at-source': one.told.push(position_); break;
      case 'take-back': one.told.pop(); break;
      case 'grant': one.granted = true; break;
      case 'annul-decision': one.granted = false; break;
      case 'hold': one.held = true; break;
      case 'lift': if (one.held) { one.held = false; one.liftedOn = day; } break;
      case 'extend': one.extendedUntil = Math.max(one.extendedUntil, day + turn.back); break;
      case 'class-hold': kept.classHold = turn.which; break;
      case 'class-lift':
        kept.classLifted.set(LAWS[kept.classHold!]!, day);
        kept.classHold = null;
        break;
      case 'authorise': kept.cap = { from: day, number: CAP - (turn.back % 2) }; break;
      case 'end-authorisation': kept.cap = null; break;
      default:
    }
  }
  return kept;
}

/** Why this destruction was wrong, in the words of the design; null when it was right. */
function wrong(gone: Gone, world: World): string | null {
  const { dossier, day, procedure, acts, together } = gone;
  const kept = accountUntil(world, gone.position);
  const one = kept.dossiers[dossier]!;
  const law = LAWS[dossier]!;
  if (kept.adoptedOn === null) return 'nothing was adopted';
  if (one.held || (kept.classHold !== null && LAWS[kept.classHold] === law)) return 'it was held';
  if (gone.kind !== 'term') return wrongOnGround(gone, one, (kept.classLifted.get(law) ?? -1));
  if (LED.has(dossier)) return 'its source leads';
  if (one.closedOn === null || one.open) return 'the case was open';
  const first = Math.max(one.closedOn + TERM_DAYS + 1, one.extendedUntil + 1);
  if (day < Math.max(first, kept.adoptedOn, one.liftedOn + 1, (kept.classLifted.get(law) ?? -1) + 1)) return 'it was not due';
  const light = !kept.allFull && first > one.closedRecorded ? POLICY_OF[law] : 'full';
  if (procedure === 'standing') {
    if (light !== 'standing') return 'it could not go without a list of people';
    return kept.cap === null || day > kept.cap.from + 60 || together > kept.cap.number ? 'no authorisation let it go' : null;
  }
  if (procedure === 'short' && light === 'full') return 'it needed the full procedure';
  return wrongPeople(acts, procedure, day) ?? (takenOff(gone) ? 'it was taken off the list' : null);
}

function wrongOnGround({ kind, acts, procedure, day, dossier, line, ...gone }: Gone, one: Account, classLifted: number): string | null {
  if (one.liftedOn >= day || classLifted >= day) return 'it was held today';
  if (one.extendedUntil >= day) return 'it was extended';
  if (kind === 'erasure') {
    if (!one.granted) return 'no decision stood';
    return wrongPeople(acts, procedure, day) ?? (takenOff({ kind, acts, procedure, day, dossier, line, ...gone }) ? 'it was taken off the list' : null);
  }
  if (!LED.has(dossier)) return 'its source does not lead';
  if (!one.told.some((at) => at > one.reopenedAt)) return 'its source did not destroy it';
  return day - acts[0]!.day < 7 ? 'the waiting period ran' : null;
}

function wrongPeople(acts: readonly Act[], procedure: string, day: number): string | null {
  const last = (type: string): number => acts.findLastIndex((act) => act.type === `destruction-list-${type}`);
  const [submitted, reviewed, approved] = [last('submitted'), last('reviewed'), last('approved')];
  if (submitted < 0 || reviewed < submitted || approved < reviewed || last('cancelled') >= 0) return 'a step was left out';
  const of = (...types: readonly string[]): ReadonlySet<string> => new Set(acts.filter(({ type, part }) => types.includes(part ?? type.replace('destruction-list-', ''))).map(({ sub }) => sub));
  const drawers = of('drawn-up', 'drawing-up');
  const reviewers = of('reviewed', 'review', 'advised');
  const approver = acts[approved]!;
  if (drawers.has(approver.sub)) return 'it was approved by its drawer';
  if (reviewers.has(approver.sub)) return 'it was approved by who reviewed or advised';
  if (drawers.has(acts[reviewed]!.sub)) return 'it was reviewed by its drawer';
  if (procedure === 'full' ? approver.role !== 'archivist' : !['archivist', 'process-owner'].includes(approver.role)) return 'it was approved in the wrong role';
  if (acts.at(-1)!.sub === approver.sub) return 'it was executed by its approver';
  return day - approver.day < 7 ? 'the waiting period ran' : null;
}

/** The last thing that was decided about its line on the list. */
function takenOff({ acts, line }: Gone): boolean {
  return acts.findLast(({ type, n }) => type === 'destruction-list-exceptions-changed' && n === line)?.off === true;
}

const SUBS = ['a', 'b', 'c', 'd', 'e'] as const;
const ROLES = ['record-manager', 'applicatiebeheer', 'process-owner', 'archivist', 'controller', 'scheduler'];
const KINDS: readonly Turn['kind'][] = [
  'grant', 'annul-decision', 'draw-up-erasure', 'gone-at-source', 'take-back',
  'adopt', 'adopt-full', 'close', 'reopen', 'hold', 'lift', 'extend', 'class-hold', 'class-lift', 'authorise', 'end-authorisation', 'night',
  'draw-up', 'submit', 'except', 'advise', 'replace', 'review', 'request-changes', 'approve', 'cancel', 'execute',
];
const anyTurn: fc.Arbitrary<Turn> = fc.record({
  kind: fc.constantFrom(...KINDS), days: fc.integer({ min: 0, max: 4 }), which: fc.nat(LAWS.length - 1), sub: fc.constantFrom(...SUBS), role: fc.constantFrom(...ROLES),
  procedure: fc.constantFrom('full' as const, 'short' as const), part: fc.constantFrom('drawing-up' as const, 'review' as const), back: fc.integer({ min: 0, max: 45 }),
});

const plain = (kind: Turn['kind'], more: Partial<Turn> = {}): Turn => ({ kind, days: 0, which: 0, sub: 'a', role: 'record-manager', procedure: 'full', part: 'drawing-up', back: 0, ...more });

/** The right road with small departures: chance alone seldom destroys anything. */
const road: fc.Arbitrary<readonly Turn[]> = fc.record({
  procedure: fc.constantFrom('full' as const, 'short' as const), late: fc.boolean(), adopt: fc.constantFrom<Turn['kind'] | null>('adopt', 'adopt', 'adopt', 'adopt-full', null),
  people: fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }), mixed: fc.boolean(), approver: fc.constantFrom('archivist', 'process-owner'),
  waits: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 }), noise: fc.array(fc.tuple(fc.nat(20), anyTurn), { maxLength: 5 }), authorised: fc.constantFrom(null, 'now', 'long ago'),
  off: fc.option(fc.nat(5)),
}).map(({ procedure, late, adopt, people, mixed, approver, waits, noise, authorised, off }) => {
  const who = (index: number): string => SUBS[mixed ? people[index]! : index]!;
  const turns: Turn[] = [
    ...(adopt === null ? [] : [plain(adopt)]),
    ...(authorised === 'long ago' ? [plain('authorise'), plain('night', { days: 40 })] : []),
    ...LAWS.map((_, which) => plain('close', { which, back: late ? 35 : 0 })),
    ...(authorised === 'now' ? [plain('authorise', { back: waits[0]! })] : []),
    plain('night', { days: 29 }), plain('night', { days: 2 }),
    plain('draw-up', { sub: who(0), procedure }), plain('submit', { sub: who(0) }),
    ...(off === null ? [] : [plain('except', { sub: who(1), role: 'process-owner', which: off })]), plain('review', { sub: who(1), role: 'process-owner', days: waits[1]! }),
    plain('approve', { sub: who(2), role: approver, days: waits[2]! }), plain('execute', { sub: who(3), role: 'applicatiebeheer', days: waits[3]! }),
    plain('execute', { sub: who(4), role: 'applicatiebeheer', days: 7 }),
  ];
  for (const [at, turn] of noise) turns.splice(Math.min(at, turns.length), 0, turn);
  return turns;
});

/** The same for a granted request, and for a source that goes first; the steps of people are those of any list. */
const otherRoads: fc.Arbitrary<readonly Turn[]> = fc.record({
  which: fc.nat(LAWS.length - 1), granted: fc.boolean(), people: fc.array(fc.nat(4), { minLength: 4, maxLength: 4 }), mixed: fc.boolean(), wait: fc.integer({ min: 5, max: 9 }),
  told: fc.constantFrom(6, 7, 0), noise: fc.array(fc.tuple(fc.nat(12), anyTurn), { maxLength: 4 }), annulled: fc.boolean(), back: fc.boolean(), held: fc.boolean(), lastNight: fc.integer({ min: 5, max: 9 }),
}).map(({ which, granted, people, mixed, wait, told, noise, annulled, back, held, lastNight }) => {
  const who = (index: number): string => SUBS[mixed ? people[index]! : index]!;
  const turns: Turn[] = [
    plain('adopt'), ...(granted ? [plain('grant', { which })] : []), plain('gone-at-source', { which: told }), plain('night'),
    plain('draw-up-erasure', { which, sub: who(0) }), plain('submit', { sub: who(0) }), plain('review', { sub: who(1), role: 'process-owner' }),
    plain('approve', { sub: who(2), role: 'archivist' }), ...(annulled ? [plain('annul-decision', { which })] : []), ...(held ? [plain('hold', { which })] : []), ...(back ? [plain('take-back', { which: told })] : []),
    plain('night', { days: lastNight }), plain('execute', { sub: who(3), role: 'applicatiebeheer', days: Math.max(0, wait - lastNight) }),
  ];
  for (const [at, turn] of noise) turns.splice(Math.min(at, turns.length), 0, turn);
  return turns;
});

function play(turns: readonly Turn[], rules: Rules): World {
  const world = new World(rules);
  for (const turn of turns) world.take(turn);
  return world;
}

const lawful = (rules: Rules): fc.IPropertyWithHooks<[readonly Turn[]]> =>
  fc.property(fc.oneof({ weight: 5, arbitrary: road }, { weight: 3, arbitrary: otherRoads }, { weight: 1, arbitrary: fc.array(anyTurn, { maxLength: 40 }) }), (turns) => {
    const world = play(turns, rules);
    for (const gone of world.gone) expect(wrong(gone, world)).toBeNull();
    // And nothing goes twice.
    expect(new Set(world.gone.map(({ dossier }) => dossier)).size).toBe(world.gone.length);
  });

describe('destruction, played over all roles and commands', () => {
  it('destroys on the right road, by each of the three procedures', () => {
    const people = [plain('draw-up', { days: 31 }), plain('submit'), plain('review', { sub: 'b', role: 'process-owner' }), plain('approve', { sub: 'c', role: 'archivist' }), plain('execute', { sub: 'd', role: 'applicatiebeheer', days: 7 })];
    const closed = [plain('adopt'), ...LAWS.map((_, which) => plain('close', { which }))];
    expect(play([...closed, ...people], REAL).gone).toHaveLength(6);
    expect(play([...closed, ...people.map((turn) => ({ ...turn, procedure: 'short' as const }))], REAL).gone).toHaveLength(4);
    expect(play([...closed, plain('authorise'), plain('night', { days: 31 })], REAL).gone.map(({ procedure }) => procedure)).toEqual(['standing', 'standing']);
  });

  it('destroys on the other two roads, long before any term: by a granted request, and after its source', () => {
    const people = [plain('draw-up-erasure', { which: 2 }), plain('submit'), plain('review', { sub: 'b', role: 'process-owner' }), plain('approve', { sub: 'c', role: 'archivist' }), plain('execute', { sub: 'd', role: 'applicatiebeheer', days: 7 })];
    expect(play([plain('adopt'), plain('grant', { which: 2 }), ...people], REAL).gone).toMatchObject([{ dossier: 2, kind: 'erasure' }]);
    expect(play([plain('adopt'), ...people], REAL).gone).toEqual([]);
    const told = [plain('adopt'), plain('gone-at-source', { which: 6 }), plain('night'), plain('night', { days: 6 })];
    expect(play(told, REAL).gone).toEqual([]);
    expect(play([...told, plain('night', { days: 1 })], REAL).gone).toMatchObject([{ dossier: 6, kind: 'follow' }]);
    expect(play([...told, plain('take-back', { which: 6 }), plain('night', { days: 1 })], REAL).gone).toEqual([]);
  });

  it('what was written beside a list that refused it, or that another decision overtook, counts for nothing', () => {
    const data = { listId: 'l', n: 2, part: 'review', reason: 'r' } as const;
    const written = [['e1', 'keep'], ['e2', null]].map(([decisionId, exception]) => ({ type: 'destruction-list-item-excepted', schema: 1, data: { ...data, decisionId, exception } })) as never[];
    expect([...exceptionsOf(written, { decisions: ['e1'] }).keys()]).toEqual([2]);
    expect([...exceptionsOf(written, { decisions: ['e1', 'e2'] }).keys()]).toEqual([]);
    expect([...exceptionsOf(written, { decisions: [] }).keys()]).toEqual([]);
  });

  it('never destroys what is not due, held, not adopted, taken off, or not passed by other people', () => {
    fc.assert(lawful(REAL), { numRuns: 3_000 });
  });

  it.each<[string, Partial<Rules>]>([
    ['holds at the gate', { passGate: (command, view) => REAL.passGate({ ...command, classHolds: [] }, { ...view, retention: { ...view.retention, holds: [] } }) }],
    ['holds by class at the gate', { passGate: (command, view) => REAL.passGate({ ...command, classHolds: [] }, view) }],
    ['the date at the gate', { passGate: (command, view) => REAL.passGate({ ...command, today: '2099-01-01' }, view) }],
    ['that a lighter list may take less', { passGate: ({ lighter: _lighter, ...command }, view) => REAL.passGate(command, view) }],
    ['which procedure a dossier needs', { mayGoBy: () => true, passGate: ({ lighter: _lighter, ...command }, view) => REAL.passGate(command, view) }],
    ['what was taken off', { exceptionsOf: () => new Map() }],
    ['one person, one part', { decide: (command, state) => REAL.decide(command, { ...state, parts: {} }) }],
    ['who drew it up before it was taken over', { decide: (command, state) => REAL.decide(command, { ...state, parts: Object.fromEntries(Object.entries(state.parts).filter(([person]) => person !== JSON.stringify([state.drawnUp?.person.iss, state.drawnUp?.person.sub]))) }) }],
    ['the waiting period', { decide: (command, state) => REAL.decide(command.kind === 'approve' ? { ...command, policy: { ...command.policy, waitingDays: 0 } } : command, state) }],
    ['the archivist', { decide: (command, state) => REAL.decide(command.kind === 'approve' ? { ...command, policy: { ...command.policy, archivistStep: 'geen' } } : command, state) }],
    ['the caps of an authorisation', { capExceeded: () => null, decide: (command, state) => REAL.decide('authorisation' in command && command.authorisation != null ? { ...command, authorisation: { ...command.authorisation, maxNumber: 99 } } : command, state) }],
    ['the end of an authorisation', { worksOn: () => true, decide: (command, state) => REAL.decide('authorisation' in command && command.authorisation != null ? { ...command, authorisation: { ...command.authorisation, until: '2099-12-31' } } : command, state) }],
    ['whether a decision stands', { decisionStands: () => true }],
    ['what is held on a list by request or after a source', { passGate: (command, view) => REAL.passGate(command, command.kind === 'begin-destruction' && command.ground !== undefined ? { ...view, retention: { ...view.retention, holds: [], extendedUntil: null } } : view) }],
    ['that a source may take its word back', { passGate: (command, view) => REAL.passGate(command, { ...view, retention: { ...view.retention, goneAtSource: '2000-01-01' } }) }],
    ['which source leads', { passGate: (command, view) => REAL.passGate(command, { ...view, retention: { ...view.retention, sourceLeads: true } }) }],
    ['the waiting period after a source', { decide: (command, state) => REAL.decide(command.kind === 'draw-up' && command.policy !== undefined ? { ...command, policy: { ...command.policy, waitingDays: 0 } } : command, state) }],
  ])('control: rules that forget %s are found', (_, broken) => {
    expect(fc.check(lawful({ ...REAL, ...broken }), { numRuns: 20_000, endOnFailure: true }).failed).toBe(true);
  });
});
