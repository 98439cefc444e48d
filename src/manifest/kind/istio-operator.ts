import { anything, ignored, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { actingSettings, readMesh } from './mesh-config.ts';

/** What `istioctl install -f` is given: of it the settings of the mesh are read (istio/istio operator/pkg/apis/types.go). */
export const istioOperator: KindReader<'IstioOperator'> = {
  kind: 'IstioOperator',
  group: 'install.istio.io',
  versions: ['v1alpha1'],
  unknownFields: 'ignore',
  mayBeNameless: true,
  fields: objectFields(
    struct({
      profile: anything,
      revision: anything,
      namespace: anything,
      tag: anything,
      hub: anything,
      meshConfig: anything,
      components: ignored(anything),
      values: ignored(anything, { sidecarInjectorWebhook: { enableNamespacesByDefault: true } }),
    }),
  ),
  checkName: checkSubdomain,
  leftOut: (object) => actingSettings(object.at('spec', 'meshConfig')).map((own) => own.pathText),
  read: (spec) => readMesh(spec.at('meshConfig')),
};
