import { testBsn } from '#domain/dossier/bsn';
import { House, event, opened, SYSTEM } from '../http/harness.js';
import { SimulatedClock } from '#infra/clock/simulated-clock';

export { House, event, opened, SimulatedClock, SYSTEM };

/** An own rule of two years, so that terms end within the play. */
export const RULE = {
  id: 'proef', version: '1', law: 'wmo2015', result: null, name: 'Proefregel', period: 'P2Y', trigger: 'process-completed',
  waardering: 'vernietigen', extendable: true, policy: 'full', selectielijst: { list: '2020', number: '1.1' },
};

export async function adopt(house: House, more: Record<string, unknown> = {}): Promise<number> {
  const answer = await house.post('/v1/retention-schedules', await house.token('controller'), {
    schedule: 'proef', rules: [RULE], mandate: 'besluit-1', archivistAdvice: 'akkoord', on: '2026-03-01', ...more,
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.position as number;
}

/** Sends, and answers the position. */
export async function record(house: House, token: string, sent: Record<string, unknown>): Promise<number> {
  const answer = await house.send(token, sent);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.position as number;
}

export function closed(reference: string, on: string): Record<string, unknown> {
  return event('dossier-closed', { occurredOn: '2026-03-01', dossier: { system: SYSTEM, reference }, on, result: 'verleend' });
}

export function youth(reference: string, person: number, dateOfBirth: string): Record<string, unknown> {
  return opened(reference, { occurredAt: '2020-03-01T09:00:00+01:00', subjects: [{ bsn: testBsn(person), role: 'youth', dateOfBirth }] });
}

export interface Seen { readonly type: string; readonly at: string; readonly stream: string; readonly position: number }

/** What the ledger recorded itself by the passing of time, in the order of the ledger. */
export async function lapses(house: House): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (let from = 0; ;) {
    const page = await house.ledger.store.readAll(from, 1_000);
    for (const entry of page.entries) {
      if (entry.kind !== 'event' || !entry.event.stream.startsWith('dossier-')) continue;
      const opened_ = await house.ledger.writer.open(entry.event);
      if (!['retention-expired', 'consent-expired', 'authority-ended'].includes(opened_.type)) continue;
      const data = opened_.data as { occurredAt?: string; occurredOn?: string };
      seen.push({ type: opened_.type, at: data.occurredAt ?? data.occurredOn!, stream: opened_.stream, position: opened_.position });
    }
    from += page.entries.length;
    if (page.entries.length < 1_000) return seen;
  }
}

export function at(day: string): Temporal.Instant {
  return Temporal.Instant.from(`${day}T03:00:00Z`);
}
