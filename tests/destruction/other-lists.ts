import { testBsn } from '#domain/dossier/bsn';
import { SCHEDULER } from '#domain/destruction/list-policy';
import { canonicalJson } from '#domain/ledger/canonical-json';
import type { ActingPerson } from '#domain/ledger/event';
import { parseStreamName, streamName, type StreamName } from '#domain/ledger/ids';
import type { ListView } from '#src/destruction/lists/list-view';
import type { Outcome, Receipt } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';
import { ARCHIVIST, houseWithApprovedList, KEEPER, LedgerHouse, must, OIN, OPERATOR, OWNER, SYSTEM } from './house.js';

const OFFICER: Principal = { iss: 'urn:test', sub: 'privacy', roles: ['privacy-officer'], oin: OIN, local: true };
const OWN = `urn:nld:oin:${OIN}:systeem:rekenschap`;
const NIGHT: ActingPerson = { iss: 'urn:test', sub: 'nachtelijke-run', role: SCHEDULER };

/** A ledger with a list whose run may begin, and who begins it. */
export interface ReadyHouse {
  readonly house: LedgerHouse;
  /** Every stream that goes, those of who looked included. */
  readonly due: readonly StreamName[];
  /** Dossiers among them. */
  readonly dossiers: number;
  readonly list: ListView;
  readonly by: ActingPerson;
}

export async function houseByTerm(): Promise<ReadyHouse> {
  const { house, due, list } = await houseWithApprovedList();
  return { house, due, dossiers: due.length, list, by: OPERATOR };
}

/** One fact of the ledger's own forms, about a request of a person. */
export function officerRecords(house: LedgerHouse, type: string, data: Readonly<Record<string, unknown>>): Promise<Outcome<Receipt>> {
  const whole = { occurredAt: house.clock.now().toString(), ...data };
  return house.ledger.facts.record({ type, source: OWN, id: `${type}/${JSON.stringify(data).length}/${house.ledger.store.head().size}`, data: whole, canonicalData: canonicalJson(whole) }, OFFICER);
}

/** By a granted request of one person: four dossiers, one of them looked at, one shared with another system. Another person's stays. */
export async function houseByErasure(): Promise<ReadyHouse> {
  const house = await LedgerHouse.open();
  await house.adopt();
  const due: StreamName[] = [];
  for (let n = 0; n < 4; n += 1) due.push(await house.dossier(`eigen-${n}`, 1, n % 2 === 0 ? '2020-01-05' : null));
  await house.dossier('jong', 2, null);
  must(await house.record('dossier-located', 'eigen-0', { location: { system: 'ggd', reference: 'G-1', kind: 'system', controller: 'other' } }));
  const access = await looked(house, due[1]!);
  house.at('2020-01-20');
  must(await officerRecords(house, 'rights-request-received', { requestId: 'R-1', right: 'vernietiging-jw-wmo', receivedOn: '2020-01-06', subject: { bsn: testBsn(1) } }));
  must(await officerRecords(house, 'rights-request-decided', { requestId: 'R-1', outcome: 'toegewezen', decidedOn: '2020-01-20' }));
  const { lists } = house.destruction();
  const drawn = must(await lists.drawUpErasure('Wissing 1', KEEPER, { requestId: 'R-1' }));
  const submitted = must(await lists.act(drawn.id, drawn.version, { kind: 'submit' }, KEEPER));
  const reviewed = must(await lists.act(drawn.id, submitted.version, { kind: 'review' }, OWNER));
  const list = must(await lists.act(drawn.id, reviewed.version, { kind: 'approve', typedName: 'Wissing 1', localToken: true }, ARCHIVIST));
  house.at('2020-01-28');
  return { house, due: [...due, access], dossiers: due.length, list, by: OPERATOR };
}

/** After a source that leads: it destroyed four, long before their term, and did not say so of a fifth. */
export async function houseByFollowing(): Promise<ReadyHouse> {
  const house = await LedgerHouse.open();
  await house.adopt();
  const due: StreamName[] = [];
  for (const [n, reference] of ['bron-0', 'bron-1', 'bron-2', 'bron-3', 'jong'].entries()) {
    must(await house.record('dossier-opened', reference, { law: 'wmo2015', subjects: [{ bsn: testBsn(n), role: 'client' }], leading: 'source' }));
    must(await house.record('dossier-closed', reference, { on: '2020-01-05' }));
    if (reference === 'jong') continue;
    due.push((await house.ledger.vault.findStream({ system: SYSTEM, reference }))!);
    must(await house.record('destroyed-at-source', reference, { on: '2020-01-06', certificate: { reference: 'verklaring 12' } }));
  }
  const access = await looked(house, due[1]!);
  // So few wait for the month's end.
  house.at('2020-01-31');
  const list = must(await house.destruction().lists.drawUp('Volgt bron', NIGHT, { kind: 'follow' }));
  house.at('2020-02-07');
  return { house, due: [...due, access], dossiers: due.length, list, by: NIGHT };
}

/** Answers the stream that says who did. */
async function looked(house: LedgerHouse, stream: StreamName): Promise<StreamName> {
  const outcome = await house.ledger.looks.viewed(stream, { person: KEEPER, session: 's1' });
  if (outcome.kind !== 'done') throw new Error('nobody could look');
  return streamName('access', parseStreamName(stream).uuid);
}

export const OTHER_HOUSES = [{ kind: 'erasure', build: houseByErasure }, { kind: 'follow', build: houseByFollowing }] as const;
