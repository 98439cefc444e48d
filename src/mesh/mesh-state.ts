import type { Endpoints } from './kubernetes/endpoints.ts';
import type { Registry } from './istiod/registry.ts';

/** What the Kubernetes API server says at one moment, as far as proxies are told of it. Immutable. */
export interface MeshState {
  readonly registry: Registry;
  readonly endpoints: Endpoints;
}
