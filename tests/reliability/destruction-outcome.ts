import { evolveList, initialList, type DoneListEvent } from '#domain/destruction/list-state';
import { streamName, type StreamName } from '#domain/ledger/ids';
import type { LedgerHouse } from '../destruction/house.js';

/** What must be the same however often the run was killed. */
export interface RunOutcome {
  readonly announced: readonly string[];
  readonly listEvents: readonly string[];
  readonly destroyed: number | null;
  readonly cells: string;
  readonly dossiers: readonly string[];
  readonly open: unknown;
  readonly verified: readonly string[];
  readonly agenda: readonly string[];
}

export async function outcomeOf(house: LedgerHouse, listId: string, due: readonly StreamName[]): Promise<RunOutcome> {
  const { writer, vault, views, runner } = house.ledger;
  const list = await writer.read(streamName('destruction-list', listId));
  if (list === 'none' || list === 'destroyed') throw new Error('the list is gone');
  const state = list.events.reduce((folded, event) => evolveList(folded, event as DoneListEvent), initialList);
  const cells = JSON.stringify(await house.cells());
  const { retentionAgendaProjection } = await import('#projections/retention-agenda/projection');
  const verified = await house.verifyWithKeys();
  if (runner.status().views.some(({ halted }) => halted !== null)) throw new Error('a view has halted');
  return {
    announced: await house.announced(),
    listEvents: list.events.map(({ type }) => type),
    destroyed: state.destroyed,
    cells,
    dossiers: await Promise.all(due.map(async (stream) => {
      const read = await writer.read(stream);
      const key = await vault.streamKey(stream);
      return `${typeof read === 'string' ? read : 'there'}, ${key === null ? 'no key' : 'key'}, ${vault.isFenced({ stream }) ? 'fenced' : 'open'}`;
    })),
    open: await vault.openRun(),
    verified: [verified.answer, ...verified.findings.map(({ kind }) => kind)],
    agenda: views.reader(retentionAgendaProjection).select('dossier').map((row) => row['stream'] as string).filter((stream) => due.includes(stream as StreamName)),
  };
}
