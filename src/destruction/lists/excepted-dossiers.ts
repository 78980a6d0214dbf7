import { FUNCTIONS } from '#domain/destruction/certificate';
import type { ItemException } from '#domain/destruction/exceptions';
import { gateViewOf } from '#domain/destruction/gate';
import type { ListPhase, ListState } from '#domain/destruction/list-state';
import type { ActingPerson } from '#domain/ledger/event';
import type { DossierReferenceData } from '#domain/ledger/fact';
import type { StreamName } from '#domain/ledger/ids';
import type { DesignationChanged, RetentionExtended, RetentionRuleChanged } from '#domain/retention/events';
import type { Clock } from '#infra/clock/port';
import type { ListBook, LoadedList } from '#src/destruction/lists/list-book';
import type { LedgerWriter } from '#src/recording/ledger-writer';

interface Parts {
  readonly book: Pick<ListBook, 'noted' | 'items'>;
  readonly writer: Pick<LedgerWriter, 'read' | 'append'>;
  readonly clock: Clock;
}

type Kept = RetentionExtended | RetentionRuleChanged | DesignationChanged;

const DECIDED: ReadonlySet<ListPhase> = new Set<ListPhase>(['approved', 'executing', 'executed', 'purged']);
const ATTEMPTS = 8;

/**
 * What was decided on a list about items that were taken off it, recorded in those dossiers when the list is approved:
 * an extension, another rule, or kept for good. Kept for good is the archivist's to decide: where another approved the
 * list, it is left to the archivist. A rule that is named here never shortens a term.
 */
export class ExceptedDossiers {
  constructor(private readonly parts: Parts) {}

  /** Again after a crash: what is there already is not recorded twice. False: not all of it could be recorded now. */
  async settle(list: LoadedList): Promise<boolean> {
    const { state, listId } = list;
    if (state.kind !== 'term' || state.excepted === 0 || state.approved === null || !DECIDED.has(state.phase)) return true;
    const noted = await this.parts.book.noted(list);
    if (noted === null) return true;
    let settled = true;
    for (const [stream, exception] of await this.#streams(state, [...noted.exceptions.values()])) {
      if (!await this.#record(stream, exception, `vernietigingslijst ${listId}, regel ${exception.n}`, state.approved.person)) settled = false;
    }
    return settled;
  }

  async #streams(state: ListState, exceptions: readonly ItemException[]): Promise<readonly (readonly [StreamName, ItemException])[]> {
    const found: (readonly [StreamName, ItemException])[] = [];
    for (const exception of exceptions) {
      for await (const { n, stream } of this.parts.book.items.from(state, exception.n)) {
        if (n === exception.n) found.push([stream, exception]);
        break;
      }
    }
    return found;
  }

  async #record(stream: StreamName, exception: ItemException, place: string, person: ActingPerson): Promise<boolean> {
    const { writer, clock } = this.parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const read = await writer.read(stream);
      if (read === 'none' || read === 'destroyed') return true;
      if (gateViewOf(read.events).gate.begun !== null) return true;
      if (read.events.some(({ data }) => (data as { readonly motivationRef?: string }).motivationRef === place)) return true;
      const { system, reference } = (read.events[0]!.data as { readonly dossier: DossierReferenceData }).dossier;
      const event = keptBy(exception, person, { occurredAt: clock.now().toString(), dossier: { system, reference }, motivation: exception.reason, motivationRef: place });
      if (event === null) return true;
      const result = await writer.append({ stream, expectedRevision: read.revision, events: [event], person });
      if (result.kind === 'appended' || result.kind === 'destroyed') return true;
      if (result.kind !== 'conflict') return false;
    }
    return false;
  }
}

function keptBy(
  { kind, until, rule }: ItemException, { role }: ActingPerson,
  common: { readonly occurredAt: string; readonly dossier: DossierReferenceData; readonly motivation: string; readonly motivationRef: string },
): Kept | null {
  const decidedBy = { function: FUNCTIONS[role] ?? role };
  switch (kind) {
    case 'extend': return { type: 'retention-extended', schema: 1, data: { ...common, until: until!, decidedBy } };
    case 'other-rule': return { type: 'retention-rule-changed', schema: 1, data: { ...common, retentionRules: [rule!], decidedBy } };
    case 'keep': return role === 'archivist' ? { type: 'designation-changed', schema: 1, data: { ...common, designation: 'blijvend_bewaren' } } : null;
  }
}
