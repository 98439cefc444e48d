import { sum } from 'd3-array';
import { binomInterval } from '../../stats/index.ts';
import type { Detection } from '../../verdict/detection.ts';
import { failingText } from '../../verdict/failing.ts';
import type { Judgement } from '../../verdict/judgement.ts';
import type { Finding } from '../../verdict/rank.ts';
import { rulesWithRequests } from '../../verdict/rules-with-requests.ts';
import { rarestKey } from '../../verdict/rarest.ts';
import { evidenceLevels } from '../../verdict/rule-of-evidence.ts';
import {
  decimalsOf,
  intervalTitle,
  rangeText,
  timesText,
  weightsText,
  type ShareInterval,
} from '../../verdict/words.ts';
import { count, pEquals, percent, percentTo, plural, pointsText } from '../../words/number.ts';
import type { Tone } from '../page/answer-box.tsx';
import { left, merged, right, type Table } from '../table/table.ts';

/** What terminal and page say alike of a judgement. */

/** Sign, word and colour of a verdict. */
const verdictLook: Readonly<
  Record<Judgement['kind'], { readonly sign: string; readonly word: string; readonly tone: Tone }>
> = {
  chance: { sign: '✓', word: 'Chance', tone: 'good' },
  'too few to tell': { sign: '○', word: 'Too few to tell', tone: 'calm' },
  suspicious: { sign: '?', word: 'Suspicious', tone: 'warn' },
  fault: { sign: '✗', word: 'Fault', tone: 'bad' },
};

/** The look of the whole answer: requests that fail, or never met the weights, are worse than any split. */
export const lookOf = ({
  kind,
  failing,
  together,
  differing,
  past,
}: Judgement): (typeof verdictLook)[Judgement['kind']] => {
  if (failing.some(({ leads }) => leads) || together !== null) return failingLook;
  if (past?.leads === true) return pastLook;
  return differing.length > 0 ? differingLook : verdictLook[kind];
};

export const failingLook = { sign: '✗', word: 'Requests fail', tone: 'bad' } as const;
const pastLook = { sign: '✗', word: 'Requests go past the weights', tone: 'bad' } as const;
const differingLook = { sign: '✗', word: 'Versions answer differently', tone: 'bad' } as const;

export function versionTable(judgement: Judgement, interval: ShareInterval): Table {
  const parts = rulesWithRequests(judgement.rules);
  const fails = judgement.failing.length > 0;
  if (parts.length > 1) return ruleTable(judgement, parts, interval);
  return {
    caption: 'What was seen against what was to be expected',
    columns: [
      left('version'),
      right('seen'),
      right('expected'),
      right('observed'),
      right(intervalTitle(judgement.conf, interval)),
      ...(fails ? [right('failed')] : []),
    ],
    rows: judgement.versions.map((own) => [
      own.key,
      count(own.count),
      percent(own.expected),
      percentTo(own.observed, decimalsOf(own.wilson)),
      rangeText(own, interval),
      ...(fails ? [count(judgement.failing.find(({ key }) => key === own.key)?.failed ?? 0)] : []),
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

/** p-value, equivalence, how many requests tell more, and clients: a line each, and only those that say something here. */
export function numberLines(judgement: Judgement): string[] {
  const { kind, p, test, equivalence, needed, detect, clients, impossible } = judgement;
  const rarest = judgement.versions[rarestKey(judgement.versions.map((own) => own.expected))]?.key;
  const lines: string[] = judgement.failing.filter(({ leads }) => !leads).map((own) => failingText(own));
  if (impossible.length === 0 && test !== 'nothing to draw')
    lines.push(`${pEquals(p)} (${test}); ${levelsText(judgement)}`);
  if (equivalence !== null) {
    const real =
      equivalence.verdict === 'shown' && kind === 'fault' ? ': the difference is real, but no larger' : '';
    lines.push(`Right within ${pointsText(equivalence.within)}: ${equivalence.verdict}${real}`);
  }
  // All sizes are for whoever plans a measurement and asked for a power; a tally that is luck gets the nearest goal.
  const told =
    detect !== null
      ? needed
      : kind === 'fault' || kind === 'suspicious'
        ? []
        : needed.slice(0, 1).filter((own) => own.stillNeeded > 0);
  for (const own of told) {
    lines.push(
      `To know the share of ${rarest} within ${pointsText(own.within)}: ${plural(own.stableN, 'request')}, ${missing(own.stillNeeded)}`,
    );
  }
  if (detect !== null) {
    lines.push(detectLine(detect.deviation, detect.power));
    if (detect.observed !== null) lines.push(detectLine(detect.observed, detect.power));
  }
  if (clients !== null && clients.designEffect > 1.5) {
    const times = Number(clients.designEffect.toPrecision(2));
    lines.push(
      `${plural(clients.clients, 'client')}, each mostly with one version: ${plural(clients.requests, 'request')} tell as much as ${count(clients.effectiveRequests)} independent ones (design effect ${times}); intervals are ${Number(Math.sqrt(clients.designEffect).toPrecision(2))} times as wide as shown`,
    );
    if (impossible.length === 0)
      lines.push(`With clients taken into account ${pEquals(clients.adjustedP)} (approximate)`);
  }
  return lines;
}

/** The rule of evidence, with the limits that hold here. */
function levelsText({ levels, looks, conf }: Judgement): string {
  const whole = evidenceLevels({ conf, looks });
  const ordered = levels.fault < whole.fault ? ' (the other half of each is for the order)' : '';
  const many = looks > 1 ? `, as one of ${looks} looks` : '';
  return `suspicious from ${levels.suspicious} down, a fault from ${levels.fault} down${many}${ordered}`;
}

function detectLine(own: Detection, power: number): string {
  const { key, share, from, powerNow, stableN, stillNeeded, exact } = own;
  const about = exact ? '' : 'about ';
  return `To find ${key} at ${percent(from)} in place of ${percent(share)} in ${percent(power)} of cases: ${about}${plural(stableN, 'request')}, ${missing(stillNeeded)}; these find it in ${rough(powerNow)}`;
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
