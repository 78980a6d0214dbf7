import { testBsn } from '#domain/dossier/bsn';
import { EXCHANGES } from '#src/synthetic/exchanges';
import { INVENTED_MIXES, type InventedMix, type StoryName } from '#src/demo/invented-mixes';
import { jansenHousehold } from '#src/demo/jansen-household';
import { DossierPen, SYSTEMS, dayPlus, type PlayedEvent } from '#src/synthetic/played-event';
import { SeededChance } from '#src/synthetic/seeded-chance';
import * as stories from '#src/synthetic/sharing-stories';

/** Everything the imaginary municipality lives through, in order of time, and what the demo needs to know of it. */
export interface Municipality {
  readonly events: readonly PlayedEvent[];
  readonly dossiers: number;
  /** Dossiers whose term has run out at the end and on which nothing rests. */
  readonly due: readonly DossierPen[];
  readonly held: number;
  /** Closed, but their source never sent the day from which the term runs. */
  readonly withoutStartDate: number;
}

/** The last day that is played; the account is about the year before it. */
export const LAST_DAY = '2026-01-15';
/** Nobody has shared anything yet by then; the schedule is adopted in this year. */
export const ADOPTION_DAY = '2020-02-03';

const SEED = 20_260_115;
/** The household's own persons come first in the test range. */
const FIRST_PERSON = 100;
const HELD = 3;
/** Stories stop before the last day, so that each of them comes to its end. */
const LAST_STORY_DAY = '2025-12-01';

export function imaginaryMunicipality(): Municipality {
  const chance = new SeededChance(SEED);
  let person = FIRST_PERSON;
  const waiting = new Set<DossierPen>();
  const written = (mixes: readonly InventedMix[]) => mixes.flatMap((mix) =>
    Array.from({ length: mix.count }, (_, index) => {
      const pen = dossier(mix, index, person++, chance);
      if (mix.closing?.trigger !== undefined && !sendsTrigger(index)) waiting.add(pen);
      return pen;
    }));
  const ended = written(INVENTED_MIXES.due);
  const running = written(INVENTED_MIXES.notDue);
  const held = ended.slice(0, HELD);
  for (const [index, pen] of held.entries()) hold(pen, index);
  objections(running);
  const jansen = jansenHousehold();
  const events = [...jansen, ...ended.flatMap((pen) => pen.events), ...running.flatMap((pen) => pen.events)];
  const references = new Set(events.map(({ data }) => (data['dossier'] as { reference: string }).reference));
  return {
    events: numbered(inOrder(events)), dossiers: references.size,
    due: ended.slice(HELD - 1).filter((pen) => !waiting.has(pen)), held: HELD - 1,
    withoutStartDate: ended.slice(HELD - 1).filter((pen) => waiting.has(pen)).length,
  };
}

function dossier(mix: InventedMix, index: number, person: number, chance: SeededChance): DossierPen {
  const year = chance.between(mix.opened[0], mix.opened[1]);
  const opened = dayPlus(`${year}-01-04`, { days: chance.between(0, mix.openedWithinDays ?? 320) });
  const age = chance.between(mix.subject.age[0], mix.subject.age[1]);
  const dateOfBirth = dayPlus(opened, { years: -age, days: -chance.between(0, 360) });
  const pen = new DossierPen(mix.law, `${mix.prefix}-${year}-${String(1000 + person)}`)
    .opened(opened, [{ bsn: testBsn(person), role: mix.subject.role, dateOfBirth }]);
  const closed = mix.closing === undefined ? null
    : dayPlus(opened, { months: chance.between(mix.closing.afterMonths[0], mix.closing.afterMonths[1]) });
  for (let told = 0; told < mix.storiesEach; told += 1) {
    const name = mix.stories[(index + told) % mix.stories.length]!;
    tell(pen, name, storyDay(opened, closed, told, mix.storiesEach, chance), told);
  }
  if (closed !== null && mix.closing !== undefined) close(pen, closed, mix.closing, index);
  return pen;
}

/** Half of the sources. */
function sendsTrigger(index: number): boolean {
  return index % 2 === 0;
}

function close(pen: DossierPen, day: string, closing: NonNullable<InventedMix['closing']>, index: number): void {
  pen.closed(day, closing.result);
  if (closing.trigger === undefined || !sendsTrigger(index)) return;
  const on = dayPlus(day, { days: 14 });
  pen.fact('retention-trigger', on, { trigger: closing.trigger, on });
}

/** Spread over the time it is open; of a dossier that is still open, mostly in the last two years. */
function storyDay(opened: string, closed: string | null, told: number, of: number, chance: SeededChance): string {
  if (closed !== null) return dayPlus(opened, { days: 21 + chance.between(0, 30) });
  const start = told === 0 && of > 2 ? dayPlus(opened, { days: 40 }) : told % 2 === 0 ? '2024-01-15' : '2025-01-13';
  const from = start < opened ? dayPlus(opened, { days: 30 }) : start;
  const day = dayPlus(from, { days: chance.between(0, 280) });
  return day > LAST_STORY_DAY ? LAST_STORY_DAY : day;
}

function tell(pen: DossierPen, name: StoryName, day: string, told: number): void {
  const exchange = name === 'withoutNeedForConsent' ? EXCHANGES.needsNoConsent[pen.law] : EXCHANGES.needsConsent[pen.law];
  stories[name](pen, day, `${pen.reference}-${told + 1}`, exchange);
}

/** Three dossiers had a hold; of the last one it was lifted in time. */
function hold(pen: DossierPen, index: number): void {
  const kind = (['klacht', 'gerechtelijke-procedure', 'bezwaar'] as const)[index]!;
  const placed = `2024-0${index + 3}-12`;
  const holdId = `STOP-${index + 1}`;
  pen.fact('hold-placed', placed, { kind, on: placed, holdId }, { role: 'record-manager' });
  if (index === HELD - 1) pen.fact('hold-lifted', '2025-03-14', { kind, on: '2025-03-14', holdId }, { role: 'record-manager' });
}

function objections(running: readonly DossierPen[]): void {
  const kinds = ['avg-21', 'awb-bezwaar', 'klacht-awb9', 'avg-21', 'klacht-ap'] as const;
  for (const [index, kind] of kinds.entries()) {
    const pen = running[index * 3];
    if (pen === undefined) throw new Error('the mixes are too small for the objections');
    const day = `${index % 2 === 0 ? 2025 : 2024}-0${index + 3}-19`;
    pen.fact('objection-received', day, { kind, receivedOn: day, objectionId: `B-${index + 1}` }, { role: 'privacy-officer' });
  }
}

/** The senders' own numbers; the same in every run. */
function numbered(events: readonly PlayedEvent[]): readonly PlayedEvent[] {
  return events.map((event, index) => ({ ...event, id: `demo-${String(index + 1).padStart(5, '0')}` }));
}

function inOrder(events: readonly PlayedEvent[]): readonly PlayedEvent[] {
  return events.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
}

export const DEMO_SYSTEMS = Object.values(SYSTEMS);
