import type { ConsentAct } from '#domain/consent/acts';
import type { ConsentQuestion } from '#domain/consent/status';
import type { EventId, SubjectId } from '#domain/ledger/ids';
import type { Occurred } from '#domain/ledger/moments';

export const ALICE = 'a0000000-0000-4000-8000-000000000001' as SubjectId;
export const BOB = 'b0000000-0000-4000-8000-000000000002' as SubjectId;

export function on(when: string): Occurred {
  return when.includes('T') ? { occurredAt: when } : { occurredOn: when };
}

const SCOPE = {
  purposes: ['onderzoek-na-melding'], recipients: [{ organisation: 'Zorggroep Noord' }], categories: ['gezondheid'],
} as const;

let next = 0;

/** An act at the next position; the id is readable, so that answers can be compared with it. */
export function act(type: 'requested' | 'given' | 'refused' | 'withdrawn', when: string, more: Partial<ConsentAct> = {}): ConsentAct {
  const position = more.position ?? next++;
  const scope = type === 'given' || type === 'requested' ? SCOPE : {};
  return {
    eventId: `${type}-${when}-${position}` as EventId, position, type: `consent-${type}`, consentId: 'c1', occurred: on(when), ...scope, ...more,
  };
}

export function ask(when: string, more: Partial<ConsentQuestion> = {}): ConsentQuestion {
  return { purpose: 'onderzoek-na-melding', recipient: { organisation: 'Zorggroep Noord' }, category: 'gezondheid', at: on(when), ...more };
}
