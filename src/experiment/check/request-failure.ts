import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { blameOf, endingText } from '../../verdict/blame.ts';

/**
 * How a request ended that was not simply answered, "503 UH", "404", "200 grpc-status 14"; undefined for one that was. Whether that is a
 * failure, `blameOfText` tells.
 */
export function failureOf(request: RecordedRequest): string | undefined {
  const { status, flags, grpcStatus, failure } = request;
  if (failure !== undefined) return failure;
  const hasFlags = flags !== undefined && flags !== '';
  if (grpcStatus === undefined && !hasFlags) {
    if (status === undefined || (status > 0 && status < 400)) return undefined;
    // What is no HTTP has no status, and 0 stands in its place: flags alone tell of a failure.
    if (status === 0 && flags === '' && request.method === undefined) return undefined;
  }
  // The flag of a connection that is no HTTP and was closed by whoever opened it, as all are at some time.
  if (status === 0 && flags === 'DC' && request.method === undefined) return undefined;
  return blameOf(request) === undefined ? undefined : endingText(request);
}

/** No route took it: the 404 is the mesh's, not an application's. */
export const isRouteless = ({ flags }: RecordedRequest): boolean =>
  flags !== undefined && flags.split(',').includes('NR');
