import type { Setting } from './setting.ts';
import type { Written } from './written.ts';

/**
 * Whether the pods of a Deployment have a sidecar (analyzers/util/in_mesh.go, DeploymentInMesh), but that of a namespace which is
 * not here nothing is known, and the model gives its pods one.
 */
export function isInMesh(setting: Setting, { namespace, spec }: Written): boolean {
  const template = spec.at('template');
  const proxy = template.at('spec', 'containers').items.find((own) => own.at('name').text === 'istio-proxy');
  if ((proxy?.at('image').text ?? '') !== '') return true;
  const key = 'sidecar.istio.io/inject';
  const written =
    template.at('metadata', 'labels', key).text ?? template.at('metadata', 'annotations', key).text;
  if (written !== undefined) return written === 'true';
  const own = setting.written('', 'Namespace').find(({ name }) => name === namespace);
  return own === undefined || own.object.metadata.labels['istio-injection'] === 'enabled';
}
