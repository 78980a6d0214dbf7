import type { DossierSubject } from '#domain/dossier/events';
import { dayTextOf } from '#domain/ledger/moments';
import type { Closing, Hold, RetentionSource } from '#domain/retention/state';

type Born = Pick<DossierSubject, 'role' | 'dateOfBirth'>;
type HoldFact = Pick<Hold, 'holdId' | 'kind' | 'on'>;

/**
 * What retention keeps of an event: enough to fold it again, and nothing about who. `id`: event id, null when unknown;
 * `recordedOn`: calendar day on which the ledger took it in, null while that is not known.
 */
export type RetentionFact = { readonly id: string | null; readonly recordedOn: string | null } & (
  | {
    readonly type: 'dossier-opened'; readonly on: string; readonly law: string; readonly retentionRules: readonly string[];
    readonly subjects: readonly Born[]; readonly sourceLeads?: true;
  }
  | { readonly type: 'subject-joined'; readonly subject: Born }
  | { readonly type: 'dossier-closed'; readonly closing: Closing }
  | { readonly type: 'dossier-reopened'; readonly on: string }
  | { readonly type: 'retention-trigger'; readonly trigger: string; readonly on: string; readonly corrects: string | null }
  | { readonly type: 'hold-placed' } & HoldFact
  | { readonly type: 'hold-lifted' } & HoldFact
  | { readonly type: 'retention-rule-changed'; readonly retentionRules: readonly string[]; readonly advised: boolean }
  | { readonly type: 'retention-extended'; readonly until: string }
  | { readonly type: 'designation-changed'; readonly designation: string }
  | { readonly type: 'retention-expired'; readonly firstDestructionDay: string }
  | { readonly type: 'destroyed-at-source'; readonly on: string }
);

/** AVG 18 is a hold of its own kind (codes: holdKinds). */
const RESTRICTION = 'beperking-art-18';

export function keptFact(event: RetentionSource, id: string | null, recordedOn: string | null): RetentionFact {
  return { ...kept(event, id), recordedOn } as RetentionFact;
}

type Kept = RetentionFact extends infer Fact ? Fact extends RetentionFact ? Omit<Fact, 'recordedOn'> : never : never;

function kept(event: RetentionSource, id: string | null): Kept {
  switch (event.type) {
    case 'dossier-opened':
      return {
        id, type: event.type, on: dayTextOf(event.data), law: event.data.law, retentionRules: event.data.retentionRules ?? [],
        subjects: event.data.subjects.map((subject) => born(subject)),
        ...(event.data.leading === 'source' ? { sourceLeads: true as const } : {}),
      };
    case 'subject-joined':
      return { id, type: event.type, subject: born(event.data.subject) };
    case 'dossier-closed': {
      const { on, result, archiefactiedatum, archiefnominatie } = event.data;
      return {
        id, type: event.type,
        closing: { on, result: result ?? null, archiefactiedatum: archiefactiedatum ?? null, archiefnominatie: archiefnominatie ?? null },
      };
    }
    case 'dossier-reopened':
      return { id, type: event.type, on: event.data.on };
    case 'retention-trigger':
      return { id, type: event.type, trigger: event.data.trigger, on: event.data.on, corrects: event.data.corrects ?? null };
    case 'hold-placed':
    case 'hold-lifted':
      return { id, type: event.type, kind: event.data.kind, on: event.data.on, holdId: event.data.holdId ?? null };
    case 'processing-restricted':
    case 'processing-lifted':
      return {
        id, type: event.type === 'processing-restricted' ? 'hold-placed' : 'hold-lifted', kind: RESTRICTION,
        on: event.data.on ?? dayTextOf(event.data),
        holdId: event.data.requestId === undefined ? null : `${RESTRICTION}:${event.data.requestId}`,
      };
    case 'retention-rule-changed':
      return { id, type: event.type, retentionRules: event.data.retentionRules, advised: event.data.archivistAdvice !== undefined };
    case 'retention-extended':
      return { id, type: event.type, until: event.data.until };
    case 'designation-changed':
      return { id, type: event.type, designation: event.data.designation };
    case 'retention-expired':
      return { id, type: event.type, firstDestructionDay: event.data.firstDestructionDay };
    case 'destroyed-at-source':
      return { id, type: event.type, on: event.data.on };
    default:
      throw new Error(`retention does not own ${String((event satisfies never as { type: string }).type)}`);
  }
}

function born({ role, dateOfBirth }: { readonly role?: string; readonly dateOfBirth?: string }): Born {
  return { role: role ?? '', ...(dateOfBirth === undefined ? {} : { dateOfBirth }) };
}
