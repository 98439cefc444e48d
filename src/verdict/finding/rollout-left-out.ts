import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';
import { listed } from '../../words/listed.ts';
import { plural } from '../../words/number.ts';
import { byHand } from './remedy.ts';

type RolloutFact = MeshFacts['rollouts'][number];

/** A Rollout over the steps of a run or of a timeline. */
export interface RolloutAlong extends RolloutFact {
  /** It gets pods of another template than those that it has: its controller would have something to roll out. */
  readonly changes: boolean;
  /** It gets another template, for which no pods are made while it is paused. */
  readonly waits: boolean;
  /** Another moment is written for its pods to be restarted. */
  readonly restarts: boolean;
}

/** Each Rollout as it is in the end. */
export function rolloutsAlong(steps: readonly Pick<MeshFacts, 'rollouts'>[]): RolloutAlong[] {
  const all = steps.flatMap(({ rollouts }) => rollouts);
  return [...new Map(all.map((own) => [own.name, own])).values()].map((last) => {
    const same = all.filter(({ name }) => name === last.name);
    const invalid = same.find((own) => own.invalid !== undefined)?.invalid;
    return {
      ...last,
      ...(invalid === undefined ? {} : { invalid }),
      isShifted: same.some(({ isShifted }) => isShifted === true),
      restarts: last.restartAt !== undefined && same.some(({ restartAt }) => restartAt !== last.restartAt),
      // An older record does not say, and was made of what changes alone.
      changes: last.templates === undefined || withPods(same).size > 1,
      waits: last.paused === true && !withPods(same).has(last.templates?.at(-1) ?? ''),
    };
  });
}

/** Templates that it has pods of: a new one gets none while a Rollout with a canary is paused. */
function withPods(same: readonly RolloutFact[]): ReadonlySet<string> {
  const found = new Set<string>(same[0]?.templates);
  for (const { templates = [], paused, switches } of same)
    if (paused === undefined || switches !== undefined) for (const own of templates) found.add(own);
  return found;
}

/**
 * What of a Rollout does not take place, as the model has no such controller; the text is "" where nothing would. With a template
 * that stays, none of its steps would begin in a cluster either, and its rules are kept at 100 % for the stable version
 * (argo-rollouts rollout/trafficrouting.go, reconcileTrafficRouting: fully promoted).
 */
export function rolloutLeftOut(own: RolloutAlong): {
  readonly isHarm: boolean;
  readonly text: string;
  readonly remedies: readonly Remedy[];
} {
  const { name, steps, manages, switches, changes, waits, restarts, isShifted, strangers = [] } = own;
  const rules = manages === '' ? 'the weights' : `the weights of ${manages}`;
  if (own.invalid !== undefined)
    return {
      isHarm: true,
      text: `In a cluster the controller of Rollout ${name} does nothing as long as ${own.invalid}: it makes no pods, scales none and moves no weights. This run has its pods all the same.`,
      remedies: [byHand(`Correct what Rollout ${name} names, or apply it with what it names.`)],
    };
  if (!changes && isShifted === true)
    return {
      isHarm: true,
      text: `In this run nobody puts ${rules} back: as long as there is no pod of a new template, the controller of Rollout ${name} keeps its canary at 0 %.`,
      remedies: [byHand(`Leave ${manages} to the Rollout: change its template, and play its steps by hand.`)],
    };
  const others = listed([...new Set(strangers.flatMap(({ workloads }) => workloads))]);
  if (!changes && strangers.length > 0)
    return {
      isHarm: true,
      text: `In this run ${listed(strangers.map(({ what }) => what))} ${strangers.length === 1 ? 'picks' : 'pick'} pods of ${others} beside those of Rollout ${name}: its controller would have them pick the Rollout’s own alone, by their hash, and ${others} would get none of those requests.`,
      remedies: [
        byHand(
          `Give the pods of ${name} a label that ${others} does not have, and select by it, as the controller does; then the run shows whether they suffice.`,
        ),
      ],
    };
  if (!changes && restarts)
    return {
      isHarm: true,
      text: `The pods of Rollout ${name} are not restarted in this run, although its restartAt asks for it: no controller replaces them one after the other.`,
      // `kill` gives pods no grace; a restart with maxSurge 0 does what the controller does.
      remedies: [
        byHand(
          `Write ${name} as a Deployment with maxSurge: 0, and restart it in the timeline ({ at: ..., restart: { workload: ${name} } }): maxUnavailable pods at a time end in their grace period and are replaced.`,
        ),
      ],
    };
  if (!changes && waits)
    return {
      isHarm: false,
      text: `Rollout ${name} is paused (spec.paused), so its new template makes no pods and ${steps === 0 ? 'it is not rolled out' : 'none of its steps begins'}: here as in a cluster.`,
      remedies: [],
    };
  if (!changes)
    return {
      isHarm: false,
      text:
        steps === 0
          ? ''
          : `The template of Rollout ${name} stays as it is, so ${steps === 1 ? 'its 1 step' : `none of its ${steps} steps`} ${steps === 1 ? 'does not begin' : 'begins'}: here as in a cluster.`,
      remedies: [],
    };
  if (switches !== undefined && own.paused === true)
    return {
      isHarm: true,
      text: `Rollout ${name} is paused (spec.paused): its controller would make pods of the new template and leave Service ${switches} with the old ones alone; in this run nothing tells the two apart.`,
      remedies: [
        byHand(
          `Write a Deployment for each version, and let Service ${switches} select the old one by a label.`,
        ),
      ],
    };
  if (switches !== undefined)
    return {
      isHarm: true,
      text: `Rollout ${name} does not switch from blue to green in this run: no controller points Service ${switches} at the new pods, or takes the old ones away, and both stay.`,
      remedies: [
        byHand(
          `Play the switch by hand in the timeline: apply Service ${switches} with a selector for the new pods when they are ready, then take the old ones away.`,
        ),
      ],
    };
  const what = steps === 0 ? `Rollout ${name} is not rolled out in this run` : stepsText(name, steps);
  const undone =
    manages === ''
      ? 'no controller replaces old pods by new ones as far as it is to, and both versions stay'
      : `no controller moves ${rules}, tells the versions apart by their labels, or shrinks the old one`;
  return { isHarm: true, text: `${what}: ${undone}.`, remedies: [byHand(insteadOf(own))] };
}

const stepsText = (name: string, steps: number): string =>
  `The ${plural(steps, 'step')} of Rollout ${name} ${steps === 1 ? 'does' : 'do'} nothing in this run`;

/** What a controller would do, somebody has to. */
const insteadOf = ({ steps, manages }: RolloutAlong): string =>
  manages !== ''
    ? 'Play each step by hand in the timeline: apply the weights, scale the versions.'
    : steps > 0
      ? 'Write a Deployment for each version, and play each step by hand in the timeline: scale them.'
      : 'Write it as a Deployment: the model replaces its pods by maxSurge and maxUnavailable.';
