import type { MeshFacts } from '../record/mesh-facts.ts';
import { listed } from '../words/listed.ts';

/** What becomes of requests that come to some workloads as plain text; the model itself lets all of them in. */
export interface PlainText {
  /** In a cluster none is answered. */
  readonly isRefused: boolean;
  /** In a sentence after another; "": all are let in. */
  readonly text: string;
}

/** @param workloads those that may be asked */
export function plainTextTo(
  workloads: readonly string[],
  facts: Pick<MeshFacts, 'workloads'> | undefined,
): PlainText {
  const strict = (facts?.workloads ?? []).flatMap(({ name, refusesPlain }) =>
    refusesPlain !== undefined && workloads.includes(name) ? [{ name, ...refusesPlain }] : [],
  );
  if (strict.length === 0) return { isRefused: false, text: '' };
  const by = listed([...new Set(strict.map((own) => own.by))]);
  const isRefused =
    workloads.every((each) => strict.some(({ name }) => name === each)) &&
    strict.every(({ ports }) => ports === 'all');
  const places = listed(strict.map(({ name, ports }) => (ports === 'all' ? name : `some ports of ${name}`)));
  return {
    isRefused,
    text: isRefused
      ? ` In a cluster every one of these requests fails: they are plain text, which the sidecars of ${places} refuse by ${by} (STRICT). The model has no PeerAuthentication, and lets them in.`
      : ` In a cluster those to ${places} fail: they are plain text, which the sidecars there refuse by ${by} (STRICT). The model has no PeerAuthentication, and lets them in.`,
  };
}
