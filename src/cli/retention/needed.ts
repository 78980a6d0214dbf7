import { WrongUse, text, type OptionValues } from '#src/cli/command';

/** The value of an option without which the action means nothing. */
export function needed(values: OptionValues, name: string): string {
  const value = text(values, name);
  if (value === undefined || value === '') throw new WrongUse(`Geef --${name} mee. Zie "rekenschap help retention".`);
  return value;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What stands in a path is looked at first. */
export function listPath(values: OptionValues): string {
  const id = needed(values, 'list');
  if (!UUID.test(id)) throw new WrongUse('Geef bij --list het id van een lijst. Met "rekenschap retention lists" ziet u ze.');
  return `/v1/destruction-lists/${id}`;
}
