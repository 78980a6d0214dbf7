import type { ListItemsEvent, Procedure } from '#domain/destruction/events';
import { exceptionsOf, type Exceptions } from '#domain/destruction/exceptions';
import { gateViewOf, passGate, type GateView, type OtherGround } from '#domain/destruction/gate';
import { listDecider, type ListCommand } from '#domain/destruction/list';
import type { ListKind } from '#domain/destruction/list-kind';
import { DEFAULT_LIST_POLICY, SCHEDULER, type ListPolicy } from '#domain/destruction/list-policy';
import { evolveList, initialList, type DoneListEvent, type ListState } from '#domain/destruction/list-state';
import { capExceeded, worksOn, type StandingAuthorisation } from '#domain/destruction/standing';
import type { AdoptedSchedule } from '#domain/governance/state';
import type { ClassHold } from '#domain/retention/class-holds';
import type { EventId, StreamName } from '#domain/ledger/ids';
import { streamName } from '#domain/ledger/ids';
import { procedureOf } from '#domain/retention/procedure';
import { isDue } from '#domain/retention/retention-date';
import type { RetentionRule } from '#domain/retention/schedule';

/** What is really under test; a planted bug replaces one of these. */
export interface Rules {
  readonly decide: typeof listDecider.decide;
  readonly passGate: typeof passGate;
  readonly exceptionsOf: (events: readonly ListItemsEvent[], state: ListState) => Exceptions;
  readonly mayGoBy: (asked: Procedure, procedure: Procedure) => boolean;
  readonly capExceeded: typeof capExceeded;
  readonly worksOn: typeof worksOn;
  /** As the request's own stream says. */
  readonly decisionStands: (granted: boolean) => boolean;
}

export const REAL: Rules = {
  decide: listDecider.decide, passGate, exceptionsOf, capExceeded, worksOn, decisionStands: (granted) => granted,
  mayGoBy: (asked, procedure) => procedure === 'full' || (procedure === 'short' ? asked !== 'full' : asked === 'standing'),
};

export interface Turn {
  readonly kind:
    | 'adopt' | 'adopt-full' | 'close' | 'reopen' | 'hold' | 'lift' | 'extend' | 'class-hold' | 'class-lift' | 'authorise' | 'end-authorisation' | 'night'
    | 'grant' | 'annul-decision' | 'draw-up-erasure' | 'gone-at-source' | 'take-back'
    | Exclude<ListCommand['kind'], 'close' | 'purge'>;
  readonly days: number;
  /** Whose dossier, or which item. */
  readonly which: number;
  readonly sub: string;
  readonly role: string;
  readonly procedure: 'full' | 'short';
  readonly part: 'drawing-up' | 'review';
  readonly back: number;
}

export const LAWS = ['wmo2015', 'wmo2015', 'jeugdwet', 'jeugdwet', 'wgs', 'wgs', 'wmo2015', 'wmo2015'] as const;
/** Of these the source leads its own destruction. */
export const LED: ReadonlySet<number> = new Set([6, 7]);
export const POLICY_OF = { wmo2015: 'full', jeugdwet: 'short', wgs: 'standing' } as const;
export const TERM_DAYS = 30;
export const CAP = 2;
const NAME = 'Lijst';
const POLICY: ListPolicy = { ...DEFAULT_LIST_POLICY, smallRunsWait: false };

export const dayAt = (days: number): string => Temporal.PlainDate.from('2030-01-01').add({ days }).toString();

interface Dossier { readonly stream: StreamName; readonly events: { type: string; data: unknown; id: string; recordedAt: string }[] }
interface Listed { state: ListState; readonly items: readonly number[]; readonly beside: ListItemsEvent[]; readonly acts: Act[]; readonly id: number; readonly request?: number }
export interface Act { readonly type: string; readonly sub: string; readonly role: string; readonly day: number; readonly n?: number; readonly off?: boolean; readonly part?: string }
/** A dossier went: when, by which list, and all that had been done on that list. */
export interface Gone { readonly dossier: number; readonly day: number; readonly kind: ListKind; readonly procedure: Procedure; readonly acts: readonly Act[]; readonly position: number; readonly together: number; readonly line: number }

/** Deciders and gate bound together as the application does it, with nothing of its own to decide. */
export class World {
  day = 0;
  readonly gone: Gone[] = [];
  /** Every turn that was accepted, for the account that is kept without the deciders. */
  readonly happened: { readonly turn: Turn; readonly day: number }[] = [];
  #schedule: AdoptedSchedule | null = null;
  #classHolds: readonly ClassHold[] = [];
  #authorisation: StandingAuthorisation | null = null;
  #list: Listed | null = null;
  #follow: Listed | null = null;
  /** Dossiers of whose person a request for erasure was granted. */
  readonly #granted = new Set<number>();
  #made = 0;
  readonly #held = new Set<number>();
  readonly #takenBack = new Set<string>();
  readonly #dossiers: readonly Dossier[];

  constructor(private readonly rules: Rules) {
    this.#dossiers = LAWS.map((_, n) => ({ stream: streamName('dossier', `00000000-0000-4000-8000-00000000000${n}`), events: [] as Dossier['events'] }));
    for (const [n, law] of LAWS.entries()) this.#record(n, 'dossier-opened', { occurredOn: dayAt(0), law, subjects: [{ role: 'client' }], ...(LED.has(n) ? { leading: 'source' } : {}) });
  }

  take(turn: Turn): void {
    this.day += turn.days;
    if (this.#apply(turn)) this.happened.push({ turn, day: this.day });
  }

  #apply(turn: Turn): boolean {
    const on = dayAt(this.day);
    const living = !this.gone.some(({ dossier }) => dossier === turn.which);
    switch (turn.kind) {
      case 'adopt': return this.#adopt(POLICY_OF);
      case 'adopt-full': return this.#adopt({ wmo2015: 'full', jeugdwet: 'full', wgs: 'full' });
      case 'close': return living && this.#record(turn.which, 'dossier-closed', { occurredOn: on, on: dayAt(this.day - turn.back), result: 'verleend' });
      case 'reopen': return living && this.#record(turn.which, 'dossier-reopened', { occurredOn: on, on });
      case 'hold':
        this.#held.add(turn.which);
        return living && this.#record(turn.which, 'hold-placed', { occurredOn: on, on, kind: 'klacht', holdId: 'h' });
      // A lifting that comes before its hold waits for it: that is another play (tests/domain/retention).
      case 'lift': return living && this.#held.delete(turn.which) && this.#record(turn.which, 'hold-lifted', { occurredOn: on, on, kind: 'klacht', holdId: 'h' });
      case 'extend': return living && this.#record(turn.which, 'retention-extended', { occurredOn: on, until: dayAt(this.day + turn.back) });
      case 'class-hold':
        if (this.#classHolds.some(({ liftedOn }) => liftedOn === null)) return false;
        this.#classHolds = [...this.#classHolds, { holdId: null, kind: 'vernietigingsstop', on, scope: { laws: [LAWS[turn.which]!] }, liftedOn: null }];
        return true;
      case 'class-lift':
        if (!this.#classHolds.some(({ liftedOn }) => liftedOn === null)) return false;
        this.#classHolds = this.#classHolds.map((hold) => (hold.liftedOn === null ? { ...hold, liftedOn: on } : hold));
        return true;
      case 'authorise':
        this.#authorisation = { id: `a${this.#made}`, rules: ['wgs'], until: dayAt(this.day + 60), maxNumber: CAP - (turn.back % 2), maxPercent: 100, on };
        return true;
      case 'end-authorisation':
        this.#authorisation = null;
        return true;
      case 'night': return this.#night();
      case 'grant':
        this.#granted.add(turn.which);
        return true;
      case 'annul-decision': return this.#granted.delete(turn.which);
      case 'draw-up-erasure': return this.#drawUpErasure({ sub: turn.sub, role: turn.role }, turn.which);
      case 'gone-at-source': return living && this.#record(turn.which, 'destroyed-at-source', { occurredOn: on, on });
      case 'take-back': {
        const told = this.#dossiers[turn.which]!.events.findLast(({ type, id }) => type === 'destroyed-at-source' && !this.#takenBack.has(id));
        if (!living || told === undefined) return false;
        this.#takenBack.add(told.id);
        return this.#record(turn.which, 'event-annulled', { occurredOn: on, eventId: told.id, ofType: 'destroyed-at-source' });
      }
      case 'draw-up': return this.#drawUp({ sub: turn.sub, role: turn.role }, turn.procedure);
      case 'execute': return this.#execute({ sub: turn.sub, role: turn.role });
      default: return this.#listStep(turn);
    }
  }

  #adopt(policies: Readonly<Record<string, RetentionRule['policy']>>): boolean {
    const rules = Object.entries(policies).map(([law, policy]): RetentionRule => ({
      id: law, version: '1', law, result: null, name: law, period: `P${TERM_DAYS}D`, trigger: 'process-completed', waardering: 'vernietigen', extendable: true, policy, selectielijst: null,
    }));
    this.#schedule = { version: String(this.#made), rules, adoptedBy: 'college', mandate: 'm', archivistAdvice: 'a', on: dayAt(this.day) };
    return true;
  }

  #record(n: number, type: string, data: unknown): boolean {
    this.#made += 1;
    this.#dossiers[n]!.events.push({ type, data, id: `e${this.#made}`, recordedAt: `${dayAt(this.day)}T12:00:00.000Z` });
    return true;
  }

  #view(n: number): GateView {
    return gateViewOf(this.#dossiers[n]!.events);
  }

  #due(n: number): Procedure | null {
    if (this.gone.some(({ dossier }) => dossier === n)) return null;
    const { retention } = this.#view(n);
    const answer = isDue(retention, this.#schedule, Temporal.PlainDate.from(dayAt(this.day)), this.#classHolds);
    return answer.due ? procedureOf(retention, answer.date, this.#schedule!) : null;
  }

  #drawUp(by: { readonly sub: string; readonly role: string }, procedure: Procedure): boolean {
    const items = LAWS.flatMap((_, n) => {
      const asked = this.#due(n);
      return asked !== null && this.rules.mayGoBy(asked, procedure) && (procedure !== 'standing' || LAWS[n] === 'wgs') ? [n] : [];
    });
    this.#made += 1;
    const list: Listed = { state: initialList, items, beside: [], acts: [], id: this.#made };
    const command = {
      kind: 'draw-up', by: { iss: 'i', ...by }, today: dayAt(this.day), name: NAME, items: items.length, scheduleVersion: '1', procedure,
      itemsStream: streamName('destruction-list-items', '00000000-0000-4000-8000-000000000001'),
      ...(procedure === 'standing' && this.#authorisation !== null ? { authorisation: this.#authorisation } : {}),
    } as const;
    if (!this.#decide(list, command)) return false;
    this.#list = list;
    return true;
  }

  #drawUpErasure(by: { readonly sub: string; readonly role: string }, which: number): boolean {
    this.#made += 1;
    const list: Listed = { state: initialList, items: [which], beside: [], acts: [], id: this.#made, request: which };
    const { decision } = this.#decision(which);
    const command = {
      kind: 'draw-up', by: { iss: 'i', ...by }, today: dayAt(this.day), name: NAME, items: this.gone.some(({ dossier }) => dossier === which) ? 0 : 1, scheduleVersion: '1',
      itemsStream: streamName('destruction-list-items', '00000000-0000-4000-8000-000000000002'), listKind: 'erasure',
      erasure: decision === null ? null : { request: streamName('rights-request', '00000000-0000-4000-8000-000000000003'), ...decision, deadline: null },
    } as const;
    if (!this.#decide(list, command)) return false;
    this.#list = list;
    return true;
  }

  #decision(which: number): OtherGround & { readonly kind: 'erasure' } {
    return { kind: 'erasure', decision: this.rules.decisionStands(this.#granted.has(which)) ? { right: 'gegevenswissing', decidedOn: dayAt(this.day) } : null };
  }

  #groundOf({ state, request }: Listed): { readonly ground?: OtherGround } {
    if (state.kind === 'term') return {};
    return { ground: state.kind === 'follow' ? { kind: 'follow' } : this.#decision(request!) };
  }

  #listStep({ kind, sub, role, which, part, back }: Turn): boolean {
    const list = this.#list;
    if (list === null) return false;
    const base = { by: { iss: 'i', sub, role }, today: dayAt(this.day) };
    switch (kind) {
      case 'except': {
        const n = which + 1;
        const off = back % 2 === 0;
        const standing = exceptionsOf(list.beside, list.state).get(n) ?? null;
        this.#made += 1;
        const decisionId = `d${this.#made}` as EventId;
        const done = this.#decide(list, { ...base, kind, wish: { n, exception: off ? 'keep' : null }, standing }, decisionId, { n, off });
        // As the book writes it: beside the list, named by the decision; here also when it was refused.
        list.beside.push({
          type: 'destruction-list-item-excepted', schema: 1,
          data: { listId: 'l', n, exception: off ? 'keep' : null, part: list.state.phase === 'submitted' ? 'review' : 'drawing-up', decisionId, reason: 'r' },
        });
        return done;
      }
      case 'approve': return this.#decide(list, { ...base, kind, typedName: NAME, localToken: false, policy: POLICY });
      case 'advise': return this.#decide(list, { ...base, kind, advice: 'agreed' });
      case 'replace': return this.#decide(list, { ...base, kind, part }, undefined, { part });
      case 'submit': return this.#decide(list, { ...base, kind, answered: true });
      case 'review':
      case 'request-changes':
      case 'cancel': return this.#decide(list, { ...base, kind });
      default: throw new Error('no step of a list');
    }
  }

  #decide(list: Listed, command: ListCommand, id: string | undefined = undefined, more: Partial<Act> = {}): boolean {
    const decision = this.rules.decide(command, list.state);
    if (decision.kind === 'refused') return false;
    this.#made += 1;
    for (const event of decision.events) {
      list.state = evolveList(list.state, { ...event, person: command.by, id: id ?? `l${this.#made}` } as DoneListEvent);
      list.acts.push({ type: event.type, sub: command.by.sub, role: command.by.role, day: this.day, ...more });
    }
    return true;
  }

  #execute(by: { readonly sub: string; readonly role: string }, list = this.#list): boolean {
    if (list === null) return false;
    const command = {
      kind: 'execute', by: { iss: 'i', ...by }, today: dayAt(this.day), runId: `run${list.id}`, dueNow: list.items.length, policy: POLICY, authorisation: this.#authorisation,
      ...(list.request === undefined ? {} : { decisionStands: this.#decision(list.request).decision !== null }),
    } as const;
    if (!this.#decide(list, command)) return false;
    this.#run(list);
    return true;
  }

  #run(list: Listed): void {
    const off = this.rules.exceptionsOf(list.beside, list.state);
    const { procedure } = list.state;
    const lighter = procedure === 'full' ? {} : { lighter: { procedure, ...(procedure === 'standing' ? { rules: this.#authorisation?.rules ?? [] } : {}) } };
    const passing: Gone[] = [];
    for (const [index, dossier] of list.items.entries()) {
      if (off.has(index + 1) || this.gone.some((one) => one.dossier === dossier)) continue;
      const passage = this.rules.passGate({
        kind: 'begin-destruction', runId: `run${list.id}`, listId: String(list.id), schedule: this.#schedule, classHolds: this.#classHolds, today: dayAt(this.day), ...lighter, ...this.#groundOf(list),
      }, this.#view(dossier));
      if (passage.kind === 'through') passing.push({ dossier, day: this.day, kind: list.state.kind, procedure, acts: [...list.acts], position: this.happened.length, together: list.items.length, line: index + 1 });
    }
    this.gone.push(...passing);
  }

  /** As the nightly run does it. */
  #night(): boolean {
    const followed = this.#followSources();
    return this.#standing() || followed;
  }

  #followSources(): boolean {
    const scheduler = { sub: 'nacht', role: SCHEDULER };
    const before = this.#follow;
    if (before !== null && before.state.phase === 'draft') {
      if (!this.#execute(scheduler, before)) return false;
      this.#follow = null;
      return true;
    }
    const items = LAWS.flatMap((_, n) => (this.#view(n).retention.goneAtSource !== undefined && !this.gone.some(({ dossier }) => dossier === n) ? [n] : []));
    this.#made += 1;
    const list: Listed = { state: initialList, items, beside: [], acts: [], id: this.#made };
    const drawn = this.#schedule !== null && this.#decide(list, {
      kind: 'draw-up', by: { iss: 'i', ...scheduler }, today: dayAt(this.day), name: NAME, items: items.length, scheduleVersion: '1', listKind: 'follow', policy: POLICY,
      itemsStream: streamName('destruction-list-items', '00000000-0000-4000-8000-000000000004'),
    });
    if (drawn) this.#follow = list;
    return drawn;
  }

  #standing(): boolean {
    const authorisation = this.#authorisation;
    if (authorisation === null || !this.rules.worksOn(authorisation, dayAt(this.day))) return false;
    const due = LAWS.filter((law, n) => law === 'wgs' && this.#due(n) === 'standing').length;
    if (this.rules.capExceeded(authorisation, due, LAWS.length - this.gone.length) !== null) {
      this.#authorisation = null;
      return true;
    }
    const before = this.#list;
    const scheduler = { sub: 'nacht', role: SCHEDULER };
    if (this.#drawUp(scheduler, 'standing')) this.#execute(scheduler);
    // The people go on with the list they had.
    this.#list = before;
    return true;
  }
}
