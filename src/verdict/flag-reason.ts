/** What a response flag of Envoy's means for the share that got it. */
export const flagReason = (flag: string): string =>
  ({
    NC: 'NC: the route named a cluster that the asked proxy did not know (a subset whose DestinationRule had not arrived, or a Service that is not there): its whole share failed.',
    UH: 'UH: the subset is known but has no pod to serve it: 503 for its whole share, other subsets do not help out.',
    NR: 'NR: no route matched: 404.',
    DC: 'DC: the caller gave up waiting.',
    UT: 'UT: the timeout of the rule passed: 504.',
    DI: 'DI: the fault of a rule delayed the request.',
    FI: 'FI: the fault of a rule answered in place of the service.',
    UO: 'UO: a circuit breaker of the caller’s proxy was open: 503 at once, and never tried again.',
    UF: 'UF: no connection to the endpoint came about: 503.',
    UC: 'UC: the connection broke in the middle of the request: 503.',
    URX: 'URX: every try that the retry policy allows has failed; the status is that of the last.',
  })[flag] ?? flag;
