import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listDecider, type ListCommand } from '#domain/destruction/list';
import { DEFAULT_LIST_POLICY, SMALL_RUN } from '#domain/destruction/list-policy';
import { evolveList, initialList, type DoneListEvent, type ListState } from '#domain/destruction/list-state';
import type { Decision } from '#domain/ledger/decider';
import type { ActingPerson } from '#domain/ledger/event';
import { streamName } from '#domain/ledger/ids';
import type { ListEvent } from '#domain/destruction/events';

const ITEMS = streamName('destruction-list-items', '00000000-0000-4000-8000-000000000001');
const NAME = 'Vernietiging maart 2030';
const ROLES = ['record-manager', 'applicatiebeheer', 'process-owner', 'archivist', 'controller', 'fg', 'auditor', 'operations', 'case-system'];
const person = (sub: string, role: string): ActingPerson => ({ iss: 'urn:test', sub, role });
const day = (n: number): string => Temporal.PlainDate.from('2030-03-01').add({ days: n }).toString();

interface Turn { readonly kind: ListCommand['kind']; readonly sub: string; readonly role: string; readonly days: number; readonly name: string; readonly dueNow: number; readonly answered?: boolean; readonly part?: 'drawing-up' | 'review' }

function commandOf(turn: Turn, today: string): ListCommand {
  const base = { by: person(turn.sub, turn.role), today };
  switch (turn.kind) {
    case 'draw-up': return { ...base, kind: 'draw-up', name: NAME, items: 12, itemsStream: ITEMS, scheduleVersion: '2020' };
    case 'approve': return { ...base, kind: 'approve', typedName: turn.name, localToken: false, policy: DEFAULT_LIST_POLICY };
    case 'execute': return { ...base, kind: 'execute', runId: 'run', dueNow: turn.dueNow, policy: DEFAULT_LIST_POLICY };
    case 'close': return { ...base, kind: 'close', runId: 'run', destroyed: 12, skipped: {} };
    case 'purge': return { ...base, kind: 'purge', runId: 'run' };
    case 'submit': return { ...base, kind: 'submit', answered: turn.answered ?? true };
    case 'except': return { ...base, kind: 'except', wish: { n: 1, exception: 'keep' }, standing: null };
    case 'advise': return { ...base, kind: 'advise', advice: 'agreed' };
    case 'replace': return { ...base, kind: 'replace', part: turn.part ?? 'drawing-up' };
    case 'hear': return { ...base, kind: 'hear', whom: 'client', on: '2039-01-01' };
    case 'tell': return { ...base, kind: 'tell', recipients: 1, on: '2039-01-01', means: 'letter' };
    default: return { ...base, kind: turn.kind };
  }
}

type Decide = (command: ListCommand, state: ListState) => Decision<ListEvent>;
interface Done { readonly type: string; readonly sub: string; readonly role: string; readonly today: string; readonly dueNow: number; readonly typed: string; readonly part: string | undefined }

function play(turns: readonly Turn[], decide: Decide): readonly Done[] {
  let state = initialList;
  let days = 0;
  const done: Done[] = [];
  for (const turn of turns) {
    days += turn.days;
    const command = commandOf(turn, day(days));
    const decision = decide(command, state);
    if (decision.kind === 'refused') continue;
    for (const event of decision.events) {
      state = evolveList(state, { ...event, person: command.by } as DoneListEvent);
      done.push({ type: event.type, sub: turn.sub, role: turn.role, today: day(days), dueNow: turn.dueNow, typed: turn.name, part: turn.part });
    }
  }
  return done;
}

/** Who drew it up, or who took that over last. */
function drawerOf(done: readonly Done[]): string | undefined {
  return done.findLast(({ type, part }) => type === 'destruction-list-drawn-up' || (type === 'destruction-list-person-replaced' && part === 'drawing-up'))?.sub;
}

/** Written from the design's words, not from the decider: what must have happened before anything is executed. */
function provesLawful(done: readonly Done[]): boolean {
  const startedAt = done.findIndex(({ type }) => type === 'destruction-list-started');
  if (startedAt === -1) return true;
  const before = done.slice(0, startedAt);
  const started = done[startedAt]!;
  const last = (type: string): number => before.map((act) => act.type).lastIndexOf(`destruction-list-${type}`);
  const [drawn, submitted, reviewed, approved] = ['drawn-up', 'submitted', 'reviewed', 'approved'].map(last) as [number, number, number, number];
  if (!(drawn >= 0 && submitted > drawn && reviewed > submitted && approved > reviewed)) return false;
  if (last('changes-requested') > submitted || last('cancelled') >= 0) return false;
  const people = [before[drawn]!, before[reviewed]!, before[approved]!, started];
  if (new Set(people.map(({ sub }) => sub)).size !== 4 || before[submitted]!.sub !== drawerOf(before.slice(0, submitted))) return false;
  if (before[reviewed]!.role !== 'process-owner' || before[approved]!.role !== 'archivist' || started.role !== 'applicatiebeheer') return false;
  const waited = Temporal.PlainDate.from(before[approved]!.today).until(started.today).days;
  const monthEnd = Temporal.PlainDate.from(before[approved]!.today).add({ days: 7 }).with({ day: 31 });
  const late = Temporal.PlainDate.compare(started.today, monthEnd) >= 0;
  return waited >= 7 && (started.dueNow >= SMALL_RUN || late) && before[approved]!.typed === NAME;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  kind: fc.constantFrom<ListCommand['kind'][]>('draw-up', 'submit', 'except', 'advise', 'replace', 'review', 'request-changes', 'approve', 'cancel', 'execute', 'close', 'purge'),
  sub: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  role: fc.constantFrom(...ROLES),
  days: fc.integer({ min: 0, max: 9 }),
  name: fc.constantFrom(NAME, 'Iets anders'),
  dueNow: fc.constantFrom(0, 9, 10, 12),
  answered: fc.boolean(),
  part: fc.constantFrom('drawing-up' as const, 'review' as const),
});

/** Mostly the right road with small departures, since chance alone seldom gets as far as an execution. */
const road: fc.Arbitrary<readonly Turn[]> = fc.tuple(
  fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 5 }),
  fc.constantFrom(9, 12), fc.array(fc.tuple(fc.nat(6), turn), { maxLength: 3 }), fc.array(fc.nat(4), { maxLength: 1 }),
  fc.option(fc.tuple(fc.nat(4), fc.constantFrom(...ROLES))),
).map(([people, days, dueNow, extras, dropped, otherRole]) => {
  const steps = [['draw-up', 'record-manager'], ['submit', 'record-manager'], ['review', 'process-owner'], ['approve', 'archivist'], ['execute', 'applicatiebeheer']] as const;
  const turns: Turn[] = steps.map(([kind, role], index) => ({
    kind, role: otherRole?.[0] === index ? otherRole[1] : role, sub: 'abcde'[people[kind === 'submit' ? 0 : index]!]!, days: days[index]!, name: NAME, dueNow,
  })).filter((_, index) => !dropped.includes(index));
  for (const [at, extra] of extras) turns.splice(at, 0, extra);
  return turns;
});

const step = (kind: ListCommand['kind'], sub: string, role: string, days = 0, more: Partial<Turn> = {}): Turn =>
  ({ kind, sub, role, days, name: NAME, dueNow: 12, ...more });
const RIGHT_ROAD = [
  step('draw-up', 'a', 'record-manager'), step('submit', 'a', 'record-manager'), step('review', 'b', 'process-owner'),
  step('approve', 'c', 'archivist'), step('execute', 'd', 'applicatiebeheer', 7),
];

function refusalOf(turns: readonly Turn[]): string | null {
  let state = initialList;
  let days = 0;
  let last: string | null = null;
  for (const each of turns) {
    days += each.days;
    const command = commandOf(each, day(days));
    const decision = listDecider.decide(command, state);
    last = decision.kind === 'refused' ? decision.refusal.code : null;
    if (decision.kind === 'events') for (const event of decision.events) state = evolveList(state, { ...event, person: command.by } as DoneListEvent);
  }
  return last;
}

describe('a destruction list', () => {
  it('goes from drawing up to execution by four persons after seven days', () => {
    expect(play(RIGHT_ROAD, listDecider.decide).at(-1)?.type).toBe('destruction-list-started');
  });

  const replaced = (at: number, ...turns: readonly Turn[]): readonly Turn[] => [...RIGHT_ROAD.slice(0, at), ...turns];
  it.each([
    ['is reviewed by who drew it up', replaced(2, step('review', 'a', 'process-owner')), 'conflict-of-roles'],
    ['is approved by its reviewer', replaced(3, step('approve', 'b', 'archivist')), 'conflict-of-roles'],
    ['is approved by who drew it up', replaced(3, step('approve', 'a', 'archivist')), 'conflict-of-roles'],
    ['is executed by its approver', replaced(4, step('execute', 'c', 'applicatiebeheer', 7)), 'conflict-of-roles'],
    ['is executed a day early', replaced(4, step('execute', 'd', 'applicatiebeheer', 6)), 'wrong-state'],
    ['is small and does not wait for the month\'s end', replaced(4, step('execute', 'd', 'applicatiebeheer', 7, { dueNow: 9 })), 'wrong-state'],
    ['is small and has waited until the month\'s end', replaced(4, step('execute', 'd', 'applicatiebeheer', 30, { dueNow: 9 })), null],
    ['is approved under another name', replaced(3, step('approve', 'c', 'archivist', 0, { name: 'Iets anders' })), 'field-invalid'],
    ['is approved by a process-owner where the archivist must', replaced(3, step('approve', 'c', 'process-owner')), 'forbidden'],
    ['is submitted by somebody else', replaced(1, step('submit', 'b', 'record-manager')), 'forbidden'],
    ['is cancelled after approval', replaced(4, step('cancel', 'a', 'record-manager')), null],
    ['is cancelled while executing', [...RIGHT_ROAD, step('cancel', 'a', 'record-manager')], 'wrong-state'],
    ['is reviewed without submission', [RIGHT_ROAD[0]!, RIGHT_ROAD[2]!], 'wrong-state'],
    ['is approved after changes were requested', replaced(3, step('request-changes', 'c', 'archivist'), RIGHT_ROAD[3]!), 'wrong-state'],
    ['was sent back by the approver, who then reviews', replaced(3, step('request-changes', 'c', 'archivist'), RIGHT_ROAD[1]!, step('review', 'c', 'process-owner')), 'conflict-of-roles'],
    ['is submitted again without an answer', replaced(3, step('request-changes', 'c', 'archivist'), step('submit', 'a', 'record-manager', 0, { answered: false })), 'field-invalid'],
    ['is taken over by a colleague, who submits it', replaced(1, step('replace', 'e', 'record-manager'), step('submit', 'e', 'record-manager')), null],
    ['was taken over, and is submitted by who drew it up', replaced(1, step('replace', 'e', 'record-manager'), step('submit', 'a', 'record-manager')), 'forbidden'],
    ['was taken over, and is reviewed by who drew it up', replaced(1, step('replace', 'e', 'record-manager'), step('submit', 'e', 'record-manager'), step('review', 'a', 'process-owner')), 'conflict-of-roles'],
    ['is taken over by its reviewer', replaced(3, step('replace', 'b', 'record-manager')), 'conflict-of-roles'],
    ['is reviewed by another than who began', replaced(2, step('except', 'b', 'process-owner'), step('review', 'e', 'process-owner')), 'forbidden'],
    ['is reviewed by another who took that over', replaced(2, step('except', 'b', 'process-owner'), step('replace', 'e', 'process-owner', 0, { part: 'review' }), step('review', 'e', 'process-owner')), null],
    ['has items taken off by the archivist', replaced(2, step('except', 'c', 'archivist')), 'forbidden'],
    ['has items taken off after the review', replaced(3, step('except', 'b', 'process-owner')), 'wrong-state'],
    ['is approved by who advised', replaced(2, step('advise', 'c', 'archivist'), RIGHT_ROAD[2]!, RIGHT_ROAD[3]!), 'conflict-of-roles'],
    ['does not exist', [step('submit', 'a', 'record-manager')], 'not-found'],
  ])('that %s', (_, turns, code) => {
    expect(refusalOf(turns)).toBe(code);
  });

  it('lets a second process-owner approve where the archivist only advises', () => {
    const policy = { ...DEFAULT_LIST_POLICY, archivistStep: 'advies' } as const;
    const decide: Decide = (command, state) => listDecider.decide('policy' in command ? { ...command, policy } : command, state);
    const advised = step('advise', 'e', 'archivist');
    const turns = [...RIGHT_ROAD.slice(0, 3), advised, step('approve', 'c', 'process-owner'), RIGHT_ROAD[4]!];
    expect(play(turns, decide).at(-1)?.type).toBe('destruction-list-started');
    const same = [...RIGHT_ROAD.slice(0, 3), advised, step('approve', 'b', 'process-owner'), RIGHT_ROAD[4]!];
    expect(play(same, decide).some(({ type }) => type === 'destruction-list-approved')).toBe(false);
    const unadvised = [...RIGHT_ROAD.slice(0, 3), step('approve', 'c', 'process-owner')];
    expect(play(unadvised, decide).some(({ type }) => type === 'destruction-list-approved')).toBe(false);
  });

  const lawful = (decide: Decide): fc.IPropertyWithHooks<[readonly Turn[]]> =>
    fc.property(fc.oneof({ weight: 4, arbitrary: road }, { weight: 1, arbitrary: fc.array(turn, { maxLength: 20 }) }), (turns) => provesLawful(play(turns, decide)));

  it('never executes what was not submitted, reviewed and approved by different persons, nor before the waiting period', () => {
    fc.assert(lawful(listDecider.decide), { numRuns: 10_000 });
  });

  it.each<[string, Decide]>([
    ['one person, one part', (command, state) => listDecider.decide(command, { ...state, parts: {} })],
    ['the waiting period', (command, state) => listDecider.decide(command.kind === 'approve' ? { ...command, policy: { ...command.policy, waitingDays: 6 } } : command, state)],
    ['the review', (command, state) => listDecider.decide(command, state.phase === 'submitted' && command.kind === 'approve' ? { ...state, phase: 'reviewed' } : state)],
    ['the month\'s end', (command, state) => listDecider.decide(command.kind === 'execute' ? { ...command, policy: { ...command.policy, smallRunsWait: false } } : command, state)],
    ['the archivist', (command, state) => listDecider.decide(command.kind === 'approve' ? { ...command, policy: { ...command.policy, archivistStep: 'geen' } } : command, state)],
  ])('control: a decider that forgets %s is found', (_, broken) => {
    expect(fc.check(lawful(broken), { numRuns: 50_000 }).failed).toBe(true);
  });
});
