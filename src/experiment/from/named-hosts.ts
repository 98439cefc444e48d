import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import type { Exported } from './exported.ts';
import { isIstios } from './role.ts';
import type { Port, Service, System, Workload } from './system.ts';

/** A host that a workload's own settings name. */
export interface NamedHost {
  readonly service: Service | undefined;
  /** A host of a ServiceEntry, where it is no Service. */
  readonly outside: string | undefined;
  readonly port: Port;
  /** "ORDERS_URL in its env names orders:8080" */
  readonly reason: string;
  /** The same in a word or two: "ORDERS_URL". */
  readonly clue: string;
}

/** A host outside of the cluster that a variable names, and of which the export says nothing. */
export interface UnknownHost {
  readonly host: string;
  /** "STRIPE_URL in its env" */
  readonly where: string;
}

interface Text {
  /** "ORDERS_URL in its env" */
  readonly where: string;
  /** "ORDERS_URL", "command line" */
  readonly clue: string;
  /** Of a variable; "" for the rest. */
  readonly name: string;
  /** undefined: it stands in a Secret, or in a ConfigMap that was not exported. */
  readonly value: string | undefined;
}

/** Services whose hosts stand in what a workload is told: env, args, and the ConfigMaps that were exported with it. */
export function namedHosts(workload: Workload, system: System, configMaps: readonly Exported[]): NamedHost[] {
  const found = new Map<string, NamedHost>();
  const add = (own: NamedHost | undefined): void => {
    const key =
      own === undefined
        ? ''
        : (own.outside ?? `${own.service!.namespace}/${own.service!.name}:${own.port.number}`);
    if (own !== undefined && !found.has(key)) found.set(key, own);
  };
  for (const text of textsOf(workload, configMaps)) {
    if (text.value === undefined) add(byName(text, workload, system));
    else for (const own of hostsIn(text, text.value)) add(resolved(own, text, workload, system));
  }
  return [...found.values()];
}

/** Hosts of URLs in variables that are no Services and stand in no ServiceEntry. */
export function unknownHosts(
  workload: Workload,
  system: System,
  configMaps: readonly Exported[],
): UnknownHost[] {
  return textsOf(workload, configMaps).flatMap(({ name, where, value }) => {
    const host =
      name === '' ? undefined : /^[a-z][a-z0-9+.-]*:\/\/(?:[^/\s@]*@)?([a-z0-9.-]+)/i.exec(value ?? '')?.[1];
    if (
      host === undefined ||
      !/\.[a-z][a-z-]+$/i.test(host) ||
      /\.(svc|local|localhost|internal)$/i.test(host)
    )
      return [];
    const isKnown =
      system.outside.has(host.toLowerCase()) ||
      serviceCalled(host.toLowerCase(), workload.namespace, system) !== undefined ||
      system.services.some((own) => host.toLowerCase() === `${own.name}.${own.namespace}`);
    return isKnown ? [] : [{ host: host.toLowerCase(), where }];
  });
}

/** Variables that say where telemetry goes: no part of a page. */
const telemetry =
  /^(OTEL|OTLP|JAEGER|ZIPKIN|DD|DATADOG|STATSD|SENTRY|NEW_RELIC|ELASTIC_APM|HONEYCOMB|TRACING|TRACE|COLLECTOR|PROMETHEUS)_/;

interface Token {
  readonly host: string;
  readonly port: number | undefined;
  /** As good as an address: after //, with a port, or all that a variable called HOST says. */
  readonly isAddress: boolean;
}

const addressName =
  /(host|addr|url|uri|endpoint|server|service|upstream|backend|broker|target|peer|dsn|nodes?|seeds?)(e?s)?$/i;
const addressBefore =
  /(\b(host|server|hostname|addr|address|endpoint|url|uri|upstream|backend|brokers?|data source)s?["']?\s*[=:]\s*["']?|-h\s+)$/i;

function* hostsIn({ name }: Text, value: string): Generator<Token> {
  const whole = value.trim();
  const pattern = /[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*/gi;
  for (const match of value.matchAll(pattern)) {
    const [host] = match;
    const before = value.slice(Math.max(0, match.index - 40), match.index);
    const after = value.slice(match.index + host.length, match.index + host.length + 12);
    // A part of a path or of an image is no host, and neither is a word within a longer one.
    if (/[-\w.]$/.test(before) || /(^|[^/])\/$/.test(before) || /^[-\w]/.test(after)) continue;
    const port = /^:(\d{1,5})(?![\d.])/.exec(after)?.[1];
    const isAlone = whole === host && (addressName.test(name) || bare(name).includes(bare(host)));
    yield {
      host: host.toLowerCase(),
      port: port === undefined ? undefined : Number(port),
      isAddress:
        port !== undefined ||
        /\/\/$/.test(before) ||
        /\/\/[^/\s]*@$/.test(before) ||
        isAlone ||
        addressBefore.test(before),
    };
  }
}

const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

function resolved(
  { host, port, isAddress }: Token,
  text: Text,
  workload: Workload,
  system: System,
): NamedHost | undefined {
  const outside = system.outside.get(host);
  if (outside !== undefined)
    return {
      service: undefined,
      outside: host,
      port: outside,
      reason: `${text.where} names ${host}`,
      clue: text.clue,
    };
  const service = serviceCalled(host, workload.namespace, system);
  const isQualified = host.includes('.');
  if (service === undefined || (!isAddress && !isQualified)) return undefined;
  const asked =
    service.ports.find((own) => own.number === port) ?? service.ports.find((own) => own.target === port);
  const own = asked ?? service.ports[0];
  if (own === undefined) return undefined;
  return {
    service,
    outside: undefined,
    port: own,
    reason: `${text.where} names ${host}${port === undefined ? '' : `:${port}`}`,
    clue: text.clue,
  };
}

/** As a pod's resolver completes a name; pods of a headless Service bear their own before it. */
function serviceCalled(host: string, namespace: string, { services }: System): Service | undefined {
  const parts = host.replace(/\.svc(\.cluster\.local)?$/, '').split('.');
  const find = (name: string | undefined, place: string): Service | undefined =>
    services.find((own) => own.name === name && own.namespace === place);
  const isFull = host.endsWith('.svc') || host.endsWith('.svc.cluster.local');
  const [first, second, third] = parts;
  if (parts.length === 1) return find(first, namespace);
  if (parts.length === 2)
    return find(first, second!) ?? (isFull ? undefined : podOf(first!, find(second, namespace)));
  return parts.length === 3 ? podOf(first!, find(second, third!)) : undefined;
}

const podOf = (pod: string, service: Service | undefined): Service | undefined =>
  service !== undefined && service.workloads.some(({ name }) => pod.startsWith(`${name}-`))
    ? service
    : undefined;

const addressSuffix =
  /_(SERVICE_)?(HOST(NAME)?|ADDR(ESS)?|URL|URI|ENDPOINT|SERVER|DSN|CONNECTION(_STRING)?|PASSWORD|PASS|USER(NAME)?)$/;

/** A variable whose value nobody exported may still be called like a Service. */
function byName(
  { name, where, clue }: Text,
  workload: Workload,
  { services }: System,
): NamedHost | undefined {
  if (!addressSuffix.test(name)) return undefined;
  const stem = bare(name.replace(addressSuffix, ''));
  const service = services.find(
    (own) =>
      own.namespace === workload.namespace &&
      stem !== '' &&
      bare(own.name).replace(/(service|svc)$/, '') === stem.replace(/service$/, ''),
  );
  const port = service?.ports[0];
  if (service === undefined || port === undefined) return undefined;
  return {
    service,
    outside: undefined,
    port,
    reason: `${where} is called like it (its value was not exported)`,
    clue,
  };
}

/** Everything that a pod is told, container by container; Istio's own containers apart. */
function textsOf(workload: Workload, configMaps: readonly Exported[]): Text[] {
  const spec = mapOf(workload.template['spec']);
  const dataOf = (name: unknown): Data | undefined => {
    const map = configMaps.find((own) => own.name === name && own.namespace === workload.namespace);
    return map && mapOf(map.source['data']);
  };
  const own = (field: string): Data[] => listOf(spec[field]).filter((each) => !isIstios(each));
  const texts = [
    ...own('containers').flatMap((each) => ofContainer(each, dataOf, '')),
    ...own('initContainers').flatMap((each) =>
      ofContainer(
        each,
        dataOf,
        each['restartPolicy'] === 'Always' ? '' : ` of init container ${String(each['name'])}`,
      ),
    ),
  ].filter(({ name }) => !telemetry.test(name));
  for (const volume of listOf(spec['volumes'])) {
    const { name } = mapOf(volume['configMap']);
    for (const [file, value] of Object.entries(dataOf(name) ?? {}))
      texts.push({
        where: `${file} in its ConfigMap ${String(name)}`,
        clue: file,
        name: '',
        value: String(value),
      });
  }
  return texts;
}

/** @param of " of init container migrate": what is asked for before the first page. */
function ofContainer(container: Data, dataOf: (name: unknown) => Data | undefined, of: string): Text[] {
  const env: Text[] = [];
  for (const { prefix, configMapRef } of listOf(container['envFrom'])) {
    const { name } = mapOf(configMapRef);
    for (const [key, value] of Object.entries(dataOf(name) ?? {}))
      env.push({
        where: `${key} in its ConfigMap ${String(name)}${of}`,
        clue: `${key}${of}`,
        name: `${String(prefix ?? '')}${key}`,
        value: String(value),
      });
  }
  for (const { name, value, valueFrom } of listOf(container['env'])) {
    const reference = mapOf(mapOf(valueFrom)['configMapKeyRef']);
    const mapped = dataOf(reference['name'])?.[String(reference['key'])];
    const isField =
      mapOf(valueFrom)['fieldRef'] !== undefined || mapOf(valueFrom)['resourceFieldRef'] !== undefined;
    if (isField) continue;
    const text = value ?? mapped;
    env.push({
      where: `${String(name)} in ${of === '' ? 'its env' : `the env${of}`}`,
      clue: `${String(name)}${of}`,
      name: String(name),
      value: text === undefined || text === null ? (valueFrom === undefined ? '' : undefined) : String(text),
    });
  }
  const values = new Map(env.map(({ name, value }) => [name, value ?? '']));
  const expanded = (text: string): string =>
    text.replace(/\$\(?\{?([A-Z][A-Z0-9_]*)\)?\}?/g, (all, name: string) => {
      const service = /^(.+)_SERVICE_HOST$/.exec(name)?.[1];
      return values.get(name) ?? (service === undefined ? all : service.toLowerCase().replaceAll('_', '-'));
    });
  const told = (['command', 'args'] as const).flatMap((field) => {
    const words = container[field];
    return Array.isArray(words)
      ? [
          {
            where: `${of === '' ? 'its' : 'the'} command line${of}`,
            clue: 'command line',
            name: '',
            value: expanded(words.join(' ')),
          },
        ]
      : [];
  });
  return [
    ...env.map((own) => (own.value === undefined ? own : { ...own, value: expanded(own.value) })),
    ...told,
  ];
}
