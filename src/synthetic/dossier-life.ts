import { proposedSchedule } from '#domain/retention/proposed-schedule';
import { EXCHANGES } from '#src/synthetic/exchanges';
import { PARAMETERS, type LawParameters } from '#src/synthetic/parameters';
import { dayPlus, type DossierPen, type DossierPerson } from '#src/synthetic/played-event';
import type { SeededChance } from '#src/synthetic/seeded-chance';
import * as stories from '#src/synthetic/sharing-stories';

/** Something that will happen in a dossier on a day: only then its events are written, so that memory stays small. */
export interface PlannedAct {
  readonly day: string;
  write(pen: DossierPen): void;
}

export interface PlannedDossier {
  readonly law: LawParameters['law'];
  readonly reference: string;
  readonly acts: readonly PlannedAct[];
}

const RULES = proposedSchedule().rules;
/** Days that a story may take; it starts early enough to end before the case is closed. */
const STORY_DAYS = 16;

/** The whole life of one dossier as a plan, from its opening to its closing and what comes after. */
export function planDossier(law: LawParameters, number: number, opened: string, person: DossierPerson, chance: SeededChance): PlannedDossier {
  const reference = `SYN-${law.prefix}-${opened.slice(0, 4)}-${number}`;
  const result = chance.byShare(law.results.map((choice) => [choice, choice.weight] as const));
  const closed = dayPlus(opened, { months: chance.between(result.months[0], result.months[1]), days: chance.between(1, 25) });
  const acts: PlannedAct[] = [{ day: opened, write: (pen) => { pen.opened(opened, [person]); } }];
  if (chance.inThousand(PARAMETERS.perMille.value.informed)) acts.push(informed(dayPlus(opened, { days: 6 })));
  acts.push(...exchanges(law, reference, opened, closed, chance), ...table(reference, opened, closed, chance));
  acts.push({ day: closed, write: (pen) => { pen.closed(closed, result.result); } });
  const trigger = triggerAfterClosing(law.law, result.result);
  if (trigger !== null && !chance.inThousand(PARAMETERS.perMille.value.triggerNotSent)) {
    const on = dayPlus(closed, { days: chance.between(1, 40) });
    acts.push({ day: on, write: (pen) => { pen.fact('retention-trigger', on, { trigger, on }); } });
  }
  return { law: law.law, reference, acts };
}

function informed(day: string): PlannedAct {
  return { day, write: (pen) => { pen.fact('subject-informed', day, { channel: 'brief', notice: { id: 'privacyverklaring-sociaal-domein', version: '3' }, discussed: true }); } };
}

function exchanges(law: LawParameters, reference: string, opened: string, closed: string, chance: SeededChance): readonly PlannedAct[] {
  const room = daysBetween(opened, closed) - STORY_DAYS - 8;
  if (room < 1) return [];
  return Array.from({ length: chance.between(law.exchanges[0], law.exchanges[1]) }, (_, told) => {
    const name = chance.byShare(PARAMETERS.stories.value);
    const exchange = name === 'withoutNeedForConsent' ? EXCHANGES.needsNoConsent[law.law] : EXCHANGES.needsConsent[law.law];
    const day = dayPlus(opened, { days: 8 + chance.between(0, room) });
    return { day, write: (pen: DossierPen) => { stories[name](pen, day, `${reference}-${told + 1}`, exchange); } };
  });
}

/** A meeting about the dossier, a hold on it, an objection: each in few dossiers. */
function table(reference: string, opened: string, closed: string, chance: SeededChance): readonly PlannedAct[] {
  const { meeting, hold, objection } = PARAMETERS.perMille.value;
  const acts: PlannedAct[] = [];
  const halfway = dayPlus(opened, { days: Math.max(2, Math.floor(daysBetween(opened, closed) / 2)) });
  if (chance.inThousand(meeting)) acts.push({ day: halfway, write: (pen) => { pen.meeting(halfway, `O-${reference}`); } });
  if (chance.inThousand(objection)) {
    acts.push({ day: halfway, write: (pen) => { pen.fact('objection-received', halfway, { kind: 'avg-21', receivedOn: halfway, objectionId: `B-${reference}` }, { role: 'privacy-officer' }); } });
  }
  if (chance.inThousand(hold)) {
    const lifted = dayPlus(closed, { days: chance.between(60, 900) });
    const what = { kind: 'klacht', holdId: `S-${reference}` };
    acts.push({ day: closed, write: (pen) => { pen.fact('hold-placed', closed, { ...what, on: closed }, { role: 'record-manager' }); } });
    acts.push({ day: lifted, write: (pen) => { pen.fact('hold-lifted', lifted, { ...what, on: lifted }, { role: 'record-manager' }); } });
  }
  return acts;
}

/** The brondatum that the proposed rule waits for, when closing the case does not say it already. */
function triggerAfterClosing(law: string, result: string): string | null {
  const rule = RULES.find((candidate) => candidate.law === law && candidate.result === result);
  const trigger = rule?.trigger ?? null;
  return trigger === null || trigger.startsWith('birth-') ? null : trigger;
}

function daysBetween(from: string, through: string): number {
  return Temporal.PlainDate.from(from).until(through).days;
}
