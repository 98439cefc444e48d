import { hostsOverlap } from '../host-name.ts';
import { labelsText, matches, selects, type Labels } from '../labels.ts';
import type { Problem } from '../problem.ts';
import { installedPorts, isInstalledGateway } from './installed-gateway.ts';
import { istio, notFound } from './message.ts';
import type { Pod } from './pod.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check, type Setting } from './setting.ts';
import type { Written } from './written.ts';

/** Whose proxies a Gateway configures, on which ports, and who else claims these. */
export const gatewayPorts: Check = (setting) =>
  setting
    .written('networking.istio.io', 'Gateway')
    .flatMap((own) => [...conflicts(setting, own), ...proxyProblems(setting, own)]);

/** analyzers/gateway/conflictinggateway.go: the same proxies, the same port, a host in common. */
function conflicts(setting: Setting, own: Written): Problem[] {
  const selector = selectorOf(own);
  const others = setting
    .written('networking.istio.io', 'Gateway')
    .filter((other) => other !== own && haveProxyInCommon(setting.pods, selector, selectorOf(other)));
  return own.spec.at('servers').items.flatMap((server) => {
    const port = server.at('port', 'number').number;
    if (port === undefined) return [];
    const [hosts, bind] = [server.at('hosts').texts, server.at('bind').text ?? ''];
    const rivals = others.filter((other) =>
      other.spec
        .at('servers')
        .items.some(
          (theirs) =>
            theirs.at('port', 'number').number === port &&
            (theirs.at('bind').text ?? '') === bind &&
            theirs.at('hosts').texts.some((host) => hosts.some((mine) => meet(host, other, mine, own))),
        ),
    );
    if (rivals.length === 0) return [];
    const names = rivals.map(({ object }) => nameOf(object)).sort();
    return [
      problemIn(own.object, server.path, 'value', {
        ...istio('IST0145'),
        message: `Conflict with gateways ${names.join(',')} (workload selector ${labelsText(selector)}, port ${port}, hosts ${hosts.join(',')}).`,
      }),
    ];
  });
}

/** One selector, or one that asks for more than the other and finds a pod that both fit. */
function haveProxyInCommon(pods: readonly Pod[], one: Labels, other: Labels): boolean {
  if (matches(one, other) && matches(other, one)) return true;
  const isPart = matches(one, other) || matches(other, one);
  return isPart && pods.some(({ labels }) => matches(one, labels) && matches(other, labels));
}

/** A server's host may carry the namespace whose VirtualServices it is for: two namespaces do not meet. */
function meet(one: string, ofOne: Written, other: string, ofOther: Written): boolean {
  const [scopeA, hostA] = scoped(one, ofOne.namespace);
  const [scopeB, hostB] = scoped(other, ofOther.namespace);
  return (scopeA === '*' || scopeB === '*' || scopeA === scopeB) && hostsOverlap(hostA, hostB);
}

function scoped(written: string, namespace: string): readonly [scope: string, host: string] {
  const slash = written.indexOf('/');
  if (slash < 0) return ['*', written];
  const scope = written.slice(0, slash);
  return [scope === '.' ? namespace : scope, written.slice(slash + 1)];
}

/** analyzers/gateway/gateway.go: has the Gateway a proxy, and does the Service before it lead to its ports? */
function proxyProblems(setting: Setting, own: Written): Problem[] {
  const selector = selectorOf(own);
  const pods = setting.pods.filter(({ labels }) => matches(selector, labels));
  const leadsTo =
    pods.length > 0
      ? reachable(setting, pods)
      : isInstalledGateway(selector)
        ? (port: number) => installedPorts.includes(port)
        : undefined;
  if (leadsTo === undefined) {
    // Proxies may be elsewhere, unless all is at hand.
    if (!setting.whole.pods || !own.spec.at('selector').isSet) return [];
    return [notFound(own.object, ['spec', 'selector'], 'selector', labelsText(selector))];
  }
  return own.spec.at('servers').items.flatMap((server) => {
    const port = server.at('port', 'number');
    if (port.number === undefined || leadsTo(port.number)) return [];
    return [
      problemIn(own.object, port.path, 'value', {
        ...istio('IST0162'),
        message: `The gateway is listening on a target port (port ${port.number}) that is not defined in the Service associated with its workload instances (Pod selector ${labelsText(selector)}). If you need to access the gateway port through the gateway Service, it will not be available.`,
      }),
    ];
  });
}

/** Ports of the Services before some pods, and those of the pods that they lead to. */
function reachable(setting: Setting, pods: readonly Pod[]): (port: number) => boolean {
  const before = setting
    .written('', 'Service')
    .filter(({ namespace, spec }) =>
      pods.some((pod) => pod.namespace === namespace && selects(spec.at('selector').textMap, pod.labels)),
    );
  // A Service that is elsewhere may have them all.
  if (before.length === 0 && !setting.whole.pods) return () => true;
  const ports = new Set(
    before
      .flatMap(({ spec }) => spec.at('ports').items)
      .filter((port) => (port.at('protocol').text ?? 'TCP') === 'TCP')
      .flatMap((port) => [port.at('port').number ?? [], port.at('targetPort').number ?? []].flat()),
  );
  return (port) => ports.has(port);
}

const selectorOf = (own: Written): Labels => own.spec.at('selector').textMap;
