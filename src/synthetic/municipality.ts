import { testBsn } from '#domain/dossier/bsn';
import { planDossier, type PlannedAct } from '#src/synthetic/dossier-life';
import { withMistakes } from '#src/synthetic/mistakes';
import { PARAMETERS, type LawParameters } from '#src/synthetic/parameters';
import { DossierPen, SYSTEMS, dayPlus, moment, type DemoLaw, type DossierPerson, type PlayedEvent } from '#src/synthetic/played-event';
import { SeededChance } from '#src/synthetic/seeded-chance';
import { TimeHeap } from '#src/synthetic/time-heap';

export interface SyntheticOptions {
  readonly seed: number;
  readonly dossiers: number;
  /** Calendar days; dossiers open in between, and nothing is logged after `through`. */
  readonly from: string;
  readonly through: string;
}

/** The first persons of the test range belong to the household of the story. */
const FIRST_PERSON = 200;
const TEST_RANGE = 8_500;

type Coming =
  | { readonly kind: 'act'; readonly act: PlannedAct; readonly dossier: OpenDossier }
  | { readonly kind: 'event'; readonly event: PlayedEvent };

interface OpenDossier {
  readonly law: DemoLaw;
  readonly reference: string;
  readonly chance: SeededChance;
  written: number;
}

/**
 * Everything that a synthetic municipality logs, in the order of logging; the same for the same options. A stream:
 * only dossiers that are open are in memory, and of these only what is planned.
 */
export function* syntheticMunicipality({ seed, dossiers, from, through }: SyntheticOptions): Generator<PlayedEvent, void> {
  const coming = new TimeHeap<Coming>();
  const end = moment(through, '23:00').epochMilliseconds;
  const households = new Households(new SeededChance(seed), dossiers, from, through);
  for (;;) {
    while (households.next !== null && moment(households.next, '00:00').epochMilliseconds <= coming.earliest) {
      for (const { dossier, acts } of households.move()) {
        for (const act of acts) coming.put(moment(act.day, '00:01').epochMilliseconds, { kind: 'act', act, dossier });
      }
    }
    if (coming.size === 0 || coming.earliest > end) return;
    const now = coming.take();
    if (now.kind === 'event') yield now.event;
    else writeDown(now.act, now.dossier, coming);
  }
}

function writeDown(act: PlannedAct, dossier: OpenDossier, coming: TimeHeap<Coming>): void {
  const pen = new DossierPen(dossier.law, dossier.reference);
  act.write(pen);
  for (const event of pen.events) {
    dossier.written += 1;
    for (const sent of withMistakes(event, `${dossier.reference}-${dossier.written}`, dossier.chance)) {
      coming.put(sent.loggedAt!.epochMilliseconds, { kind: 'event', event: sent });
    }
  }
}

/** Households that come to the municipality, spread over the years; each with dossiers under one law or more. */
class Households {
  /** Day on which the next household comes; null when all dossiers are there. */
  next: string | null;
  #dossiers = 0;
  #persons = 0;
  #households = 0;

  constructor(private readonly chance: SeededChance, private readonly total: number, private readonly from: string, private readonly through: string) {
    this.next = total > 0 ? from : null;
  }

  move(): readonly { readonly dossier: OpenDossier; readonly acts: readonly PlannedAct[] }[] {
    const day = this.next!;
    const chance = this.chance.part(this.#households);
    this.#households += 1;
    const count = Math.min(chance.byShare(PARAMETERS.dossiersPerHousehold.value), this.total - this.#dossiers);
    const moved = lawsFor(day, count, chance).map((law, index) => {
      const opened = dayPlus(day, { days: index === 0 ? 0 : chance.between(0, 540) });
      const number = this.#dossiers + 1_000;
      this.#dossiers += 1;
      const plan = planDossier(law, number, opened, this.#person(law, opened, chance), chance);
      return { dossier: { law: plan.law, reference: plan.reference, chance: chance.part(index), written: 0 }, acts: plan.acts };
    });
    this.next = this.#dossiers < this.total ? this.#dayOf(this.#dossiers, day) : null;
    return moved;
  }

  /** Evenly over the years, never back. */
  #dayOf(dossiers: number, before: string): string {
    const days = Temporal.PlainDate.from(this.from).until(this.through).days;
    const day = dayPlus(this.from, { days: Math.floor((dossiers / this.total) * days) });
    return day < before ? before : day;
  }

  #person(law: LawParameters, opened: string, chance: SeededChance): DossierPerson {
    const n = this.#persons;
    this.#persons += 1;
    const dateOfBirth = dayPlus(opened, { years: -chance.between(law.age[0], law.age[1]), days: -chance.between(0, 360) });
    const known = n < TEST_RANGE ? { bsn: testBsn(FIRST_PERSON + n) } : { system: SYSTEMS[law.law], reference: `SYN-P-${n}` };
    return { ...known, role: law.role, dateOfBirth };
  }
}

/** Different laws of one household; a law that does not exist yet on that day is not chosen. */
function lawsFor(day: string, count: number, chance: SeededChance): readonly LawParameters[] {
  const open: LawParameters[] = PARAMETERS.laws.value.filter(({ from }) => from <= day);
  const chosen: LawParameters[] = [];
  while (chosen.length < count && open.length > 0) {
    const law = chance.byShare(open.map((one) => [one, one.weight] as const));
    chosen.push(law);
    open.splice(open.indexOf(law), 1);
  }
  return chosen;
}
