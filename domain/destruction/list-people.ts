import type { ListEvent } from '#domain/destruction/events';
import { inPhase, inRole, one, wrongState } from '#domain/destruction/list-checks';
import type { ListPhase, ListState } from '#domain/destruction/list-state';
import { refuse, type Decision } from '#domain/ledger/decider';
import type { ActingPerson } from '#domain/ledger/event';
import { refusal } from '#domain/ledger/refusals';

/**
 * Who is heard before a dossier is erased (retention-and-destruction.md, "Erasure on request"): all who have gezag and
 * the youth from 12, and another whose interest may be considerable. By what they are, never by name.
 */
export const HEARD = ['client', 'youth', 'authority-holder', 'other-interested'] as const;
export type Heard = (typeof HEARD)[number];

/** As a person reads them. */
export const HEARD_LABELS: Readonly<Record<Heard, string>> = {
  'client': 'de cliënt', 'youth': 'de jeugdige (vanaf 12 jaar)', 'authority-holder': 'wie het gezag heeft', 'other-interested': 'een andere belanghebbende',
};

/** How a recipient was told (AVG 19). */
export const TELLING_MEANS = ['letter', 'email', 'phone', 'system', 'in-person'] as const;
export type TellingMeans = (typeof TELLING_MEANS)[number];

export const MEANS_LABELS: Readonly<Record<TellingMeans, string>> = {
  'letter': 'per brief', 'email': 'per e-mail', 'phone': 'per telefoon', 'system': 'via een systeem', 'in-person': 'mondeling',
};

export interface Hear {
  readonly kind: 'hear';
  readonly whom: Heard;
  /** Calendar date. */
  readonly on: string;
}

export interface Tell {
  readonly kind: 'tell';
  /** How many recipients it covers, none of them told before. */
  readonly recipients: number;
  /** Calendar date. */
  readonly on: string;
  readonly means: TellingMeans;
}

interface By {
  readonly by: ActingPerson;
  readonly today: string;
}

const KEEPERS = ['record-manager', 'applicatiebeheer'];
const UNDECIDED: readonly ListPhase[] = ['draft', 'submitted', 'reviewed', 'changes-requested'];
const ERASED: readonly ListPhase[] = ['executing', 'executed', 'purged'];

/** Recorded while it can still change what is decided. */
export function hear(command: By & Hear, state: ListState): Decision<ListEvent> {
  const refused = inPhase(state, UNDECIDED) ?? inRole(command, [...KEEPERS, 'process-owner'])
    ?? (state.kind === 'erasure' ? null : wrongState('Alleen bij een lijst voor wissing wordt vastgelegd wie is gehoord.'));
  if (refused !== null) return refused;
  if (command.on > command.today) return refuse(refusal('field-invalid', 'Deze dag ligt nog in de toekomst.', '/on'));
  return one({ type: 'destruction-list-heard', schema: 1, data: { on: command.on, whom: command.whom } });
}

/** Who got data is told when these are gone, not before. */
export function tell(command: By & Tell, state: ListState): Decision<ListEvent> {
  const refused = inPhase(state, ERASED) ?? inRole(command, KEEPERS);
  if (refused !== null) return refused;
  const { on, means, recipients, today } = command;
  if (recipients < 1 || recipients > stillToTell(state)) return wrongState('Van deze lijst hoeft aan niemand meer gemeld te worden dat er gewist is.');
  if (on > today) return refuse(refusal('field-invalid', 'Deze dag ligt nog in de toekomst.', '/on'));
  if (on < state.started!.on) return refuse(refusal('field-invalid', 'Op deze dag was er nog niets gewist.', '/on'));
  return one({ type: 'destruction-list-recipients-told', schema: 1, data: { on, means, recipients } });
}

/** Recipients that nobody has told yet. */
export function stillToTell({ toTell, told }: Pick<ListState, 'toTell' | 'told'>): number {
  return Math.max(0, toTell - told);
}
