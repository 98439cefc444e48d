import { sum } from 'd3-array';
import { binomInterval } from '../../stats/index.ts';
import type { Detection } from '../../verdict/detection.ts';
import type { Judgement } from '../../verdict/judgement.ts';
import type { Finding } from '../../verdict/rank.ts';
import { rulesWithRequests } from '../../verdict/rules-with-requests.ts';
import { rarestKey } from '../../verdict/rarest.ts';
import {
  decimalsOf,
  intervalTitle,
  rangeText,
  timesText,
  weightsText,
  type ShareInterval,
} from '../../verdict/words.ts';
import { count, pEquals, percent, percentTo } from '../../words/number.ts';
import type { Tone } from '../page/answer-box.tsx';
import { left, merged, right, type Table } from '../table/table.ts';

/** What terminal and page say alike of a judgement. */

/** Sign, word and colour of a verdict. */
export const verdictLook: Readonly<
  Record<Judgement['kind'], { readonly sign: string; readonly word: string; readonly tone: Tone }>
> = {
  chance: { sign: '✓', word: 'Chance', tone: 'good' },
  'too few to tell': { sign: '○', word: 'Too few to tell', tone: 'calm' },
  fault: { sign: '✗', word: 'Fault', tone: 'bad' },
};

export function versionTable(judgement: Judgement, interval: ShareInterval): Table {
  const parts = rulesWithRequests(judgement.rules);
  if (parts.length > 1) return ruleTable(judgement, parts, interval);
  return {
    caption: 'What was seen against what was to be expected',
    columns: [
      left('version'),
      right('seen'),
      right('expected'),
      right('observed'),
      right(intervalTitle(judgement.conf, interval)),
    ],
    rows: judgement.versions.map((own) => [
      own.key,
      count(own.count),
      percent(own.expected),
      percentTo(own.observed, decimalsOf(own.wilson)),
      rangeText(own, interval),
    ]),
  };
}

/** Where the weights changed, each rule's requests by themselves: a sum over rules says nothing about any of them. */
function ruleTable({ versions, conf }: Judgement, parts: Judgement['rules'], interval: ShareInterval): Table {
  return {
    caption: 'What was seen against what was to be expected, under each rule',
    columns: [
      merged(left('weights')),
      left('version'),
      ...['seen', 'expected', 'observed', intervalTitle(conf, interval)].map(right),
    ],
    rows: parts.flatMap(({ shares, counts }) => {
      const n = sum(counts);
      return versions.map(({ key }, i) => {
        const range = binomInterval({ k: counts[i]!, n, conf, method: interval });
        const decimals = decimalsOf(range);
        return [
          i === 0 ? weightsText(shares) : '',
          key,
          count(counts[i]!),
          percent(shares[i]!),
          percentTo(counts[i]! / n, decimals),
          range.map((end) => percentTo(end, decimals)).join(' to '),
        ];
      });
    }),
  };
}

/** p-value, equivalence, sizes and clients: a line each. */
export function numberLines(judgement: Judgement): string[] {
  const { p, test, level, effect, equivalence, needed, detect, clients, impossible } = judgement;
  const rarest = judgement.versions[rarestKey(judgement.versions.map((own) => own.expected))]?.key;
  const lines: string[] = [];
  if (impossible.length === 0 && test !== 'nothing to draw') {
    lines.push(
      `${pEquals(p)} (${test}; limit ${Number(level.toPrecision(3))}${level < 0.99 * (1 - judgement.conf) ? ', the rest is kept for the order' : ''}), effect w = ${Number(effect.toPrecision(2))}`,
    );
  }
  if (equivalence !== null) {
    const real =
      equivalence.verdict === 'shown' && judgement.kind === 'fault'
        ? ': the difference is real, but no larger'
        : '';
    lines.push(`Right within ${points(equivalence.within)}: ${equivalence.verdict}${real}`);
  }
  for (const own of needed) {
    lines.push(
      `To know the share of ${rarest} within ${points(own.within)}: ${count(own.stableN)} requests, ${missing(own.stillNeeded)} (first at ${count(own.firstN)}; normal approximation ${count(own.normalN)})`,
    );
  }
  if (detect !== null) {
    lines.push(detectLine(detect.deviation, detect.power));
    if (detect.observed !== null) lines.push(detectLine(detect.observed, detect.power));
  }
  if (clients !== null) {
    lines.push(
      `${count(clients.clients)} clients, correlation within a client ${Number(clients.icc.toFixed(2))}, design effect ${Number(clients.designEffect.toPrecision(2))}: as much as ${count(clients.effectiveRequests)} independent requests`,
    );
    if (clients.designEffect > 1.5) {
      const times = Number(clients.designEffect.toPrecision(2));
      lines.push(
        `Intervals and numbers of requests above take requests for independent: here ${count(times)} times as many are needed, and intervals are ${Number(Math.sqrt(clients.designEffect).toPrecision(2))} times as wide`,
      );
    }
    if (impossible.length === 0 && clients.designEffect > 1.5)
      lines.push(
        `With clients taken into account ${pEquals(clients.adjustedP)} (X^2 over the design effect, approximate)`,
      );
  }
  return lines;
}

function detectLine(own: Detection, power: number): string {
  const { key, share, from, powerNow, firstN, stableN, stillNeeded, exact } = own;
  const sizes = exact ? `first at ${count(firstN)}` : 'normal approximation';
  return `To find ${key} at ${percent(from)} instead of ${percent(share)}: ${count(stableN)} requests for power ${percent(power)}, ${missing(stillNeeded)} (${sizes}); these have power ${rough(powerNow)}`;
}

/** A mechanism: its name with how likely it is and what it is tied with, and why. */
export function mechanismText(
  own: Finding,
  place: number,
): { readonly name: string; readonly odds: string; readonly why: string } {
  const odds =
    place > 0
      ? `${timesText(own.behind)} times less likely than the first`
      : own.logRatio === null
        ? 'luck cannot bring it at all'
        : `${timesText(own.logRatio)} times likelier than luck`;
  const tie = !own.tied ? '' : place > 0 ? ': tied' : `; tied with ${own.tiedWith.join(', ')}`;
  return { name: own.name, odds: `${odds}${tie}`, why: `${own.because}; ${own.sentence}` };
}

const missing = (requests: number): string => (requests === 0 ? 'reached' : `${count(requests)} more`);

const rough = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;

const points = (share: number): string => `${Number((share * 100).toFixed(2))} points`;
