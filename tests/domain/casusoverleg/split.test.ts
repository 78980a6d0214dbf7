import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CasusoverlegAsSent } from '#domain/casusoverleg/events';
import { splitMeeting } from '#domain/casusoverleg/split';
import { canonicalJson } from '#domain/ledger/canonical-json';
import { validateEventData } from '#src/events/validation';
import { generated } from '../event-data/generated.js';

const sent: CasusoverlegAsSent = {
  occurredAt: '2024-03-04T09:30:00+01:00', meetingId: 'CO-1', on: '2024-03-04', kind: 'over-domeinen', convenor: 'Gemeente Voorbeeld',
  motivation: 'Besproken om Kanarie te helpen.', actor: { function: 'consulent', reference: 'mdw-1' },
  participants: [
    { organisation: 'Zorggroep Noord', role: 'betrokken-hulpverlener', task: 'wmo2015' },
    { organisation: 'Gemeente Voorbeeld', role: 'casusregisseur' },
    { organisation: 'Zorggroep Noord', role: 'expert-adviseur' },
  ],
  items: [
    { dossier: { system: 'suite', reference: 'W-1' }, subjects: [{ bsn: '999900006' }], mode: 'herleidbaar', categoriesShown: ['gezondheid'] },
    { anonymous: true, purpose: 'advies' },
    { dossier: { system: 'suite', reference: 'J-2' }, anonymous: false },
  ],
};

describe('a casusoverleg in parts', () => {
  const { parts, frame } = splitMeeting(sent);

  it('gives each item of a dossier what it needs, and nothing of another item', () => {
    expect(parts.map(({ part, index, type }) => [part, index, type])).toEqual([['items/0', 0, 'case-discussed'], ['items/2', 2, 'case-discussed']]);
    expect(parts[0]!.data).toEqual({
      occurredAt: sent.occurredAt, meetingId: 'CO-1', on: '2024-03-04', kind: 'over-domeinen', convenor: 'Gemeente Voorbeeld',
      motivation: sent.motivation, actor: sent.actor, participants: sent.participants,
      dossier: { system: 'suite', reference: 'W-1' }, subjects: [{ bsn: '999900006' }], mode: 'herleidbaar', categoriesShown: ['gezondheid'],
    });
    expect(parts[1]!.data).not.toHaveProperty('anonymous');
    expect(canonicalJson(parts[1]!.data)).not.toContain('W-1');
    expect(canonicalJson(parts[0]!.data)).not.toContain('J-2');
  });

  it('keeps in the frame no person, no dossier and no free text', () => {
    expect(frame).toEqual({
      occurredAt: sent.occurredAt, meetingId: 'CO-1', on: '2024-03-04', kind: 'over-domeinen',
      organisations: ['Gemeente Voorbeeld', 'Zorggroep Noord'], roles: ['betrokken-hulpverlener', 'casusregisseur', 'expert-adviseur'],
      items: { identifiable: 2, anonymous: 1 },
    });
  });

  it('property: every item is in exactly one place, the frame names none, and a resend gives the same parts', () => {
    fc.assert(fc.property(generated('casusoverleg-held', 'some'), (data) => {
      expect(validateEventData('casusoverleg-held', data).ok).toBe(true);
      const meeting = data as unknown as CasusoverlegAsSent;
      const split = splitMeeting(meeting);
      expect(splitMeeting(structuredClone(meeting))).toEqual(split);
      expect(split.frame.items.identifiable + split.frame.items.anonymous).toBe(meeting.items.length);
      expect(split.parts.map(({ index }) => index)).toEqual(meeting.items.flatMap((item, index) => (item.dossier === undefined ? [] : [index])));
      expect(new Set(split.parts.map(({ part }) => part)).size).toBe(split.parts.length);
      expect(Object.keys(split.frame).filter((name) => !['occurredAt', 'occurredOn', 'meetingId', 'on', 'kind', 'organisations', 'roles', 'items'].includes(name))).toEqual([]);
      for (const { index, data: part } of split.parts) expect(part).toMatchObject({ dossier: meeting.items[index]!.dossier, meetingId: meeting.meetingId });
      // Nothing undefined: the parts are hashed.
      for (const { data: part } of split.parts) expect(JSON.parse(canonicalJson(part))).toEqual(part);
    }), { numRuns: 200 });
  });
});
