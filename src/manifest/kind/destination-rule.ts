import type { Cursor } from '../cursor.ts';
import { fqdnProblem, isDns1123Label, isIpAddress, wildcardDomainProblem } from '../host-name.ts';
import type { Subset } from '../resource.ts';
import {
  boolean,
  duration,
  ignored,
  int32,
  list,
  map,
  number,
  oneOfWords,
  struct,
  text,
  uint32,
  uint64,
} from '../schema.ts';
import { checkExportOfSelected, checkExportTo } from './export-to.ts';
import { checkLabels } from './http-match.ts';
import { checkSubdomain, objectFields, portSelector, type KindReader } from './kind.ts';
import { readTrafficPolicy, simpleLoadBalancers } from './traffic-policy.ts';

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

const loadBalancer = struct(
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
    warmupDurationSecs: duration,
    warmup: struct({ duration, minimumPercent: number, aggression: number }, { required: ['duration'] }),
  },
  { oneOf: [['simple', 'consistentHash']] },
);

const connectionPool = struct({
  tcp: struct({
    maxConnections: int32,
    connectTimeout: duration,
    tcpKeepalive: ignored(struct({ probes: uint32, time: duration, interval: duration })),
    maxConnectionDuration: ignored(duration),
    idleTimeout: duration,
  }),
  http: struct({
    http1MaxPendingRequests: int32,
    http2MaxRequests: int32,
    maxRequestsPerConnection: int32,
    maxRetries: int32,
    idleTimeout: duration,
    h2UpgradePolicy: oneOfWords('DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'),
    useClientProtocol: ignored(boolean),
    maxConcurrentStreams: ignored(int32),
  }),
});

const outlierDetection = struct({
  consecutiveErrors: ignored(int32),
  splitExternalLocalOriginErrors: boolean,
  consecutiveLocalOriginFailures: uint32,
  consecutiveGatewayErrors: uint32,
  consecutive5xxErrors: uint32,
  interval: duration,
  baseEjectionTime: duration,
  maxEjectionPercent: int32,
  minHealthPercent: int32,
});

const tls = struct({
  mode: oneOfWords('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
  clientCertificate: text,
  privateKey: text,
  caCertificates: text,
  credentialName: text,
  subjectAltNames: list(text),
  sni: text,
  insecureSkipVerify: boolean,
  caCrl: text,
});

const policyBlocks = {
  loadBalancer,
  connectionPool,
  outlierDetection,
  tls: ignored(tls),
};

const trafficPolicy = struct({
  ...policyBlocks,
  portLevelSettings: list(struct({ port: portSelector, ...policyBlocks })),
  tunnel: ignored(
    struct(
      { protocol: text, targetHost: text, targetPort: uint32 },
      { required: ['targetHost', 'targetPort'] },
    ),
  ),
  proxyProtocol: ignored(struct({ version: oneOfWords('V1', 'V2') })),
  retryBudget: struct({ percent: number, minRetryConcurrency: uint32 }),
});

/** istio/api networking/v1alpha3/destination_rule.proto; rules of pkg/config/validation/validation.go. */
export const destinationRule: KindReader<'DestinationRule'> = {
  kind: 'DestinationRule',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct(
      {
        host: text,
        trafficPolicy,
        subsets: list(struct({ name: text, labels: map(text), trafficPolicy }, { required: ['name'] })),
        exportTo: list(text),
        workloadSelector: struct({ matchLabels: map(text) }),
      },
      { required: ['host'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec, metadata) {
    const host = spec.at('host');
    if (host.text !== undefined) {
      const problem = wildcardDomainProblem(host.text);
      if (problem !== undefined) host.refuse(problem);
    }
    checkTrafficPolicy(spec.at('trafficPolicy'));
    const names = new Set<string>();
    const subsets = spec.at('subsets').items.map((subset) => {
      const name = subset.at('name');
      if (name.text !== undefined) {
        if (names.has(name.text)) name.refuse(`duplicate subset names: ${name.text}`);
        names.add(name.text);
      }
      return readSubset(subset);
    });
    const exportTo = spec.at('exportTo');
    const selector = spec.at('workloadSelector');
    checkExportTo(exportTo, metadata.namespace);
    if (selector.isSet) checkExportOfSelected(exportTo, metadata.namespace);
    const policy = readTrafficPolicy(spec.at('trafficPolicy'));
    return {
      host: host.text ?? '',
      ...(policy === undefined ? {} : { trafficPolicy: policy }),
      subsets,
      exportTo: exportTo.texts,
      ...(selector.isSet ? { workloadSelector: selector.at('matchLabels').textMap } : {}),
    };
  },
};

function readSubset(subset: Cursor): Subset {
  const name = subset.at('name');
  if (name.text === '') name.refuse('subset name cannot be empty');
  else if (name.text !== undefined && !isDns1123Label(name.text))
    name.refuse(`subset name is invalid: ${name.text}`);
  checkLabels(subset.at('labels'));
  checkTrafficPolicy(subset.at('trafficPolicy'));
  const policy = readTrafficPolicy(subset.at('trafficPolicy'));
  return {
    name: name.text ?? '',
    labels: subset.at('labels').textMap,
    ...(policy === undefined ? {} : { trafficPolicy: policy }),
  };
}

function checkTrafficPolicy(policy: Cursor): void {
  if (!policy.isSet) return;
  const blocks = [
    'outlierDetection',
    'connectionPool',
    'loadBalancer',
    'tls',
    'portLevelSettings',
    'tunnel',
    'proxyProtocol',
    'retryBudget',
  ];
  if (!blocks.some((field) => policy.at(field).isSet)) {
    policy.refuse('traffic policy must have at least one field');
    return;
  }
  if (policy.at('tunnel').isSet && policy.at('proxyProtocol').isSet)
    policy.refuse('tunnel and proxyProtocol must not be set together');
  checkBlocks(policy);
  checkTunnel(policy.at('tunnel'));
  for (const own of policy.at('portLevelSettings').items) {
    if (!own.at('port').isSet) own.refuse('portTrafficPolicy must have valid port');
    if (!Object.keys(policyBlocks).some((field) => own.at(field).isSet))
      own.refuse('port traffic policy must have at least one field');
    else checkBlocks(own);
  }
}

function checkBlocks(policy: Cursor): void {
  checkOutlierDetection(policy.at('outlierDetection'));
  checkConnectionPool(policy.at('connectionPool'));
  checkLoadBalancer(policy.at('loadBalancer'));
  checkTls(policy.at('tls'));
}

/** Istio's validateOutlierDetection. */
function checkOutlierDetection(outlier: Cursor): void {
  if ((outlier.at('consecutiveErrors').number ?? 0) !== 0) {
    outlier
      .at('consecutiveErrors')
      .warn(
        'outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead',
      );
  }
  const local = outlier.at('consecutiveLocalOriginFailures');
  if ((local.number ?? 0) > 0 && outlier.at('splitExternalLocalOriginErrors').boolean !== true) {
    local.refuse(
      'outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false',
    );
  }
  for (const field of ['maxEjectionPercent', 'minHealthPercent']) {
    const percent = outlier.at(field);
    if (percent.number !== undefined && (percent.number < 0 || percent.number > 100)) {
      percent.refuse(`percentage ${percent.number} is not in range 0..100`);
    }
  }
}

/** Istio's validateConnectionPool. */
function checkConnectionPool(pool: Cursor): void {
  if (!pool.isSet) return;
  const [tcp, http] = [pool.at('tcp'), pool.at('http')];
  if (!tcp.isSet && !http.isSet) pool.refuse('connection pool must have at least one field');
  const nonNegative = (own: Cursor, name: string): void => {
    if ((own.number ?? 0) < 0) own.refuse(`${name} must be non-negative`);
  };
  nonNegative(http.at('http1MaxPendingRequests'), 'http1 max pending requests');
  nonNegative(http.at('http2MaxRequests'), 'http2 max requests');
  nonNegative(http.at('maxRequestsPerConnection'), 'max requests per connection');
  nonNegative(http.at('maxRetries'), 'max retries');
  nonNegative(http.at('maxConcurrentStreams'), 'max concurrent streams');
  nonNegative(tcp.at('maxConnections'), 'max connections');
  if (http.at('h2UpgradePolicy').text === 'UPGRADE' && http.at('useClientProtocol').boolean === true) {
    http
      .at('useClientProtocol')
      .refuse('use client protocol must not be true when H2UpgradePolicy is UPGRADE');
  }
}

/** api/envoy/config/cluster/v3/cluster.proto, RingHashLbConfig; Istio lets more pass. */
const largestRing = 8388608;

/** Istio's validateLoadBalancer. */
function checkLoadBalancer(balancer: Cursor): void {
  const hash = balancer.at('consistentHash');
  const cookie = hash.at('httpCookie');
  if (cookie.isSet && (cookie.at('name').text ?? '') === '') cookie.refuse('name required for HttpCookie');
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
  checkLocality(balancer.at('localityLbSetting'));
}

/** Istio's ValidateLocalityLbSetting, as far as it looks at weights and at settings that exclude each other. */
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
  for (const own of failover.items) {
    if (own.at('from').text !== undefined && own.at('from').text === own.at('to').text) {
      own.refuse('locality lb failover settings must specify different regions');
    }
  }
}

/** Istio's ValidateTLS. */
function checkTls(settings: Cursor): void {
  const mode = settings.at('mode').text;
  const has = (field: string): boolean => (settings.at(field).text ?? '') !== '';
  if ((mode === 'SIMPLE' || mode === 'MUTUAL') && has('credentialName')) {
    if (['clientCertificate', 'caCertificates', 'privateKey', 'caCrl'].some(has)) {
      settings.refuse(
        'cannot specify client certificates or CA certificate or CA CRL If credentialName is set',
      );
    }
  } else if (mode === 'MUTUAL') {
    if (!has('clientCertificate')) settings.refuse('client certificate required for mutual tls');
    if (!has('privateKey')) settings.refuse('private key required for mutual tls');
  }
}

/** Istio's validateTunnelSettings. */
function checkTunnel(tunnel: Cursor): void {
  if (!tunnel.isSet) return;
  const protocol = tunnel.at('protocol');
  if (!['', 'CONNECT', 'POST'].includes(protocol.text ?? ''))
    protocol.refuse('tunnel protocol must be "CONNECT" or "POST"');
  const host = tunnel.at('targetHost');
  const problem = host.text === undefined || isIpAddress(host.text) ? undefined : fqdnProblem(host.text);
  if (problem !== undefined)
    host.refuse(
      `tunnel target host must be valid FQDN or IP address: ${problem}; ${host.text} is not a valid IP`,
    );
  const port = tunnel.at('targetPort');
  if (port.number !== undefined && (port.number < 1 || port.number > 65535)) {
    port.refuse(`tunnel target port is invalid: port number ${port.number} must be in the range 1..65535`);
  }
}

function isPrime(number: number): boolean {
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return number > 1;
}
