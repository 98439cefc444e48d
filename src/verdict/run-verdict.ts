import type { Phase, Push, RefreshSession, ServiceSplit, Verdict } from '../record/record.ts';
import { chi2Sf, runsTestLower } from '../stats/index.ts';
import { chancePercent, count, pEquals, percent, plural } from '../words/number.ts';
import { flagReason } from './flag-reason.ts';
import { evidenceOfP, orderPart, partOf, worseOf, type EvidenceLevels } from './rule-of-evidence.ts';

/** How stars read in a sentence. */
const shown: Readonly<Record<string, string>> = { none: 'no stars', black: 'black stars', red: 'red stars' };

type SessionFacts = Omit<RefreshSession, 'verdict'>;

/**
 * What one browser's session says: whether its tally is luck, given the shares that the asked proxy held at each refresh
 * (exact Poisson-binomial), and whether its order is (Wald-Wolfowitz runs test, too few runs: blocks).
 * @param levels of each look of the run
 */
export function sessionVerdict(
  session: SessionFacts,
  marks: readonly (string | null)[],
  levels: EvidenceLevels,
): Verdict {
  const n = session.refreshes.length;
  if (n === 0) return { kind: 'none', sentence: 'No page was loaded.', reasons: [] };
  const tally = tallyText(session, marks);
  if (session.errors > 0) {
    const flags = [
      ...new Set(session.refreshes.map((refresh) => refresh.flags).filter((flag) => flag !== '')),
    ];
    return {
      kind: 'fault',
      sentence: `${session.errors} of ${plural(n, 'page')} showed an error in place of ${session.service}${flags.length > 0 ? ` (${flags.join(', ')})` : ''}: not luck.`,
      reasons: [tally, ...flags.map(flagReason)],
    };
  }
  if (session.p === null || session.distributionKey === null) {
    return {
      kind: 'none',
      sentence: `${tally}; no rule split the traffic, so there is no split to judge.`,
      reasons: [],
    };
  }
  const stale = session.refreshes.filter((refresh) => refresh.stale).length;
  const expected = session.refreshes.reduce((sum, refresh) => sum + (refresh.share ?? 0), 0);
  const wanted = `${trimmed(expected)} of ${n} with ${session.distributionKey} were to be expected`;
  const blocks = blockProbability(session);
  const ofTally = evidenceOfP(session.p, blocks === null ? levels : partOf(levels, 1 - orderPart));
  const ofOrder = blocks === null ? 'luck' : evidenceOfP(blocks, partOf(levels, orderPart));
  const kind = worseOf(ofTally, ofOrder);
  const why =
    ofTally === kind
      ? `${wanted}, and independent draws stray as far in only ${chancePercent(session.p)} of sessions`
      : `the versions come in blocks: independent draws bring so few changes in only ${chancePercent(blocks!)} of sessions`;
  if (kind === 'fault') {
    return {
      kind: 'fault',
      sentence: `${tally}: not luck. ${capital(why)}.`,
      reasons: stale > 0 ? [staleText(stale, n)] : [],
    };
  }
  const common = `draws at these weights stray at least as far in ${chancePercent(session.p)} of sessions of ${n}`;
  if (stale > 0) {
    return {
      kind: 'propagation',
      sentence: `${tally}. ${staleText(stale, n)}; for what the proxies held, the tally is no surprise (${common}).`,
      reasons: [wanted],
    };
  }
  if (kind === 'suspicious') {
    return {
      kind: 'chance',
      sentence: `${tally}: suspicious, but no fault. ${capital(why)}. Play it again with another seed.`,
      reasons: [],
    };
  }
  if (session.p > 0.999) {
    return {
      kind: 'chance',
      sentence: `${tally}: as even as it can be. No other tally is likelier.`,
      reasons: [wanted],
    };
  }
  return { kind: 'chance', sentence: `${tally}: luck. ${capital(wanted)}, and ${common}.`, reasons: [] };
}

const staleText = (stale: number, n: number): string =>
  `${stale} of ${plural(n, 'page')} ${stale === 1 ? 'was' : 'were'} drawn by a proxy that still held the old rule`;

/**
 * What the whole run says about its focus service: faults first, then sessions in which old and new rule mixed, then
 * whether every settled phase kept to its weights.
 * @param levels of each look of the run
 */
export function runVerdict(
  split: ServiceSplit | undefined,
  sessions: readonly RefreshSession[],
  flags: readonly { readonly service: string; readonly flag: string; readonly requests: number }[],
  pushes: readonly Push[],
  levels: EvidenceLevels,
): Verdict {
  const first = sessions[0]?.verdict;
  if (split === undefined) {
    return (
      first ?? {
        kind: 'none',
        sentence: 'No request was routed by a rule, so there is no split to judge.',
        reasons: [],
      }
    );
  }
  const background = phaseVerdict(split, flags, levels);
  const slowest = propagationText(pushes);
  const judged = [...sessions.map((session) => session.verdict), background];
  const kinds = judged.map((verdict) => verdict.kind);
  const kind = (['fault', 'propagation', 'chance'] as const).find((own) => kinds.includes(own)) ?? 'none';
  const leading = judged.find((verdict) => verdict.kind === kind)!;
  const rest = judged
    .filter((verdict) => verdict !== leading && verdict.kind !== 'none')
    .map((verdict) => verdict.sentence);
  return {
    kind,
    sentence: leading.sentence,
    reasons: [...leading.reasons, ...rest, ...(slowest === undefined ? [] : [slowest])],
  };
}

function phaseVerdict(
  split: ServiceSplit,
  flags: readonly { readonly service: string; readonly flag: string; readonly requests: number }[],
  levels: EvidenceLevels,
): Verdict {
  const requests = split.phases.reduce((sum, phase) => sum + phase.requests, 0);
  const local = flags.filter(
    (own) => own.service === split.service && own.flag !== 'DC' && own.flag !== 'DI',
  );
  if (local.length > 0) {
    const counts = local.map((own) => `${count(own.requests)} with ${own.flag}`).join(', ');
    return {
      kind: 'fault',
      sentence: `Of ${plural(requests, 'request')} to ${split.service}, the callers' proxies answered ${counts} by themselves: not luck.`,
      reasons: local.map((own) => flagReason(own.flag)),
    };
  }
  const tested = split.phases.filter((phase) => phase.p !== null);
  if (tested.length === 0)
    return { kind: 'none', sentence: `No rule split the traffic of ${split.service}.`, reasons: [] };
  const rejected = tested.filter(({ p }) => p! <= levels.fault).sort((x, y) => x.p! - y.p!);
  if (rejected.length > 0) {
    const worst = rejected[0]!;
    return {
      kind: 'fault',
      sentence: `${capital(split.service)} strayed from its weights: ${phaseText(split, worst)}. Independent draws do that in ${chancePercent(worst.p!)} of runs: not luck.`,
      reasons: rejected.slice(1).map((phase) => phaseText(split, phase)),
    };
  }
  const smallest = Math.min(...tested.map((phase) => phase.p!));
  if (smallest <= levels.suspicious) {
    const unlikely = tested.find((phase) => phase.p === smallest)!;
    return {
      kind: 'chance',
      sentence: `The split of ${split.service} is suspicious, but no fault: ${phaseText(split, unlikely)}. Independent draws do that in ${chancePercent(smallest)} of runs: play it again with another seed.`,
      reasons: [],
    };
  }
  const longest = tested.reduce((best, phase) => (phase.requests > best.requests ? phase : best));
  return {
    kind: 'chance',
    sentence: `${capital(split.service)} kept to its weights within the luck of the draw: ${phaseText(split, longest)}${
      tested.length > 1
        ? `; the least likely of ${tested.length} phases has ${pEquals(smallest)}`
        : ` (${pEquals(smallest)})`
    }.`,
    reasons: [],
  };
}

function phaseText(split: ServiceSplit, phase: Phase): string {
  const parts = split.keys.flatMap((key, index) => {
    const effective = phase.effective?.[index] ?? 0;
    const seen = phase.observed[index]!;
    if (effective === 0 && seen === 0) return [];
    return [`${key} ${percent(seen / phase.requests, phase.requests)} (weight ${percent(effective)})`];
  });
  return `${parts.join(', ')} of ${plural(phase.requests, 'request')} from ${trimmed(phase.fromSeconds)} s to ${trimmed(phase.toSeconds)} s`;
}

function propagationText(pushes: readonly Push[]): string | undefined {
  const delays = pushes.flatMap((push) =>
    push.settledSeconds === null ? [] : [push.settledSeconds - push.changedSeconds],
  );
  if (delays.length === 0) return undefined;
  const unfinished = pushes.length - delays.length;
  return `A change of rules reached the last proxy within ${Math.max(...delays).toFixed(2)} s${
    unfinished > 0 ? `; ${unfinished} had not reached every proxy when the run ended` : ''
  }.`;
}

/** P(at most as many runs | the counts), for sessions of two keys drawn with one share; null where that says nothing. */
function blockProbability(session: SessionFacts): number | null {
  const shares = new Set(session.refreshes.map((refresh) => refresh.share));
  const sequence = session.refreshes.map((refresh) => refresh.key);
  const kinds = [...new Set(sequence)];
  if (shares.size !== 1 || kinds.length !== 2) return null;
  const n1 = sequence.filter((key) => key === kinds[0]).length;
  let runs = 1;
  for (let i = 1; i < sequence.length; i++) if (sequence[i] !== sequence[i - 1]) runs += 1;
  const n2 = sequence.length - n1;
  const n = n1 + n2;
  if (n <= 1000) return runsTestLower({ n1, n2, runs });
  // Wald and Wolfowitz (1940): the number of runs is asymptotically normal.
  const mean = 1 + (2 * n1 * n2) / n;
  const variance = (2 * n1 * n2 * (2 * n1 * n2 - n)) / (n * n * (n - 1));
  const below = mean - runs - 0.5;
  return below <= 0 ? 1 : chi2Sf({ x: (below * below) / variance, df: 1 }) / 2;
}

function tallyText(session: SessionFacts, marks: readonly (string | null)[]): string {
  const parts = session.keys.flatMap((key, index) => {
    const count = session.counts[index]!;
    if (count === 0 && !session.refreshes.some((refresh) => refresh.share !== null)) return [];
    if (count === 0 && key !== session.distributionKey) return [];
    const mark = marks[index];
    return [`${count} of ${key}${mark === null || mark === undefined ? '' : ` (${shown[mark] ?? mark})`}`];
  });
  return `${plural(session.refreshes.length, 'refresh', 'refreshes')} brought ${parts.length === 0 ? 'no version' : parts.join(' and ')}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const trimmed = (value: number): string => String(Number(value.toFixed(2)));
