import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { mapIn } from './written.ts';

const schema = z.strictObject({ kind: z.literal('independent-draws') });
type IndependentDraws = z.infer<typeof schema>;

/** Proxies draw afresh for each request, as Envoy does since October 2017. */
export const independentDraws: ChangeKind<IndependentDraws> = {
  schema,
  text: () => 'Use an Envoy that draws afresh for each request (proxy.selector: independent).',
  apply(_, { spec }) {
    mapIn(spec, 'proxy')['selector'] = 'independent';
    return undefined;
  },
};
