import source from '#domain/reference/codes.json' with { type: 'json' };

/** A row of one of the lists of codes.json; dates are calendar dates, inclusive on both sides. */
export interface Code {
  readonly code: string;
  /** Dutch label; a few lists (requirements) have an English one only. */
  readonly nl?: string;
  readonly en?: string;
  readonly validFrom?: string | null;
  readonly validUntil?: string | null;
  readonly status?: string;
}

type Source = typeof source;
/** Names of the controlled lists: the members of codes.json that are rows with a code. */
export type CodeList = {
  [Name in keyof Source]: Source[Name] extends readonly { code: string }[] ? Name : never;
}[keyof Source];

const byList = new Map<string, ReadonlyMap<string, Code>>();

function index(list: CodeList): ReadonlyMap<string, Code> {
  let codes = byList.get(list);
  if (codes === undefined) {
    codes = new Map((source[list] as readonly Code[]).map((row) => [row.code, row]));
    byList.set(list, codes);
  }
  return codes;
}

export function codesOf(list: CodeList): readonly Code[] {
  return [...index(list).values()];
}

export function findCode(list: CodeList, code: string): Code | undefined {
  return index(list).get(code);
}

/**
 * Is this a code of the list, and in force on the calendar day `on` when one is given?
 * A row without dates is in force on every day; `validFrom: null` means that no document gives a date.
 */
export function isCode(list: CodeList, code: string, on?: Temporal.PlainDate): boolean {
  const row = findCode(list, code);
  if (row === undefined) return false;
  if (on === undefined) return true;
  const day = on.toString();
  return (row.validFrom == null || row.validFrom <= day) && (row.validUntil == null || day <= row.validUntil);
}

/** Dutch label of a code, or the code itself when the list does not know it: a kept unknown code stays readable. */
export function codeLabel(list: CodeList, code: string): string {
  const row = findCode(list, code);
  return row?.nl ?? row?.en ?? code;
}

/** Is this the name of a controlled list? */
export function isCodeList(name: string): name is CodeList {
  const rows: unknown = Object.hasOwn(source, name) ? source[name as keyof Source] : undefined;
  return Array.isArray(rows) && rows.length > 0 && rows.every((row: unknown) => typeof row === 'object' && row !== null && 'code' in row);
}
