/**
 * A status as recorders have it: 503, "503", "503 Service Unavailable", "HTTP/1.1 503"; 0 where words say that no answer came ("timeout",
 * "connection reset"); undefined for anything else.
 */
export function statusOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const code = /^(?:HTTP\/[\d.]+ )?(\d{1,3})(?:\.0+)?(?![\w.])/.exec(value.trim())?.[1];
  if (code !== undefined) return Number(code);
  return noAnswer.test(value) ? 0 : undefined;
}

const noAnswer = /time[d -]*out|\berror|\bfail|reset|refused|unreachable|unavailable|aborted|\bEOF\b/i;
