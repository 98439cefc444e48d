import type { RecordedRequest } from '../../accesslog/recorded-request.ts';

/** Status and flags of a request that failed, "503 UH" or "500"; undefined for one that was answered. */
export function failureOf(request: RecordedRequest): string | undefined {
  const { status } = request;
  if (status === undefined || (status > 0 && status < 500)) return undefined;
  const { flags } = request;
  return flags === undefined || flags === '' ? String(status) : `${status} ${flags}`;
}
