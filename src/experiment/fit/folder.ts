import type { Problem } from '../../manifest/problem.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { appText } from './app-text.ts';
import type { FittedSystem } from './fit-system.ts';
import { manifestsOf, type SystemManifests } from './manifest-texts.ts';
import type { NamedText } from './named-text.ts';
import { profileOf, scenarioText, shown } from './scenario-text.ts';

/** A fitted system as the files that `meshshift run` plays. */
export interface SystemFolder {
  readonly files: readonly NamedText[];
  readonly manifests: SystemManifests;
}

/** For whoever goes on with it: arrivals by the profile that was fitted. */
export function folderOf(system: FittedSystem, objects: readonly unknown[], name: string): SystemFolder {
  const manifests = manifestsOf(system, objects, 'by load');
  const text = scenarioText(system, {
    name,
    title: 'A running system, fitted from what it left',
    seconds: (system.toMs - system.fromMs) / 1000,
    manifests,
    arrivals: profileOf,
  });
  return {
    files: [
      { file: 'scenario.yaml', text },
      { file: 'app.yaml', text: appOf(system, manifests, name) },
      ...manifests.files,
    ],
    manifests,
  };
}

/**
 * The same system over another stretch of time, with the arrivals that were seen then.
 *
 * @param held what was found of that stretch alone: its arrivals and changes.
 */
export function replayFolder(
  system: FittedSystem,
  held: FittedSystem,
  objects: readonly unknown[],
): SystemFolder {
  const seconds = (held.toMs - held.fromMs) / 1000;
  const recordings: NamedText[] = [];
  // Weights are those that were in force then; all else is what the fit found.
  const manifests = manifestsOf({ ...system, splits: weightsFor(system, held) }, objects, 'as seen');
  const text = scenarioText(
    { ...system, entries: held.entries },
    {
      name: 'validation',
      title: 'The part that the fit has not seen',
      seconds,
      manifests,
      arrivals: (entry, at) => {
        const { times } = entry;
        if (times === undefined || times.length === 0) return profileOf(entry, at);
        const file = `arrivals-${at + 1}.csv`;
        recordings.push({ file, text: `time\n${times.map((time) => time.toFixed(6)).join('\n')}\n` });
        return `      replay: { file: ${file}, start: ${shown(times[0]!)}s }`;
      },
    },
  );
  return {
    files: [
      { file: 'scenario.yaml', text },
      { file: 'app.yaml', text: appOf(system, manifests, 'validation') },
      ...manifests.files,
      ...recordings,
    ],
    manifests,
  };
}

function appOf({ workloads, unknown }: FittedSystem, { matches }: SystemManifests, name: string): string {
  return appText({
    name,
    notes: unknown.map((what) => `not known: ${what}`),
    workloads: workloads.map((own) => ({
      name: own.name,
      match: matches.get(own.name) ?? { app: own.service },
      traced: own.traced,
      // Of all requests: in an app file an error costs what an answer does, too.
      cpuMs: own.cpu?.perRequestMs,
      idleMilli: own.cpu?.idleMilli,
      workers: own.logged?.workers,
      failures: own.logged?.failures.statuses ?? own.metered?.statuses,
    })),
  });
}

/** Weights of the held part: as they were told; else what was in force when the fitted part ended. */
function weightsFor(system: FittedSystem, held: FittedSystem): FittedSystem['splits'] {
  return system.splits.map((split) => {
    const last = split.phases.at(-1)!;
    const length = (held.toMs - held.fromMs) / 1000;
    const own = held.splits.find(({ service }) => service === split.service);
    const told = own?.phases.filter((phase) => phase.told !== undefined) ?? [];
    const first = { ...last, fromSeconds: 0, toSeconds: told[0]?.fromSeconds ?? length, propagation: [] };
    const phases = first.toSeconds > 0 ? [first, ...told] : told;
    return { ...split, phases };
  });
}

/** The scenario of a folder that is still in memory, with a seed of its own. */
export async function loadFolder(
  { files }: SystemFolder,
  seed: number,
): Promise<{ readonly scenario: Scenario | undefined; readonly problems: readonly Problem[] }> {
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const { value, problems } = await loadScenario({
    path: 'validation',
    file: 'scenario.yaml',
    text: texts.get('scenario.yaml')!,
    set: [`seed=${seed}`],
    read: (name) =>
      Promise.resolve(
        texts.has(name)
          ? { value: texts.get(name)!, problems: [] }
          : {
              value: undefined,
              problems: [{ severity: 'error', code: 'MS3001', message: `there is no ${name}`, file: name }],
            },
      ),
  });
  return { scenario: value, problems };
}
