import type { Cursor } from '../cursor.ts';
import {
  boolean,
  duration,
  ignored,
  list,
  map,
  number,
  oneOfWords,
  struct,
  text,
  uint32,
  uint64,
} from '../schema.ts';
import { simpleLoadBalancers } from './traffic-policy.ts';

const localityLbSetting = struct({
  distribute: list(struct({ from: text, to: map(uint32) })),
  failover: list(struct({ from: text, to: text })),
  failoverPriority: list(text),
  enabled: boolean,
});

const zoneAwareLbSetting = struct({
  failover: list(struct({ from: text, to: text })),
  failoverPriority: list(text),
  enabled: boolean,
  minClusterSize: ignored(uint32),
});

/** LoadBalancerSettings of istio/api networking/v1alpha3/destination_rule.proto. */
export const loadBalancerFields = struct(
  {
    simple: oneOfWords(...Object.keys(simpleLoadBalancers)),
    consistentHash: struct(
      {
        httpHeaderName: text,
        httpCookie: struct({
          name: text,
          path: text,
          ttl: text,
          attributes: ignored(list(struct({ name: text, value: text }))),
        }),
        useSourceIp: boolean,
        httpQueryParameterName: text,
        minimumRingSize: uint64,
        maglev: struct({ tableSize: uint64 }),
        ringHash: struct({ minimumRingSize: uint64 }),
      },
      {
        oneOf: [
          ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'],
          ['maglev', 'ringHash'],
        ],
      },
    ),
    localityLbSetting,
    zoneAwareLbSetting,
    backendUtilization: ignored(
      struct({
        errorUtilizationPenaltyPercent: uint32,
        metricNamesForComputingUtilization: list(text),
        weightExpirationPeriod: duration,
        weightStabilizationPeriod: duration,
        weightUpdatePeriod: duration,
      }),
    ),
    warmupDurationSecs: duration,
    warmup: struct({ duration, minimumPercent: number, aggression: number }, { required: ['duration'] }),
  },
  { oneOf: [['simple', 'consistentHash']] },
);

/** api/envoy/config/cluster/v3/cluster.proto, RingHashLbConfig; Istio lets more pass. */
const largestRing = 8388608;

/** Istio's validateLoadBalancer. */
export function checkLoadBalancer(balancer: Cursor, outlier: Cursor): void {
  const hash = balancer.at('consistentHash');
  const cookie = hash.at('httpCookie');
  if (cookie.isSet && (cookie.at('name').text ?? '') === '') cookie.refuse('name required for HttpCookie');
  const attributes = new Set<string>();
  for (const attribute of cookie.at('attributes').items) {
    const name = attribute.at('name').text ?? '';
    if (name === '') attribute.refuse('cookie attribute name cannot be empty');
    else if (attributes.has(name)) attribute.refuse(`duplicate cookie attribute name: ${name}`);
    attributes.add(name);
  }
  const ring = hash.at('minimumRingSize');
  if ((ring.number ?? 0) !== 0) {
    ring.warn(
      "consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead",
    );
    if (hash.at('maglev').isSet || hash.at('ringHash').isSet) {
      ring.refuse('only one of MinimumRingSize or Maglev/Ringhash can be specified');
    }
  }
  for (const size of [ring, hash.at('ringHash', 'minimumRingSize')]) {
    if ((size.number ?? 0) > largestRing) {
      size.warn(
        `Envoy takes no ring of more than ${largestRing} points: it refuses the clusters that come with this one (NACK) and goes on with those that it had`,
      );
    }
  }
  const maglev = hash.at('maglev');
  if (maglev.isSet) {
    const size = maglev.at('tableSize').number ?? 0;
    if (size === 0) maglev.refuse('tableSize must be set for maglev');
    else if (size >= 5000011) maglev.at('tableSize').refuse('tableSize must be less than 5000011 for maglev');
    else if (!isPrime(size)) maglev.at('tableSize').refuse('tableSize must be a prime number for maglev');
  }
  const [locality, zones] = [balancer.at('localityLbSetting'), balancer.at('zoneAwareLbSetting')];
  if (locality.isSet && zones.isSet)
    balancer.refuse('only one of localityLbSetting and zoneAwareLbSetting can be set');
  checkLocality(locality);
  for (const setting of [locality, zones]) checkFailover(setting, outlier);
  for (const own of zones.at('failoverPriority').items) {
    if (topologyLabels.includes(own.text ?? '')) {
      own.refuse(
        `'failover_priority' for zone aware lb must not use topology label '${own.text}'; region- and zone-level routing are handled automatically`,
      );
    }
  }
  const [percent, aggression] = [
    balancer.at('warmup', 'minimumPercent'),
    balancer.at('warmup', 'aggression'),
  ];
  if ((percent.number ?? 0) > 100) percent.refuse('minimumPercent value should be less than or equal to 100');
  // Below 0 the CRD itself forbids.
  if ((percent.number ?? 0) < 0)
    percent.invalid(`Invalid value: ${percent.number}: should be greater than or equal to 0`);
  if (aggression.number !== undefined && aggression.number <= 0)
    aggression.refuse('aggression should be greater than 0');
}

const topologyLabels = [
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
];

/** Failover, of ValidateLocalityLbSetting and ValidateZoneAwareLbSetting. */
function checkFailover(setting: Cursor, outlier: Cursor): void {
  const [failover, priority] = [setting.at('failover'), setting.at('failoverPriority')];
  if (failover.items.length + priority.items.length > 0 && !outlier.isSet) {
    setting.warn(
      'outlier detection policy must be provided for failover',
      'without outlierDetection beside it requests go to all localities alike',
    );
  }
  for (const own of failover.items) {
    const ends = [own.at('from').text ?? '', own.at('to').text ?? ''];
    if (ends[0] === ends[1]) own.refuse('locality lb failover settings must specify different regions');
    if (ends.some((end) => end.includes('/'))) own.refuse('locality lb failover only specify region');
    if (ends.some((end) => end.includes('*')))
      own.refuse("locality lb failover region should not contain '*' wildcard");
  }
}

/** Weights and what excludes each other, of Istio's ValidateLocalityLbSetting. */
function checkLocality(setting: Cursor): void {
  const [distribute, failover] = [setting.at('distribute'), setting.at('failover')];
  if (distribute.items.length > 0 && failover.items.length > 0) {
    setting.refuse("can not simultaneously specify 'distribute' and 'failover'");
  }
  for (const own of distribute.items) {
    let total = 0;
    for (const [, weight] of own.at('to').entries) {
      const value = weight.number ?? 0;
      if (value < 1 || value > 100) weight.refuse(`locality weight must be in range [1, 100]`);
      total += value;
    }
    if (total !== 100) own.refuse(`total locality weight ${total} != 100`);
  }
  const topology = setting
    .at('failoverPriority')
    .items.find((own) => topologyLabels.includes(own.text ?? ''));
  if (failover.items.length > 0 && topology !== undefined) {
    topology.refuse(
      `can not simultaneously set 'failover' and topology label '${topology.text}' in 'failover_priority'`,
    );
  }
}

function isPrime(number: number): boolean {
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return number > 1;
}
