import { SeriesCollector, type Series } from './series.ts';

/**
 * What a proxy's own page tells of its clusters -> requests by cluster, under the name that Prometheus would know them by: lines of
 * `/stats` (`cluster.outbound|8080|v1|checkout.shop.svc.cluster.local.upstream_rq_total: 12`, a `;` behind the name in newer proxies) and
 * of `/clusters` (`outbound|8080|v1|...::10.8.1.4:8080::rq_total::12`, a line per endpoint). Several pages one after the other give a
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
    series.add(
      { __name__: `envoy_cluster_upstream_${name}`, envoy_cluster_name: cluster, address },
      Number.NaN,
      value,
    );
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

interface Stat {
  readonly name: string;
  readonly cluster: string;
  readonly address?: string;
  readonly value: number;
}

function statOf(line: string): Stat | undefined {
  const stat =
    /^cluster\.((?:out|in)bound\|\d+\|[^|]*\|\S*?);?\.upstream_(rq_total|rq_completed): (\d+)$/.exec(line);
  if (stat !== null) return { name: stat[2]!, cluster: stat[1]!, value: Number(stat[3]) };
  const host = /^((?:out|in)bound\|\d+\|[^|]*\|[^:\s]*)::(\S+)::rq_total::(\d+)$/.exec(line);
  return host === null
    ? undefined
    : { name: 'rq_total', cluster: host[1]!, address: host[2]!, value: Number(host[3]) };
}
