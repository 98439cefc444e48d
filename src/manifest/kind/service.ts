import type { Cursor } from '../cursor.ts';
import type { ResourceMeta, ServicePort, TrafficDistribution } from '../resource.ts';
import { boolean, ignored, int32, intOrString, list, map, oneOfWords, struct, text } from '../schema.ts';
import { objectFields, type KindReader } from './kind.ts';

/** Kubernetes core/v1 Service; rules of pkg/apis/core/validation/validation.go. */
export const service: KindReader<'Service'> = {
  kind: 'Service',
  group: '',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: objectFields(
    struct({
      selector: map(text),
      ports: list(
        struct(
          {
            name: text,
            appProtocol: text,
            protocol: oneOfWords('TCP', 'UDP', 'SCTP'),
            port: int32,
            targetPort: intOrString,
          },
          { required: ['port'] },
        ),
      ),
      trafficDistribution: text,
      internalTrafficPolicy: oneOfWords('Cluster', 'Local'),
      externalTrafficPolicy: oneOfWords('Cluster', 'Local'),
      externalIPs: ignored(list(text)),
      publishNotReadyAddresses: boolean,
      type: text,
      clusterIP: text,
      clusterIPs: list(text),
      externalName: text,
      sessionAffinity: oneOfWords('ClientIP', 'None'),
      sessionAffinityConfig: struct({ clientIP: struct({ timeoutSeconds: int32 }) }),
    }),
  ),
  checkName(name) {
    if (name.text === undefined || (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name.text) && name.text.length <= 63))
      return;
    name.invalid(
      `Invalid value: "${name.text}": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
    );
  },
  read(spec, metadata) {
    const ports = spec.at('ports');
    const mayHaveNone = spec.at('clusterIP').text === 'None' || spec.at('type').text === 'ExternalName';
    if (ports.items.length === 0 && !mayHaveNone) ports.invalid('Required value');
    const names = new Set<string>();
    const numbers = new Set<number>();
    const affinity = readAffinity(spec);
    const near = readDistribution(spec.at('trafficDistribution'), metadata);
    const isAlias = spec.at('type').text === 'ExternalName';
    if (isAlias && !spec.at('externalName').text) spec.at('externalName').invalid('Required value');
    checkExternal(spec);
    const addresses = [...new Set([spec.at('clusterIP').text ?? '', ...spec.at('clusterIPs').texts])];
    const written = addresses.filter((own) => own !== '' && own !== 'None');
    return {
      selector: spec.at('selector').textMap,
      ports: ports.items.map((port) => readPort(port, ports.items.length > 1, names, numbers)),
      ...(written.length > 0 ? { addresses: written } : {}),
      ...(isAlias ? { externalName: spec.at('externalName').text ?? '' } : {}),
      ...(spec.at('clusterIP').text === 'None' ? { isHeadless: true } : {}),
      ...(near === undefined ? {} : { trafficDistribution: near }),
      ...(spec.at('internalTrafficPolicy').text === 'Local'
        ? { internalTrafficPolicy: 'Local' as const }
        : {}),
      ...(spec.at('externalTrafficPolicy').text === 'Local'
        ? { externalTrafficPolicy: 'Local' as const }
        : {}),
      ...(affinity === undefined ? {} : { clientIpAffinitySeconds: affinity }),
      ...(spec.at('publishNotReadyAddresses').data === true ? { publishesUnready: true } : {}),
    };
  },
};

const distributions: Readonly<Record<string, TrafficDistribution>> = {
  PreferClose: 'PreferSameZone',
  PreferSameZone: 'PreferSameZone',
  PreferSameNode: 'PreferSameNode',
};

/** The annotation by which a Service, or a namespace for all of its Services, asks for the same; any case will do. */
const distributionAnnotation = 'networking.istio.io/traffic-distribution';

/** The field before the annotation (istio pilot/pkg/model/service.go, GetTrafficDistribution; validateServiceTrafficDistribution). */
function readDistribution(
  field: Cursor,
  { annotations }: ResourceMeta,
): TrafficDistribution | 'Any' | undefined {
  if (!field.isSet) return annotatedDistribution(annotations);
  if (field.text !== undefined && !Object.hasOwn(distributions, field.text))
    field.invalid(
      `Unsupported value: "${field.text}": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"`,
    );
  return distributions[field.text ?? ''];
}

/** A word that Istio does not know is anywhere; undefined: it says nothing. */
export function annotatedDistribution(
  annotations: Readonly<Record<string, string>>,
): TrafficDistribution | 'Any' | undefined {
  const word = (annotations[distributionAnnotation] ?? '').toLowerCase();
  if (word === '') return undefined;
  return Object.entries(distributions).find(([own]) => own.toLowerCase() === word)?.[1] ?? 'Any';
}

/** Kubernetes' validateServiceExternalTrafficPolicy. */
function checkExternal(spec: Cursor): void {
  const policy = spec.at('externalTrafficPolicy');
  const isAccessible =
    ['NodePort', 'LoadBalancer'].includes(spec.at('type').text ?? '') || spec.at('externalIPs').isSet;
  if (policy.text !== undefined && !isAccessible)
    policy.invalid(`Invalid value: "${policy.text}": may only be set for externally-accessible services`);
}

/** Kubernetes' validateClientIPAffinityConfig; the default is that of SetDefaults_Service. */
function readAffinity(spec: Cursor): number | undefined {
  const [config, timeout] = [
    spec.at('sessionAffinityConfig'),
    spec.at('sessionAffinityConfig', 'clientIP', 'timeoutSeconds'),
  ];
  if (spec.at('sessionAffinity').text !== 'ClientIP') {
    if (config.isSet) config.invalid('Forbidden: must not be set when session affinity is None');
    return undefined;
  }
  if (timeout.number !== undefined && (timeout.number < 1 || timeout.number > 86_400))
    timeout.invalid(`Invalid value: ${timeout.number}: must be greater than 0 and less than 86400`);
  return timeout.number ?? 10_800;
}

function readPort(port: Cursor, named: boolean, names: Set<string>, numbers: Set<number>): ServicePort {
  const [name, number, target] = [port.at('name'), port.at('port'), port.at('targetPort')];
  if (number.number !== undefined) {
    checkRange(number);
    // The same number may serve TCP and UDP.
    const isTcp = (port.at('protocol').text ?? 'TCP') === 'TCP';
    if (isTcp && numbers.has(number.number)) port.invalid(`Duplicate value: port ${number.number}`);
    if (isTcp) numbers.add(number.number);
  }
  if (named && !name.text) name.invalid('Required value', 'a Service with several ports names each');
  if (name.text) {
    if (names.has(name.text)) name.invalid(`Duplicate value: "${name.text}"`);
    names.add(name.text);
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name.text) || name.text.length > 63) {
      name.invalid(
        `Invalid value: "${name.text}": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'`,
      );
    }
  }
  if (target.number !== undefined) checkRange(target);
  const targetPort = target.number ?? target.text;
  return {
    ...(name.text ? { name: name.text } : {}),
    ...(port.at('protocol').text === 'UDP' || port.at('protocol').text === 'SCTP'
      ? { transport: port.at('protocol').text as 'UDP' | 'SCTP' }
      : {}),
    ...(port.at('appProtocol').text ? { appProtocol: port.at('appProtocol').text! } : {}),
    port: number.number ?? 0,
    ...(targetPort === undefined || targetPort === 0 || targetPort === '' ? {} : { targetPort }),
  };
}

function checkRange(port: Cursor): void {
  if (port.number! < 1 || port.number! > 65535)
    port.invalid(`Invalid value: ${port.number}: must be between 1 and 65535, inclusive`);
}
