import { get, write } from '#src/cli/api-call';
import { EXIT, WrongUse, flag, text, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { listLine } from '#src/cli/retention/list-words';
import { listPath, needed } from '#src/cli/retention/needed';
import type { ListView } from '#src/destruction/lists/list-view';

/** A step of a list: which call it is, and what goes with it. */
export interface ListStep {
  readonly action: string;
  readonly method: 'POST' | 'PUT';
  readonly path: (values: OptionValues) => string;
  readonly body: (values: OptionValues) => Readonly<Record<string, unknown>>;
}

const step = (action: string, path: string, body: ListStep['body'] = () => ({})): ListStep => ({ action, method: 'POST', path: () => path, body });
const reason = (values: OptionValues): Readonly<Record<string, string>> => ({ reason: needed(values, 'reason') });
const optional = (values: OptionValues, name: string): Readonly<Record<string, string>> => {
  const value = text(values, name);
  return value === undefined ? {} : { [name]: value };
};

export const LIST_STEPS: readonly ListStep[] = [
  step('submit', 'submissions', (values) => optional(values, 'answer')),
  step('review', 'reviews'),
  step('request-changes', 'change-requests', reason),
  step('advise', 'advices', (values) => ({ advice: needed(values, 'advice'), ...reason(values) })),
  step('take-over', 'replacements', (values) => ({ part: needed(values, 'part'), ...reason(values) })),
  step('approve', 'approvals', (values) => ({ name: needed(values, 'name') })),
  step('cancel', 'cancellations', reason),
  step('hear', 'hearings', (values) => ({ whom: needed(values, 'whom'), on: needed(values, 'on'), ...reason(values) })),
  step('tell', 'tellings', (values) => ({
    ...text(values, 'recipient') === undefined ? {} : { recipient: numberOf(values, 'recipient', 'een ontvanger') }, on: needed(values, 'on'), means: needed(values, 'means'),
  })),
  {
    action: 'except', method: 'PUT', path: (values) => `items/${itemNumber(values)}`,
    body: (values) => ({
      exception: needed(values, 'exception') === 'none' ? null : needed(values, 'exception'), ...reason(values), ...optional(values, 'until'), ...optional(values, 'rule'),
    }),
  },
];

/** Takes it on the version that the person has seen, or on the newest; a refusal is exit code 1 with its sentence. */
export async function takeStep({ method, path, body }: ListStep, values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const list = listPath(values);
  const sent = body(values);
  const where = `${list}/${path(values)}`;
  const after = await write(values, surroundings, method, where, sent, await versionSeen(list, values, surroundings)) as ListView;
  surroundings.out(flag(values, 'json') ? JSON.stringify({ ok: true, ...after }) : listLine(after));
  return EXIT.done;
}

export async function versionSeen(list: string, values: OptionValues, surroundings: Surroundings): Promise<number> {
  const seen = text(values, 'seen');
  if (seen === undefined) return (await get(values, surroundings, list) as ListView).version;
  if (!/^[0-9]{1,9}$/.test(seen)) throw new WrongUse('Geef bij --seen het nummer van een versie.');
  return Number(seen);
}

function itemNumber(values: OptionValues): number {
  return numberOf(values, 'item', 'een regel');
}

function numberOf(values: OptionValues, option: string, of: string): number {
  const value = needed(values, option);
  if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new WrongUse(`Geef bij --${option} het nummer van ${of}.`);
  return Number(value);
}
