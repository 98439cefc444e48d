import { SeriesCollector, type Series } from './series.ts';

/**
 * What a proxy's own page tells of its clusters -> requests by cluster, under the name that Prometheus would know them by: lines of
 * `/stats` (`cluster.outbound|8080|v1|checkout.shop.svc.cluster.local.upstream_rq_total: 12`, `...upstream_rq_503: 1`, a `;` behind the name in newer proxies) and
 * of `/clusters` (`outbound|8080|v1|...::10.8.1.4:8080::rq_total::12` and `rq_error`, a line per endpoint). Several pages one after the other give a
 * series several samples.
 *
 * @returns undefined where no line is of either page
 */
export function adminSeries(text: string): Series[] | undefined {
  const series = new SeriesCollector();
  let isFound = false;
  for (const line of text.split('\n')) {
    const read = statOf(line.trim());
    if (read === undefined) continue;
    isFound = true;
    const { name, cluster, address = '', value } = read;
    series.add({ ...labelsOf(name), envoy_cluster_name: cluster, address }, Number.NaN, value);
  }
  return isFound ? series.all() : undefined;
}

/** Whether a text begins as one of these pages does. */
export function isAdminPage(text: string): boolean {
  const lines = text.split('\n', 400).map((line) => line.trim());
  const own = lines.filter((line) =>
    /^cluster\.\S.*: \d+$|^\S+::\S*::\w+::|^(?:[a-z_]+\.)+\S+: \d/.test(line),
  );
  return own.length > lines.length / 2 && lines.some((line) => /^(?:cluster\.)?(?:out|in)bound\|/.test(line));
}

/** `rq_503` and `rq_5xx` are one metric each with a label, as Prometheus knows them. */
function labelsOf(name: string): Record<string, string> {
  const [, code, ofClass] = /^rq_(\d)(\d\d|xx)$/.exec(name) ?? [];
  if (code === undefined) return { __name__: `envoy_cluster_upstream_${name}` };
  return ofClass === 'xx'
    ? { __name__: 'envoy_cluster_upstream_rq_xx', response_code_class: code }
    : { __name__: 'envoy_cluster_upstream_rq', response_code: `${code}${ofClass}` };
}

interface Stat {
  readonly name: string;
  readonly cluster: string;
  readonly address?: string;
  readonly value: number;
}

function statOf(line: string): Stat | undefined {
  const stat =
    /^cluster\.((?:out|in)bound\|\d+\|[^|]*\|\S*?);?\.upstream_(rq_total|rq_completed|rq_\d(?:\d\d|xx)): (\d+)$/.exec(
      line,
    );
  if (stat !== null) return { name: stat[2]!, cluster: stat[1]!, value: Number(stat[3]) };
  const host = /^((?:out|in)bound\|\d+\|[^|]*\|[^:\s]*)::(\S+)::(rq_total|rq_error)::(\d+)$/.exec(line);
  return host === null
    ? undefined
    : { name: host[3]!, cluster: host[1]!, address: host[2]!, value: Number(host[4]) };
}
