import { REFUSALS, type RefusalCode } from '#domain/ledger/refusals';
import { PROBLEM_MEDIA_TYPE } from '#src/http/problem';
import { list, object, ref, type Schema } from '#src/http/openapi/schema';

const CODE: Schema = { type: 'string', enum: Object.keys(REFUSALS) };

export const PROBLEM_SCHEMAS: Readonly<Record<string, Schema>> = {
  Problem: object({
    type: { type: 'string', format: 'uri', description: 'urn:rekenschap:probleem: en daarna de code.' },
    title: { type: 'string', description: 'Vaste zin bij de code.' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'Wat er mis is. Herhaalt nooit wat er gestuurd is.' },
    code: CODE,
    errors: list(ref('FieldError'), 'Alle fouten tegelijk, ten hoogste honderd.'),
  }, ['errors'], 'Een fout volgens RFC 9457.'),
  FieldError: object({
    code: CODE,
    path: { type: 'string', description: 'JSON Pointer in het bericht. Een naam die geen veldnaam lijkt, staat er als ***.' },
    detail: { type: 'string' },
  }),
};

/** Headers that come with certain statuses. */
const STATUS_HEADERS: Readonly<Record<number, Readonly<Record<string, Schema>>>> = {
  401: { 'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' } },
  503: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } },
};

/** The responses of these refusals, one per status, each saying which codes it can carry. */
export function problemResponses(codes: readonly RefusalCode[], headers: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  const byStatus = Map.groupBy([...new Set(codes)], (code) => REFUSALS[code].status);
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, itsCodes]) => [String(status), {
    description: itsCodes.map((code) => `\`${code}\`: ${REFUSALS[code].title}.`).join('\n\n'),
    headers: { ...headers, ...STATUS_HEADERS[status] },
    content: { [PROBLEM_MEDIA_TYPE]: { schema: ref('Problem') } },
  }]));
}
