/**
 * What other programs may call, room by room (`meshshift/stats`, `meshshift/envoy` ... offer one room each): the statistics
 * under the names of their field, and the rules of the modelled systems as pure functions or small state machines, the very
 * ones that a run asks, so that anybody can run their own cases against them.
 */
export * from './door/stats.ts';
export * from './door/envoy.ts';
export * from './door/istiod.ts';
export * from './door/kubernetes.ts';
export * from './door/telemetry.ts';
export * from './door/manifest.ts';
export * from './door/verdict.ts';
export * from './door/experiment.ts';
