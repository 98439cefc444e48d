import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';

/** What a workload is there for, as its name, images and commands tell it. */

interface Named {
  readonly name: string;
  /** Of its pods. */
  readonly template: Data;
}

/** What a mesh brings along to be watched, and what telemetry goes through: it serves nobody's pages. */
const watcherName =
  /^(prometheus|alertmanager|grafana|kiali|jaeger|zipkin|tempo|tracing|loki|promtail|fluent-?(bit|d)|vector|kibana|node-exporter|kube-state-metrics|istiod|istio-cni-node|ztunnel)(-|$)|(^|-)(otel|otelcol|opentelemetry)(-?(collector|col|agent|gateway|contrib))?(-|$)/;
const watcherImage =
  /(^|\/)(opentelemetry-collector[\w-]*|otelcol[\w-]*|prometheus|alertmanager|grafana|kiali|jaeger-?[\w-]*|zipkin[\w-]*|tempo|loki|promtail|kibana|node-exporter|kube-state-metrics)(:|@|$)/;

export const isWatcherName = (name: string): boolean => watcherName.test(name);
export const isWatcher = ({ name, template }: Named): boolean =>
  watcherName.test(name) || watcherImage.test(imagesOf(template)[0] ?? '');

const loadName =
  /(^|-)(load-?(gen(erator)?|test(er|s)?)?|locust|k6|fortio-client|vegeta|jmeter|gatling|traffic-?gen(erator)?)(-|$)/;
const loadImage =
  /(^|\/)(locust|k6|fortio|vegeta|hey|wrk2?|flagger-loadtester|load-?generator)(:|@|$)|-load-?generator(:|@|$)/;

/** What only makes load, for tests and demonstrations. */
export const isLoad = ({ name, template }: Named): boolean =>
  loadName.test(name) || loadImage.test(imagesOf(template)[0] ?? '');

/** A pod that waits for somebody to type in it, as Istio's sleep and curl. */
export const isIdle = ({ template }: Pick<Named, 'template'>): boolean => {
  const own = containersOf(template);
  return (
    own.length > 0 &&
    own.every(({ command, args }) =>
      /(^| |\/)(sleep ("?infinity"?|\d{3,}[smhd]?)|tail -f \/dev\/null)$/.test(wordsOf(command, args)),
    )
  );
};

/** A container of Istio's own. */
export const isIstios = ({ name }: Data): boolean => /^istio-(proxy|init|validation)$/.test(String(name));

const containersOf = (template: Data): Data[] =>
  listOf(mapOf(template['spec'])['containers']).filter((own) => !isIstios(own));

const imagesOf = (template: Data): string[] => containersOf(template).map(({ image }) => String(image));

const wordsOf = (...parts: readonly unknown[]): string =>
  parts
    .flatMap((own) => (Array.isArray(own) ? own.map(String) : []))
    .join(' ')
    .trim();
