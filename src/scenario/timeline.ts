import type { TimelineAction } from '../mesh/timeline/timeline-action.ts';
import type { ScenarioText } from './schema.ts';

type Entry = ScenarioText['spec']['timeline'][number];

/** An entry that names no file: what it does, and the words for it. */
export function actionOf(entry: Entry): (TimelineAction & { readonly file: string }) | undefined {
  const { scale, kill, crash, slow, fail, heal } = entry;
  if (scale !== undefined) return { verb: 'scale', file: `${scale.workload} to ${scale.replicas}`, ...scale };
  if (kill !== undefined) return { verb: 'kill', file: `${kill.pods} of ${kill.workload}`, ...kill };
  if (crash !== undefined) return { verb: 'crash', file: `${crash.pods} of ${crash.workload}`, ...crash };
  if (entry.cordon === true) return { verb: 'cordon', file: 'the nodes' };
  if (entry.uncordon === true) return { verb: 'uncordon', file: 'the nodes' };
  if (slow !== undefined) {
    const { workload, factor } = slow;
    return { verb: 'slow', file: `${workload} by ${factor}`, workload, trouble: { factor } };
  }
  if (fail !== undefined) {
    const { workload, ...fails } = fail;
    return {
      verb: 'fail',
      file: `${workload} in ${Number((fails.share * 100).toFixed(6))} %`,
      workload,
      trouble: { fails: { ...fails, fromUs: 0, toUs: Infinity } },
    };
  }
  if (heal !== undefined) {
    return {
      verb: 'heal',
      file: heal.workload,
      workload: heal.workload,
      trouble: { factor: 1, fails: undefined },
    };
  }
  return undefined;
}

/** Name of the workload that an entry is about. */
export const workloadOf = (entry: Entry): string | undefined =>
  (entry.scale ?? entry.kill ?? entry.crash ?? entry.slow ?? entry.fail ?? entry.heal)?.workload;
