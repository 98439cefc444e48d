/** What is counted in the mesh, and what a Prometheus that scrapes it can tell: PromQL's rates and quantiles. */
export { increase, type Increase, type Sample } from '../mesh/telemetry/rate.ts';
export { histogramQuantile } from '../mesh/telemetry/view/histogram-quantile.ts';
export {
  Prometheus,
  prometheusDefaults,
  type PrometheusSettings,
  type QueryResult,
  type Reporter,
} from '../mesh/telemetry/prometheus.ts';
export { durationEdgesMs, RequestSeries, type SeriesKey } from '../mesh/telemetry/request-series.ts';
