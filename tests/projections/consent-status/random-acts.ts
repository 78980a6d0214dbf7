import fc from 'fast-check';
import type { SubjectId } from '#domain/ledger/ids';
import { fact, ledgerEvents, type Recorded } from '../fold-harness.js';

export const ALICE = 'a0000000-0000-4000-8000-000000000001' as SubjectId;
export const BOB = 'b0000000-0000-4000-8000-000000000002' as SubjectId;
export const CAROL = 'c0000000-0000-4000-8000-000000000003' as SubjectId;

/** Few days and hours, so that acts often share a day, a moment, or only a day. */
const moment = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('', 'T00:30:00+02:00', 'T10:00:00+02:00', 'T22:30:00Z'))
  .map(([day, time]) => (time === '' ? { occurredOn: `2024-05-0${day}` } : { occurredAt: `2024-05-0${day}${time}` }));
const part = <T>(...values: T[]): fc.Arbitrary<T[]> => fc.subarray(values, { minLength: 1 });
const purposes = part('hulp', 'toezicht');
const categories = part('gezondheid', 'schulden');
const recipients = fc.subarray([
  { organisation: 'Zorggroep Noord' }, { organisation: 'zorggroep  NOORD', kind: 'zorgaanbieder' }, { organisation: 'Wijkteam', kind: 'kernteam' },
  { kind: 'zorgaanbieder' }, { kind: 'wmo2015' }, {},
], { minLength: 1, maxLength: 3 });
/** A scope too wide for lines of its own. */
const many = fc.constant({ purposes: ['hulp', 'toezicht', 'p3', 'p4', 'p5', 'p6'], categories: ['gezondheid', 'schulden', 'c3', 'c4'] });
const subjects = fc.constantFrom({}, {}, { subjects: [{ subjectId: ALICE }] }, { subjects: [{ subjectId: BOB }, { subjectId: CAROL }] });
const consentId = fc.constantFrom('T1', 'T1', 'T2', 'T3');
const scope = fc.tuple(fc.record({ purposes, categories, recipients }), fc.option(many, { nil: {}, freq: 8 })).map(([own, wide]) => ({ ...own, ...wide }));
const partial = fc.record({ purposes, categories, recipients }, { requiredKeys: [] });
const terms = fc.constantFrom(
  {}, {}, {}, { validUntil: '2024-05-03' }, { planId: 'P1' }, { planId: 'P1', validUntil: '2024-05-04' }, { generic: true }, { freely: { understood: false } },
);

type Made = { readonly type: string; readonly data: Record<string, unknown> };
const made = (type: string | fc.Arbitrary<string>, ...parts: fc.Arbitrary<object>[]): fc.Arbitrary<Made> =>
  fc.tuple(typeof type === 'string' ? fc.constant(type) : type, moment, ...parts)
    .map(([name, ...rest]) => ({ type: name, data: Object.assign({}, ...rest as object[]) as Record<string, unknown> }));
const under = consentId.map((id) => ({ consentId: id }));

const anyAct: fc.Arbitrary<Made> = fc.oneof(
  { weight: 6, arbitrary: made(fc.constantFrom('consent-given', 'consent-given', 'consent-renewed'), under, scope, subjects, terms) },
  { weight: 2, arbitrary: made('consent-requested', under, partial, subjects) },
  { weight: 5, arbitrary: made(fc.constantFrom('consent-withdrawn', 'consent-withdrawn', 'consent-refused'), under, partial, subjects) },
  { weight: 2, arbitrary: made('consent-disputed', under) },
  { weight: 2, arbitrary: made('consent-dispute-resolved', under, fc.constantFrom({ outcome: 'upheld' }, { outcome: 'upheld' }, { outcome: 'invalid' }, { outcome: 'unproven' }, {})) },
  { weight: 1, arbitrary: made('plan-ended', fc.constantFrom('2024-05-02', '2024-05-04').map((on) => ({ planId: 'P1', on }))) },
  { weight: 1, arbitrary: made('sharing-decided', fc.constantFrom('hulp', 'toezicht').map((purpose) => ({
    decisionId: 'D', outcome: 'delen', purpose, legalBasis: 'none', withoutConsent: { why: 'vergeten' }, recipient: { organisation: 'Wijkteam' }, categories: ['gezondheid', 'schulden'],
  }))) },
);

/** One scope, two moments and a day: acts lie on top of each other, and are corrected again and again. */
const ONE_SCOPE = { purposes: ['hulp'], recipients: [{ organisation: 'Zorggroep Noord' }], categories: ['gezondheid'] };
const crowded = fc.constantFrom({ occurredOn: '2024-05-02' }, { occurredAt: '2024-05-02T10:00:00+02:00' }, { occurredAt: '2024-05-03T10:00:00+02:00' });
const oneScopeAct: fc.Arbitrary<Made> = fc.tuple(
  crowded, fc.constantFrom('consent-given', 'consent-given', 'consent-renewed', 'consent-withdrawn'), fc.constantFrom('T1', 'T2'),
  fc.constantFrom({}, {}, { validUntil: '2024-05-02' }),
).map(([at, type, id, more]) => ({ type, data: { ...at, consentId: id, ...(type === 'consent-withdrawn' ? {} : { ...ONE_SCOPE, ...more }) } }));

/** An act, or a correction or annulment of an earlier one: `of` picks which. */
const steps = (act: fc.Arbitrary<Made>, corrections: number): fc.Arbitrary<{ act: Made; of: number; annul: boolean }[]> => fc.array(fc.oneof(
  { weight: 4, arbitrary: act.map((one) => ({ act: one, of: -1, annul: false })) },
  { weight: corrections, arbitrary: fc.record({ act, of: fc.nat(30), annul: fc.boolean() }) },
), { minLength: 1, maxLength: 16 });

const opening = fc.constantFrom<readonly Recorded[]>(
  [], [fact(0, 'dossier-opened', { law: 'jeugdwet', subjects: [{ subjectId: ALICE, role: 'youth' }, { subjectId: BOB, role: 'parent' }] })],
  [fact(0, 'dossier-opened', { law: 'jeugdwet', subjects: [{ subjectId: ALICE, role: 'client' }, { subjectId: BOB, role: 'client' }] })],
);

/** A dossier's stream in which corrections name events that came before them. */
export const randomStream = fc.tuple(opening, fc.oneof(steps(anyAct, 1), steps(oneScopeAct, 4))).map(([before, taken]) => {
  const recorded: Recorded[] = [...before];
  const acts: { index: number; type: string }[] = [];
  for (const { act, of, annul } of taken) {
    const original = of < 0 ? undefined : acts[of % Math.max(1, acts.length)];
    if (original === undefined) {
      acts.push({ index: recorded.length, type: act.type });
      recorded.push(fact(0, act.type, act.data));
      continue;
    }
    const eventId = ledgerEvents(recorded)[original.index]!.id;
    const replacement = act.type === original.type ? act.data : sameKind(original.type, act.data);
    recorded.push(fact(0, annul || replacement === null ? 'event-annulled' : 'event-corrected', {
      eventId, ofType: original.type, ...(annul || replacement === null ? {} : { ofSchema: 1, replacement }),
    }));
  }
  return recorded;
});

/** Data of another act that would do for this type; null when they would not. */
function sameKind(type: string, data: Record<string, unknown>): Record<string, unknown> | null {
  const whole = data['purposes'] !== undefined && data['recipients'] !== undefined && data['categories'] !== undefined;
  if (data['consentId'] === undefined || type === 'plan-ended' || type === 'sharing-decided') return null;
  return (type === 'consent-given' || type === 'consent-renewed') && !whole ? null : data;
}

export const randomQuestion = fc.record({
  purpose: fc.constantFrom('hulp', 'hulp', 'hulp', 'toezicht', 'p3'),
  recipient: fc.constantFrom(
    { organisation: 'Zorggroep Noord' }, { organisation: 'zorggroep noord ' }, { organisation: 'Zorggroep Noord' }, { organisation: 'Zorggroep Noord', kind: 'zorgaanbieder' }, { kind: 'zorgaanbieder' },
    { organisation: 'Wijkteam', kind: 'kernteam' }, { organisation: 'Wijkteam' }, { kind: 'wmo2015' },
  ),
  category: fc.constantFrom('gezondheid', 'gezondheid', 'schulden'),
  at: fc.oneof(moment, crowded),
  subject: fc.option(fc.constantFrom(ALICE, BOB, CAROL), { nil: undefined }),
  asKnownAt: fc.option(fc.nat(20), { nil: undefined }),
});
