import type { MeshConfig } from '../../manifest/resource.ts';
import { defaultRootNamespace } from '../../manifest/root-namespace.ts';
import { resourcesOf, type Registry } from '../kubernetes/registry.ts';

const everybody: readonly string[] = ['*'];

/** Istio's own defaults (pkg/config/mesh/mesh.go, DefaultMeshConfig). */
const meshDefaults: MeshConfig['spec'] = {
  outboundTrafficPolicy: 'ALLOW_ANY',
  defaultServiceExportTo: everybody,
  defaultVirtualServiceExportTo: everybody,
  defaultDestinationRuleExportTo: everybody,
  loadBalancer: {},
  rootNamespace: defaultRootNamespace,
};

/** The settings of a mesh: those of its installation, where they are among the manifests, or else those that it was to have. */
export const meshConfigOf = (registry: Registry): MeshConfig['spec'] =>
  resourcesOf(registry, 'MeshConfig')[0]?.spec ??
  resourcesOf(registry, 'IstioOperator')[0]?.spec ??
  meshDefaults;
