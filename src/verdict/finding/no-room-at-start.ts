import { listed } from '../../words/listed.ts';
import { plural } from '../../words/number.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';

/** Pods that run from the start, as the manifests ask for them, on nodes that have no room for them: in a cluster they are Pending. */
export const noRoomAtStart: FindingKind = {
  code: 'no-room-at-start',
  seenIn: ({ crowding = [], scenario: { durationSeconds } }) => {
    if (crowding.length === 0) return [];
    const all = crowding.reduce((sum, { pods }) => sum + pods, 0);
    return [
      {
        code: 'no-room-at-start',
        level: 'harms',
        sentence: `${plural(all, 'pod')} of ${listed(crowding.map(({ workload }) => workload))} ${all === 1 ? 'runs' : 'run'} from the start, and no node has room for ${all === 1 ? 'it' : 'them'}: in a cluster ${all === 1 ? 'it waits' : 'they wait'} (Pending), and the others have ${all === 1 ? 'its' : 'their'} requests to answer.`,
        evidence: crowding.map(({ workload, pods }) => `${workload}: ${plural(pods, 'pod')} without room.`),
        harm: { ...noHarm, seconds: durationSeconds, fromSeconds: 0, toSeconds: durationSeconds },
        why: 'The pods of the start are taken to be there, ready, since long before the run. A node takes pods for as long as what they request fits into what it has (CPU, memory, number of pods), and none that its labels or taints keep away.',
        remedies: [
          byHand(
            'Give the run the nodes that the cluster has (kubectl get nodes -o yaml), or ask for fewer pods or smaller requests.',
          ),
        ],
        look: 'capacity',
        trace: null,
      },
    ];
  },
};
