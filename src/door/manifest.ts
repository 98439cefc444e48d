/** YAML text to checked Istio, Kubernetes and Gateway API resources, or problems with their places; analysis in istioctl’s codes. */
export { parseManifests } from '../manifest/parse.ts';
export { analyze, analyzeAlone } from '../manifest/analyze.ts';
export { istioMessages } from '../manifest/analysis/message.ts';
export { renderProblem } from '../manifest/explain-problem.ts';
export type { Checked, Problem } from '../manifest/problem.ts';
export { serviceNames } from '../manifest/service-names.ts';
export type * from '../manifest/resource.ts';
export { replicaSetsOf, scaleTargetOf, selectedTemplates, type Workload } from '../manifest/scale-target.ts';
