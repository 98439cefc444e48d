/** What a file is that holds no text, by its first bytes, and the command that makes text of it. */
const packed: readonly {
  readonly bytes: readonly number[];
  readonly at?: number;
  readonly what: string;
  readonly command: (name: string) => string;
}[] = [
  {
    bytes: [0x50, 0x4b, 3, 4],
    what: 'a ZIP archive (or a spreadsheet: save it as CSV)',
    command: (name) => `unzip -p ${name}`,
  },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'packed with zstd', command: (name) => `zstd -dc ${name}` },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'packed with xz', command: (name) => `xz -dc ${name}` },
  { bytes: [0x42, 0x5a, 0x68], what: 'packed with bzip2', command: (name) => `bzip2 -dc ${name}` },
  {
    bytes: [0x75, 0x73, 0x74, 0x61, 0x72],
    at: 257,
    what: 'a tar archive',
    command: (name) => `tar xOf ${name}`,
  },
];

/** What stands in the way where a source is no text; undefined for text. */
export function binaryAdvice(name: string, bytes: Uint8Array): string | undefined {
  const found = packed.find((own) => own.bytes.every((byte, place) => bytes[(own.at ?? 0) + place] === byte));
  if (found !== undefined) return `${name} is ${found.what}: ${found.command(name)} | meshshift check - ...`;
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !isWide && bytes.subarray(0, 4096).includes(0)
    ? `${name} is no text: a log, a table or JSON is expected.`
    : undefined;
}

const askCaller = 'kubectl logs deploy/CALLER -c istio-proxy | meshshift check - ...';

/** Texts that tell of no choice, by a mark of theirs, and the nearest command whose answer does. */
const others: readonly { readonly mark: RegExp; readonly what: string; readonly instead: string }[] = [
  {
    mark: /"traceID"|"resourceSpans"|"traceId"\s*:/,
    what: 'holds traces',
    instead: `the lines of the proxy that called tell the versions: ${askCaller}`,
  },
  {
    mark: /^(?:---\s*)?insertId: /m,
    what: 'is what gcloud prints by default',
    instead: 'ask for JSON: gcloud logging read FILTER --format=json',
  },
  {
    mark: /^\[\d+\] \S+: \[/m,
    what: "is what Fluent Bit's stdout prints by default",
    instead: 'ask for lines of JSON: -o stdout -p format=json_lines',
  },
  {
    mark: / => [\d.e+]+ @\[/,
    what: 'is what promtool prints by default',
    instead: 'ask for JSON: promtool query instant -o json SERVER QUERY',
  },
  {
    mark: /"panels"\s*:\s*\[/,
    what: 'is a dashboard of Grafana, without data',
    instead: 'in the panel: Inspect, Data, Download CSV',
  },
  {
    mark: /^(?:apiVersion|kind): /m,
    what: 'is a manifest',
    instead: 'its weights are given by -f, and the requests by a log',
  },
  {
    mark: /^\s*WORKLOAD\s+TOTAL RPS\b/m,
    what: 'is what istioctl experimental metrics prints: rates of a minute, no counts',
    instead:
      "ask Prometheus: curl -s 'SERVER/api/v1/query?query=istio_requests_total' | meshshift check - ...",
  },
  {
    mark: /^(?:NAMESPACE\s+)?(?:NAME|SERVICE FQDN|ENDPOINT|ADDRESSES)\s+(?:READY|TYPE|AGE|ENDPOINTS?|CLUSTER|CDS|STATUS|VHOST NAME|DOMAINS|PORT|CPU|REFERENCE|GATEWAYS|HOSTS?)\b/m,
    what: 'is a table of kubectl or istioctl, without requests',
    instead: askCaller,
  },
  {
    mark: /"(?:weightedClusters|virtualHosts|dynamicRouteConfigs|dynamicActiveClusters|weighted_clusters|virtual_hosts|dynamic_route_configs)"\s*:/,
    what: 'is the configuration of a proxy, without requests',
    instead: `its weights are given by --weights, and the requests by a log: ${askCaller}`,
  },
  {
    mark: /^(?:Summary:\s*$|Fortio \d|Running \S+ test @ |This is ApacheBench|Requests\s+\[total|\s*http_reqs\.{3,}|Code \d{3} : \d+)/m,
    what: 'is the summary of a load generator, which tells no versions',
    instead: `the lines of the proxy that called do: ${askCaller}`,
  },
  {
    mark: /^(?:Element\tValue|\{[^{}]*="[^{}]*\}\s+[\d.e+]+)\s*$/m,
    what: "is what Prometheus' own page shows",
    instead: "ask for JSON: curl -s 'SERVER/api/v1/query?query=QUERY' | meshshift check - ...",
  },
  {
    mark: /^\s*(?:<!doctype html|<html)/i,
    what: "is a page that is none of Bookinfo's (a login page, or an error)",
    instead: 'tell versions by what it shows: --shows v1=PATTERN',
  },
  {
    mark: /^\s*\{\s*(?:"\w+"\s*:\s*(?:"\w*"|\d+|true|false|null)\s*,\s*){0,3}"(?:error|errorMessage|message)"\s*:\s*"/,
    what: 'holds a message in place of data',
    instead: 'ask again',
  },
];

/** What a text is of which nothing could be told, and what to do instead. */
export function textAdvice(name: string, head: string): string {
  const text = head.replace(/^\uFEFF/, '');
  const first = text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim();
  if (first === undefined) return `${name} is empty.`;
  const found = others.find(({ mark }) => mark.test(text));
  if (found !== undefined)
    return `${name} ${found.what}: ${found.instead}${found.instead.endsWith('...') ? '' : '.'}`;
  const excerpt = first.length > 60 ? `${first.slice(0, 60)}...` : first;
  if (/^[{[]/.test(first)) {
    const keys = [
      ...new Set([...text.slice(0, 2000).matchAll(/"([\w.@-]+)"\s*:/g)].map((match) => match[1]!)),
    ].slice(0, 8);
    return `${name} is JSON in which neither a cluster nor a version is known by its name${keys.length > 0 ? ` (its keys are ${keys.join(', ')})` : ''}: say which with --format ndjson --columns version=KEY.`;
  }
  return `${name} begins with "${excerpt}", which is none of the forms that are known: say the format of an access log with --envoy-format '%START_TIME% ... %UPSTREAM_CLUSTER%', or find the version in each line with --subset-pattern.`;
}
