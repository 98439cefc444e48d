import * as z from 'zod';
import { percent } from '../../manifest/field.ts';
import { plural } from '../../words/number.ts';
import { binomInterval } from '../../stats/index.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import { fromOrSettled, notSettled, percentText, service, spanText, subset, to } from './fields.ts';

const schema = z.strictObject({
  metric: z.literal('share').describe('Share of the requests to a service that went to one version.'),
  service,
  subset,
  from: fromOrSettled,
  to,
  interval: percent.default(0.99).describe('Level of the interval that has to contain the share; 99%.'),
  against: z
    .enum(['configured', 'effective'])
    .default('configured')
    .describe('The weights in the manifests, or those that the asked proxies held.'),
});

/** Holds if the Clopper-Pearson interval of the observed share contains the share that was configured (or effective). */
export const share: ExpectationKind<z.output<typeof schema>> = {
  schema,
  text(own) {
    const level = `${Number((own.interval * 100).toFixed(4))} %`;
    return `share of ${own.service} ${own.subset}: its ${level} interval holds the ${own.against} share${spanText(own)}`;
  },
  judge(own, run) {
    const { service, subset, against, interval } = own;
    const counted = run.within(own);
    if (counted === undefined) return notSettled;
    const n = counted.requests(service);
    if (n === 0) return { ok: false, found: `no request to ${service}` };
    const rules = counted.rules(service);
    if (rules.some(({ ruled }) => ruled) && rules.some(({ ruled }) => !ruled)) {
      const parts = rules.map(({ caller, rule }) => `${caller}: ${rule}`);
      return {
        ok: false,
        found: `not one split, for its callers hold different rules (${parts.join('; ')})`,
      };
    }
    const k = counted.observed(service, subset);
    const wanted = counted.meant(service, subset, against) / n;
    const [low, high] = binomInterval({ k, n, conf: interval, method: 'clopper-pearson' });
    return {
      // Sums of shares carry rounding of a few units in the last place; the interval's ends do not decide on those.
      ok: low <= wanted + 1e-9 && wanted - 1e-9 <= high,
      found: `${percentText(k / n)} of ${plural(n, 'request')} [${percentText(low)}, ${percentText(high)}], ${against} ${percentText(wanted)}`,
    };
  },
};
