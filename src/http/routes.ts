import { ROLE_TABLE } from '#src/identity/role-table';

const PATTERNS = ROLE_TABLE.map((row) => ({
  method: row.method,
  pattern: new RegExp(`^${row.path.replaceAll('.', '\\.').replaceAll(/:[a-z]+/gi, '[^/]+')}$`),
}));

/** The methods that exist at a URL's path, sorted; empty when the path is unknown. GET brings HEAD. */
export function allowedMethods(url: string): readonly string[] {
  const path = url.split('?', 1)[0]!;
  const methods = PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].sort();
}
