import { isAboutPods } from './is-about-pods.ts';
import { nodesOf } from './nodes-of.ts';
import { callsIn, type CallStep } from '../mesh/app/app.ts';
import { entranceOf } from '../mesh/istiod/entrance.ts';
import { actsAtOnce, type ControlPlane } from '../mesh/istiod/control-plane.ts';
import type { Resource } from '../manifest/resource.ts';
import { isWorkload } from '../manifest/scale-target.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Simplifications of the model that bear on a run, for its report; each is stated in the code where it is made, too. */
export function assumptionsOf(scenario: Scenario): string[] {
  const { controlPlane, manifests, timeline } = scenario;
  const all = [...manifests, ...timeline.flatMap((step) => ('resources' in step ? step.resources : []))];
  return [
    'Every proxy holds the initial manifests when the run begins.',
    ...(scenario.start === 'settled'
      ? [
          'The run begins settled: pods of autoscaled workloads are as many as the load of the start asks for by their autoscalers’ own rule, to the point of their targets (they tolerate a tenth on either side); then the load is played before the clock, two minutes with autoscalers and one without, and not told of. Recordings and refreshes come at their moments only.',
        ]
      : []),
    isAboutPods(scenario)
      ? 'Pods of the start have idled since long ago; later ones take the delays of the settings "pods". Liveness probes act on applications that do not serve yet alone, eviction and pressure on nodes do not exist, and pods do not compete for their node; a number of replicas that changes during a rolling update goes to the new ReplicaSet first.'
      : 'Pods are ready from the start and stay; their number does not change.',
    'An application reaches its own sidecar in no time and opens a new connection per call, which lands on a random worker thread.',
    'A request passes both proxies and the network in one drawn delay each way; proxies do not queue.',
    ...pageTimes(scenario),
    ...gatewayText(scenario, all),
    controlPlaneText(controlPlane),
    ...(failsUnseen(scenario) && all.some(isProbed)
      ? [
          'A readiness probe finds out that an application refuses or is unreachable where the timeline makes all of its requests fail so. Failures of fewer requests, by status or reset, and those of the app file it does not see: such a pod stays an endpoint.',
        ]
      : []),
    ...(timeline.some(({ verb }) => verb === 'controlPlane')
      ? [
          'While istiod is down its webhooks are not asked: what is applied waits for it, where a real API server refuses Istio resources, and pods that want a sidecar.',
        ]
      : []),
    ...(nodesOf(scenario).length > 0
      ? [
          'The scheduler evens out the zones of a workload, then its nodes, then the CPU that is asked for; affinity, taints and spread constraints of pods are not read. A hop takes as long within a node as between zones.',
        ]
      : []),
    ...(scenario.app.name === 'bookinfo'
      ? [
          "Bookinfo's service times are chosen, not published; its calls, tries and timeouts are the application's own.",
        ]
      : []),
    'kube-proxy chooses among Ready endpoints; where there is none it does not fall back on terminating ones.',
    'Connections to endpoints are counted where a DestinationRule limits them or sets their times; elsewhere a request finds one in no time.',
    `${all.some(weighsEndpoints) ? 'Pods' : 'Endpoints'} weigh alike. A proxy counts its open requests per pod, also where several of its clusters share the pod; a TCP connection is routed once, and takes no place in a limit afterwards.`,
    scenario.app.workloads.some((own) => own.script.some((step) => step.kind === 'cpu'))
      ? `CPU limits its applications: requests share a pod's cores equally, and a CPU limit stops them for the rest of each 100 ms once it is used up. A sidecar's own CPU is ${scenario.proxy.cpuPerRequestUs > 0 ? 'counted, and delays nobody' : 'not counted'}.`
      : 'CPU is not a limit: an application serves as many requests at once as its concurrency allows.',
    ...(scenario.app.workloads.some(({ script, paths = [] }) =>
      [script, ...paths.map((own) => own.script)].some((own) => callsIn(own).some(isNotAwaited)),
    )
      ? [
          'A call that nobody waits for holds no worker of its caller, and a pod that ends does not wait for it; what comes of it is on no page.',
        ]
      : []),
    ...(all.some(({ kind }) => kind === 'ServiceEntry' || kind === 'WorkloadEntry')
      ? [
          'What stands outside the cluster is there from the start to the end, whenever an entry tells of it, and answers at once unless the app says otherwise (label "host").',
        ]
      : []),
    ...(all.some((own) => own.kind === 'Service' && own.spec.isHeadless === true)
      ? [
          'Who calls a headless Service takes any of its pods, by chance, for each request; names of single pods are not told apart.',
        ]
      : []),
    ...(all.some(setsCookies)
      ? [
          'Users, browsers and named clients keep cookies, and nobody else does. A run has no date: a cookie that expires on a day is kept to the end. Applications pass on no cookie that an answer to a call of theirs sets.',
        ]
      : []),
  ];
}

/** An application fails in a way that probes do not find out. */
const failsUnseen = ({ app, timeline }: Scenario): boolean =>
  app.workloads.some(({ fails = [] }) => fails.length > 0) ||
  timeline.some(
    (own) =>
      own.verb === 'fail' && (own.fails.share < 1 || !['refuse', 'unreachable'].includes(own.fails.by)),
  );

const isProbed = (own: Resource): boolean =>
  isWorkload(own) && own.spec.template.containers.some(({ readinessProbe }) => readinessProbe !== undefined);

const isNotAwaited = ({ awaits }: CallStep): boolean => awaits === false;

/** A rule adds one to its answers, or a hash policy has its proxies make one. */
const setsCookies = (own: Resource): boolean =>
  own.kind === 'DestinationRule'
    ? JSON.stringify(own.spec).includes('"ttlUs"')
    : (own.kind === 'VirtualService' || own.kind === 'HTTPRoute') &&
      /"set-cookie"/i.test(JSON.stringify(own.spec));

const weighsEndpoints = (own: Resource): boolean =>
  (own.kind === 'ServiceEntry' && own.spec.endpoints.some(({ weight }) => weight !== undefined)) ||
  (own.kind === 'WorkloadEntry' && own.spec.weight !== undefined);

/** Where the time of a page begins and ends: visitors come to the gateway, workloads ask through their sidecars. */
function pageTimes({ traffic }: Scenario): string[] {
  const isFrom = ({ from }: Scenario['traffic'][number]): boolean => from !== undefined;
  return [
    ...(traffic.every(isFrom)
      ? []
      : [
          "Times of visitors' pages are measured at the ingress gateway; the browser's own network and its static files are left out.",
        ]),
    ...(traffic.some(isFrom)
      ? [
          'Times of requests that come from a workload are measured in its pods, at the sidecar where there is one.',
        ]
      : []),
  ];
}

/** Who takes the visitors' connections. */
function gatewayText({ traffic }: Scenario, all: readonly Resource[]): string[] {
  const entrances = traffic.flatMap(({ from, gateway }) =>
    from === undefined ? [entranceOf(all, gateway)] : [],
  );
  return [
    ...(entrances.some((own) => own?.assumed !== undefined)
      ? ['No manifest has the pods of the ingress gateway: one is assumed, which never ends.']
      : []),
    ...(entrances.some((own) => own !== undefined && own.assumed === undefined)
      ? [
          'A new connection gets any ready pod of its gateway with equal chance, or any node that has some where its Service has externalTrafficPolicy Local; of a pod that drains, kept connections go on elsewhere with their next request. The CPU of gateways is counted, and delays nobody.',
        ]
      : []),
  ];
}

function controlPlaneText(own: ControlPlane): string {
  if (actsAtOnce(own)) return 'Rules act at the instant of kubectl apply.';
  if (own.isChanged !== true) {
    return `Control plane "${own.preset}": debounce and throttle as in Istio; watch, send, network and apply times are chosen, not published.`;
  }
  return own.preset === 'off'
    ? 'On the way from kubectl apply to a proxy only what the scenario sets takes time.'
    : `Control plane "${own.preset}, changed": what the scenario does not set is as in Istio (debounce, throttle) or chosen, not published (watch, send, network and apply times).`;
}
