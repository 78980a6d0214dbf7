import { REFUSALS, type FieldError, type Refusal, type RefusalCode } from '#domain/ledger/refusals';

/** RFC 9457 problem+json as every refusal leaves the house. `path` is a JSON Pointer into the CloudEvent or body sent. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: RefusalCode;
  readonly errors?: readonly FieldError[];
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
const ERRORS_MAX = 100;

export function problemOf(refusal: Refusal): Problem {
  const { status, title } = REFUSALS[refusal.code];
  const errors = refusal.errors ?? (refusal.path === undefined
    ? [] : [{ code: refusal.code, path: refusal.path, detail: refusal.detail }]);
  return {
    type: `urn:rekenschap:probleem:${refusal.code}`,
    title,
    status,
    detail: refusal.detail,
    code: refusal.code,
    ...(errors.length === 0 ? {} : { errors: errors.slice(0, ERRORS_MAX).map(maskedPath) }),
  };
}

/** How long a caller waits before it tries a 503 again, in seconds. */
export function retryAfter(refusal: Refusal): number | null {
  if (REFUSALS[refusal.code].status !== 503) return null;
  return refusal.code === 'position-not-reached' ? 1 : 5;
}

/** As field names are written here or nearly so: from a small letter, without spaces, with a few digits at most. */
const ORDINARY_NAME = /^(?:[@$_]?[a-z][A-Za-z_-]{0,40}[0-9]{0,4}|[0-9]{1,6})$/;

/** The sender's own member names are in a path: one that looks like anything but a field name is not echoed. */
function maskedPath(error: FieldError): FieldError {
  const path = error.path.split('/').map((part, index) =>
    index === 0 || ORDINARY_NAME.test(part) ? part : '***').join('/');
  return path === error.path ? error : { ...error, path };
}
