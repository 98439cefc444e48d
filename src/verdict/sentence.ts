import { probNoneSeen, refreshesToSee } from '../stats/index.ts';
import type { Judgement } from './judgement.ts';
import type { Finding } from './rank.ts';
import { rulesWithRequests } from './rules-with-requests.ts';
import { rarestKey } from './rarest.ts';
import { ruleTest } from './tally-test.ts';
import { count, percent, pEquals, plural } from '../words/number.ts';
import type { Weighed } from './weigh.ts';
import { oftenText, weightsText } from './words.ts';
import { listed } from '../words/listed.ts';

/** The verdict in a sentence or three. */
export function sentenceOf(
  weighed: Weighed,
  versions: Judgement['versions'],
  found: readonly Finding[],
): string {
  const { kind, requests, p, impossible, givenAwayBy } = weighed;
  if (requests === 0) return 'Nothing was seen, so nothing can be told.';
  const keys = versions.map((own) => own.key);
  const parts = rulesWithRequests(
    weighed.rules.map((shares, rule) => ({ shares, counts: weighed.tallies[rule]! })),
  );
  const isOneRule = parts.length <= 1;
  const tally = isOneRule
    ? tallyText(
        keys,
        versions.map((own) => own.count),
      )
    : parts
        .slice(0, mostRules)
        .map(
          ({ shares, counts }) =>
            `at ${weightsText(shares)} ${tallyText(keys, counts)} (${wantedText(keys, shares, counts)} expected)`,
        )
        .join(', then ') + (parts.length > mostRules ? `, and ${parts.length - mostRules} more rules` : '');
  if (impossible.length > 0) {
    const have = impossible.length === 1 ? 'has weight 0 and was seen' : 'have weight 0 and were seen';
    return `${tally}: a fault. ${impossible.join(' and ')} ${have}: impossible, no luck brings that about.${looksLike(found)}`;
  }
  const wanted = isOneRule
    ? ` Expected: ${wantedText(
        keys,
        weighed.expected,
        versions.map((own) => own.count),
      )};`
    : ' At the weights of each rule';
  const odds = `draws at these weights stray this far in ${oftenText(p)}`;
  if (kind === 'suspicious')
    return givenAwayBy === 'tally'
      ? `${tally}: suspicious, but no fault.${wanted} ${odds}. ${repeatText}`
      : `${tally}: suspicious, but no fault. The tally is luck (${pEquals(p)}); draws seldom come in such an order. ${repeatText}`;
  if (kind === 'fault' && givenAwayBy === 'tally')
    return `${tally}: a fault.${wanted} ${odds}.${neverCame(weighed, keys)}${looksLike(found)}`;
  if (kind === 'fault')
    return `${tally}: a fault. The tally alone would pass (${pEquals(p)}); the order gives it away.${looksLike(found)}`;
  if (kind === 'chance') {
    if (versions.some((own) => own.expected === 1))
      return `${tally}: as it must be, with all the weight there.`;
    return `${tally}: chance.${wanted} ${odds}.`;
  }
  return `${tally}: too few to tell. ${tooFewText(weighed, versions)}`;
}

const repeatText = 'Repeat it with new requests, and count both looks.';

/** Rules that are told one by one. */
const mostRules = 3;

const tallyText = (keys: readonly string[], counts: readonly number[]): string =>
  keys.map((key, index) => `${count(counts[index]!)} of ${key}`).join(', ');

/** 7.5 of each, or 90 of v1, 10 of v3. */
function wantedText(keys: readonly string[], shares: readonly number[], counts: readonly number[]): string {
  const requests = counts.reduce((sum, count) => sum + count, 0);
  const wanted = shares.map((share) => {
    const mean = share * requests;
    return mean < 1000 ? String(Number(mean.toFixed(1))) : count(mean);
  });
  if (wanted.every((own) => own === wanted[0])) return `${wanted[0]} of each`;
  return keys.map((key, index) => `${wanted[index]} of ${key}`).join(', ');
}

/** All went to one version: whatever else it looks like, that is what a rule that is not in force (yet) brings. */
function neverCame({ expected, tallies }: Weighed, keys: readonly string[]): string {
  const isSeen = (key: number): boolean => tallies.some((counts) => counts[key]! > 0);
  const missed = keys.filter((_, key) => expected[key]! > 0 && !isSeen(key));
  if (missed.length === 0 || keys.filter((_, key) => isSeen(key)).length !== 1) return '';
  return ` ${missed.join(' and ')} never came, as when a new rule has not arrived at this caller or is not in force for it.`;
}

/** The likeliest mechanism and those that the data cannot tell from it. */
function looksLike(found: readonly Finding[]): string {
  const first = found[0];
  if (first === undefined) return ' No mechanism that is known here explains it.';
  const others = first.tiedWith.length === 0 ? '' : ` (or ${listed(first.tiedWith, 'or')}: a tie)`;
  // Where it is some of the callers, which ones is what one wants to know.
  const names = namesIn(first.fitted);
  const who = names.length === 0 ? '' : `: ${listed(names.slice(0, mostNames))}`;
  return ` It looks like ${first.name}${who}${others}.`;
}

const mostNames = 4;

const namesIn = ({ names }: Finding['fitted']): string[] =>
  Array.isArray(names) ? names.filter((own): own is string => typeof own === 'string') : [];

function tooFewText(
  { tooFew, requests, expected, levels, conf }: Weighed,
  versions: Judgement['versions'],
): string {
  const all = plural(requests, 'request');
  if (tooFew === 'no tally could be a fault')
    return `No tally of ${all} could be called a fault; from ${firstToTell(expected, levels.fault)} on some can.`;
  const unseen = versions.filter((own) => own.expected > 0 && own.count === 0);
  const rarest = unseen.reduce((a, b) => (b.expected < a.expected ? b : a));
  const missed = oftenText(probNoneSeen({ n: requests, p: rarest.expected }));
  return `${rarest.key} (${percent(rarest.expected)}) was not seen, as happens with ${all} in ${missed}; ${count(refreshesToSee({ p: rarest.expected, conf }))} would show it with ${percent(conf)} confidence.`;
}

/** Requests with which the strangest tally, all of the rarest version, is a fault. */
function firstToTell(expected: readonly number[], level: number): number {
  const key = rarestKey(expected);
  for (let n = 1; ; n++) {
    const strangest = expected.map((_, own) => (own === key ? n : 0));
    if ((ruleTest(strangest, expected)?.p ?? 1) <= level) return n;
  }
}
