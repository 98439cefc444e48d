import { hindranceOf } from '../../record/hindrance-of.ts';
import { count, plural, moment } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byChange, byHand } from './remedy.ts';

/** An autoscaler that had no reading, or none of one version apart from the other. */
export const autoscalerCannotDecide: FindingKind = {
  code: 'autoscaler-cannot-decide',
  seenIn: (record) =>
    (record.capacity?.autoscalers ?? []).flatMap(({ name, target, syncs }) => {
      const hindered = syncs.filter((own) => hindranceOf(own) !== undefined);
      const blind = syncs.filter((own) => own.blind !== null);
      const last = syncs.at(-1);
      const found = [];
      if (last !== undefined && hindranceOf(last) !== undefined) {
        const { message, reason } = hindranceOf(last)!;
        const isMeasured = !ofMemory.test(message) && !ofOthers.test(reason);
        found.push({
          code: 'autoscaler-cannot-decide',
          level: 'harms' as const,
          sentence: `Autoscaler ${name} could not decide about ${target} in ${count(hindered.length)} of ${plural(syncs.length, 'sync')}: ${message} (${reason}).`,
          evidence: [],
          harm: {
            ...noHarm,
            seconds: 15 * hindered.length,
            fromSeconds: hindered[0]!.atSeconds,
            toSeconds: last.atSeconds,
          },
          why: `An autoscaler without its metric, or without its target, leaves the number of pods as it is.${
            isMeasured ? '' : ' The model measures no such thing: in a cluster that does, it may scale.'
          }`,
          remedies: [
            ...(last.steps.some(({ lacksRequest }) => lacksRequest === 'cpu')
              ? [byChange({ kind: 'cpu-request', workload: target, milli: 100 })]
              : []),
            byHand(
              isMeasured
                ? 'Give the autoscaler a target and a metric that are there (`kubectl describe hpa`).'
                : 'Scale by hand in the timeline what it would scale, or let it go by CPU in the run.',
            ),
          ],
          look: 'capacity',
          trace: null,
        });
      }
      if (blind.length > 0) {
        found.push({
          code: 'autoscaler-cannot-decide',
          level: 'harms' as const,
          sentence: `Autoscaler ${name} sees ${target} as one: in ${count(blind.length)} of ${plural(syncs.length, 'sync')}, first at ${moment(blind[0]!.atSeconds)}, a version alone would have been scaled, and the mean over all was not. ${blind[0]!.blind!}`,
          evidence: [],
          harm: {
            ...noHarm,
            seconds: 15 * blind.length,
            fromSeconds: blind[0]!.atSeconds,
            toSeconds: blind.at(-1)!.atSeconds,
          },
          why: 'It takes the mean over all pods that its selector finds; a version at its limit and an idle one are "on target" together.',
          remedies: [byHand('Give each version an autoscaler of its own.')],
          look: 'capacity',
          trace: null,
        });
      }
      return found;
    }),
};

/** Nobody says how much of it an application uses. */
const ofMemory = /\bmemory\b/;

/** Reasons of readings that somebody else than the cluster gives. */
const ofOthers = /^FailedGet(External|Object|Pods)Metric$/;
