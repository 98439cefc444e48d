import * as z from 'zod';
import { percent } from '../../manifest/field.ts';
import { plural, span } from '../../words/number.ts';
import { binomInterval } from '../../stats/index.ts';
import type { ExpectationKind } from './expectation-kind.ts';
import type { ToldPart } from './seen-run.ts';
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

/**
 * Holds if the Clopper-Pearson interval of the observed share contains the share that was configured (or effective), all of which
 * rules said, of a version that this name tells.
 */
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
    const told = counted.told(service, subset);
    const isFor = (parts: readonly ToldPart[]): string => listedFor(parts, told.length > 1);
    const mixed = told.find((parts) => parts.some(({ ruled }) => ruled) && parts.some(({ ruled }) => !ruled));
    if (mixed !== undefined)
      return { ok: false, found: `not one split, for its callers hold different rules ${isFor(mixed)}` };
    const several = told.find((parts) => drawnShares(parts).size > 1);
    if (several !== undefined)
      return {
        ok: false,
        found: `not one split, for its rules give it different shares ${sharesFor(several, told.length > 1)}`,
      };
    const k = counted.observed(service, subset);
    const wanted = counted.meant(service, subset, against) / n;
    const [low, high] = binomInterval({ k, n, conf: interval, method: 'clopper-pearson' });
    const seen = `${percentText(k / n)} of ${plural(n, 'request')} [${percentText(low)}, ${percentText(high)}]`;
    const doubt = counted.doubt(service, subset);
    if (doubt !== undefined) return { ok: false, found: `${seen}, but ${doubt}` };
    const unruled = told.find((parts) => parts.some((each) => !each.ruled && isPart(each.share)));
    if (unruled !== undefined)
      return {
        ok: false,
        found: `${seen}, and no rule says how many are to go there ${isFor(unruled)}: whoever is ready may answer`,
      };
    return {
      // Sums of shares carry rounding of a few units in the last place; the interval's ends do not decide on those.
      ok: low <= wanted + 1e-9 && wanted - 1e-9 <= high,
      found: `${seen}, ${against} ${percentText(wanted)}${against === 'configured' ? averageText(told.flat()) : ''}`,
    };
  },
};

/** Shares that are drawn by weights, as they read; a rule that gives all or nothing leaves nothing to judge. */
const drawnShares = (parts: readonly ToldPart[]): ReadonlySet<string> =>
  new Set(parts.flatMap(({ ruled, share }) => (ruled && isPart(share) ? [percentText(share)] : [])));

const isPart = (share: number): boolean => share > 1e-9 && share < 1 - 1e-9;

/** "from 0 s to 30 s (VirtualService web.default, rule 1: 700 requests of client; no rule: default cluster: 50 of batch)" */
function listedFor(
  parts: readonly ToldPart[],
  hasOthers: boolean,
  shareOf: (own: ToldPart) => string = () => '',
): string {
  const { fromSeconds, toSeconds } = parts[0]!;
  const time = hasOthers ? `${span(fromSeconds, toSeconds)} ` : '';
  return `${time}(${parts
    .slice(0, mostParts)
    .map(
      (own) =>
        `${own.callers.length === 0 ? '' : `${own.callers.join(', ')}: `}${own.rule}, ${shareOf(own)}${plural(own.requests, 'request')}`,
    )
    .join('; ')}${parts.length > mostParts ? '; ...' : ''})`;
}

/** The same with the share that each rule gives. */
const sharesFor = (parts: readonly ToldPart[], hasOthers: boolean): string =>
  listedFor(parts, hasOthers, ({ share }) => `${percentText(share)} of `);

/** Where rules said different shares: what each said, to how many. */
function averageText(parts: readonly ToldPart[]): string {
  const byShare = new Map<string, { requests: number; readonly callers: Set<string> }>();
  for (const { share, requests, callers } of parts) {
    const text = percentText(share);
    const known = byShare.get(text) ?? { requests: 0, callers: new Set<string>() };
    known.requests += requests;
    for (const own of callers) known.callers.add(own);
    byShare.set(text, known);
  }
  if (byShare.size < 2) return '';
  const told = [...byShare]
    .slice(0, mostParts)
    .map(
      ([text, { requests, callers }]) =>
        `${text} for ${plural(requests, 'request')}${callers.size === 0 ? '' : ` of ${[...callers].join(', ')}`}`,
    );
  return ` on average (${told.join('; ')}${byShare.size > mostParts ? '; ...' : ''})`;
}

const mostParts = 4;
