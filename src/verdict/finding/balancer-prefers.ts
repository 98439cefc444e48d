import type { RunRecord } from '../../record/record.ts';
import { percent, plural, span } from '../../words/number.ts';
import { ruleTest } from '../tally-test.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { keptConnections } from './kept-connections.ts';
import { localityNear } from './locality-near.ts';
import { byHand } from './remedy.ts';
import { stickyClients } from './sticky-clients.ts';
import { beyondLuck } from './uneven-pods.ts';
import { balancerAt } from './uneven-policy.ts';
import { warmUp } from './warm-up.ts';

/** More than a point: what is less is not worth a word. */
const worth = 0.01;

/** No rule splits a service, and its versions do not have the share that their pods have. */
export const balancerPrefers: FindingKind = {
  code: 'balancer-prefers',
  seenIn: (record) =>
    record.splits.flatMap((split) => {
      if (split.keys.length < 2 || isExplained(record, split.service)) return [];
      const phases = split.phases.filter(
        (own) => own.state === 'settled' && own.p === null && own.requests > 0,
      );
      const phase = phases.reduce<(typeof phases)[number] | undefined>(
        (most, own) => (most === undefined || own.requests > most.requests ? own : most),
        undefined,
      );
      const step = split.configured.findLast((own) => own.atSeconds <= (phase?.fromSeconds ?? -1));
      // Of callers without a proxy nobody knows what they held, and they do not prefer.
      const shares = phase?.effective ?? null;
      if (phase === undefined || shares === null || step === undefined || step.shares !== undefined)
        return [];
      const drawn = phase.observed.reduce((sum, own) => sum + own, 0);
      const strayed = shares.map((share, place) => phase.observed[place]! / drawn - share);
      const most = strayed.reduce(
        (best, own, place) => (Math.abs(own) > Math.abs(strayed[best]!) ? place : best),
        0,
      );
      if (drawn === 0 || Math.abs(strayed[most]!) < worth) return [];
      const test = ruleTest(phase.observed, shares);
      if (test === null || test.p > beyondLuck) return [];
      return [
        {
          code: 'balancer-prefers',
          level: 'note' as const,
          sentence: `No rule splits ${split.service}. ${split.keys[most]!} got ${percent(phase.observed[most]! / drawn, drawn)} of ${plural(drawn, 'request')} (${span(phase.fromSeconds, phase.toSeconds)}), and had ${percent(shares[most]!, drawn)} of the ready pods that their callers knew.`,
          evidence: [],
          harm: noHarm,
          why: whyOf(balancerAt(record, split.service, phase.fromSeconds)),
          remedies: [byHand('If you want a certain share, write it: a VirtualService with weights.')],
          look: 'split',
          trace: null,
        },
      ];
    }),
};

const whyOf = (policy: string | undefined): string =>
  policy === 'LEAST_REQUEST'
    ? 'Without a rule the balancer chooses, here LEAST_REQUEST: it prefers pods that have fewer requests under way, those that answer sooner.'
    : `Without a rule the balancer chooses${policy === undefined ? '' : `, here ${policy}`}: it goes by pods, and knows no versions.`;

/** A member of its own tells why its pods do not have the same. */
function isExplained(record: RunRecord, service: string): boolean {
  const own = { ...record, reached: record.reached.filter((each) => each.service === service) };
  return [keptConnections, stickyClients, localityNear, warmUp].some((kind) => kind.seenIn(own).length > 0);
}
