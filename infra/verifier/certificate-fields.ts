/** What a file must hold to be read as a certificate; everything else in a signed part is covered by its signature. */
export interface SignedPart {
  readonly certificate: unknown;
  readonly signature: { readonly algorithm: 'Ed25519'; readonly keyId: string; readonly value: string };
}

export interface SignedParts {
  readonly issued: SignedPart;
  readonly completions: readonly SignedPart[];
}

export interface IssuedFields {
  readonly oin: string;
  readonly runId: string;
  readonly destroyed: { readonly dossiers: number };
  readonly classes: readonly { readonly dossiers: number }[];
  readonly begunOn: string;
  readonly keysDestroyedOn: string;
  readonly eventsDestroyedOn: string;
  readonly checkpoints: { readonly before: string; readonly after: string };
  readonly positions: { readonly runBegun: readonly number[]; readonly runClosed: readonly number[] };
}

export interface CompletionFields {
  readonly oin: string;
  readonly runId: string;
  readonly completes: string;
  readonly pagesRewrittenOn: string;
  readonly issuedAt?: number;
  readonly checkpoint?: string;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Null when the text is no certificate file. Nothing may stand beside the signed parts, and no name twice in one
 * object: a reader that takes the first of two would see what was not signed.
 */
export function asSignedParts(text: string): SignedParts | null {
  const value = readOnce(text);
  if (!isObject(value) || !onlyMembers(value, ['issued', 'completed', 'supplements'])) return null;
  const { issued, completed = null, supplements = [] } = value;
  if (!Array.isArray(supplements) || (completed === null && supplements.length > 0)) return null;
  const completions: readonly unknown[] = completed === null ? [] : [completed, ...supplements];
  return isSignedPart(issued) && completions.every(isSignedPart) ? { issued, completions } : null;
}

export function asIssued(value: unknown): IssuedFields | null {
  if (!isObject(value) || value['document'] !== 'verklaring-van-vernietiging' || value['version'] !== 1) return null;
  const { oin, runId, destroyed, classes, checkpoints, positions } = value;
  const well = isText(oin) && isText(runId) && isObject(destroyed) && isCount(destroyed['dossiers'])
    && Array.isArray(classes) && classes.every((one) => isObject(one) && isCount(one['dossiers']))
    && ['begunOn', 'keysDestroyedOn', 'eventsDestroyedOn'].every((name) => isDay(value[name]))
    && isObject(checkpoints) && isText(checkpoints['before']) && isText(checkpoints['after'])
    && isObject(positions) && areCounts(positions['runBegun']) && areCounts(positions['runClosed']);
  return well ? (value as unknown as IssuedFields) : null;
}

export function asCompletion(value: unknown): CompletionFields | null {
  if (!isObject(value) || value['document'] !== 'aanvulling-verklaring-van-vernietiging' || value['version'] !== 1) return null;
  const { oin, runId, completes, pagesRewrittenOn, issuedAt, checkpoint } = value;
  const well = isText(oin) && isText(runId) && isText(completes) && isDay(pagesRewrittenOn)
    && (issuedAt === undefined) === (checkpoint === undefined)
    && (issuedAt === undefined || (isCount(issuedAt) && isText(checkpoint)));
  return well ? (value as unknown as CompletionFields) : null;
}

/** RFC 8785 for what a certificate holds: whole numbers, texts, truth, null, lists, objects with names in UTF-16 order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** Undefined when it is no JSON, or says a name twice in one object. */
function readOnce(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // What was parsed is written again: a name that stood there twice is now missing once.
    const names = (json: string): number => [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;
    return names(text) === names(JSON.stringify(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSignedPart(value: unknown): value is SignedPart {
  if (!isObject(value) || !onlyMembers(value, ['certificate', 'signature'])) return false;
  const { certificate, signature } = value;
  return isObject(certificate) && isObject(signature) && onlyMembers(signature, ['algorithm', 'keyId', 'value'])
    && signature['algorithm'] === 'Ed25519' && isText(signature['keyId']) && isText(signature['value']);
}

function onlyMembers(value: Members, names: readonly string[]): boolean {
  return Object.keys(value).every((name) => names.includes(name));
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value);
}
