import { chancePercent, count, percent, plural } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
import { levelsOf } from '../rule-of-evidence.ts';
import { withoutProxy } from './caller-without-proxy.ts';
import { isDrawn } from './is-drawn.ts';
import { keepsClients } from './keeps-clients.ts';
import { noHarm, type FindingKind } from './finding.ts';
import type { RunRecord } from '../../record/record.ts';

type Phase = RunRecord['splits'][number]['phases'][number];

/** What chance does: a split within the luck of the draw, of the whole run and of each session. */
export const chance: FindingKind = {
  code: 'chance',
  seenIn(record) {
    const sessions = record.refreshes.flatMap((session) =>
      session.p === null ||
      session.distributionKey === null ||
      session.errors > 0 ||
      keepsClients(record, session.service) ||
      session.verdict.kind === 'fault' ||
      !isDrawn(session)
        ? []
        : [
            {
              code: 'chance',
              level: 'luck' as const,
              sentence: `${session.verdict.sentence}`,
              evidence: session.verdict.reasons,
              harm: noHarm,
              why: 'Each page is drawn by itself. With so few pages, luck alone can move the tally far from the weights.',
              remedies: [],
              look: 'session',
              trace: null,
            },
          ],
    );
    const kept = record.splits.flatMap((split) => {
      const phases = split.phases.filter(({ p }) => p !== null);
      const longest = phases.reduce<(typeof phases)[number] | undefined>(
        (most, own) => (most === undefined || own.requests > most.requests ? own : most),
        undefined,
      );
      if (longest === undefined || keepsClients(record, split.service)) return [];
      // Requests that no proxy drew are counted, too: what all of them came to says nothing of the weights.
      if (
        withoutProxy(record).has(split.service) ||
        areUnderSeveral(record, split.service) ||
        split.phases.some(({ parts }) => parts !== undefined)
      )
        return [];
      const parts = split.keys.flatMap((key, place) => {
        const meant = longest.effective?.[place] ?? 0;
        return meant === 0
          ? []
          : [
              `${key} ${percent(longest.observed[place]! / longest.requests, longest.requests)} (weight ${percent(meant)})`,
            ];
      });
      const { suspicious } = levelsOf(record);
      const smallest = Math.min(...phases.map(({ p }) => p!));
      return [
        {
          code: 'chance',
          level: 'luck' as const,
          sentence: `${split.service} kept to ${isMixed(longest) ? 'the weights that its callers held, not all of whom had the rule in force' : 'its weights'}${unreached(record, split.service)}: ${parts.join(', ')} of ${plural(longest.requests, 'request')}; independent draws stray at least as far in ${chancePercent(longest.p!)} of such runs.`,
          evidence: [
            ...(phases.length > 1 ? [`${plural(phases.length, 'phase')} tested.`] : []),
            ...(smallest <= suspicious
              ? [
                  `Suspicious, but no fault: draws stray as far as one of them in ${chancePercent(smallest)} of runs. Play it again with another seed.`,
                ]
              : []),
          ],
          harm: noHarm,
          why: 'Each request is drawn by itself: the difference between weights and counts is luck.',
          remedies: [],
          look: 'split',
          trace: null,
        },
      ];
    });
    return [...sessions, ...kept];
  },
};

/** ", but 302 of the requests for v3 reached no pod": what is drawn is not answered by that. */
function unreached({ failures }: RunRecord, service: string): string {
  const by = new Map<string, number>();
  for (const { service: own, version, pod, requests } of failures)
    if (own === service && version !== null && pod === null)
      by.set(version, (by.get(version) ?? 0) + requests);
  return by.size === 0
    ? ''
    : `, but ${listed([...by].map(([version, requests]) => `${count(requests)} of the requests for ${version}`))} reached no pod`;
}

/** At some time one kind of caller has weights, and another none, or others: what all of them come to on average nobody has written. */
function areUnderSeveral({ callers }: RunRecord, service: string): boolean {
  const own = callers.filter((each) => each.service === service);
  return own
    .flatMap(({ rules }) => rules.map(({ fromSeconds }) => fromSeconds))
    .some((atSeconds) => {
      const told = own.flatMap(({ rules }) => {
        const rule = rules.findLast(({ fromSeconds }) => fromSeconds <= atSeconds);
        if (rule === undefined) return [];
        return [
          JSON.stringify((rule.shares ?? []).map(({ version, share }) => `${version} ${share}`).sort()),
        ];
      });
      return new Set(told).size > 1;
    });
}

/** What callers held on average is not what the manifests said: by a hundredth and more. */
const isMixed = ({ configured, effective }: Phase): boolean =>
  configured !== null && configured.some((own, place) => Math.abs(own - (effective?.[place] ?? own)) > 0.01);
