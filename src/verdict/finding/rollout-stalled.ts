import type { StalledRollout } from '../../record/capacity.ts';
import { moment, plural, seconds } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** A new template came, and none of its pods ever became ready: whatever else is seen, it is not the new version. */
export const rolloutStalled: FindingKind = {
  code: 'rollout-stalled',
  seenIn: ({ capacity }) =>
    (capacity?.stalled ?? []).flatMap((own) => {
      const { kind, workload, fromSeconds, because, pods, old } = own;
      if (because === 'run ends') return [];
      return {
        code: 'rollout-stalled',
        level: 'breaks',
        sentence: `No ${old === null ? '' : 'new '}pod of ${kind} ${workload} became ready, from ${moment(fromSeconds)} to the end: ${servesText(old)}.`,
        evidence: [`At the end, ${plural(pods, 'pod')}: ${reasons[because]}.`, ...deadlineText(own)],
        harm: noHarm,
        why: 'A rollout goes on when new pods are ready. Where none is, it waits without end, and nobody takes it back.',
        remedies: [
          byHand(remedies[because]),
          ...(old === null ? [] : [byHand(`Take it back: apply the former manifest${undo(own)}.`)]),
        ],
        look: 'capacity',
        trace: null,
      };
    }),
};

const servesText = (old: number | null): string =>
  old === null
    ? 'it serves nobody'
    : `the new version serves nobody, and ${old === 0 ? 'no old pod is left' : `${plural(old, 'old pod')} ${old === 1 ? 'serves' : 'serve'} on`}`;

const deadlineText = ({ standingSeconds, deadlineSeconds }: StalledRollout): string[] =>
  deadlineSeconds !== null && standingSeconds >= deadlineSeconds
    ? [
        `Nothing went on for ${seconds(standingSeconds)}, longer than progressDeadlineSeconds (${deadlineSeconds}): kubectl rollout status fails then, and Kubernetes does nothing else.`,
      ]
    : [];

/** What kubectl keeps former templates of. */
const undo = ({ kind, workload }: StalledRollout): string =>
  ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind)
    ? `, or kubectl rollout undo ${kind.toLowerCase()}/${workload}`
    : '';

const reasons: Readonly<Record<Exclude<StalledRollout['because'], 'run ends'>, string>> = {
  probe: 'a probe asks a port by a name that no port of its container has, and never passes',
  'no room': 'no node has room for them',
  restarts: 'their containers end, and are started again',
  'not ready': 'they are not ready',
};

const remedies: Readonly<Record<Exclude<StalledRollout['because'], 'run ends'>, string>> = {
  probe: 'Correct the port of the probe (MS1127 says which), or name it in ports of the container.',
  'no room': 'Make room: more nodes, smaller requests, or fewer pods at once (maxSurge).',
  restarts:
    'Give the startup probe, or the liveness probe where there is none, the time that the application needs, or mend what makes it end.',
  'not ready':
    'Find what keeps them from being ready: the start of the application, its readiness probe, or its image.',
};
