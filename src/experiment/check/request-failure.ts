import type { RecordedRequest } from '../../accesslog/recorded-request.ts';

/** Status and flags of a request that failed, "503 UH", "500" or "404 NR"; undefined for one that was answered. */
export function failureOf(request: RecordedRequest): string | undefined {
  const { status, failure } = request;
  if (failure !== undefined) return failure;
  if (status === undefined || (status > 0 && status < 500 && !isRouteless(request))) return undefined;
  const { flags } = request;
  return flags === undefined || flags === '' ? String(status) : `${status} ${flags}`;
}

/** No route took it: the 404 is the mesh's, not an application's. */
export const isRouteless = ({ flags }: RecordedRequest): boolean =>
  flags !== undefined && flags.split(',').includes('NR');
