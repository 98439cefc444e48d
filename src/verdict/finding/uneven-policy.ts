import type { UnevenFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';

/** Facts of one kind. */
export type UnevenBy<By extends UnevenFact['by']> = Extract<UnevenFact, { readonly by: By }>;

/**
 * The policy by which the requests that a record counts under a Service, and under a version of it, are spread: of the subset, of
 * the version that is a Service of its own, or of the Service's pods where no rule names a subset. undefined: there is none.
 * @param version undefined: any.
 */
export function policyFor<By extends UnevenFact['by']>(
  { mesh }: RunRecord,
  by: By,
  service: string,
  version: string | null | undefined,
): UnevenBy<By> | undefined {
  const facts = mesh.flatMap(({ uneven }) => uneven).filter((own): own is UnevenBy<By> => own.by === by);
  if (facts.length === 0) return undefined;
  const subsets = mesh.flatMap(({ rules }) =>
    rules.flatMap(({ destinations }) => destinations.map(({ to }) => to)),
  );
  const isSent = (to: string): boolean => subsets.includes(to);
  if (version === undefined || version === null) return facts.find((own) => own.service === service);
  return (
    facts.find(
      (own) => own.service === service && own.subset === version && isSent(`${service} ${version}`),
    ) ??
    facts.find((own) => own.service === version) ??
    (isSent(`${service} ${version}`)
      ? undefined
      : facts.find((own) => own.service === service && own.subset === null))
  );
}

/** By which policy a proxy chose among the pods of a Service at a moment; undefined: the Service was not there. */
export const balancerAt = ({ mesh }: RunRecord, service: string, atSeconds: number): string | undefined =>
  mesh
    .findLast(({ fromSeconds }) => fromSeconds <= atSeconds)
    ?.balancers.find((own) => own.service === service)?.policy;
