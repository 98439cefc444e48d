import { meanOf, type Distribution } from '../kernel/distribution.ts';
import { formatDuration } from '../manifest/quantity.ts';
import type { HttpRoute, VirtualService } from '../manifest/resource.ts';
import { modelled } from '../mesh/modelled.ts';
import { podsOf } from '../mesh/kubernetes/pod.ts';
import type { Traffic } from '../mesh/traffic.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { binomQuantile } from '../stats/index.ts';
import { assumptionsOf } from './assumptions.ts';

export interface PlanSection {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A scenario in words, before it is played. */
export function describePlan(scenario: Scenario): PlanSection[] {
  const deployments = scenario.manifests.filter((resource) => resource.kind === 'Deployment');
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
      title: 'Pods',
      lines: deployments.map((deployment) => {
        const pods = podsOf(deployment);
        const proxy = pods[0]?.sidecar === false ? ', no sidecar' : '';
        return `${deployment.metadata.name}: ${pods.length}${proxy}`;
      }),
    },
    {
      title: 'Rules',
      lines: [
        ...scenario.manifests
          .filter((own) => own.kind === 'VirtualService')
          .flatMap((rule) => ruleLines('at 0s', rule)),
        ...scenario.timeline.flatMap((step) => [
          `at ${formatDuration(step.atUs)} ${step.verb} ${step.file}`,
          ...step.resources
            .filter((own) => own.kind === 'VirtualService')
            .flatMap((rule) =>
              step.verb === 'apply'
                ? ruleLines('  ', rule)
                : [`   VirtualService ${rule.metadata.name} is gone`],
            ),
        ]),
      ],
    },
    { title: 'Traffic', lines: scenario.traffic.map((entry) => trafficLine(entry)) },
    { title: 'What 15 refreshes will show (95 of 100 sessions)', lines: tallyLines(scenario) },
    {
      title: `Control plane: ${scenario.controlPlane.preset}`,
      lines: [
        `debounce ${formatDuration(scenario.controlPlane.debounce.afterUs)} of quiet, at most ${formatDuration(scenario.controlPlane.debounce.maxUs)}; ${scenario.controlPlane.throttle} proxies at once`,
        ...(['watch', 'snapshot', 'send', 'network', 'apply', 'worker'] as const).map(
          (part) => `${part}: ${lawText(scenario.controlPlane[part])}`,
        ),
      ],
    },
    { title: 'Expectations', lines: scenario.expect.map((own) => JSON.stringify(own)) },
    { title: 'Assumptions', lines: assumptionsOf(scenario) },
  ].filter((section) => section.lines.length > 0);
}

function ruleLines(prefix: string, rule: VirtualService): string[] {
  return rule.spec.http.map(
    (http, index) =>
      `${prefix} ${rule.metadata.name}, rule ${index + 1}: ${rule.spec.hosts.join(', ')} -> ${destinations(http)}`,
  );
}

function destinations(http: HttpRoute): string {
  if (http.directResponse !== undefined) return `status ${http.directResponse.status}`;
  if (http.redirect !== undefined) return 'redirect';
  const total = http.route.reduce((sum, entry) => sum + (entry.weight ?? 0), 0);
  return http.route
    .map((entry) => {
      const { host, subset } = entry.destination;
      const share = http.route.length === 1 ? 1 : (entry.weight ?? 0) / total;
      return `${subset === undefined ? host : `${host} ${subset}`} ${Number((share * 100).toFixed(2))} %`;
    })
    .join(', ');
}

function trafficLine(entry: Traffic): string {
  switch (entry.kind) {
    case 'refresh':
      return `${entry.name}: one browser, ${entry.count} refreshes every ${formatDuration(entry.everyUs)} from ${formatDuration(entry.startUs)}`;
    case 'users':
      return `${entry.name}: ${entry.users} users, think time ${lawText(entry.think)}`;
    case 'replay':
      return `${entry.name}: replay of ${entry.atUs.length} recorded requests`;
    default:
      return `${entry.name}: ${entry.kind} arrivals, ${entry.profile.map((own) => `${own.rps} rps from ${formatDuration(own.atUs)}`).join(', ')}${entry.shape === 'ramp' ? ' (ramp)' : ''}`;
  }
}

/** For each split with two parts or more: how many of 15 pages the last part gets, with 95 % of the probability. */
function tallyLines(scenario: Scenario): string[] {
  const all = [...scenario.manifests, ...scenario.timeline.flatMap((step) => step.resources)];
  return all
    .filter((own) => own.kind === 'VirtualService')
    .flatMap((rule) => rule.spec.http)
    .filter((http) => http.route.length > 1)
    .map((http) => {
      const total = http.route.reduce((sum, entry) => sum + (entry.weight ?? 0), 0);
      const last = http.route[http.route.length - 1]!;
      const p = (last.weight ?? 0) / total;
      const low = binomQuantile({ n: 15, p, q: 0.025 });
      const high = binomQuantile({ n: 15, p, q: 0.975 });
      return `${destinations(http)}: ${low} to ${high} of 15 from ${last.destination.subset ?? last.destination.host}`;
    });
}

const lawText = (law: Distribution): string =>
  law.dist === 'constant'
    ? formatDuration(Math.round(law.value))
    : `${law.dist}, mean ${formatDuration(Math.round(meanOf(law)))}`;
