/**
 * What a request's end says of who answered it: `fails`, whoever asked; `differs`, an answer that an application or a caller is free
 * to bring about (a 404, a caller that went away), which tells of a version only where the others have far less of it.
 */
export type Blame = 'fails' | 'differs';

/** How a request ended, as far as its recorder knew. */
export interface Ending {
  readonly status?: number | undefined;
  /** Envoy's response flags, comma separated; "" for none. */
  readonly flags?: string | undefined;
  /** A number or a name, as `%GRPC_STATUS%` has it. */
  readonly grpcStatus?: string | undefined;
}

/**
 * Flags with which a proxy gave up on a request, whatever the status is: where the answer had begun, that is still 200 (envoy,
 * docs/root/configuration/observability/access_log/usage.rst, RESPONSE_FLAGS).
 */
const brokenFlags = new Set(
  'DF DO DT LH LR NC NFCF NR OM RFCF SI UC UF UH UMSDR UO UPE UR URX UT'.split(' '),
);

/** Flags with which a proxy refused in place of the service; ext_authz sends to a login, too, which is no refusal. */
const refusedFlags = new Set(['DPE', 'FI', 'IH', 'RL', 'RLSE', 'UAEX']);

/** The caller's connection ended: it gave up, timed out or had enough. */
const callerFlags = new Set(['DC', 'DR']);

const switchingProtocols = 101;

export function blameOf({ status, flags = '', grpcStatus }: Ending): Blame | undefined {
  // A connection that became a WebSocket ends at some time, by whichever side.
  if (status === switchingProtocols) return undefined;
  const own = flags === '' ? [] : flags.split(',');
  if (own.some((flag) => brokenFlags.has(flag))) return 'fails';
  const isAnswered = status !== undefined && status > 0;
  if (own.some((flag) => refusedFlags.has(flag)) && (!isAnswered || status >= 400)) return 'fails';
  if (own.some((flag) => callerFlags.has(flag))) return 'differs';
  if (status === 0 || (isAnswered && status >= 500)) return 'fails';
  const grpc = grpcStatus === undefined ? undefined : grpcBlame(grpcStatus);
  return isAnswered && status >= 400 ? (grpc ?? 'differs') : grpc;
}

/** The ending in words: "503 UH", "404", "200 grpc-status Unavailable", "UH" where no status is told. */
export const endingText = ({ status, flags, grpcStatus }: Ending): string =>
  [
    ...(status === undefined ? [] : [String(status)]),
    ...(flags === undefined || flags === '' ? [] : [flags]),
    ...(grpcStatus === undefined || grpcCode(grpcStatus) === 0 ? [] : [`grpc-status ${grpcStatus}`]),
  ].join(' ');

/** The same of its words; other words than these are of whoever saw a failure. */
export function blameOfText(text: string): Blame | undefined {
  const parts = /^(\d+)? ?([A-Z][A-Z0-9,]*)?(?: ?grpc-status (.+))?$/.exec(text);
  if (parts === null) return 'fails';
  const [, status, flags, grpcStatus] = parts;
  return blameOf({ status: status === undefined ? undefined : Number(status), flags, grpcStatus });
}

/** Names of the codes in their order (grpc, doc/statuscodes.md), without capitals and underscores; Envoy writes Canceled. */
const grpcNames = [
  ...['ok', 'cancelled', 'unknown', 'invalidargument', 'deadlineexceeded', 'notfound', 'alreadyexists'],
  ...['permissiondenied', 'resourceexhausted', 'failedprecondition', 'aborted', 'outofrange'],
  ...['unimplemented', 'internal', 'unavailable', 'dataloss', 'unauthenticated'],
];

/**
 * Codes that are the server's errors: UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS (OpenTelemetry, semantic
 * conventions for gRPC). The others answer what was asked, as a 404 does.
 */
const serverCodes: readonly number[] = [2, 4, 12, 13, 14, 15];

function grpcCode(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const name = text.toLowerCase().replace(/[_ ]/g, '').replace('canceled', 'cancelled');
  const code = grpcNames.indexOf(name);
  return code < 0 ? 2 : code;
}

function grpcBlame(text: string): Blame | undefined {
  const code = grpcCode(text);
  if (code === 0) return undefined;
  return serverCodes.includes(code) || code >= grpcNames.length ? 'fails' : 'differs';
}
