import type { Resource } from './resource.ts';

/** That of Istio as it is installed by default. */
export const defaultRootNamespace = 'istio-system';

/** Where a mesh keeps what is for all of it: by the settings of its installation that are in force, as `meshConfigOf` has them. */
export const rootNamespaceIn = (resources: readonly Resource[]): string =>
  (
    resources.find((own) => own.kind === 'MeshConfig') ??
    resources.find((own) => own.kind === 'IstioOperator')
  )?.spec.rootNamespace ?? defaultRootNamespace;
