import { setTimeout as pause } from 'node:timers/promises';
import { get, post, write } from '#src/cli/api-call';
import { CommandFailure, EXIT, flag, text, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { listLine, listLines } from '#src/cli/retention/list-words';
import { listPath, needed } from '#src/cli/retention/needed';
import { versionSeen } from '#src/cli/retention/steps';
import type { ListIndex, ListPage, ListView } from '#src/destruction/lists/list-view';
import { counted } from '#src/words/counted';

/** Draws up a list of what may go today, or of what a granted request for erasure lets go. */
export async function proposeList(values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const procedure = text(values, 'procedure');
  const requestId = text(values, 'erasure');
  const list = await post(values, surroundings, '/v1/destruction-lists', { name: needed(values, 'name'), ...(procedure === undefined ? {} : { procedure }), ...(requestId === undefined ? {} : { kind: 'erasure', requestId }) }) as ListView;
  return told(list, values, surroundings);
}

/** Every list, newest first; withdrawn ones only with `--all`, since most of them are proposals that made way. */
export async function showLists(values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const lists: ListView[] = [];
  for (let after = ''; ;) {
    const page = await get(values, surroundings, `/v1/destruction-lists${after}`) as ListIndex;
    lists.push(...page.lists);
    if (page.next === null) break;
    after = `?after=${page.next}`;
  }
  const shown = flag(values, 'all') ? lists : lists.filter(({ status }) => status !== 'cancelled');
  const hidden = lists.length - shown.length;
  surroundings.out(flag(values, 'json') ? JSON.stringify({ ok: true, lists: shown, hidden }) : [
    ...(shown.length === 0 ? ['Er zijn geen lijsten.'] : shown.map(listLine)),
    ...(hidden === 0 ? [] : [`Niet getoond: ${counted(hidden, 'ingetrokken lijst', 'ingetrokken lijsten')} (toon ze met --all).`]),
  ].join('\n'));
  return EXIT.done;
}

/** A list with all of its items, page after page. */
export async function showList(values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const path = listPath(values);
  const first = await get(values, surroundings, path) as ListPage;
  const items = [...first.page ?? []];
  for (let { next } = first; next !== null;) {
    const page = await get(values, surroundings, `${path}?after=${next}`) as ListPage;
    items.push(...page.page ?? []);
    next = page.next;
  }
  surroundings.out(flag(values, 'json')
    ? JSON.stringify({ ok: true, ...first, page: first.page === null ? null : items, next: null })
    : listLines(first, items).join('\n'));
  return EXIT.done;
}

const LOOK_EVERY_MS = 1_000;
const OVER: ReadonlySet<ListView['status']> = new Set(['executed', 'purged']);

/** Starts the run; with `--wait` it says how far it is until the list is executed. Ctrl-C leaves the run going. */
export async function executeList(values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const path = listPath(values);
  let list = await write(values, surroundings, 'POST', `${path}/executions`, {}, await versionSeen(path, values, surroundings)) as ListView;
  if (flag(values, 'wait')) {
    for (let said = false; !OVER.has(list.status); said = true) {
      if (!said) surroundings.err('De lijst wordt uitgevoerd. Stoppen met wachten mag: de uitvoering gaat door.');
      await pause(LOOK_EVERY_MS);
      list = await get(values, surroundings, path) as ListView;
      if (list.status !== 'executing' && !OVER.has(list.status)) throw new CommandFailure('wrong-state', 'De lijst wordt niet meer uitgevoerd.');
    }
  }
  return told(list, values, surroundings);
}

/** The list as it is now, without its items. */
export function told(list: ListView, values: OptionValues, surroundings: Surroundings): ExitCode {
  surroundings.out(flag(values, 'json') ? JSON.stringify({ ok: true, ...list }) : listLine(list));
  return EXIT.done;
}
