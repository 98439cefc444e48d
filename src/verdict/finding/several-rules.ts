import type { FindingRecord, Remedy } from '../../record/finding.ts';
import type { Phase, RunRecord, ServiceSplit, SplitPart } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import { count, percent } from '../../words/number.ts';
import { during } from './during.ts';
import { keepsClients } from './keeps-clients.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { tolerated } from './left-to-balancers.ts';
import { byHand } from './remedy.ts';

/**
 * Requests of one caller to one service follow several rules, by their host, port, path or headers: what all of them come to says
 * nothing of any. Where callers differ, and each has one rule, `rule-not-for-all-callers` tells it.
 */
export const severalRules: FindingKind = {
  code: 'several-rules',
  seenIn: (record) => record.splits.flatMap((split) => findingsFor(record, split)),
};

type Divided = Phase & { readonly parts: readonly SplitPart[] };

function findingsFor(record: RunRecord, split: ServiceSplit): FindingRecord[] {
  // Rules for who has a cookie, and who has none, are one shift, and told as that.
  if (keepsClients(record, split.service)) return [];
  const found = split.phases.flatMap((own): Divided[] =>
    own.parts !== undefined && isOfOneCaller(own.parts) ? [{ ...own, parts: own.parts }] : [],
  );
  const [worst] = found.sort((a, b) => unruledIn(b) - unruledIn(a) || b.requests - a.requests);
  if (worst === undefined) return [];
  const past = unruledIn(worst);
  const without = worst.parts.filter(isWithoutRule).reduce((sum, own) => sum + own.requests, 0);
  const { fromSeconds, toSeconds } = worst;
  return [
    {
      code: 'several-rules',
      level: without > tolerated * worst.requests ? 'breaks' : past > 0 ? 'harms' : 'note',
      sentence:
        `${during(record, fromSeconds, toSeconds)}requests to ${split.service} follow no one split: ${partsText(split, worst.parts)}. All together come to ${meanText(split, worst)}, a share that nobody wrote.`.replace(
          /^r/,
          'R',
        ),
      evidence: [],
      harm: { ...noHarm, requests: past, seconds: toSeconds - fromSeconds, fromSeconds, toSeconds },
      why: 'A rule acts on the requests that its hosts, ports and matches take: http routes on ports of HTTP, tcp routes on ports of TCP, each host by its own VirtualService, each request by the first match.',
      remedies: remediesOf(worst.parts),
      look: 'split',
      trace: null,
    },
  ];
}

/** Some caller, or one that is not known, sends requests of more than one part. */
const isOfOneCaller = (parts: readonly SplitPart[]): boolean => {
  const callers = parts.flatMap((own) => own.callers);
  return new Set(callers).size < callers.length || parts.some((own) => own.callers.length === 0);
};

const isWithoutRule = ({ shares, byPods }: SplitPart): boolean => shares === null && byPods !== true;

const unruledIn = ({ parts }: Divided): number =>
  parts.reduce((sum, { shares, requests }) => sum + (shares === null ? requests : 0), 0);

/** "2,422 (web:80/) VirtualService web.default, rule 1 (stable 90 %, canary 10 %)"; of very many the first. */
function partsText({ keys }: ServiceSplit, parts: readonly SplitPart[]): string {
  const differ = new Set(parts.map(({ asked }) => asked.join())).size === parts.length;
  const told = parts.slice(0, mostParts).map((own) => {
    const { requests, asked, rule, shares } = own;
    const of = !differ || asked.length === 0 ? '' : ` (${asked.slice(0, mostAsked).join(', ')})`;
    const does =
      shares === null
        ? isWithoutRule(own)
          ? 'no rule, so any ready pod may answer'
          : `${rule}, whose destinations do not tell the versions apart`
        : `${rule} (${sharesText(keys, shares)})`;
    return `${count(requests)}${of} ${does}`;
  });
  return [...told, ...(parts.length > mostParts ? [`${parts.length - mostParts} more`] : [])].join('; ');
}

const mostParts = 5;
const mostAsked = 3;
const mostKeys = 6;

const sharesText = (keys: readonly string[], shares: readonly number[]): string =>
  keys
    .flatMap((key, place) => (shares[place]! > 0 ? [`${key} ${percent(shares[place]!)}`] : []))
    .slice(0, mostKeys)
    .join(', ');

const meanText = ({ keys }: ServiceSplit, { observed, requests }: Phase): string =>
  listed(
    keys
      .flatMap((key, place) =>
        observed[place]! > 0 ? [`${key} ${percent(observed[place]! / requests, requests)}`] : [],
      )
      .slice(0, mostKeys),
  );

function remediesOf(parts: readonly SplitPart[]): Remedy[] {
  return [
    byHand(
      parts.some(isWithoutRule)
        ? 'If the split is meant for all of them, write it for those without a rule, too: under tcp for a port of TCP, under http for one of HTTP, with their host among the hosts.'
        : 'If one split is meant for all of them, give these rules the same destinations and weights. Which are meant nobody but you can say.',
    ),
  ];
}
