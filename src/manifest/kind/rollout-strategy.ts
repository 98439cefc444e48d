import type { Cursor } from '../cursor.ts';
import { parseDuration } from '../quantity.ts';
import type { BlueGreenStrategy, CanaryStep, CanaryStrategy } from '../resource.ts';
import { anything, boolean, ignored, int32, intOrString, list, struct, text } from '../schema.ts';
import { isNone, readPodAmount } from './workload.ts';

/** By its name of rollouts-plugin-trafficrouter-gatewayapi. */
const gatewayApiPlugin = 'argoproj-labs/gatewayAPI';

/** Fields of it that name routes, each with its plural (pkg/plugin/types.go, GatewayAPITrafficRouting), and the kind that they are of. */
const pluginRoutes = {
  httpRoute: 'HTTPRoute',
  grpcRoute: 'GRPCRoute',
  tcpRoute: 'TCPRoute',
  tlsRoute: 'TLSRoute',
} as const;

const virtualService = struct({ name: text, routes: list(text) }, { required: ['name'] });

export const canaryFields = struct({
  stableService: text,
  canaryService: text,
  steps: list(
    struct({
      setWeight: int32,
      pause: struct({ duration: intOrString }),
      setCanaryScale: struct({ replicas: int32, weight: int32, matchTrafficWeight: boolean }),
      setHeaderRoute: ignored(anything),
      setMirrorRoute: ignored(anything),
      analysis: ignored(anything),
      experiment: ignored(anything),
      plugin: ignored(anything),
    }),
  ),
  maxSurge: intOrString,
  maxUnavailable: intOrString,
  trafficRouting: struct({
    istio: struct({
      virtualService,
      virtualServices: list(virtualService),
      destinationRule: struct(
        { name: text, stableSubsetName: text, canarySubsetName: text },
        { required: ['name'] },
      ),
    }),
    plugins: struct({
      [gatewayApiPlugin]: struct({
        namespace: text,
        ...Object.fromEntries(
          Object.keys(pluginRoutes).flatMap((field) => [
            [field, text],
            [`${field}s`, list(struct({ name: text }, { required: ['name'] }))],
          ]),
        ),
      }),
    }),
  }),
  dynamicStableScale: boolean,
  scaleDownDelaySeconds: int32,
});

export const blueGreenFields = struct(
  {
    activeService: text,
    previewService: text,
    previewReplicaCount: int32,
    autoPromotionEnabled: boolean,
    autoPromotionSeconds: int32,
    scaleDownDelaySeconds: int32,
  },
  { required: ['activeService'] },
);

/** Argo's ValidateRolloutStrategyCanary. */
export function readCanary(canary: Cursor): CanaryStrategy {
  const [stable, other] = [canary.at('stableService'), canary.at('canaryService')];
  if (stable.text && stable.text === other.text)
    stable.invalid(
      `Invalid value: "${stable.text}": This rollout uses the same service for the stable and canary services, but two different services are required.`,
    );
  const [surge, unavailable] = [canary.at('maxSurge'), canary.at('maxUnavailable')];
  const [maxSurge, maxUnavailable] = [readPodAmount(surge), readPodAmount(unavailable)];
  // Left out, each is 25 %.
  if (maxSurge !== undefined && maxUnavailable !== undefined && isNone(maxSurge) && isNone(maxUnavailable))
    surge.invalid(
      `Invalid value: ${JSON.stringify(surge.data)}: MaxSurge and MaxUnavailable both can not be zero`,
    );
  const routing = canary.at('trafficRouting');
  const [dynamic, delay] = [canary.at('dynamicStableScale'), canary.at('scaleDownDelaySeconds')];
  if (!routing.isSet && dynamic.boolean === true)
    dynamic.invalid('Invalid value: true: Canary dynamicStableScale can only be used with traffic routing');
  if (!routing.isSet && delay.number !== undefined)
    delay.invalid(
      `Invalid value: ${delay.number}: Canary scaleDownDelaySeconds can only be used with traffic routing`,
    );
  const istio = readIstio(routing.at('istio'));
  const routes = routesOf(routing.at('plugins').at(gatewayApiPlugin));
  return {
    type: 'Canary',
    ...(stable.text === undefined ? {} : { stableService: stable.text }),
    ...(other.text === undefined ? {} : { canaryService: other.text }),
    steps: canary.at('steps').items.map((step) => readStep(step, routing)),
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    ...(istio === undefined ? {} : { istio }),
    ...(routes.length === 0 ? {} : { routes }),
    dynamicStableScale: dynamic.boolean ?? false,
    ...(delay.number === undefined ? {} : { scaleDownDelaySeconds: delay.number }),
  };
}

const routesOf = (plugin: Cursor): NonNullable<CanaryStrategy['routes']>[number][] =>
  Object.entries(pluginRoutes).flatMap(([field, kind]) =>
    [plugin.at(field).text, ...plugin.at(`${field}s`).items.map((own) => own.at('name').text)].flatMap(
      (name) => (name === undefined ? [] : [{ kind, name }]),
    ),
  );

function readIstio(istio: Cursor): CanaryStrategy['istio'] {
  if (!istio.isSet) return undefined;
  const single = istio.at('virtualService');
  const rule = istio.at('destinationRule');
  const subset = (field: 'stableSubsetName' | 'canarySubsetName'): Record<string, string> =>
    rule.at(field).text === undefined ? {} : { [field]: rule.at(field).text! };
  return {
    virtualServices: (single.isSet ? [single] : istio.at('virtualServices').items).map((own) => ({
      name: own.at('name').text ?? '',
      routes: own.at('routes').texts,
    })),
    ...(rule.isSet
      ? {
          destinationRule: {
            name: rule.at('name').text ?? '',
            ...subset('stableSubsetName'),
            ...subset('canarySubsetName'),
          },
        }
      : {}),
  };
}

function readStep(step: Cursor, routing: Cursor): CanaryStep {
  const [weight, pause, scale] = [step.at('setWeight'), step.at('pause'), step.at('setCanaryScale')];
  if (step.entries.length === 0)
    step.invalid('Step must have one of the following set: experiment, setWeight, setCanaryScale or pause');
  if (weight.number !== undefined) {
    if (weight.number < 0 || weight.number > 100)
      weight.invalid(`Invalid value: ${weight.number}: SetWeight needs to be between 0 and 100`);
    return { type: 'setWeight', percent: weight.number };
  }
  if (pause.written) return readPause(pause.at('duration'));
  if (!scale.isSet) return { type: 'other' };
  if (!routing.isSet) routing.invalid('Required value: SetCanaryScale requires TrafficRouting to be set');
  const [replicas, percent, match] = [
    scale.at('replicas').number,
    scale.at('weight').number,
    scale.at('matchTrafficWeight').boolean,
  ];
  return {
    type: 'setCanaryScale',
    ...(replicas === undefined ? {} : { replicas }),
    ...(percent === undefined ? {} : { weightPercent: percent }),
    ...(match === undefined ? {} : { matchTrafficWeight: match }),
  };
}

/** A number is seconds; a text is Go's duration, or a bare number as text. */
function readPause(duration: Cursor): CanaryStep {
  if (!duration.isSet) return { type: 'pause' };
  const seconds = duration.number ?? secondsOf(duration.text ?? '');
  if (seconds === undefined || seconds < 0)
    duration.invalid(`Invalid value: ${JSON.stringify(duration.data)}: Duration needs to be greater than 0`);
  return { type: 'pause', durationSeconds: seconds ?? 0 };
}

function secondsOf(written: string): number | undefined {
  if (/^\d+$/.test(written)) return Number(written);
  const parsed = parseDuration(written);
  return 'us' in parsed ? parsed.us / 1_000_000 : undefined;
}

/** Argo's ValidateRolloutStrategyBlueGreen. */
export function readBlueGreen(blueGreen: Cursor): BlueGreenStrategy {
  const [active, preview] = [blueGreen.at('activeService'), blueGreen.at('previewService')];
  if (active.text !== undefined && active.text === preview.text)
    active.invalid(
      `Invalid value: "${active.text}": This rollout uses the same service for the active and preview services, but two different services are required.`,
    );
  const number = (
    field: 'previewReplicaCount' | 'autoPromotionSeconds' | 'scaleDownDelaySeconds',
  ): Record<string, number> =>
    blueGreen.at(field).number === undefined ? {} : { [field]: blueGreen.at(field).number! };
  const enabled = blueGreen.at('autoPromotionEnabled').boolean;
  return {
    type: 'BlueGreen',
    activeService: active.text ?? '',
    ...(preview.text === undefined ? {} : { previewService: preview.text }),
    ...number('previewReplicaCount'),
    ...(enabled === undefined ? {} : { autoPromotionEnabled: enabled }),
    ...number('autoPromotionSeconds'),
    ...number('scaleDownDelaySeconds'),
  };
}
