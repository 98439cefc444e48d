import { parseManifests } from '../../src/manifest/parse.ts';
import type { Manifest } from '../../src/manifest/resource.ts';
import type { Problem } from '../../src/manifest/problem.ts';

/** A VirtualService `reviews` with this spec; the spec begins in line 6, indented by two. */
export const virtualServiceText = (spec: string, name = 'reviews'): string =>
  resourceText('networking.istio.io/v1', 'VirtualService', spec, name);

export const destinationRuleText = (spec: string, name = 'reviews'): string =>
  resourceText('networking.istio.io/v1', 'DestinationRule', spec, name);

export const gatewayText = (spec: string, name = 'entry'): string =>
  resourceText('networking.istio.io/v1', 'Gateway', spec, name);

export const serviceText = (
  name: string,
  spec = `selector: {app: ${name}}\nports: [{port: 9080, name: http}]`,
): string => resourceText('v1', 'Service', spec, name);

export const deploymentText = (name: string, version: string): string =>
  resourceText(
    'apps/v1',
    'Deployment',
    `selector: {matchLabels: {app: ${name}, version: ${version}}}\ntemplate:\n  metadata: {labels: {app: ${name}, version: ${version}}}\n  spec: {containers: [{name: ${name}, image: none}]}`,
    `${name}-${version}`,
  );

/** Scales a Deployment; `fields` begin in line 7. */
export const autoscalerText = (
  name: string,
  target: string,
  fields = 'maxReplicas: 10',
  version = 'v2',
): string =>
  resourceText(
    `autoscaling/${version}`,
    'HorizontalPodAutoscaler',
    `scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${target}}\n${fields}`,
    name,
  );

export function resourceText(apiVersion: string, kind: string, spec: string, name: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${spec.replace(/^(?=.)/gm, '  ')}\n`;
}

export const parseOne = (
  text: string,
): { readonly manifest: Manifest; readonly problems: readonly Problem[] } =>
  parseManifests([{ file: 'test.yaml', text }]);

export const ofKind = <K extends Manifest['resources'][number]['kind']>(manifest: Manifest, kind: K) =>
  manifest.resources.filter(
    (own): own is Extract<Manifest['resources'][number], { kind: K }> => own.kind === kind,
  );
