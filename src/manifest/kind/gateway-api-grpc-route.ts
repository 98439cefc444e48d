import type { Cursor } from '../cursor.ts';
import type { HttpRouteMatch } from '../resource.ts';
import { anything, ignored, int32, list, oneOfWords, struct, text } from '../schema.ts';
import { backendFilterFields, filterFields, grpcFilterFields } from './gateway-api-filter.ts';
import { checkRegex, namedValue, readNamedValues } from './gateway-api-http-route.ts';
import { checkTotals, readRule } from './gateway-api-rule.ts';
import { backendFields, gatewayApiGroup, parentFields, readRoute, refuseRule } from './gateway-api.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

/**
 * kubernetes-sigs/gateway-api apis/v1/grpcroute_types.go. A call is a POST whose path is /service/method, so that its rules are
 * HTTP's (istio pilot/pkg/config/kube/gateway/conversion.go, convertGRPCRoute, createGRPCURIMatch).
 */
export const grpcRoute: KindReader<'GRPCRoute'> = {
  kind: 'GRPCRoute',
  group: gatewayApiGroup,
  versions: ['v1', 'v1alpha2'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct({
      parentRefs: parentFields,
      useDefaultGateways: ignored(text),
      hostnames: list(text),
      rules: list(
        struct({
          name: text,
          matches: list(
            struct({
              method: struct({
                type: oneOfWords('Exact', 'RegularExpression'),
                service: text,
                method: text,
              }),
              headers: list(namedValue),
            }),
          ),
          filters: list(grpcFilterFields(filterFields)),
          backendRefs: list(
            struct(
              { ...backendFields, weight: int32, filters: list(grpcFilterFields(backendFilterFields)) },
              { required: ['name'] },
            ),
          ),
          sessionPersistence: ignored(anything),
        }),
      ),
    }),
  ),
  checkName: checkSubdomain,
  read(spec, { namespace }) {
    const { rules, ...route } = readRoute(spec, namespace, [0, 16]);
    checkTotals(rules);
    const readMatches = (matches: Cursor): HttpRouteMatch[] => matches.items.map(readMatch);
    return { ...route, rules: rules.items.map((own) => readRule(own, namespace, readMatches)) };
  },
};

function readMatch(own: Cursor): HttpRouteMatch {
  const method = own.at('method');
  if (method.isSet && !method.at('service').text && !method.at('method').text)
    refuseRule(method, "One or both of 'service' or 'method' must be specified");
  return { path: pathOf(method), headers: readNamedValues(own.at('headers'), 4096), queryParams: [] };
}

function pathOf(own: Cursor): HttpRouteMatch['path'] {
  const [service, method] = [own.at('service').text ?? '', own.at('method').text ?? ''];
  const isExact = own.at('type').text !== 'RegularExpression';
  if (service === '' && method === '') return { type: 'PathPrefix', value: '/' };
  if (isExact && method === '') return { type: 'PathPrefix', value: `/${service}/` };
  if (isExact && service !== '') return { type: 'Exact', value: `/${service}/${method}` };
  if (!isExact) for (const part of ['service', 'method']) if (own.at(part).text) checkRegex(own.at(part));
  return {
    type: 'RegularExpression',
    value: `/${service === '' ? '[^/]+' : service}/${method === '' ? '.+' : method}`,
  };
}
