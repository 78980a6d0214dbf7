import { countedDecision, countSharing, known, occurredOf } from '#domain/account/sharing-account';
import { countDossier } from '#domain/account/stock-account';
import { consentAct, type ConsentAct, type ConsentActEvent } from '#domain/consent/acts';
import { evolveGovernance, initialGovernance } from '#domain/governance/state';
import { standing } from '#domain/ledger/corrections';
import type { LedgerEvent } from '#domain/ledger/event';
import { streamKind } from '#domain/ledger/ids';
import { dayOf, type Occurred } from '#domain/ledger/moments';
import { evolveRetention, initialRetention, RETENTION_EVENTS, type RetentionInput } from '#domain/retention/state';

type Cells = Record<string, number>;
type Data = Record<string, unknown>;

/** The figures by going through whole streams as they stand at the end, corrections carried out: slow, and nothing is kept. */
export function figuresOf(events: readonly LedgerEvent[]): Cells {
  const cells: Cells = {};
  const add = (counted: readonly string[], year: number, count = 1): void => {
    const key = [counted[0], year, ...counted.slice(1)].join(' ');
    cells[key] = (cells[key] ?? 0) + count;
    if (cells[key] === 0) delete cells[key];
  };
  const streams = Map.groupBy(events, ({ stream }) => stream);
  const governance = events.filter(({ stream }) => streamKind(stream) === 'governance')
    .reduce((state, event) => evolveGovernance(state, event as never), initialGovernance);
  for (const [stream, all] of streams) if (streamKind(stream) === 'dossier') countStream(standing(all), governance, add);
  return Object.fromEntries(Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Add = (counted: readonly string[], year: number, count?: number) => void;

function countStream(facts: readonly LedgerEvent[], governance: typeof initialGovernance, add: Add): void {
  const acts = facts.filter(({ type }) => /^consent-(requested|given|renewed|refused|withdrawn|disputed|dispute-resolved)$|^plan-ended$/.test(type))
    .map((event) => ({ act: consentAct(event as unknown as ConsentActEvent), renews: event.type === 'consent-renewed' ? (event.data as Data)['renews'] : undefined }));
  const year = (data: unknown): number => dayOf(data as Occurred).year;
  for (const { type, data } of facts as readonly LedgerEvent<string, Data>[]) {
    if (type === 'consent-requested') add(['consents-asked'], year(data));
    if (type === 'consent-given') add(['consents-given', known(data['function'] as string, 'consentFunctions'), known(data['form'] as string, 'consentForms')], year(data));
    if (type === 'consent-refused') add(['consents-refused'], year(data));
    if (type === 'consent-withdrawn') add(['consents-withdrawn'], year(data));
    if (type === 'objection-received') add(['objections', known(data['kind'] as string, 'objectionKinds')], Number((data['receivedOn'] as string).slice(0, 4)));
    if (type !== 'data-shared') continue;
    const decided = facts.findLast((one) => one.type === 'sharing-decided' && (one.data as Data)['decisionId'] === data['decisionId'] && data['decisionId'] !== undefined);
    const decision = decided === undefined ? null : countedDecision(decided.data as never);
    const sharing = {
      occurred: occurredOf(data as unknown as Occurred), recipient: data['recipient'] as object, categories: (data['categories'] ?? []) as string[],
      decisionId: (data['decisionId'] ?? null) as string | null, routeId: (data['routeId'] ?? null) as string | null,
    };
    for (const counted of countSharing(sharing, decision, decision?.consentId == null ? [] : under(decision.consentId, acts))) add(counted, year(data));
  }
  const retention = facts.filter(({ type }) => RETENTION_EVENTS.has(type)).reduce((state, event) => evolveRetention(state, event as unknown as RetentionInput), initialRetention);
  for (const { counted, year: of, count } of countDossier({ retention, destroyedOn: null }, governance.schedule, governance.classHolds)) add(counted, of, count);
}

/** Own acts, those of every consent that renews it, however far, and the ends of the plans that they name. */
function under(consentId: string, acts: readonly { readonly act: ConsentAct; readonly renews: unknown }[]): readonly ConsentAct[] {
  let ids = [consentId];
  for (;;) {
    const more = acts.filter(({ act, renews }) => ids.includes(renews as string) && !ids.includes(act.consentId)).map(({ act }) => act.consentId);
    if (more.length === 0) break;
    ids = [...new Set([...ids, ...more])];
  }
  const own = acts.map(({ act }) => act).filter((act) => act.type !== 'plan-ended' && ids.includes(act.consentId));
  const plans = own.flatMap(({ planId }) => (planId === undefined ? [] : [planId]));
  return [...own, ...acts.map(({ act }) => act).filter((act) => act.type === 'plan-ended' && plans.includes(act.planId!))];
}
