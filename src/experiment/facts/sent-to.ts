import type { MatchedFact } from '../../record/mesh-facts.ts';
import type { Weighed } from '../../verdict/weighed.ts';

/** What a rule sends to, without its weight and what it may lack. */
export const sentTo = ({
  to,
  service,
  subset,
  workloads,
}: Weighed['destinations'][number]): MatchedFact['one'] => ({ to, service, subset, workloads });
