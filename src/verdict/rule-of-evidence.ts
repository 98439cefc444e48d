/**
 * One rule for all commands. Luck strays in its tests as far as they tell in p of all cases: above 5 % that is luck, down to 1 %
 * suspicious (repeat it), below a fault. Whoever looks several times shares both among the looks. Where draws are known to be
 * independent, as those of a run are, suspicion reaches down to 1 in 100,000.
 */
export type EvidenceKind = 'luck' | 'suspicious' | 'fault';

/** The greatest p-values that are suspicious, and a fault. */
export interface EvidenceLevels {
  readonly suspicious: number;
  readonly fault: number;
}

/** Of what is suspicious by luck alone, the share that is called a fault. */
const faultPart = 0.2;

/**
 * Nothing but luck can make independent draws stray: where they are known to be so, luck has to be a thousand times rarer before
 * something unknown is believed. Else one run in a hundred would be said not to hold for its seed alone.
 */
const independentPart = 0.001;

/**
 * 5 % and 1 % over all looks together, unless another confidence than 95 % is asked for (Bonferroni).
 * @param areIndependent the draws are known to be independent of each other
 */
export const evidenceLevels = ({
  conf = 0.95,
  looks = 1,
  areIndependent = false,
}: {
  readonly conf?: number;
  readonly looks?: number;
  readonly areIndependent?: boolean;
} = {}): EvidenceLevels => {
  // Rounded: 1 - 0.95 is 0.050000000000000044.
  const each = (share: number): number => Number((((1 - conf) * share) / looks).toPrecision(12));
  return { suspicious: each(1), fault: each(faultPart * (areIndependent ? independentPart : 1)) };
};

/** What a p-value of one look is evidence of. */
export const evidenceOfP = (p: number, { suspicious, fault }: EvidenceLevels): EvidenceKind =>
  p <= fault ? 'fault' : p <= suspicious ? 'suspicious' : 'luck';

/** Where the order of the versions is tested beside their tally, each has half of each level. */
export const orderPart = 0.5;

/** The levels of one of two tests that share a look. */
export const partOf = ({ suspicious, fault }: EvidenceLevels, part: number): EvidenceLevels => ({
  suspicious: Number((suspicious * part).toPrecision(12)),
  fault: Number((fault * part).toPrecision(12)),
});

/** The more telling of two. */
export const worseOf = (a: EvidenceKind, b: EvidenceKind): EvidenceKind =>
  order.indexOf(a) > order.indexOf(b) ? a : b;

const order: readonly EvidenceKind[] = ['luck', 'suspicious', 'fault'];

/** Requests of a phase of a split, and of a session of refreshes; `p` is null where nothing was tested. */
interface Tested {
  readonly splits: readonly {
    readonly phases: readonly { readonly p: number | null; readonly requests: number }[];
  }[];
  readonly sessions: readonly number[];
  /** How its proxies choose of weighted clusters. */
  readonly selector: Selector;
}

/**
 * The levels of each look of a run: each session that is judged by itself, and each phase of each split that was tested, unless
 * sessions have judged its requests.
 */
export const levelsOfRun = ({ splits, sessions, selector }: Tested): EvidenceLevels =>
  evidenceLevels({
    looks: Math.max(
      1,
      sessions.length +
        splits
          .flatMap(({ phases }) => phases)
          .filter((phase) => phase.p !== null && !isOfSessions(phase, sessions)).length,
    ),
    areIndependent: areIndependent(selector),
  });

/** A weighted cluster draws a fresh number for each stream, unless the proxies are those that count. */
export const areIndependent = (selector: Selector): boolean => selector !== 'counter';

type Selector = 'independent' | 'counter' | undefined;

/** The same, read off a record. */
export const levelsOf = (record: {
  readonly splits: Tested['splits'];
  readonly refreshes: Parameters<typeof sessionsOf>[0]['refreshes'];
  readonly scenario: { readonly selector?: Selector };
}): EvidenceLevels =>
  levelsOfRun({
    splits: record.splits,
    sessions: sessionsOf(record),
    selector: record.scenario.selector,
  });

/** A phase holds just what one session, or all together, asked for: what is to be said of it, they say. */
export const isOfSessions = (
  { requests }: { readonly requests: number },
  sessions: readonly number[],
): boolean => sessions.includes(requests) || requests === sessions.reduce((sum, own) => sum + own, 0);

/** Refreshes of each session of a record. */
export const sessionsOf = ({
  refreshes,
}: {
  readonly refreshes: readonly { readonly refreshes: readonly unknown[] }[];
}): number[] => refreshes.map((session) => session.refreshes.length);
