import { probNoneSeen, refreshesToSee } from '../stats/index.ts';
import type { Judgement, Weighed } from './judge.ts';
import type { Finding } from './rank.ts';
import { rarestKey } from './rarest.ts';
import { tallyTest } from './tally-test.ts';
import { grouped, listed, oftenText, percent, pText } from './words.ts';

/** The verdict in a sentence or three. */
export function sentenceOf(
  weighed: Weighed,
  versions: Judgement['versions'],
  found: readonly Finding[],
): string {
  const { kind, requests, p, impossible, level } = weighed;
  if (requests === 0) return 'Nothing was seen, so nothing can be told.';
  const tally = versions.map((own) => `${grouped(own.count)} of ${own.key}`).join(', ');
  if (impossible.length > 0) {
    const have = impossible.length === 1 ? 'has weight 0 and was seen' : 'have weight 0 and were seen';
    return `${tally}: a fault. ${impossible.join(' and ')} ${have}: impossible, no luck brings that about.${looksLike(found)}`;
  }
  const wanted = wantedText(versions, requests);
  const odds = `draws at these weights stray this far in ${oftenText(p)}`;
  if (kind === 'fault' && p <= level)
    return `${tally}: a fault. Expected: ${wanted}; ${odds}.${looksLike(found)}`;
  if (kind === 'fault')
    return `${tally}: a fault. The tally alone would pass (${pText(p)}); the order gives it away.${looksLike(found)}`;
  if (kind === 'chance') {
    if (versions.some((own) => own.expected === 1))
      return `${tally}: as it must be, with all the weight there.`;
    return `${tally}: chance. Expected: ${wanted}; ${odds}.`;
  }
  return `${tally}: too few to tell. ${tooFewText(weighed, versions)}`;
}

/** 7.5 of each, or 90 of v1, 10 of v3. */
function wantedText(versions: Judgement['versions'], requests: number): string {
  const wanted = versions.map(({ expected }) => {
    const count = expected * requests;
    return grouped(Number(count.toFixed(count < 1000 ? 1 : 0)));
  });
  if (wanted.every((own) => own === wanted[0])) return `${wanted[0]} of each`;
  return versions.map((own, index) => `${wanted[index]} of ${own.key}`).join(', ');
}

/** The likeliest mechanism and those that the data cannot tell from it. */
function looksLike(found: readonly Finding[]): string {
  const first = found[0];
  if (first === undefined) return ' No mechanism that is known here explains it.';
  const others = first.tiedWith.length === 0 ? '' : ` (or ${listed(first.tiedWith)}: a tie)`;
  return ` It looks like ${first.name}${others}.`;
}

function tooFewText(
  { tooFew, requests, expected, level, conf }: Weighed,
  versions: Judgement['versions'],
): string {
  const all = requests === 1 ? '1 request' : `${grouped(requests)} requests`;
  if (tooFew === 'no tally could be a fault')
    return `No tally of ${all} could be called a fault; from ${firstToTell(expected, level)} on some can.`;
  const unseen = versions.filter((own) => own.expected > 0 && own.count === 0);
  const rarest = unseen.reduce((a, b) => (b.expected < a.expected ? b : a));
  const missed = oftenText(probNoneSeen({ n: requests, p: rarest.expected }));
  return `${rarest.key} (${percent(rarest.expected)}) was not seen, as happens with ${all} in ${missed}; ${grouped(refreshesToSee({ p: rarest.expected, conf }))} would show it with ${percent(conf)} confidence.`;
}

/** Requests with which the strangest tally, all of the rarest version, is a fault. */
function firstToTell(expected: readonly number[], level: number): number {
  const key = rarestKey(expected);
  for (let n = 1; ; n++) {
    const strangest = expected.map((_, own) => (own === key ? n : 0));
    if (tallyTest(strangest, expected).p <= level) return n;
  }
}
