import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { formatDuration } from '../../manifest/quantity.ts';
import type { Problem } from '../../manifest/problem.ts';
import type { Resource } from '../../manifest/resource.ts';
import { checkText } from '../../manifest/text.ts';
import type { ProxyConfiguration, Route } from '../../mesh/envoy/route.ts';
import { microseconds } from '../../manifest/microseconds.ts';
import { listing } from '../../report/layout.ts';
import { exit, type Io } from '../io.ts';
import { hasErrors, printProblems, toJson } from '../print.ts';
import { actionText, destinationText, matchText } from './route-text.ts';
import { type ProxyIdentity } from '../../mesh/envoy/proxy-identity.ts';

export interface ManifestOptions {
  readonly filename: readonly string[];
  readonly proxy: 'sidecar' | 'gateway';
  readonly labels?: string;
  readonly namespace?: string;
  readonly output: 'text' | 'json';
}

/** `meshshift routes -f`: what istiod would send to one proxy, by manifests alone. */
export async function routesOfManifests(io: Io, options: ManifestOptions): Promise<void> {
  const { parseManifests } = await import('../../manifest/parse.ts');
  const { applyResources, emptyRegistry } = await import('../../mesh/kubernetes/registry.ts');
  const { assumedServices } = await import('../../mesh/istiod/assumed-service.ts');
  const { translate } = await import('../../mesh/istiod/translate.ts');
  const { toEnvoy } = await import('../../mesh/istiod/to-envoy.ts');
  const { texts, problems } = await manifestTexts(io, options.filename);
  const parsed = parseManifests(texts);
  const told = [...problems, ...parsed.problems].filter((own) => own.severity !== 'info');
  printProblems(io, told);
  if (hasErrors(told)) {
    io.exitCode(exit.invalid);
    return;
  }
  const { resources } = parsed.manifest;
  const proxy = identityOf(io, options, resources);
  if (proxy === undefined) return;
  const assumed = assumedServices(resources);
  for (const { metadata, spec } of assumed) {
    io.stderr(
      `note: no Service in these files; ${metadata.name}.${metadata.namespace} with port ${spec.ports[0]!.port} is assumed\n`,
    );
  }
  const { registry } = applyResources(emptyRegistry, [...assumed, ...resources], 0);
  const configuration = translate(registry, proxy);
  io.stdout(
    options.output === 'json' ? toJson(toEnvoy(configuration)) : asText(configuration, assumed.length === 0),
  );
}

async function manifestTexts(
  io: Io,
  names: readonly string[],
): Promise<{ texts: { file: string; text: string }[]; problems: Problem[] }> {
  const { readText } = await import('../files.ts');
  const texts: { file: string; text: string }[] = [];
  const problems: Problem[] = [];
  for (const name of (await Promise.all(names.map((own) => filesOf(io.cwd, own)))).flat()) {
    const path = resolve(io.cwd, name);
    const read = name === '-' ? await fromStdin(io) : await readText(path, relative(io.cwd, path));
    problems.push(...read.problems);
    if (read.value !== undefined) texts.push({ file: name === '-' ? '<stdin>' : name, text: read.value });
  }
  return { texts, problems };
}

/** Of a folder all manifests in it, as kubectl takes them: by name, without those of its folders. */
async function filesOf(cwd: string, name: string): Promise<string[]> {
  const isFolder = await stat(resolve(cwd, name)).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (name === '-' || !isFolder) return [name];
  const inside = (await readdir(resolve(cwd, name))).filter((own) => /\.(ya?ml|json)$/.test(own)).sort();
  return inside.map((own) => join(name, own));
}

async function fromStdin(io: Io) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin()) chunks.push(chunk);
  return checkText('<stdin>', Buffer.concat(chunks));
}

/** A gateway is, unless labels are given, the one that the first Gateway of the manifests selects. */
function identityOf(
  io: Io,
  { proxy: type, labels: written, namespace }: ManifestOptions,
  resources: readonly Resource[],
): ProxyIdentity | undefined {
  const labels: Record<string, string> = {};
  for (const pair of written === undefined ? [] : written.split(',')) {
    const at = pair.indexOf('=');
    if (at < 1) {
      io.stderr(
        `error: --labels: "${pair}" is no label; expected a list such as app=productpage,version=v1\n`,
      );
      io.exitCode(exit.usage);
      return undefined;
    }
    labels[pair.slice(0, at)] = pair.slice(at + 1);
  }
  const chosen = type === 'gateway' && written === undefined ? firstGateway(resources) : undefined;
  return {
    type,
    namespace: namespace ?? chosen?.namespace ?? 'default',
    labels: chosen?.labels ?? labels,
  };
}

function firstGateway(
  resources: readonly Resource[],
): Pick<ProxyIdentity, 'namespace' | 'labels'> | undefined {
  const found = resources.find((own) => own.kind === 'Gateway' || own.kind === 'KubernetesGateway');
  if (found?.kind === 'Gateway') return { namespace: 'istio-system', labels: found.spec.selector };
  if (found?.kind !== 'KubernetesGateway') return undefined;
  const { name, namespace } = found.metadata;
  return { namespace, labels: { 'gateway.networking.k8s.io/gateway-name': name } };
}

/** @param isWhole a rule that was given alone says nothing about the clusters that it would meet. */
function asText(configuration: ProxyConfiguration, isWhole: boolean): string {
  const clusters = isWhole ? new Set(configuration.clusters.map((own) => own.name)) : undefined;
  const rows = configuration.routes.flatMap(({ name, virtual_hosts }) =>
    virtual_hosts.flatMap((host) =>
      host.routes.map((route) => {
        return [
          name,
          shortName(host.name),
          matchText(route.match) || 'all',
          actionText(route, host.name, clusters),
          timeoutText(route),
          retriesText(route),
          route.metadata.rule,
        ];
      }),
    ),
  );
  const connections = configuration.tcp_proxies.map((own) => [
    String(own.port),
    shortName(own.host),
    destinationText(own, own.host, clusters),
    own.metadata.rule,
  ]);
  const tables = [
    ...(rows.length === 0
      ? []
      : [listing(['ROUTES', 'HOST', 'MATCH', 'GOES TO', 'TIMEOUT', 'RETRIES', 'RULE'], rows)]),
    ...(connections.length === 0
      ? []
      : [listing(['TCP PORT', 'HOST', 'CONNECTIONS GO TO', 'RULE'], connections)]),
  ];
  if (tables.length === 0) return 'no routes: no Service or Gateway for this proxy in the manifests\n';
  const count = configuration.clusters.length;
  return `${tables.join('\n')}\n${count} ${count === 1 ? 'cluster' : 'clusters'}; -o json shows all in Envoy's own shape\n`;
}

const shortName = (host: string): string => host.replace('.svc.cluster.local', '');

const timeoutText = ({ route }: Route): string => {
  const us = route === undefined ? 0 : microseconds(route.timeout);
  return us === 0 ? 'none' : formatDuration(us);
};

const retriesText = ({ route }: Route): string => String(route?.retry_policy?.num_retries ?? 0);
