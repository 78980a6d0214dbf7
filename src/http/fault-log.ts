/**
 * What operations sees of a fault: class, code and the places in our own code. Never the message: it may quote what
 * somebody sent. One JSON line on stderr.
 */
export function reportFault(error: unknown, requestId: string): void {
  const fault = error instanceof Error ? error : new Error('not an Error');
  const places = (fault.stack ?? '').replace(fault.message, '').split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)).map((line) => line.trim());
  const code = (fault as { code?: unknown }).code;
  process.stderr.write(`${JSON.stringify({
    level: 'error',
    event: 'request-failed',
    requestId,
    class: fault.constructor.name,
    ...(typeof code === 'string' && /^[A-Za-z_-]{1,40}$/.test(code) ? { code } : {}),
    places: places.slice(0, 12),
  })}\n`);
}
