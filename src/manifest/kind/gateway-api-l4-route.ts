import type { KubernetesL4Route } from '../resource.ts';
import { ignored, int32, list, struct, text } from '../schema.ts';
import {
  backendFields,
  checkItems,
  checkSectionName,
  gatewayApiGroup,
  parentFields,
  readBackend,
  readRoute,
} from './gateway-api.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

const rules = list(
  struct({
    name: ignored(text),
    backendRefs: list(struct({ ...backendFields, weight: int32 }, { required: ['name'] })),
  }),
);

const common = { parentRefs: parentFields, useDefaultGateways: ignored(text), rules };

/** kubernetes-sigs/gateway-api apis/v1alpha2/tcproute_types.go, and tlsroute_types.go, which has names beside. */
const readerOf = <K extends 'TCPRoute' | 'TLSRoute'>(kind: K, versions: readonly string[]) =>
  ({
    kind,
    group: gatewayApiGroup,
    versions,
    unknownFields: 'refuse',
    fields: objectFields(struct(kind === 'TLSRoute' ? { ...common, hostnames: list(text) } : common)),
    checkName: checkSubdomain,
    read(spec, { namespace }): KubernetesL4Route['spec'] {
      const { rules: all, ...route } = readRoute(spec, namespace, [1, 16]);
      return {
        ...route,
        rules: all.items.map((rule) => {
          checkSectionName(rule.at('name'));
          checkItems(rule.at('backendRefs'), 1, 16);
          return { backendRefs: rule.at('backendRefs').items.map((own) => readBackend(own, namespace)) };
        }),
      };
    },
  }) satisfies KindReader<'TCPRoute' | 'TLSRoute'> & { readonly kind: K };

export const tcpRoute = readerOf('TCPRoute', ['v1alpha2', 'v1']);
export const tlsRoute = readerOf('TLSRoute', ['v1alpha2', 'v1alpha3', 'v1']);
