/** Istio's root namespace, where rules for the whole mesh live: the default of its meshConfig, and of its installation. */
export const rootNamespace = 'istio-system';
