/** A mutant that no test can or should notice, by what it does, and why. */
export interface Explained {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly because: string;
}

export const explained: readonly Explained[] = [
  {
    file: 'src/mesh/app/connections.ts',
    before: 'new Int32Array(16)',
    after: 'new Int32Array(17)',
    because: 'a row that the other columns do not have is never asked for',
  },
  {
    file: 'src/mesh/app/traffic/arrival-times.ts',
    before: 'if (left < 0) left = 0;',
    after: ';',
    because:
      'a rest of less than a nanosecond, which rounding leaves, is gone again when the event is scheduled',
  },
  {
    file: 'src/mesh/envoy/balancer/cluster-balancer.ts',
    before: 'from.hosts.length === 1',
    after: 'false',
    because: 'every balancer picks the only endpoint; what it draws for that is not needed later',
  },
  {
    file: 'src/mesh/envoy/balancer/hashed-points.ts',
    before: 'bytes.length + 10',
    after: 'bytes.length + 9',
    because: 'a ring has 8,388,608 points at most, whose numbers have seven digits',
  },
  {
    file: 'src/mesh/envoy/balancer/least-request.ts',
    before: 'bias > 0',
    after: 'bias >= 0',
    because: 'a bias of 0 was answered a line before',
  },
  {
    file: 'src/mesh/envoy/balancer/ring-hash.ts',
    before: '1 << bits',
    after: '1 >> bits',
    because: 'more buckets than there are points bring the same order, in more room',
  },
  {
    file: 'src/mesh/envoy/balancer/slow-start.ts',
    before: 'slowStart.aggression ?? 1',
    after: 'slowStart.aggression ?? 0',
    because: 'an aggression of 0 counts as 1',
  },
  {
    file: 'src/mesh/envoy/proxies.ts',
    before: 'draws ? this.#picks[proxy]!.uint32() : 0',
    after: 'draws ? this.#picks[proxy]!.uint32() : 1',
    because: 'a policy that draws no number does not look at it',
  },
  {
    file: 'src/mesh/envoy/resolved-route.ts',
    before: 'hashesSource: false',
    after: 'hashesSource: true',
    because: '`nowhere` picks no endpoint; where a route leads somewhere, `hashesOf` says it anew',
  },
  {
    file: 'src/mesh/istiod/http-route.ts',
    before: 'retry.backoffUs === undefined ? {} : { backoffUs: retry.backoffUs }',
    after: 'false ? {} : { backoffUs: retry.backoffUs }',
    because: 'a field that is there and undefined is read as one that is not',
  },
  {
    file: 'src/mesh/kubernetes/autoscalers.ts',
    before:
      "metric.type !== 'Object' ? undefined : { requests_per_second: total, concurrency: inAll }[metric.metric]",
    after: 'false ? undefined : { requests_per_second: total, concurrency: inAll }[metric.metric]',
    because: 'the next line asks for the type again',
  },
  {
    file: 'src/mesh/kubernetes/workload/scale-down-order.ts',
    before: 'rank += 1',
    after: 'rank += 2',
    because: 'ranks are only compared with each other',
  },
  {
    file: 'src/mesh/request/connect.ts',
    before: 'table.state[connection] !== connectionState.ready || table.active[connection]! > 0',
    after: '(table.state[connection] !== connectionState.ready && table.active[connection]! > 0)',
    because: 'the pool asks the same again before it closes a connection',
  },
  {
    file: 'src/mesh/request/request-columns.ts',
    before: 'new Int32Array(0)',
    after: 'new Int32Array(1)',
    because: 'columns grow before their first row is used',
  },
  {
    file: 'src/mesh/request/request-columns.ts',
    before: 'this.parent[opened] = -1;',
    after: ';',
    because: 'a free row has no parent: closing it and making it see to that',
  },
  {
    file: 'src/stats/beta.ts',
    before: '(z * Math.sqrt(h + r)) / h',
    after: '(z * Math.sqrt(h + r)) * h',
    because: 'a first guess: the search ends at the same root, later',
  },
  {
    file: 'src/stats/goodness-of-fit.ts',
    before: 'df === 0 ? 0 : statistic(counts, weights, term)',
    after: 'false ? 0 : statistic(counts, weights, term)',
    because: 'a single version has what is expected of it, in exact decimals, and the sum is 0',
  },
  {
    file: 'src/stats/histogram.ts',
    before: 'this.#highest = -1',
    after: 'this.#highest = -2',
    because: 'below every bin is below every bin',
  },
  {
    file: 'src/stats/interval.ts',
    before: '(1 + conf) / 2',
    after: '(1 + conf) / 1',
    because: 'of two tails the search looks at the smaller one, which is the other',
  },
  {
    file: 'src/stats/theory/coupon.ts',
    before: '1 / 16',
    after: '2 / 16',
    because: 'the trapezoid rule has converged to the last digit with steps twice as wide',
  },
  {
    file: 'src/stats/theory/transient.ts',
    before: 'PATIENCE = 256',
    after: 'PATIENCE = 255',
    because: 'how often a short cut is looked for changes the time, not the sum',
  },
  {
    file: 'src/verdict/evidence.ts',
    before: 'ruleOf[i] ?? 0',
    after: 'ruleOf[i]',
    because: 'an Int32Array makes 0 of undefined',
  },
  {
    file: 'src/verdict/finding/mirrored.ts',
    before: 'splits.find((own) => own.service === service)',
    after: 'splits.findLast((own) => own.service === service)',
    because: 'a Service has one split',
  },
  {
    file: 'src/verdict/weigh.ts',
    before: 'sum + count',
    after: 'sum - count',
    because: 'all sizes change their sign, and only their ratios are used',
  },
  {
    file: 'src/manifest/analysis/setting.ts',
    before:
      'setting.services.find((own) => { const [name, inNamespace] = [own.metadata.name, own.metadata.namespace]; return full === hostOf(own) || full === `${name}.${inNamespace}` || full === `${name}.${inNamespace}.svc`; })',
    after:
      'setting.services.findLast((own) => { const [name, inNamespace] = [own.metadata.name, own.metadata.namespace]; return full === hostOf(own) || full === `${name}.${inNamespace}` || full === `${name}.${inNamespace}.svc`; })',
    because: 'a name in a namespace is one Service at most',
  },
  {
    file: 'src/manifest/kind/container.ts',
    before: 'number.number ?? 0',
    after: 'number.number ?? 1',
    because: 'a port without its number is refused, and nobody reads the value',
  },
  {
    file: 'src/manifest/kind/rollout-strategy.ts',
    before: 'seconds ?? 0',
    after: 'seconds ?? 1',
    because: 'a pause whose duration cannot be read is refused, and nobody reads the value',
  },
  {
    file: 'src/manifest/kind/virtual-service-http.ts',
    before: 'Object.entries(fields).filter(([, value]) => value !== undefined)',
    after: 'Object.entries(fields)',
    because: 'a field that is there and undefined is read as one that is not',
  },
  {
    file: 'src/manifest/located.ts',
    before: 'start + 1',
    after: 'start - 1',
    because: 'a place is one letter wide at least',
  },
  {
    file: 'src/experiment/build/session.ts',
    before: 'tallyTest(drawnCounts, drawnBy(drawn, variants, keys))?.p ?? null',
    after: 'tallyTest(drawnCounts, drawnBy(drawn, variants, keys))?.p',
    because: 'where a key was drawn for, the test has an answer',
  },
  {
    file: 'src/experiment/ended.ts',
    before: 'census.get(kind) ?? 0',
    after: 'census.get(kind) ?? 1',
    because: 'a census looks at thousands of events, and one of them is not a tenth',
  },
  {
    file: 'src/experiment/get/table.ts',
    before: 'set?.wanted ?? own.spec.replicas',
    after: 'set?.wanted',
    because: 'a ReplicaSet that the API server has is played',
  },
  {
    file: 'src/experiment/facts/mesh-facts.ts',
    before: 'service.spec.ports[0]?.port ?? 0',
    after: 'service.spec.ports[0]?.port',
    because: 'a Service without ports has no cluster, of port 0 or of none',
  },
  {
    file: 'src/experiment/remedy/play-remedies.ts',
    before: 'played.indexOf(best)',
    after: 'played.lastIndexOf(best)',
    because: 'each of them stands there once',
  },
  {
    file: 'src/experiment/remedy/sources.ts',
    before: 'Array.isArray(container) ? Number(key) : key',
    after: 'false ? Number(key) : key',
    because: 'a list of a document takes its index as text, too',
  },
  {
    file: 'src/experiment/trace/find-page.ts',
    before: 'slowestUs = -1',
    after: 'slowestUs = 1',
    because: 'no page is there within a microsecond',
  },
  {
    file: 'src/mesh/app/stations.ts',
    before: 'nextLength(this.#pods.busy.length, 16)',
    after: 'nextLength(this.#pods.busy.length, 15)',
    because: 'columns that begin one shorter grow one sooner',
  },
  {
    file: 'src/mesh/envoy/balancer/ring-hash.ts',
    before: 'bits = 1',
    after: 'bits = 2',
    because: 'more buckets than there are points bring the same order, in more room',
  },
  {
    file: 'src/mesh/envoy/connection-pool.ts',
    before: 'new Float64Array(0)',
    after: 'new Float64Array(1)',
    because: 'columns grow before their first row is used',
  },
  {
    file: 'src/mesh/request/request-columns.ts',
    before: 'new Uint8Array(0)',
    after: 'new Uint8Array(1)',
    because: 'columns grow before their first row is used',
  },
  {
    file: 'src/mesh/request/passed-class.ts',
    before: 'cluster + 1',
    after: 'cluster - 1',
    because: 'each cluster has a place of its own all the same',
  },
  {
    file: 'src/stats/beta.ts',
    before: 'x * (a + b + 2) <= a + 1',
    after: 'x * (a + b + 2) < a + 1',
    because: 'where both fractions converge alike, either will do',
  },
  {
    file: 'src/stats/beta.ts',
    before: 'next <= most',
    after: 'next < most',
    because: 'a step to the very end of the bracket, or to its middle: the search ends at the same root',
  },
  {
    file: 'src/manifest/kind/object-reference.ts',
    before: "reference.at('name').text ?? ''",
    after: "reference.at('name').text",
    because: 'a name that is absent is an error of the field table, and nothing is played',
  },
  {
    file: 'src/verdict/mechanism/change-point.ts',
    before: 'sequence.length + 1',
    after: 'sequence.length + 2',
    because: 'a place behind the last is not looked at',
  },
  {
    file: 'src/verdict/mechanism/likelihood.ts',
    before: 'Math.max(1, keys - 1)',
    after: 'Math.max(0, keys - 1)',
    because: 'where there is one version, no choice misses',
  },
  {
    file: 'src/verdict/run-verdict.ts',
    before: 'n - 1',
    after: 'n - 2',
    because: 'of more than a thousand refreshes the variance changes by less than a thousandth',
  },
  {
    file: 'src/manifest/schema.ts',
    before: 'inIgnored || isLeft',
    after: '(inIgnored && isLeft)',
    because: 'what is left out by its content is text, in which there is nothing more to leave out',
  },
  {
    file: 'src/manifest/yaml-words.ts',
    before: 'start + 200',
    after: 'start + 201',
    because: 'how many blanks are stepped over at most',
  },
  {
    file: 'src/experiment/check/choice.ts',
    before: 'dot < 0',
    after: 'dot < 1',
    because: 'no host begins with a dot',
  },
  {
    file: 'src/experiment/check/intake.ts',
    before: '400 * 1024',
    after: '399 * 1024',
    because: 'how much is read at most; a test would have to read it',
  },
  {
    file: 'src/experiment/describe-plan.ts',
    before: 'route.length === 1 ? 1 : (weight ?? 0)',
    after: 'route.length === 1 ? 2 : (weight ?? 0)',
    because: 'of a single destination only the share is told',
  },
  {
    file: 'src/experiment/from/named-hosts.ts',
    before: 'match.index + host.length + 12',
    after: 'match.index + host.length + 13',
    because: 'what is looked at behind a host is a port, of six signs at most',
  },
  {
    file: 'src/experiment/recorder.ts',
    before: 'entry: -1',
    after: 'entry: 1',
    because: 'the state at the start has no lines to tell, and every list of entries leaves it out',
  },
];
