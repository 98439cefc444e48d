import { subjectOf } from '../../mesh/timeline/index.ts';
import { writtenKind } from '../../manifest/resource.ts';
import { isWorkload } from '../../manifest/scale-target.ts';
import type { TimelineEntry } from '../../record/record.ts';
import type { Scenario, TimelineStep } from '../../scenario/scenario.ts';
import type { ChangeRow, Recorder } from '../recorder.ts';

/** What was done to the mesh, with what kubectl said and what it was done to. */
export const buildTimeline = ({ timeline }: Scenario, { changes }: Recorder): TimelineEntry[] =>
  changes.slice(1).map((change, index) => {
    const step = timeline[change.entry]!;
    const changed = changedBy(step, change, changes[index]!);
    return {
      atSeconds: change.atUs / 1e6,
      verb: step.verb,
      file: subjectOf(step),
      changes: change.lines,
      ...(changed.length === 0 ? {} : { changed }),
    };
  });

type Changed = NonNullable<TimelineEntry['changed']>;

/** What is gone is known from the change before. */
function changedBy(step: TimelineStep, change: ChangeRow, before: ChangeRow): Changed {
  const workload = step.verb === 'scale' || step.verb === 'restart' ? step.workload : undefined;
  const entries = [...change.registry.entries.values()];
  const resources =
    workload === undefined
      ? change.changed.flatMap(
          (key) => (change.registry.entries.get(key) ?? before.registry.entries.get(key))?.resource ?? [],
        )
      : entries.flatMap(({ resource }) =>
          isWorkload(resource) && resource.metadata.name === workload ? [resource] : [],
        );
  return resources.map(({ kind, metadata: { namespace, name } }) => ({
    kind: writtenKind(kind),
    namespace,
    name,
  }));
}
