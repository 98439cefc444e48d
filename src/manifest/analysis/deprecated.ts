import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import type { Check } from './setting.ts';

/** Fields that have a successor, or do nothing any more (analyzers/deprecation/deprecation.go). */
export const deprecations: Check = (setting) => [
  ...setting.written('networking.istio.io', 'VirtualService').flatMap(({ object, spec }) =>
    spec
      .at('http')
      .items.map((http) => http.at('fault', 'delay', 'percent'))
      .filter(({ number = 0 }) => number > 0)
      .map(({ path }) =>
        problemIn(object, path, 'key', {
          ...istio('IST0002'),
          message:
            'Deprecated: HTTPRoute.fault.delay.percent is deprecated; use HTTPRoute.fault.delay.percentage',
        }),
      ),
  ),
  ...setting.written('networking.istio.io', 'Sidecar').flatMap(({ object, spec }) => {
    const proxy = spec.at('outboundTrafficPolicy', 'egressProxy');
    if (!proxy.isSet) return [];
    const message = 'Deprecated: OutboundTrafficPolicy.EgressProxy ignored';
    return [problemIn(object, proxy.path, 'key', { ...istio('IST0002'), message })];
  }),
];
