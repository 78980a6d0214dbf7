import codes from '#domain/reference/codes.json' with { type: 'json' };

interface TriggerCode {
  readonly code: string;
  readonly latestOf?: readonly string[];
}

const BY_CODE: ReadonlyMap<string, TriggerCode> = new Map(
  (codes.retentionTriggers as readonly TriggerCode[]).map((row) => [row.code, row]),
);

export function isTrigger(code: string): boolean {
  return BY_CODE.has(code);
}

/** The single triggers a rule waits for: itself, or for "the later of two" both of them. */
export function partsOf(code: string): readonly string[] {
  return BY_CODE.get(code)?.latestOf ?? [code];
}
