import { formatDuration } from '../manifest/quantity.ts';
import { count, percent, plural } from '../words/number.ts';
import { writtenKind, type Headers, type Resource } from '../manifest/resource.ts';
import { eventsAllowance, eventsPerPage, manyRetries } from '../mesh/budget.ts';
import { modelled } from '../mesh/modelled.ts';
import { isWorkload, scaleTargetOf } from '../manifest/scale-target.ts';
import { hpaDefaults } from '../mesh/kubernetes/hpa/spec.ts';
import { hpaSpecOf } from '../mesh/kubernetes/hpa-spec-of.ts';
import { topology, type NodeSettings } from '../mesh/kubernetes/node.ts';
import { podOf } from '../mesh/kubernetes/pod.ts';
import { callsIn, type CallStep, type Step } from '../mesh/app/app.ts';
import { failureText } from '../mesh/app/failure.ts';
import { lawText } from '../mesh/app/law-text.ts';
import { kindOf, type Traffic } from '../mesh/app/traffic/index.ts';
import { subjectOf } from '../mesh/timeline/index.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { binomQuantile } from '../stats/index.ts';
import { remedyText } from '../verdict/finding/remedy.ts';
import { foreseenText, type ForeseenStep } from '../verdict/foreseen/foreseen.ts';
import { foreseenIn } from '../verdict/foreseen/index.ts';
import { ownerOf } from '../manifest/rule-name.ts';
import { foreseenSteps } from './foresee.ts';
import { idleRule, type Idle } from './idle-rule.ts';
import { assumptionsOf } from './assumptions.ts';
import { kindOf as expectationKindOf } from '../scenario/expect/index.ts';
import { balancingLines } from './describe-balancing.ts';
import { nodesOf } from './nodes-of.ts';
import { isAboutPods } from './is-about-pods.ts';
import { metricTargetText } from './metric-text.ts';
import { fullHost, hostCovers } from '../manifest/host.ts';
import { matches } from '../manifest/labels.ts';

export interface PlanSection {
  readonly title: string;
  readonly lines: readonly string[];
}

/** "a-1: region r1, zone za, CPU 8000m, memory 7680Mi, 110 pods" */
const nodeLine = ({ name, labels, room, cordoned }: NodeSettings): string => {
  const [region, zone, subZone] = topology.map((key) => labels[key]);
  const parts = [
    ...(region === undefined ? [] : [`region ${region}`]),
    ...(zone === undefined ? [] : [`zone ${zone}`]),
    ...(subZone === undefined ? [] : [`sub-zone ${subZone}`]),
    ...(room.cpuMilli === Infinity ? [] : [`CPU ${room.cpuMilli}m`]),
    ...(room.memoryBytes === Infinity ? [] : [`memory ${Math.floor(room.memoryBytes / 1_048_576)}Mi`]),
    ...(room.pods === Infinity ? [] : [plural(room.pods, 'pod')]),
    ...(cordoned ? ['cordoned'] : []),
  ];
  return `${name}: ${parts.length === 0 ? 'nowhere in particular' : parts.join(', ')}`;
};

/** A scenario in words, before it is played. */
export function describePlan(scenario: Scenario): PlanSection[] {
  const workloads = scenario.manifests.filter(isWorkload);
  const steps = foreseenSteps(scenario);
  const isUnknown = unknownIn(scenario);
  const isIdle = idleAt(steps, isUnknown);
  return [
    {
      title: `${scenario.title} (${scenario.name})`,
      lines: [
        `seed ${scenario.seed}, ${formatDuration(scenario.durationUs)} of simulated time, windows of ${formatDuration(scenario.windowUs)}`,
        `models Istio ${modelled.istio}, Envoy ${modelled.envoy}, Kubernetes ${modelled.kubernetes}`,
        ...scenario.settings,
      ],
    },
    {
      title: 'What will go wrong as the manifests stand',
      lines: foreseenIn(steps).flatMap((own) => [
        `${foreseenText(own)} [${own.code}]`,
        `  What to do: ${remedyText(own.remedies)}`,
      ]),
    },
    {
      title: 'Pods',
      lines: workloads.map((own) => {
        const pod = podOf(own, '', 0);
        const limit = pod.cpuLimitMilli === Infinity ? '' : `, CPU limit ${pod.cpuLimitMilli}m`;
        const isFound = scenario.start === 'settled' && isScaled(own, scenario.manifests);
        return `${own.metadata.name}: ${isFound ? 'as many as the load of the start asks for' : own.spec.replicas}${pod.sidecar ? '' : ', no sidecar'}${limit}`;
      }),
    },
    { title: 'Nodes', lines: nodesOf(scenario).map(nodeLine) },
    { title: 'Failures of applications', lines: failureLines(scenario) },
    { title: 'Autoscalers', lines: scenario.manifests.flatMap(autoscalerLines) },
    ...(isAboutPods(scenario) ? [startUp(scenario)] : []),
    {
      title: 'Rules',
      lines: [
        ...scenario.manifests.flatMap((own) => ruleLines('at 0s', own, isIdle(0))),
        ...scenario.timeline.flatMap((step) => [
          `at ${formatDuration(step.atUs)} ${step.verb} ${subjectOf(step)}`,
          ...('resources' in step ? step.resources : [])
            .filter((own) => rulesOf(own).length > 0)
            .flatMap((own) =>
              step.verb === 'apply'
                ? ruleLines('  ', own, isIdle(step.atUs))
                : [`   ${writtenKind(own.kind)} ${own.metadata.name} is gone`],
            ),
        ]),
      ],
    },
    {
      title: 'Whom a sidecar chooses among the endpoints of a cluster',
      lines: workloads.some((own) => podOf(own, '', 0).sidecar) ? balancingLines(scenario) : [],
    },
    {
      title: 'Traffic',
      lines: scenario.traffic.map(
        (entry) => `${entry.name}: ${kindOf(entry).explain(entry)}${callersText(entry)}`,
      ),
    },
    { title: 'How 15 refreshes will be divided (95 of 100 sessions)', lines: tallyLines(scenario, isIdle) },
    {
      title: `Control plane: ${scenario.controlPlane.preset}${scenario.controlPlane.isChanged === true ? ', changed' : ''}`,
      lines: [
        `debounce ${formatDuration(scenario.controlPlane.debounce.afterUs)} of quiet, at most ${formatDuration(scenario.controlPlane.debounce.maxUs)}; ${scenario.controlPlane.throttle} proxies at once`,
        ...(['watch', 'snapshot', 'send', 'network', 'apply', 'worker'] as const).map(
          (part) => `${part}: ${lawText(scenario.controlPlane[part])}`,
        ),
      ],
    },
    { title: 'Calls that are not made one after the other, each time', lines: callLines(scenario) },
    { title: 'CPU of what only runs', lines: idleLines(scenario) },
    { title: 'Budget', lines: [budgetLine(scenario.budget)] },
    { title: 'Expectations', lines: scenario.expect.map((own) => expectationKindOf(own).text(own)) },
    { title: 'Assumptions', lines: assumptionsOf(scenario) },
  ].filter((section) => section.lines.length > 0);
}

/** An autoscaler decides how many pods it has. */
const isScaled = (own: Resource, manifests: Scenario['manifests']): boolean =>
  manifests.some(
    (other) => other.kind === 'HorizontalPodAutoscaler' && scaleTargetOf(other, manifests) === own,
  );

/** Past what the run ends before its time. */
function budgetLine({ events, pages, requests, depth, retries, pods }: Scenario['budget']): string {
  const most = [
    events === undefined
      ? `${count(eventsAllowance)} events and ${count(eventsPerPage)} more for each page`
      : `${count(events)} events`,
    ...(pages === undefined ? [] : [plural(pages, 'page')]),
    `${plural(requests, 'request')} under way`,
    `calls ${count(depth)} deep`,
    `${count(retries)} retries after the ${count(manyRetries)}th of a request`,
    `${count(pods)} pods ever made`,
  ];
  return `at most ${most.join(', ')}`;
}

/** What the app says of failures; what the timeline brings about stands at its moment. */
function failureLines({ app, manifests }: Scenario): string[] {
  return app.workloads.flatMap(({ name, match, fails = [] }) => {
    if (!hasPods(manifests, match)) return [];
    return fails.map((own) => {
      const from = own.fromUs === 0 ? '' : ` from ${formatDuration(own.fromUs)}`;
      const to = own.toUs === Infinity ? '' : ` until ${formatDuration(own.toUs)}`;
      return `${name} ${failureText(own)}${from}${to}`;
    });
  });
}

/** What of the scripts a list of calls does not tell. */
function callLines({ app, manifests }: Scenario): string[] {
  return app.workloads.flatMap(({ name, match, script, paths = [] }) =>
    hasPods(manifests, match)
      ? [
          ...script.flatMap((step) => unusual(step).map((text) => `${name} ${text}`)),
          ...paths.flatMap((own) =>
            own.script.flatMap((step) => unusual(step).map((text) => `${name}, for ${own.path}, ${text}`)),
          ),
        ]
      : [],
  );
}

function unusual(step: Step): string[] {
  const optional = ({ host, probability }: CallStep): string =>
    probability === undefined ? host : `${host} (${percent(probability)} of the requests)`;
  if (step.kind === 'together') return [`calls ${step.calls.map(optional).join(', ')} side by side`];
  if (step.kind !== 'call' || (step.probability === undefined && step.awaits === undefined)) return [];
  return [`calls ${optional(step)}${step.awaits === undefined ? '' : ' and does not wait for it'}`];
}

/** Beside what requests cost: an autoscaler reads it, too. */
function idleLines({ app, manifests, proxy }: Scenario): string[] {
  return [
    ...app.workloads.flatMap(({ name, match, idleCpuMilli = 0 }) =>
      idleCpuMilli > 0 && hasPods(manifests, match) ? [`${name}: ${idleCpuMilli}m a pod`] : [],
    ),
    ...((proxy.idleCpuMilli ?? 0) > 0 ? [`sidecars: ${proxy.idleCpuMilli}m each`] : []),
  ];
}

const hasPods = (manifests: Scenario['manifests'], labels: Readonly<Record<string, string>>): boolean =>
  manifests.some((own) => isWorkload(own) && matches(labels, own.spec.template.labels));

function autoscalerLines(own: Resource): string[] {
  if (own.kind !== 'HorizontalPodAutoscaler') return [];
  const { minReplicas = 1, maxReplicas, scaleTargetRef: target } = own.spec;
  const metrics = hpaDefaults(hpaSpecOf(own)).metrics.map(metricTargetText);
  return [
    `${own.metadata.name}: ${minReplicas} to ${plural(maxReplicas, 'pod')} of ${target.kind} ${target.name}, ${metrics.join('; ')}`,
  ];
}

/** How long a new pod takes, part by part. */
function startUp({ kubernetes, app, manifests }: Scenario): PlanSection {
  const boots = app.workloads.flatMap(({ name, match, boot }) =>
    boot !== undefined && hasPods(manifests, match) ? [`boot of ${name}: ${lawText(boot)}`] : [],
  );
  return {
    title: 'A new pod',
    lines: [
      ...(['create', 'schedule', 'pull', 'start'] as const).map(
        (part) => `${part}: ${lawText(kubernetes[part])}`,
      ),
      ...boots,
      `endpoint: ${lawText(kubernetes.endpoint)}`,
    ],
  };
}

/** Whether a rule does not act; undefined: it does. @param place among the rules of the resource, from 1 */
type IdleOf = (own: Resource, place: number) => Idle | undefined;

/** The same as the manifests stand from a moment on. */
const idleAt =
  (steps: readonly ForeseenStep[], isUnknown: (own: Resource) => boolean) =>
  (atUs: number): IdleOf => {
    const step = steps.findLast(({ fromSeconds }) => fromSeconds * 1e6 <= atUs) ?? steps[0]!;
    return (own, place) =>
      isUnknown(own)
        ? { text: 'acts on no call: nothing has that host, and nobody asks for it', isForInside: false }
        : idleRule(step, ownerOf(own), place);
  };

const ruleLines = (prefix: string, own: Resource, isIdle: IdleOf): string[] =>
  rulesOf(own).map((rule, index) => {
    const idle = isIdle(own, index + 1);
    return `${prefix} ${own.metadata.name}, rule ${index + 1}: ${rule.hosts.join(', ')} -> ${rule.answer ?? destinations(rule)}${idle === undefined ? '' : ` (${idle.text})`}`;
  });

/**
 * Whether a VirtualService is for callers inside the mesh, and for hosts that neither a Service nor a ServiceEntry of the scenario
 * ever has: only who asks for that very name follows it.
 */
function unknownIn({ manifests, timeline, traffic, app }: Scenario): (own: Resource) => boolean {
  const all = [...manifests, ...timeline.flatMap((step) => ('resources' in step ? step.resources : []))];
  const known = all.flatMap((own) =>
    own.kind === 'Service'
      ? [fullHost(own.metadata.name, own.metadata.namespace)]
      : own.kind === 'ServiceEntry'
        ? own.spec.hosts.map((host) => host.toLowerCase())
        : [],
  );
  const asked = [
    ...traffic.map(({ request }) => request.authority.replace(/:\d+$/, '').toLowerCase()),
    ...app.workloads.flatMap(({ script, paths = [] }) =>
      [script, ...paths.map((own) => own.script)].flatMap((steps) =>
        callsIn(steps).map(({ host }) => host.toLowerCase()),
      ),
    ),
  ];
  return (own) => {
    if (own.kind !== 'VirtualService' || own.spec.hosts.length === 0) return false;
    if (own.spec.gateways.some((name) => name !== 'mesh')) return false;
    const hosts = own.spec.hosts.map((host) => fullHost(host, own.metadata.namespace));
    return ![...known, ...asked].some((host) => hosts.some((pattern) => hostCovers(pattern, host)));
  };
}

/** A rule of a VirtualService or an HTTPRoute, as far as these lines tell it. */
interface RuleText {
  readonly hosts: readonly string[];
  /** What the proxy answers by itself; undefined: it routes. */
  readonly answer: string | undefined;
  readonly destinations: readonly {
    readonly name: string;
    readonly version: string;
    readonly weight: number;
  }[];
  /** What one browser gets then need not be drawn page by page. */
  readonly setsCookies: boolean;
}

const setsCookies = (...all: readonly (Headers | undefined)[]): boolean =>
  all.some((own) =>
    Object.keys({ ...own?.response?.set, ...own?.response?.add }).some(
      (name) => name.toLowerCase() === 'set-cookie',
    ),
  );

function rulesOf(own: Resource): RuleText[] {
  if (own.kind === 'VirtualService') {
    return own.spec.http.map(({ route, redirect, directResponse, headers }) => ({
      hosts: own.spec.hosts,
      answer:
        directResponse !== undefined
          ? `status ${directResponse.status}`
          : redirect === undefined
            ? undefined
            : 'redirect',
      destinations: route.map(({ destination: { host, subset }, weight }) => ({
        name: subset === undefined ? host : `${host} ${subset}`,
        version: subset ?? host,
        // Of a single destination the weight is ignored; among several an omitted one is 0.
        weight: route.length === 1 ? 1 : (weight ?? 0),
      })),
      setsCookies: setsCookies(headers, ...route.map((each) => each.headers)),
    }));
  }
  if (own.kind !== 'HTTPRoute') return [];
  const { hostnames, parentRefs, rules } = own.spec;
  const hosts = hostnames.length > 0 ? hostnames : parentRefs.map((parent) => parent.name);
  return rules.map(({ backendRefs, redirect, headers }) => {
    const sent = backendRefs.filter((backend) => backend.weight !== 0);
    return {
      hosts,
      answer: redirect !== undefined ? 'redirect' : sent.length === 0 ? 'status 500' : undefined,
      destinations: sent.map(({ name, weight }) => ({ name, version: name, weight: weight ?? 1 })),
      setsCookies: setsCookies(headers, ...sent.map((each) => each.headers)),
    };
  });
}

const totalOf = (rule: RuleText): number => rule.destinations.reduce((sum, own) => sum + own.weight, 0);

const destinations = (rule: RuleText): string =>
  rule.destinations
    .map(({ name, weight }) => `${name} ${Number(((weight / totalOf(rule)) * 100).toFixed(2))} %`)
    .join(', ');

/** For each split with two parts or more: how many of 15 pages the last part gets, with 95 % of the probability. */
function tallyLines(scenario: Scenario, isIdle: (atUs: number) => IdleOf): string[] {
  const acting = (atUs: number, own: Resource): RuleText[] =>
    rulesOf(own).filter((_, index) => isIdle(atUs)(own, index + 1)?.isForInside !== false);
  return [
    ...scenario.manifests.flatMap((own) => acting(0, own)),
    ...scenario.timeline.flatMap((step) =>
      'resources' in step ? step.resources.flatMap((own) => acting(step.atUs, own)) : [],
    ),
  ]
    .filter((rule) => rule.destinations.filter(({ weight }) => weight > 0).length > 1)
    .map((rule) => {
      if (rule.setsCookies)
        return `${destinations(rule)}: its answers set cookies, and a browser that has one need not be drawn again`;
      const last = rule.destinations[rule.destinations.length - 1]!;
      const p = last.weight / totalOf(rule);
      const low = binomQuantile({ n: 15, p, q: 0.025 });
      const high = binomQuantile({ n: 15, p, q: 0.975 });
      return `${destinations(rule)}: ${low} to ${high} of 15 to ${last.version}`;
    });
}

/** Which pods ask, where it is not visitors at the gateway. */
function callersText(entry: Traffic): string {
  if (entry.from === undefined) return '';
  return kindOf(entry).hasClients || entry.clients !== undefined
    ? `; from the pods of ${entry.from}, each client from one of them in turn`
    : `; from the pods of ${entry.from}, each request from any of them at random, as of many callers`;
}
