import type { Cursor } from '../cursor.ts';
import { isDns1123Label, isIpAddress, wildcardDomainProblem } from '../host-name.ts';
import { anything, ignored, list, map, oneOfWords, struct, text, uint32 } from '../schema.ts';
import { destinationFields } from './destination.ts';
import { checkLabels } from './http-match.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

const port = struct({
  number: uint32,
  protocol: ignored(text),
  name: ignored(text),
  targetPort: ignored(uint32),
});
const captureMode = ignored(oneOfWords('DEFAULT', 'IPTABLES', 'NONE'));

const outboundTrafficPolicyFields = struct({
  mode: oneOfWords('REGISTRY_ONLY', 'ALLOW_ANY'),
  egressProxy: ignored(destinationFields),
});

/** istio/api networking/v1alpha3/sidecar.proto; rules of pkg/config/validation/validation.go, ValidateSidecar. */
export const sidecar: KindReader<'Sidecar'> = {
  kind: 'Sidecar',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct({
      workloadSelector: struct({ labels: map(text) }),
      ingress: ignored(
        list(
          struct({
            port,
            bind: text,
            captureMode,
            defaultEndpoint: text,
            connectionPool: anything,
            tls: anything,
          }),
        ),
      ),
      egress: list(
        struct({ port, bind: ignored(text), captureMode, hosts: list(text) }, { required: ['hosts'] }),
      ),
      inboundConnectionPool: ignored(anything),
      outboundTrafficPolicy: outboundTrafficPolicyFields,
    }),
  ),
  checkName: checkSubdomain,
  read(spec) {
    const [selector, egress] = [spec.at('workloadSelector', 'labels'), spec.at('egress')];
    checkLabels(selector);
    if (spec.at('workloadSelector').isSet && selector.entries.length === 0) {
      spec
        .at('workloadSelector')
        .warn(
          'sidecar: workload selector specified without labels, will be applied to all services in namespace',
        );
    }
    if (!spec.at('egress').isSet && !spec.at('ingress').isSet && !spec.at('outboundTrafficPolicy').isSet)
      spec.refuse('sidecar: empty configuration provided');
    checkEgress(egress);
    const mode = spec.at('outboundTrafficPolicy', 'mode').text;
    return {
      ...(selector.isSet ? { workloadSelector: selector.textMap } : {}),
      egress: egress.items.map((own) => {
        const { number } = own.at('port', 'number');
        return { ...(number === undefined ? {} : { port: number }), hosts: own.at('hosts').texts };
      }),
      ...(spec.at('outboundTrafficPolicy').isSet
        ? {
            outboundTrafficPolicy: mode === 'ALLOW_ANY' ? ('ALLOW_ANY' as const) : ('REGISTRY_ONLY' as const),
          }
        : {}),
    };
  },
};

/** A listener without a port takes what the others leave, so it is the last one, and the only such. */
function checkEgress(egress: Cursor): void {
  const last = egress.items.length - 1;
  egress.items.forEach((own, place) => {
    if (!own.at('port').isSet && place < last)
      own.refuse('sidecar: the egress listener with empty port should be the last listener in the list');
    if (own.at('hosts').isSet && own.at('hosts').items.length === 0)
      own.refuse('sidecar: egress listener must contain at least one host');
    for (const host of own.at('hosts').items) checkEgressHost(host);
  });
}

/** ValidateSidecar: "namespace/dnsName", of which either may be a wildcard; `~namespace` takes out what others let in. */
function checkEgressHost(host: Cursor): void {
  if (host.text === undefined) return;
  const slash = host.text.indexOf('/');
  if (slash < 0) {
    host.refuse('host must be of form namespace/dnsName', `write "./${host.text}" or "*/${host.text}"`);
    return;
  }
  const [namespace, name] = [host.text.slice(0, slash).replace(/^~(?=.)/, ''), host.text.slice(slash + 1)];
  if (namespace === '' || name === '')
    host.refuse('config namespace and dnsName in host entry cannot be empty');
  else if (!['*', '.', '~'].includes(namespace) && !isDns1123Label(namespace))
    host.refuse(`invalid namespace value "${namespace}" in sidecar`);
  const problem = name === '' || isIpAddress(name) ? undefined : wildcardDomainProblem(name);
  if (problem !== undefined) host.refuse(problem);
}
