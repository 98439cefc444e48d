import type { Cursor } from '../cursor.ts';
import type { GatewayListener } from '../resource.ts';
import { anything, ignored, int32, list, map, oneOfWords, struct, text } from '../schema.ts';
import {
  checkHostname,
  checkItems,
  checkLength,
  checkPattern,
  checkRange,
  checkSectionName,
  gatewayApiGroup,
  refuseRule,
} from './gateway-api.ts';
import { readLabelSelector, uncheckedSelectorFields } from './label-selector.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

/** kubernetes-sigs/gateway-api apis/v1/gateway_types.go and its CRD's rules. */
export const kubernetesGateway: KindReader<'KubernetesGateway'> = {
  kind: 'KubernetesGateway',
  group: gatewayApiGroup,
  versions: ['v1', 'v1beta1'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct(
      {
        gatewayClassName: text,
        listeners: list(
          struct(
            {
              name: text,
              hostname: text,
              port: int32,
              protocol: text,
              tls: struct({
                mode: oneOfWords('Terminate', 'Passthrough'),
                certificateRefs: ignored(anything),
                frontendValidation: ignored(anything),
                options: ignored(map(text)),
              }),
              allowedRoutes: struct({
                namespaces: struct({
                  from: oneOfWords('All', 'Selector', 'Same', 'None'),
                  selector: uncheckedSelectorFields,
                }),
                kinds: list(struct({ group: text, kind: text }, { required: ['kind'] })),
              }),
            },
            { required: ['name', 'port', 'protocol'] },
          ),
        ),
        addresses: ignored(list(struct({ type: text, value: text }))),
        infrastructure: struct({
          labels: ignored(map(text)),
          annotations: ignored(map(text)),
          parametersRef: ignored(anything),
        }),
        allowedListeners: ignored(anything),
        backendTLS: ignored(anything),
        tls: ignored(anything),
        defaultScope: ignored(text),
      },
      { required: ['gatewayClassName', 'listeners'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec) {
    const listeners = spec.at('listeners');
    checkItems(listeners, 1, 64);
    checkLength(spec.at('gatewayClassName'), 1, 253);
    checkDistinct(listeners);
    return {
      gatewayClassName: spec.at('gatewayClassName').text ?? '',
      listeners: listeners.items.map(readListener),
    };
  },
};

function checkDistinct(listeners: Cursor): void {
  const names = new Set<string>();
  const places = new Set<string>();
  for (const own of listeners.items) {
    const name = own.at('name').text ?? '';
    const place = JSON.stringify([own.at('port').number, own.at('protocol').text, own.at('hostname').text]);
    if (names.has(name)) refuseRule(listeners, 'Listener name must be unique within the Gateway');
    if (places.has(place))
      refuseRule(listeners, 'Combination of port, protocol and hostname must be unique for each listener');
    names.add(name);
    places.add(place);
    const protocol = (own.at('protocol').text ?? '').toUpperCase();
    const mode = own.at('tls', 'mode').text ?? '';
    if (['HTTP', 'TCP', 'UDP'].includes(protocol) && own.at('tls').isSet)
      refuseRule(listeners, "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']");
    if (protocol === 'HTTPS' && own.at('tls').isSet && !['', 'Terminate'].includes(mode))
      refuseRule(listeners, 'tls mode must be Terminate for protocol HTTPS');
    if (['TCP', 'UDP'].includes(protocol) && (own.at('hostname').text ?? '') !== '')
      refuseRule(listeners, "hostname must not be specified for protocols ['TCP', 'UDP']");
  }
}

function readListener(own: Cursor): GatewayListener {
  const hostname = own.at('hostname');
  const kinds = own.at('allowedRoutes', 'kinds').items;
  const mode = own.at('tls', 'mode').text as GatewayListener['tlsMode'];
  checkSectionName(own.at('name'));
  if (hostname.text !== '') checkHostname(hostname);
  checkRange(own.at('port'), 1, 65535);
  checkPattern(
    own.at('protocol'),
    '^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9]+$',
  );
  return {
    name: own.at('name').text ?? '',
    ...(hostname.text === undefined || hostname.text === '' ? {} : { hostname: hostname.text }),
    port: own.at('port').number ?? 0,
    protocol: own.at('protocol').text ?? '',
    ...(mode === undefined ? {} : { tlsMode: mode }),
    routesFrom: readRoutesFrom(own.at('allowedRoutes', 'namespaces')),
    ...(kinds.length === 0 ? {} : { kinds: kinds.map(readKind) }),
  };
}

const readKind = (own: Cursor): { readonly group: string; readonly kind: string } => ({
  group: own.at('group').text ?? gatewayApiGroup,
  kind: own.at('kind').text ?? '',
});

function readRoutesFrom(namespaces: Cursor): GatewayListener['routesFrom'] {
  switch (namespaces.at('from').text) {
    case 'All':
      return 'All';
    case 'None':
      return 'None';
    case 'Selector':
      return namespaces.at('selector').isSet ? readLabelSelector(namespaces.at('selector')) : 'All';
    default:
      return 'Same';
  }
}
