import { describe, expect, it } from 'vitest';
import { decideGate, evolveGate, gateObstacle, gateViewOf, initialGate, type GateCommand, type GateView } from '#domain/destruction/gate';
import type { AdoptedSchedule } from '#domain/governance/state';
import type { ClassHold } from '#domain/retention/class-holds';
import { initialRetention, type RetentionState } from '#domain/retention/state';

const SCHEDULE: AdoptedSchedule = {
  version: 's', use: 'test', adoptedBy: 'college', mandate: 'm', archivistAdvice: 'a', on: '2019-01-01',
  rules: [{ id: 'wmo', version: 's', law: 'wmo2015', result: null, name: 'Wmo', period: 'P2Y', trigger: 'process-completed', waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: null }],
};
const CLOSED: RetentionState = {
  ...initialRetention, opened: true, law: 'wmo2015', closing: { on: '2020-01-05', result: null, archiefactiedatum: null, archiefnominatie: null },
};
const command = (today: string, schedule: AdoptedSchedule | null = SCHEDULE, classHolds: readonly ClassHold[] = []): GateCommand & { kind: 'begin-destruction' } =>
  ({ kind: 'begin-destruction', runId: 'run', listId: 'list', schedule, classHolds, today });
const view = (retention: Partial<RetentionState> = {}): GateView => ({ gate: initialGate, retention: { ...CLOSED, ...retention } });

describe('the gate', () => {
  it('opens on the day after the term, not on its last day', () => {
    expect(gateObstacle(command('2022-01-05'), view())).toBe('not-due');
    expect(decideGate(command('2022-01-06'), view())).toEqual({
      kind: 'events', events: [{ type: 'destruction-begun', schema: 1, data: { runId: 'run', listId: 'list', rule: { id: 'wmo', version: 's' }, firstDestructionDay: '2022-01-06', on: '2022-01-06' } }],
    });
  });

  const byLaw: ClassHold = { holdId: null, kind: 'vernietigingsstop', on: '2021-01-01', scope: { laws: ['wmo2015'] }, liftedOn: null };
  const hold = { holdId: null, kind: 'bezwaar', on: '2021-01-01', liftedOn: null };
  const transferred = gateViewOf([
    { type: 'dossier-opened', data: { occurredOn: '2019-01-01', law: 'wmo2015', subjects: [] } }, { type: 'dossier-closed', data: { occurredOn: '2020-01-05', on: '2020-01-05' } },
    { type: 'designation-changed', data: { occurredOn: '2021-01-01', designation: 'blijvend_bewaren', outcome: 'transferred' } },
  ]);
  it.each([
    ['no schedule was adopted', command('2030-01-01', null), view(), 'not-adopted'],
    ['the adopted schedule has no rule for it', command('2030-01-01', { ...SCHEDULE, rules: [] }), view(), 'not-adopted'],
    ['a hold stands', command('2030-01-01'), view({ holds: [hold] }), 'held'],
    ['it was never opened', command('2030-01-01'), view({ opened: false }), 'no-date'],
    ['it was not closed', command('2030-01-01'), view({ closing: null }), 'no-date'],
    ['it is kept for good', command('2030-01-01'), view({ closing: { ...CLOSED.closing!, archiefnominatie: 'blijvend_bewaren' } }), 'permanent'],
    ['it was designated to be kept, transferred or not', command('2030-01-01'), transferred, 'permanent'],
    ['the hold was lifted that very day', command('2022-03-01'), view({ holds: [{ ...hold, liftedOn: '2022-03-01' }] }), 'not-due'],
    ['a hold by law stands', command('2030-01-01', SCHEDULE, [byLaw]), view(), 'held'],
    ['a hold by law was lifted that very day', command('2022-03-01', SCHEDULE, [{ ...byLaw, liftedOn: '2022-03-01' }]), view(), 'not-due'],
    ['another run has it', command('2030-01-01'), { ...view(), gate: { begun: { runId: 'other', listId: 'l' } } }, 'begun-elsewhere'],
  ] as const)('stays shut when %s', (_, asked, seen, reason) => {
    expect(gateObstacle(asked, seen)).toBe(reason);
    expect(decideGate(asked, seen).kind).toBe('refused');
  });

  it('is called off by its own run only', () => {
    const begun = evolveGate(initialGate, { type: 'destruction-begun', schema: 1, data: { runId: 'run', listId: 'list', rule: { id: 'wmo', version: 's' }, firstDestructionDay: '2022-01-06', on: '2022-01-06' } });
    expect(decideGate({ kind: 'call-off-destruction', runId: 'other', reason: 'hold' }, { ...view(), gate: begun }).kind).toBe('refused');
    const off = decideGate({ kind: 'call-off-destruction', runId: 'run', reason: 'hold' }, { ...view(), gate: begun });
    expect(off.kind === 'events' ? evolveGate(begun, off.events[0]!) : null).toEqual({ begun: null });
    expect(() => evolveGate(begun, { type: 'dossier-closed', schema: 1, data: {} } as never)).toThrow();
  });
});
