/** What a response flag of Envoy's means for the request that got it; the flag itself where there is nothing to say. */
export const flagReason = (flag: string): string =>
  ({
    NC: 'NC: the route named a cluster that the asked proxy did not know (a subset whose DestinationRule had not arrived, or a Service that is not there): 503.',
    UH: 'UH: the subset is known but has no pod to serve it (none is ready, or all are ejected): 503 while that lasts, other subsets do not help out.',
    NR: 'NR: no route matched: 404.',
    DC: 'DC: the caller’s connection ended before the answer did: it gave up, timed out or went away.',
    UT: 'UT: the timeout of the rule passed: 504, or an answer that is cut off where it had begun.',
    DI: 'DI: the fault of a rule delayed the request.',
    FI: 'FI: the fault of a rule answered in place of the service.',
    UO: 'UO: a circuit breaker of the caller’s proxy was open: 503 at once, and never tried again.',
    UF: 'UF: no connection to the endpoint came about: 503.',
    UC: 'UC: the connection to the endpoint broke in the middle of the request: 503, or an answer that is cut off where it had begun.',
    UR: 'UR: the endpoint reset the request: 503, or an answer that is cut off where it had begun.',
    URX: 'URX: every try that the retry policy allows has failed; the status is that of the last.',
    UPE: 'UPE: the endpoint’s answer broke the protocol: 502, or an answer that is cut off where it had begun.',
    UMSDR: 'UMSDR: the longest time that a request may take passed: an answer that had begun is cut off.',
    SI: 'SI: nothing was sent for longer than the idle timeout of a stream: 408 or 504, or an answer that is cut off where it had begun.',
    LR: 'LR: the proxy itself reset the request: 503, or an answer that is cut off where it had begun.',
    RL: 'RL: a rate limit of the proxy’s own refused the request: 429.',
    RLSE: 'RLSE: the rate limit service did not answer, and the proxy refused the request.',
    UAEX: 'UAEX: the external authorization service refused the request.',
    DPE: 'DPE: the caller’s request broke the protocol: 400.',
  })[flag] ?? flag;
