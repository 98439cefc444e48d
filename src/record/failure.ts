import * as z from 'zod';
import { number, text, whole, type Immutable } from './field.ts';

/**
 * What made a request fail, as the model knows it: finer than Envoy's flags, which say what the caller's proxy saw. Three are
 * behind UH (no-pod, all-ejected, pods-removed-first; and no-pod-on-node, target-port-unknown, endpoints-not-arrived), all subset-... behind NC.
 */
const failureCauses = {
  'no-service': 'no Service has the name that was called',
  'no-such-port': 'the Service that was called does not have the port that was asked for',
  'no-gateway': 'no pod of the gateway took the connection, or it died with it',
  'gateway-port': 'no Service of the gateway has the port that was asked for',
  'no-listener': 'the proxies of the gateway do not listen at the port that was asked for',
  'no-route': "no route of the caller's proxy matched, or its weights sum to 0",
  'direct-response': 'a rule answers by itself',
  'subset-not-arrived': 'the subset is defined, and the proxy had not been told yet',
  'subset-deleted': 'the subset had been defined, and was deleted while rules still named it',
  'subset-elsewhere':
    'a DestinationRule defines the subset in a namespace in which the caller’s proxy looks for none of this Service',
  'subset-not-exported': 'a DestinationRule defines the subset, and is not exported to the caller',
  'subset-for-others': 'a DestinationRule defines the subset for other callers alone (workloadSelector)',
  'subset-outranked': 'a DestinationRule defines the subset, and the caller’s proxy follows another one',
  'service-not-exported': 'a rule sent requests to a Service that is not exported to the caller',
  'service-hidden': 'a rule sent requests to a Service of which the caller’s proxy is not told',
  'subset-unknown': 'no DestinationRule defined the subset',
  'port-unknown': 'a rule sent requests to a port that the Service does not have',
  'no-pod': 'no pod was ready, and the rule sent requests there',
  'no-pod-on-node':
    'no pod was ready on the node of the caller, and the Service is for callers of its own nodes (internalTrafficPolicy: Local)',
  'target-port-unknown': 'no container of the pods had the port that the Service names',
  'all-ejected': 'outlier detection had ejected every pod that the proxy knew',
  panic:
    'too few pods were in service, so the proxy chose among all, and its choice was one that it had ejected',
  'pods-removed-first':
    'the pods had been removed before the rule that sends nothing to them had reached the proxy',
  'endpoints-not-arrived': 'pods were ready, and the proxy had not been told yet',
  'pod-gone': 'the pod was gone by the time the request came, or died with it',
  refused: 'the application in the pod took no connection',
  'broken-off': 'the connection broke in the middle of the request',
  timeout: 'the timeout of the rule, or of the last try, passed',
  'breaker-open': "a circuit breaker of the caller's proxy was open",
  'fault-rule': 'a fault of a rule answered in place of the service',
  application: 'the application in the pod answered with an error of its own',
  'caller-left': 'the caller stopped waiting',
} as const;

export type FailureCause = keyof typeof failureCauses;

/** Requests that failed for one cause, at one kind of caller, on their way to one version (and pod). */
export const failure = z.strictObject({
  cause: z.enum(Object.keys(failureCauses) as [FailureCause, ...FailureCause[]]),
  caller: text.describe('Workload of the caller; "visitors": nobody inside the mesh.'),
  callerHasProxy: z.boolean(),
  host: text.describe('As the caller wrote it.'),
  service: text.describe('"": no route named one.'),
  version: text.nullable().describe('Key of the service that was chosen; null: none was.'),
  pod: text.nullable().describe('The pod that was asked last; null: none was.'),
  status: whole.describe('0: the caller saw none.'),
  flags: text,
  requests: whole,
  pages: whole.describe('Pages that failed because of them: the last failure inside a page is its cause.'),
  pagesWithout: whole.describe('Pages that came, with an error in place of a part, because of them.'),
  firstSeconds: number,
  lastSeconds: number,
  seconds: whole.describe('Whole seconds of the run in which there was one.'),
  page: z
    .strictObject({ traffic: text, number: whole })
    .nullable()
    .describe(
      'One page that it happened to, counted from 1: `meshshift trace --page`. null: it belongs to none.',
    ),
});

export type Failure = Immutable<z.infer<typeof failure>>;
