import type { Failure, FailureCause } from '../../record/failure.ts';
import type { Harm } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';

/**
 * Services whose callers wait for a workload: those that it serves, those whose pods call these, and so on up to the page.
 * Whoever of them stops waiting does so because of it.
 */
export function waitingFor({ metrics, mesh }: RunRecord, workloads: readonly string[]): ReadonlySet<string> {
  const calls = mesh.flatMap((step) => step.calls);
  const services = new Set<string>();
  const asked = new Set(workloads);
  for (let before = -1; before < services.size + asked.size;) {
    before = services.size + asked.size;
    for (const { destination, service } of metrics.requests)
      if (asked.has(destination)) services.add(service);
    for (const { source, service } of metrics.requests) if (services.has(service)) asked.add(source);
    for (const { caller, service } of calls) if (service !== null && services.has(service)) asked.add(caller);
  }
  return services;
}

/** What somebody's impatience for these services cost in these seconds: a rule's timeout, an application's, a visitor's. */
export function cutShort(
  { failures }: RunRecord,
  services: ReadonlySet<string>,
  spans: readonly { readonly fromSeconds: number; readonly toSeconds: number }[],
): Pick<Harm, 'pages' | 'pagesWithout'> {
  const [from, to] = [
    Math.min(...spans.map(({ fromSeconds }) => fromSeconds)),
    Math.max(...spans.map(({ toSeconds }) => toSeconds)),
  ];
  // Who waits may give up long after what made it wait has begun.
  const own = failures.filter(
    (each) =>
      isCut(each) &&
      services.has(each.service) &&
      each.firstSeconds <= to + longest &&
      each.lastSeconds >= from,
  );
  return {
    pages: own.reduce((sum, { pages }) => sum + pages, 0),
    pagesWithout: own.reduce((sum, { pagesWithout }) => sum + pagesWithout, 0),
  };
}

/** Seconds that applications wait where they say nothing. */
const longest = 30;

const isCut = ({ cause }: Failure): boolean => cuts.includes(cause);
const cuts: readonly FailureCause[] = ['timeout', 'caller-left'];
