/**
 * Names and types of all fields of `spec`, as the CRDs have them: Istio's at 86c9f01f (manifests/charts/base/files/crd-all.gen.yaml),
 * Gateway API's of its experimental channel at 4564255a (config/crd/experimental). A list is `[item]`, a map by any key
 * `{ '*': value }`, words that are allowed stand between bars.
 */
export type FieldType = string | readonly [FieldType] | { readonly [field: string]: FieldType };

const localReference = { group: 'string', kind: 'string', name: 'string' } as const;

const stringMatch = { exact: 'string', prefix: 'string', regex: 'string' } as const;

const namedValue = { name: 'string', type: 'Exact|RegularExpression', value: 'string' } as const;

const secretReference = { group: 'string', kind: 'string', name: 'string', namespace: 'string' } as const;

const destination = { host: 'string', port: { number: 'integer' }, subset: 'string' } as const;

const headerEdits = { add: { '*': 'string' }, remove: ['string'], set: { '*': 'string' } } as const;

const serverPort = { name: 'string', number: 'integer', protocol: 'string', targetPort: 'integer' } as const;

const backendRef = {
  group: 'string',
  kind: 'string',
  name: 'string',
  namespace: 'string',
  port: 'integer',
} as const;

const pathModifier = {
  replaceFullPath: 'string',
  replacePrefixMatch: 'string',
  type: 'ReplaceFullPath|ReplacePrefixMatch',
} as const;

const parentReference = {
  group: 'string',
  kind: 'string',
  name: 'string',
  namespace: 'string',
  port: 'integer',
  sectionName: 'string',
} as const;

const layer4Destination = { destination: destination, weight: 'integer' } as const;

const labelSelector = {
  matchExpressions: [{ key: 'string', operator: 'string', values: ['string'] }],
  matchLabels: { '*': 'string' },
} as const;

const headerModifier = {
  add: [{ name: 'string', value: 'string' }],
  remove: ['string'],
  set: [{ name: 'string', value: 'string' }],
} as const;

const workloadEntry = {
  address: 'string',
  labels: { '*': 'string' },
  locality: 'string',
  network: 'string',
  ports: { '*': 'integer' },
  serviceAccount: 'string',
  weight: 'integer',
} as const;

const layer4Rule = {
  backendRefs: [
    {
      group: 'string',
      kind: 'string',
      name: 'string',
      namespace: 'string',
      port: 'integer',
      weight: 'integer',
    },
  ],
  name: 'string',
} as const;

const sessionPersistence = {
  absoluteTimeout: 'string',
  cookie: { lifetimeType: 'Permanent|Session', name: 'string', path: 'string' },
  header: { name: 'string' },
  type: 'Cookie|Header',
} as const;

const gatewayTls = {
  validation: { caCertificateRefs: [secretReference], mode: 'AllowValidOnly|AllowInsecureFallback' },
} as const;

const headerOperations = { request: headerEdits, response: headerEdits } as const;

const mirrorFilter = {
  backendRef: backendRef,
  fraction: { denominator: 'integer', numerator: 'integer' },
  percent: 'integer',
} as const;

const clientTls = {
  caCertificates: 'string',
  caCrl: 'string',
  clientCertificate: 'string',
  credentialName: 'string',
  insecureSkipVerify: 'boolean',
  mode: 'DISABLE|SIMPLE|MUTUAL|ISTIO_MUTUAL',
  privateKey: 'string',
  sni: 'string',
  subjectAltNames: ['string'],
} as const;

const outlierDetection = {
  baseEjectionTime: 'string',
  consecutive5xxErrors: 'integer',
  consecutiveErrors: 'integer',
  consecutiveGatewayErrors: 'integer',
  consecutiveLocalOriginFailures: 'integer',
  interval: 'string',
  maxEjectionPercent: 'integer',
  minHealthPercent: 'integer',
  outlierDetectionHttpErrorCodes: ['integer'],
  splitExternalLocalOriginErrors: 'boolean',
} as const;

const connectionPool = {
  http: {
    h2UpgradePolicy: 'DEFAULT|DO_NOT_UPGRADE|UPGRADE',
    http1MaxPendingRequests: 'integer',
    http2KeepAlive: { interval: 'string', timeout: 'string' },
    http2MaxRequests: 'integer',
    idleTimeout: 'string',
    maxConcurrentStreams: 'integer',
    maxRequestsPerConnection: 'integer',
    maxRetries: 'integer',
    useClientProtocol: 'boolean',
  },
  tcp: {
    connectTimeout: 'string',
    idleTimeout: 'string',
    maxConnectionDuration: 'string',
    maxConnections: 'integer',
    tcpKeepalive: { interval: 'string', probes: 'integer', time: 'string' },
  },
} as const;

const serverTls = {
  caCertCredentialName: 'string',
  caCertificates: 'string',
  caCrl: 'string',
  cipherSuites: ['string'],
  credentialName: 'string',
  credentialNames: ['string'],
  ecdhCurves: ['string'],
  httpsRedirect: 'boolean',
  insecureSkipVerify: 'boolean',
  maxProtocolVersion: 'TLS_AUTO|TLSV1_0|TLSV1_1|TLSV1_2|TLSV1_3',
  minProtocolVersion: 'TLS_AUTO|TLSV1_0|TLSV1_1|TLSV1_2|TLSV1_3',
  mode: 'PASSTHROUGH|SIMPLE|MUTUAL|AUTO_PASSTHROUGH|ISTIO_MUTUAL|OPTIONAL_MUTUAL',
  privateKey: 'string',
  serverCertificate: 'string',
  subjectAltNames: ['string'],
  tlsCertificates: [{ caCertificates: 'string', privateKey: 'string', serverCertificate: 'string' }],
  verifyCertificateHash: ['string'],
  verifyCertificateSpki: ['string'],
} as const;

const grpcFilter = {
  extensionRef: localReference,
  requestHeaderModifier: headerModifier,
  requestMirror: mirrorFilter,
  responseHeaderModifier: headerModifier,
  type: 'ResponseHeaderModifier|RequestHeaderModifier|RequestMirror|ExtensionRef',
} as const;

const loadBalancer = {
  backendUtilization: {
    errorUtilizationPenaltyPercent: 'integer',
    metricNamesForComputingUtilization: ['string'],
    weightExpirationPeriod: 'string',
    weightStabilizationPeriod: 'string',
    weightUpdatePeriod: 'string',
  },
  consistentHash: {
    httpCookie: {
      attributes: [{ name: 'string', value: 'string' }],
      name: 'string',
      path: 'string',
      ttl: 'string',
    },
    httpHeaderName: 'string',
    httpQueryParameterName: 'string',
    maglev: { tableSize: 'integer' },
    minimumRingSize: 'integer',
    ringHash: { minimumRingSize: 'integer' },
    useSourceIp: 'boolean',
  },
  localityLbSetting: {
    distribute: [{ from: 'string', to: { '*': 'integer' } }],
    enabled: 'boolean',
    failover: [{ from: 'string', to: 'string' }],
    failoverPriority: ['string'],
  },
  simple: 'UNSPECIFIED|LEAST_CONN|RANDOM|PASSTHROUGH|ROUND_ROBIN|LEAST_REQUEST',
  warmup: { aggression: 'number', duration: 'string', minimumPercent: 'number' },
  warmupDurationSecs: 'string',
  zoneAwareLbSetting: {
    enabled: 'boolean',
    failover: [{ from: 'string', to: 'string' }],
    failoverPriority: ['string'],
    minClusterSize: 'integer',
  },
} as const;

const httpFilter = {
  cors: {
    allowCredentials: 'boolean',
    allowHeaders: ['string'],
    allowMethods: ['GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|*'],
    allowOrigins: ['string'],
    exposeHeaders: ['string'],
    maxAge: 'integer',
  },
  extensionRef: localReference,
  externalAuth: {
    backendRef: backendRef,
    forwardBody: { maxSize: 'integer' },
    grpc: { allowedHeaders: ['string'] },
    http: { allowedHeaders: ['string'], allowedResponseHeaders: ['string'], path: 'string' },
    protocol: 'HTTP|GRPC',
  },
  requestHeaderModifier: headerModifier,
  requestMirror: mirrorFilter,
  requestRedirect: {
    hostname: 'string',
    path: pathModifier,
    port: 'integer',
    scheme: 'http|https',
    statusCode: '301|302|303|307|308',
  },
  responseHeaderModifier: headerModifier,
  type: 'RequestHeaderModifier|ResponseHeaderModifier|RequestMirror|RequestRedirect|URLRewrite|ExtensionRef|CORS|ExternalAuth',
  urlRewrite: { hostname: 'string', path: pathModifier },
} as const;

const trafficPolicy = {
  connectionPool: connectionPool,
  loadBalancer: loadBalancer,
  outlierDetection: outlierDetection,
  portLevelSettings: [
    {
      connectionPool: connectionPool,
      loadBalancer: loadBalancer,
      outlierDetection: outlierDetection,
      port: { number: 'integer' },
      tls: clientTls,
    },
  ],
  proxyProtocol: { version: 'V1|V2' },
  retryBudget: { budgetInterval: 'string', minRetryConcurrency: 'integer', percent: 'number' },
  tls: clientTls,
  tunnel: { protocol: 'string', targetHost: 'string', targetPort: 'integer' },
} as const;

export const crdFields = {
  DestinationRule: {
    exportTo: ['string'],
    host: 'string',
    subsets: [{ labels: { '*': 'string' }, name: 'string', trafficPolicy: trafficPolicy }],
    trafficPolicy: trafficPolicy,
    workloadSelector: { matchLabels: { '*': 'string' } },
  },
  Gateway: {
    selector: { '*': 'string' },
    servers: [
      {
        bind: 'string',
        defaultEndpoint: 'string',
        hosts: ['string'],
        name: 'string',
        port: serverPort,
        tls: serverTls,
      },
    ],
  },
  ServiceEntry: {
    addresses: ['string'],
    endpoints: [workloadEntry],
    exportTo: ['string'],
    hosts: ['string'],
    location: 'MESH_EXTERNAL|MESH_INTERNAL',
    ports: [serverPort],
    resolution: 'NONE|STATIC|DNS|DNS_ROUND_ROBIN|DYNAMIC_DNS',
    subjectAltNames: ['string'],
    workloadSelector: { labels: { '*': 'string' } },
  },
  Sidecar: {
    egress: [{ bind: 'string', captureMode: 'DEFAULT|IPTABLES|NONE', hosts: ['string'], port: serverPort }],
    inboundConnectionPool: connectionPool,
    ingress: [
      {
        bind: 'string',
        captureMode: 'DEFAULT|IPTABLES|NONE',
        connectionPool: connectionPool,
        defaultEndpoint: 'string',
        port: serverPort,
        tls: serverTls,
      },
    ],
    outboundTrafficPolicy: { egressProxy: destination, mode: 'REGISTRY_ONLY|ALLOW_ANY' },
    workloadSelector: { labels: { '*': 'string' } },
  },
  VirtualService: {
    exportTo: ['string'],
    gateways: ['string'],
    hosts: ['string'],
    http: [
      {
        corsPolicy: {
          allowCredentials: 'boolean',
          allowHeaders: ['string'],
          allowMethods: ['string'],
          allowOrigin: ['string'],
          allowOrigins: [stringMatch],
          exposeHeaders: ['string'],
          maxAge: 'string',
          unmatchedPreflights: 'UNSPECIFIED|FORWARD|IGNORE',
        },
        delegate: { name: 'string', namespace: 'string' },
        directResponse: { body: { bytes: 'string', string: 'string' }, status: 'integer' },
        fault: {
          abort: {
            grpcStatus: 'string',
            http2Error: 'string',
            httpStatus: 'integer',
            percentage: { value: 'number' },
          },
          delay: {
            exponentialDelay: 'string',
            fixedDelay: 'string',
            percent: 'integer',
            percentage: { value: 'number' },
          },
        },
        headers: headerOperations,
        match: [
          {
            authority: stringMatch,
            gateways: ['string'],
            headers: { '*': stringMatch },
            ignoreUriCase: 'boolean',
            method: stringMatch,
            name: 'string',
            port: 'integer',
            queryParams: { '*': stringMatch },
            scheme: stringMatch,
            sourceLabels: { '*': 'string' },
            sourceNamespace: 'string',
            statPrefix: 'string',
            uri: stringMatch,
            withoutHeaders: { '*': stringMatch },
          },
        ],
        mirror: destination,
        mirror_percent: 'integer',
        mirrorPercent: 'integer',
        mirrorPercentage: { value: 'number' },
        mirrors: [{ destination: destination, percentage: { value: 'number' } }],
        name: 'string',
        redirect: {
          authority: 'string',
          derivePort: 'FROM_PROTOCOL_DEFAULT|FROM_REQUEST_PORT',
          port: 'integer',
          prefixRewrite: 'string',
          redirectCode: 'integer',
          scheme: 'string',
          uri: 'string',
        },
        retries: {
          attempts: 'integer',
          backoff: 'string',
          perTryTimeout: 'string',
          retryIgnorePreviousHosts: 'boolean',
          retryOn: 'string',
          retryRemoteLocalities: 'boolean',
        },
        rewrite: {
          authority: 'string',
          uri: 'string',
          uriRegexRewrite: { match: 'string', rewrite: 'string' },
        },
        route: [{ destination: destination, headers: headerOperations, weight: 'integer' }],
        timeout: 'string',
      },
    ],
    tcp: [
      {
        match: [
          {
            destinationSubnets: ['string'],
            gateways: ['string'],
            port: 'integer',
            sourceLabels: { '*': 'string' },
            sourceNamespace: 'string',
            sourceSubnet: 'string',
          },
        ],
        route: [layer4Destination],
      },
    ],
    tls: [
      {
        match: [
          {
            destinationSubnets: ['string'],
            gateways: ['string'],
            port: 'integer',
            sniHosts: ['string'],
            sourceLabels: { '*': 'string' },
            sourceNamespace: 'string',
          },
        ],
        route: [layer4Destination],
      },
    ],
  },
  WorkloadEntry: {
    address: 'string',
    labels: { '*': 'string' },
    locality: 'string',
    network: 'string',
    ports: { '*': 'integer' },
    serviceAccount: 'string',
    weight: 'integer',
  },
  HTTPRoute: {
    hostnames: ['string'],
    parentRefs: [parentReference],
    rules: [
      {
        backendRefs: [
          {
            filters: [httpFilter],
            group: 'string',
            kind: 'string',
            name: 'string',
            namespace: 'string',
            port: 'integer',
            weight: 'integer',
          },
        ],
        filters: [httpFilter],
        matches: [
          {
            headers: [namedValue],
            method: 'GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH',
            path: { type: 'Exact|PathPrefix|RegularExpression', value: 'string' },
            queryParams: [namedValue],
          },
        ],
        name: 'string',
        retry: { attempts: 'integer', backoff: 'string', codes: ['integer'] },
        sessionPersistence: sessionPersistence,
        timeouts: { backendRequest: 'string', request: 'string' },
      },
    ],
    useDefaultGateways: 'All|None',
  },
  KubernetesGateway: {
    addresses: [{ type: 'string', value: 'string' }],
    allowedListeners: { namespaces: { from: 'All|Selector|Same|None', selector: labelSelector } },
    defaultScope: 'All|None',
    gatewayClassName: 'string',
    infrastructure: {
      annotations: { '*': 'string' },
      labels: { '*': 'string' },
      parametersRef: localReference,
    },
    listeners: [
      {
        allowedRoutes: {
          kinds: [{ group: 'string', kind: 'string' }],
          namespaces: { from: 'All|Selector|Same', selector: labelSelector },
        },
        hostname: 'string',
        name: 'string',
        port: 'integer',
        protocol: 'string',
        tls: {
          certificateRefs: [secretReference],
          mode: 'Terminate|Passthrough',
          options: { '*': 'string' },
        },
      },
    ],
    tls: {
      backend: { clientCertificateRef: secretReference },
      frontend: { default: gatewayTls, perPort: [{ port: 'integer', tls: gatewayTls }] },
    },
  },
  GRPCRoute: {
    hostnames: ['string'],
    parentRefs: [parentReference],
    rules: [
      {
        backendRefs: [
          {
            filters: [grpcFilter],
            group: 'string',
            kind: 'string',
            name: 'string',
            namespace: 'string',
            port: 'integer',
            weight: 'integer',
          },
        ],
        filters: [grpcFilter],
        matches: [
          {
            headers: [namedValue],
            method: { method: 'string', service: 'string', type: 'Exact|RegularExpression' },
          },
        ],
        name: 'string',
        sessionPersistence: sessionPersistence,
      },
    ],
    useDefaultGateways: 'All|None',
  },
  TCPRoute: { parentRefs: [parentReference], rules: [layer4Rule], useDefaultGateways: 'All|None' },
  TLSRoute: {
    hostnames: ['string'],
    parentRefs: [parentReference],
    rules: [layer4Rule],
    useDefaultGateways: 'All|None',
  },
} as const satisfies Readonly<Record<string, FieldType>>;
