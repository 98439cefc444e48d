import type { Cursor } from '../cursor.ts';
import { fqdnProblem, isDns1123Label, isIpAddress, wildcardDomainProblem } from '../host-name.ts';
import type { Subset } from '../resource.ts';
import {
  boolean,
  duration,
  durationOrNever,
  ignored,
  int32,
  list,
  map,
  number,
  oneOfWords,
  struct,
  text,
  uint32,
} from '../schema.ts';
import { checkExportOfSelected, checkExportTo } from './export-to.ts';
import { checkLabels } from './http-match.ts';
import { checkSubdomain, objectFields, portSelector, type KindReader } from './kind.ts';
import { checkLoadBalancer, loadBalancerFields } from './load-balancer.ts';
import { readTrafficPolicy, tlsModes } from './traffic-policy.ts';

const connectionPool = struct({
  tcp: struct({
    maxConnections: int32,
    connectTimeout: duration,
    tcpKeepalive: ignored(struct({ probes: uint32, time: duration, interval: duration })),
    maxConnectionDuration: ignored(duration),
    idleTimeout: durationOrNever,
  }),
  http: struct({
    http1MaxPendingRequests: int32,
    http2MaxRequests: int32,
    maxRequestsPerConnection: int32,
    maxRetries: int32,
    idleTimeout: duration,
    h2UpgradePolicy: oneOfWords('DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'),
    useClientProtocol: ignored(boolean, false),
    maxConcurrentStreams: int32,
    http2KeepAlive: ignored(
      struct({ interval: duration, timeout: duration }, { required: ['interval', 'timeout'] }),
    ),
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
  outlierDetectionHttpErrorCodes: ignored(list(uint32)),
});

const tls = struct({
  mode: oneOfWords(...tlsModes),
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
  loadBalancer: loadBalancerFields,
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
  retryBudget: struct({ percent: number, minRetryConcurrency: uint32, budgetInterval: ignored(duration) }),
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
    if (selector.isSet) {
      checkExportOfSelected(exportTo, metadata.namespace);
      if (selector.at('matchLabels').entries.length === 0)
        selector.warn(
          'workload selector specified without labels',
          'it is for all workloads of the namespace',
        );
    }
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
  checkLoadBalancer(policy.at('loadBalancer'), policy.at('outlierDetection'));
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

/** Istio's ValidateTLS. */
function checkTls(settings: Cursor): void {
  const mode = settings.at('mode').text;
  const has = (field: string): boolean => (settings.at(field).text ?? '') !== '';
  if (settings.at('insecureSkipVerify').boolean === true) {
    const names = settings.at('subjectAltNames').isSet;
    if (mode === 'SIMPLE' && (has('caCertificates') || has('credentialName') || names)) {
      settings.refuse(
        'cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true',
      );
    }
    if (mode === 'MUTUAL' && (has('caCertificates') || names))
      settings.refuse('cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true');
  }
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
