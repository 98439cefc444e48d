import type { ServiceSplit } from '../../record/record.ts';
import { count, moment, plural, seconds } from '../../words/number.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** A rule is late that takes longer: as long as istiod itself gathers changes at most (PILOT_DEBOUNCE_MAX). */
const longSeconds = 10;

/**
 * The part of the requests that may go by a rule that is late. The last of hundreds of proxies may well be: how late is a matter
 * of luck, and few requests pass it.
 */
const tolerated = 0.01;

/** Proxies that went on with an old rule for long, and requests that went by it. */
export const staleProxy: FindingKind = {
  code: 'stale-proxy',
  seenIn(record) {
    const { durationSeconds } = record.scenario;
    const late = record.pushes
      .map((push) => ({ push, settled: push.settledSeconds ?? durationSeconds }))
      .filter(({ push, settled }) => push.changedSeconds > 0 && settled - push.changedSeconds > longSeconds);
    if (late.length === 0) return [];
    const windows = record.splits.flatMap((split) => split.windows);
    const requests = Math.round(astray(windows));
    if (requests === 0) return [];
    const afterLong = windows.filter((own) =>
      late.some(
        ({ push, settled }) =>
          own.fromSeconds >= push.changedSeconds + longSeconds && own.fromSeconds < settled,
      ),
    );
    const isHarm = astray(afterLong) > tolerated * afterLong.reduce((sum, own) => sum + own.requests, 0);
    const slowest = late.reduce((most, own) =>
      own.settled - own.push.changedSeconds > most.settled - most.push.changedSeconds ? own : most,
    );
    const { changedSeconds, changes, arrivals, settledSeconds } = slowest.push;
    const last = arrivals.reduce<(typeof arrivals)[number] | undefined>(
      (most, own) =>
        most === undefined || (own.atSeconds ?? Infinity) > (most.atSeconds ?? Infinity) ? own : most,
      undefined,
    );
    const name = last === undefined ? 'a proxy' : record.proxies[last.proxy]!.pod;
    const took = seconds(slowest.settled - changedSeconds);
    return [
      {
        code: 'stale-proxy',
        level: isHarm ? 'harms' : 'note',
        sentence: `${listed(changes.slice(0, 2))}, applied at ${moment(changedSeconds)}, ${
          settledSeconds === null
            ? `had not reached ${name} when the run ended, ${took} later`
            : `reached the last proxy (${name}) ${took} later`
        }: about ${plural(requests, 'request')} went where an old rule sent them.`,
        evidence: [`Changes that took longer than ${longSeconds} s: ${count(late.length)}.`],
        harm: {
          ...noHarm,
          requests: isHarm ? requests : 0,
          seconds: late.reduce((sum, own) => sum + own.settled - own.push.changedSeconds, 0),
          fromSeconds: late[0]!.push.changedSeconds,
          toSeconds: Math.max(...late.map(({ settled }) => settled)),
        },
        why: 'Until a rule has reached a proxy, that proxy acts on what it holds. Usual reasons: an istiod that is short of CPU, very many proxies, a broken connection.',
        remedies: [
          byHand(
            'See who lags behind (`istioctl proxy-status`), and wait for the last before the next step: no rule makes its own way shorter.',
          ),
        ],
        look: 'pushes',
        trace: '--where stale',
      },
    ];
  },
};

/** Requests that went where an old rule sent them. */
const astray = (windows: ServiceSplit['windows']): number =>
  windows.reduce((sum, own) => sum + own.requests * apart(own.configured, own.effective), 0);

/** Share of requests that two rules send to different places; 0 where one of them splits nothing. */
function apart(configured: readonly number[] | null, effective: readonly number[] | null): number {
  if (configured === null || effective === null) return 0;
  return configured.reduce((sum, own, place) => sum + Math.abs(own - (effective[place] ?? 0)), 0) / 2;
}
