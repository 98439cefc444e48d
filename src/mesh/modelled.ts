/** The releases whose rules the model follows; older rules are named settings of a scenario. */
export const modelled = {
  istio: '1.30 development (istio/istio 86c9f01f, August 2026)',
  envoy: '1.39 (weighted clusters drawn at random since October 2017)',
  kubernetes: '1.35',
} as const;
