import { Cursor } from '../cursor.ts';
import type { Finding } from '../finding.ts';
import { readYaml } from '../located.ts';
import type { MeshConfig } from '../resource.ts';
import { map, text } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { readLocality } from './traffic-policy.ts';

/**
 * Istio's MeshConfig as an installation keeps it: the text `mesh` of the ConfigMap `istio` (or `istio-REVISION`) in the root
 * namespace (istio/api mesh/v1alpha1/config.proto).
 */
export const meshConfig: KindReader<'MeshConfig'> = {
  kind: 'MeshConfig',
  group: '',
  versions: ['v1'],
  unknownFields: 'ignore',
  concerns: ({ name, namespace }) => namespace === 'istio-system' && /^istio(-|$)/.test(name),
  part: 'data',
  fields: objectFields(map(text), 'data'),
  checkName: checkSubdomain,
  read(data) {
    const written = data.at('mesh');
    const { documents, problems } = readYaml('mesh', written.text ?? '');
    if (problems.length > 0) written.invalid(`the text is no YAML: ${problems[0]!.message}`);
    const mesh = new Cursor(documents[0]?.data ?? {}, [], [] as Finding[]);
    const mode = mesh.at('outboundTrafficPolicy', 'mode').text;
    const [locality, zoneAware] = [mesh.at('localityLbSetting'), mesh.at('zoneAwareLbSetting')];
    return {
      outboundTrafficPolicy: mode === 'REGISTRY_ONLY' ? 'REGISTRY_ONLY' : 'ALLOW_ANY',
      defaultServiceExportTo: exported(mesh.at('defaultServiceExportTo')),
      defaultVirtualServiceExportTo: exported(mesh.at('defaultVirtualServiceExportTo')),
      defaultDestinationRuleExportTo: exported(mesh.at('defaultDestinationRuleExportTo')),
      loadBalancer: {
        ...(locality.isSet ? { locality: readLocality(locality) } : {}),
        ...(zoneAware.isSet ? { zoneAware: readLocality(zoneAware) } : {}),
      },
    } satisfies MeshConfig['spec'];
  },
};

const exported = (own: Cursor): readonly string[] => (own.texts.length === 0 ? ['*'] : own.texts);
