import type { Cursor } from '../cursor.ts';
import { isIpAddress, wildcardDomainProblem } from '../host-name.ts';
import type { ServiceEntry, ServicePort } from '../resource.ts';
import { ignored, list, map, oneOfWords, struct, text, uint32 } from '../schema.ts';
import { checkPort } from './destination.ts';
import { checkExportTo } from './export-to.ts';
import { protocols } from './gateway.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { readWorkloadEntry, workloadEntryFields } from './workload-entry.ts';

/** istio/api networking/v1alpha3/service_entry.proto; rules of pkg/config/validation/validation.go, ValidateServiceEntry. */
export const serviceEntry: KindReader<'ServiceEntry'> = {
  kind: 'ServiceEntry',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct(
      {
        hosts: list(text),
        addresses: list(text),
        ports: list(
          struct(
            { number: uint32, protocol: text, name: text, targetPort: ignored(uint32) },
            { required: ['number', 'name'] },
          ),
        ),
        location: ignored(oneOfWords('MESH_EXTERNAL', 'MESH_INTERNAL')),
        resolution: oneOfWords('NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'),
        endpoints: list(workloadEntryFields),
        workloadSelector: struct({ labels: map(text) }),
        exportTo: list(text),
        subjectAltNames: ignored(list(text)),
      },
      { required: ['hosts'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec, { namespace }) {
    const [hosts, ports, endpoints] = ['hosts', 'ports', 'endpoints'].map((field) => spec.at(field)) as [
      Cursor,
      Cursor,
      Cursor,
    ];
    const selector = spec.at('workloadSelector');
    const resolution = (spec.at('resolution').text ?? 'NONE') as ServiceEntry['spec']['resolution'];
    if (selector.isSet && endpoints.items.length > 0)
      endpoints.refuse('only one of WorkloadSelector or Endpoints is allowed in Service Entry');
    if (selector.isSet && selector.at('labels').entries.length === 0) {
      selector.warn(
        'service entry: workload selector specified without labels, will be applied to all services in namespace',
      );
    }
    if (hosts.items.length === 0) hosts.refuse('service entry must have at least one host');
    for (const host of hosts.items) checkHost(host, resolution, endpoints);
    checkPorts(ports);
    checkResolution(resolution, spec, endpoints);
    checkExportTo(spec.at('exportTo'), namespace, true);
    return {
      hosts: hosts.texts,
      addresses: spec.at('addresses').texts,
      ports: ports.items.map(readPort),
      resolution,
      endpoints: endpoints.items.map(readWorkloadEntry),
      ...(selector.isSet ? { workloadSelector: selector.at('labels').textMap } : {}),
      exportTo: spec.at('exportTo').texts,
    };
  },
};

function checkHost(host: Cursor, resolution: string, endpoints: Cursor): void {
  if (host.text === undefined || isIpAddress(host.text)) return;
  const problem = host.text === '*' ? `invalid host ${host.text}` : wildcardDomainProblem(host.text);
  if (problem !== undefined) host.refuse(problem);
  else if (host.text.startsWith('*') && resolution === 'DNS' && endpoints.items.length === 0)
    host.refuse('hosts must be FQDN if no endpoints are provided for resolution mode DNS');
}

function checkPorts(ports: Cursor): void {
  const numbers = new Set<number>();
  const names = new Set<string>();
  for (const own of ports.items) {
    const [number, name, protocol] = [own.at('number'), own.at('name'), own.at('protocol').text];
    checkPort(number);
    if (number.number !== undefined && numbers.has(number.number))
      own.refuse(`service entry port ${number.number} already defined`);
    if (name.text !== undefined && names.has(name.text))
      own.refuse(`service entry port name "${name.text}" already defined`);
    numbers.add(number.number ?? 0);
    names.add(name.text ?? '');
    if (protocol !== undefined && protocol !== '' && !protocols.includes(protocol.toUpperCase()))
      own.at('protocol').refuse(`unsupported protocol ${protocol}`);
  }
}

function checkResolution(resolution: string, spec: Cursor, endpoints: Cursor): void {
  if (resolution === 'NONE' && endpoints.items.length > 0)
    endpoints.refuse('no endpoints should be provided for resolution type none');
  if (resolution === 'STATIC' && endpoints.items.length === 0 && !spec.at('workloadSelector').isSet)
    spec.at('resolution').warn('service entry of resolution STATIC has no endpoints');
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.items.length > 1)
    endpoints.refuse(
      `there must only be 0 or 1 endpoint for resolution mode ${resolution}`,
      'resolution DNS takes several',
    );
}

/** A ServiceEntry says the protocol, and the port's name tells nothing. */
function readPort(own: Cursor): ServicePort {
  return {
    name: own.at('name').text ?? '',
    appProtocol: own.at('protocol').text ?? '',
    port: own.at('number').number ?? 0,
  };
}
