import type { RunRecord, ServiceSplit } from '../../record/record.ts';
import { count, moment, plural, seconds } from '../../words/number.ts';
import { listed } from '../../words/listed.ts';
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
    const { changedSeconds, changes, settledSeconds } = slowest.push;
    const { late: lateOnes, inTime } = byArrival(slowest.push);
    const pods = lateOnes.map(({ proxy }) => record.proxies[proxy]!.pod);
    const all = lateOnes.length + inTime.length;
    const took = seconds(slowest.settled - changedSeconds);
    // istiod did push: the others had it at once.
    const areAlone = inTime.length > 0 && lateOnes.length > 0;
    return [
      {
        code: 'stale-proxy',
        level: isHarm ? 'harms' : 'note',
        sentence: `${listed(changes.slice(0, 2))}, applied at ${moment(changedSeconds)}, ${
          settledSeconds === null
            ? `had not reached ${proxiesText(pods, all)} when the run ended, ${took} later`
            : `reached ${pods.length === 1 ? `the last proxy (${pods[0]!})` : proxiesText(pods, all)} ${took} later`
        }: about ${plural(requests, 'request')} went where an old rule sent them.`,
        evidence: [
          `Changes that took longer than ${longSeconds} s: ${count(late.length)}.`,
          ...(areAlone
            ? [
                `${inTime.length === 1 ? 'The other proxy' : `The other ${count(inTime.length)} proxies`} had it after ${seconds(Math.max(...inTime.map(({ atSeconds }) => atSeconds! - changedSeconds)))} at most.`,
              ]
            : []),
        ],
        harm: {
          ...noHarm,
          requests: isHarm ? requests : 0,
          seconds: late.reduce((sum, own) => sum + own.settled - own.push.changedSeconds, 0),
          fromSeconds: late[0]!.push.changedSeconds,
          toSeconds: Math.max(...late.map(({ settled }) => settled)),
        },
        why: areAlone
          ? `Until a rule has reached a proxy, that proxy acts on what it holds. istiod pushed to the others: ${pods.length === 1 ? 'this one is' : 'these are'} stale, as with a stream to istiod that hangs, or a configuration that ${pods.length === 1 ? 'it refuses' : 'they refuse'}.`
          : 'Until a rule has reached a proxy, that proxy acts on what it holds. Usual reasons: an istiod that is down or short of CPU, very many proxies, a broken connection.',
        remedies: [
          ...(areAlone
            ? [
                byHand(
                  `Restart what is stale, so that it asks istiod anew: \`kubectl delete pod ${pods.slice(0, mostNames).join(' ')}\`.`,
                ),
              ]
            : []),
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

/** Names that are told; the rest as a number. */
const mostNames = 8;

type Arrivals = RunRecord['pushes'][number]['arrivals'];

/** The proxies that had a push within the time that is usual, and the others. */
function byArrival({
  arrivals,
  changedSeconds,
}: RunRecord['pushes'][number]): Readonly<Record<'late' | 'inTime', Arrivals>> {
  const isLate = ({ atSeconds }: Arrivals[number]): boolean =>
    (atSeconds ?? Infinity) - changedSeconds > longSeconds;
  return { late: arrivals.filter(isLate), inTime: arrivals.filter((own) => !isLate(own)) };
}

/** "2 of 4 proxies (a, b)" */
function proxiesText(pods: readonly string[], all: number): string {
  if (pods.length === 0) return 'a proxy';
  if (pods.length === 1) return pods[0]!;
  const more = pods.length > mostNames ? ` and ${count(pods.length - mostNames)} more` : '';
  return `${pods.length === all ? `all ${count(all)}` : `${count(pods.length)} of ${count(all)}`} proxies (${pods.slice(0, mostNames).join(', ')}${more})`;
}

/** Requests that went where an old rule sent them. */
const astray = (windows: ServiceSplit['windows']): number =>
  windows.reduce((sum, own) => sum + own.requests * apart(own.configured, own.effective), 0);

/** Share of requests that two rules send to different places; 0 where one of them splits nothing. */
function apart(configured: readonly number[] | null, effective: readonly number[] | null): number {
  if (configured === null || effective === null) return 0;
  return configured.reduce((sum, own, place) => sum + Math.abs(own - (effective[place] ?? 0)), 0) / 2;
}
