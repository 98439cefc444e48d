import { apply } from './apply.ts';
import { controlPlane } from './control-plane.ts';
import { cordon } from './cordon.ts';
import { crash } from './crash.ts';
import { deleteManifests } from './delete.ts';
import { drain } from './drain.ts';
import { fail } from './fail.ts';
import { heal } from './heal.ts';
import { kill } from './kill.ts';
import { lose } from './lose.ts';
import { restart } from './restart.ts';
import { scale } from './scale.ts';
import { slow } from './slow.ts';
import { stale } from './stale.ts';
import type { TimelineVerb } from './timeline-verb.ts';
import { uncordon } from './uncordon.ts';

/** Everything that can be done at a moment of a run, by its verb. */
export const timelineVerbs = {
  apply,
  delete: deleteManifests,
  scale,
  restart,
  kill,
  lose,
  crash,
  cordon,
  uncordon,
  drain,
  slow,
  fail,
  heal,
  stale,
  controlPlane,
};

type ActionOf<Verb> = Verb extends TimelineVerb<infer Action, never> ? Action : never;

/** What happens to the mesh at a moment of the run. */
export type TimelineAction = ActionOf<(typeof timelineVerbs)[keyof typeof timelineVerbs]>;

export const verbOf = (action: TimelineAction): TimelineVerb<TimelineAction, never> =>
  timelineVerbs[action.verb];

/** What an action is about, after its verb: a file, "reviews-v1 to 4", "the nodes". */
export const subjectOf = (action: TimelineAction): string => verbOf(action).subject(action);
