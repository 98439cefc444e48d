import { leftOutText } from '../../manifest/left-out-text.ts';
import { modelled } from '../../mesh/modelled.ts';
import type { World } from '../../mesh/world.ts';
import { runFormat } from '../../record/format.ts';
import type { RunRecord } from '../../record/record.ts';
import { kindOf } from '../../scenario/expect/index.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { diagnose } from '../../verdict/finding/index.ts';
import { levelsOfRun } from '../../verdict/rule-of-evidence.ts';
import { plural } from '../../words/number.ts';
import { runVerdict } from '../../verdict/run-verdict.ts';
import { assumptionsOf } from '../assumptions.ts';
import { buildCapacity } from '../build-capacity.ts';
import type { Recorder } from '../recorder.ts';
import { seenRun } from '../seen-run.ts';
import { version } from '../version.ts';
import { buildCallers } from './callers.ts';
import { buildEjections } from './ejections.ts';
import { buildRedirects } from './redirects.ts';
import { buildFailures } from './failures.ts';
import { buildMesh } from './mesh.ts';
import { buildPods } from './pods.ts';
import { buildMetrics } from './metrics.ts';
import { buildPages } from './pages.ts';
import { buildPushes } from './pushes.ts';
import { buildCopies, buildReached } from './reached.ts';
import { buildSession } from './session.ts';
import { buildSplit } from './split.ts';
import { buildTimeline } from './timeline.ts';
import { buildSteps } from './steps.ts';

/** What is left of a run: any that was played has a record. */
export function buildRecord(
  scenario: Scenario,
  world: World,
  recorder: Recorder,
  interrupted: boolean,
): RunRecord {
  const splits = buildSplits(scenario, world, recorder);
  const pushes = buildPushes(recorder);
  const pages = buildPages(world, recorder, scenario.lateUs);
  const refreshing = scenario.traffic.flatMap(({ kind, name }, source) =>
    kind === 'refresh' ? [{ name, source }] : [],
  );
  const sessions = refreshing.map(({ source }) => recorder.refreshes.get(source)!.length);
  const levels = levelsOfRun({ splits, sessions, selector: scenario.proxy.selector });
  const refreshes = refreshing.map(({ name, source }) =>
    buildSession(world, recorder, source, name, scenario.focus, levels),
  );
  const pods = recorder.capacity === undefined ? [] : buildPods(world, recorder, recorder.capacity, scenario);
  const mesh = buildMesh(world, recorder, scenario);
  const seen = seenRun(world, recorder, refreshes, mesh);
  const nodes = world.workloads.scheduler.nodes.filter(({ name }) => name !== '').length;
  const record: Omit<RunRecord, 'diagnosis'> = {
    schema: runFormat,
    version,
    modelled,
    scenario: buildPlayed(scenario),
    verdict: runVerdict(
      splits.find((split) => split.service === scenario.focus),
      refreshes,
      pages.flags,
      pushes,
      levels,
    ),
    expectations: scenario.expect.map((own) => ({
      text: kindOf(own).text(own),
      ...kindOf(own).judge(own, seen),
    })),
    focus: scenario.focus,
    splits,
    timeline: buildTimeline(scenario, recorder),
    pushes,
    ejections: buildEjections(world, recorder),
    capacity:
      recorder.capacity === undefined
        ? null
        : buildCapacity(scenario, world, recorder, recorder.capacity, splits, pods),
    refreshes,
    pages,
    metrics: buildMetrics(world),
    failures: buildFailures(world, recorder, scenario),
    ...buildRedirects(world, recorder, scenario),
    pods,
    callers: buildCallers(world, recorder),
    reached: buildReached(world, recorder, mesh),
    copies: buildCopies(world, recorder),
    steps: buildSteps(world, recorder, splits),
    mesh,
    traffic: scenario.traffic.map(({ name, kind }, source) => ({
      name,
      kind,
      pages: recorder.pagesOf[source]!,
      failed: recorder.failedOf[source]!,
    })),
    proxies: world.proxies.places.map((place) => ({
      pod: place.pod,
      workload: place.workload,
      gateway: place.identity.type === 'gateway',
    })),
    warnings: [
      ...scenario.warnings.map(placedText),
      ...sessionsCutShort(scenario, sessions, recorder.totals.at(-1)!.atUs),
    ],
    ...(nodes === 0 ? {} : { nodes }),
    ...crowdingIn(world),
    ignored: scenario.ignored.map(leftOutText),
    ...(scenario.ignored.length === 0 ? {} : { leftOut: scenario.ignored }),
    assumptions: assumptionsOf(scenario),
    guesses: { numbers: scenario.guesses, calls: scenario.guessedCalls },
    interrupted,
    ended: null,
  };
  return { ...record, diagnosis: diagnose(record) };
}

/** What was played. */
const buildPlayed = (scenario: Scenario): RunRecord['scenario'] => ({
  name: scenario.name,
  title: scenario.title,
  hash: scenario.hash,
  seed: scenario.seed,
  durationSeconds: scenario.durationUs / 1e6,
  command: `meshshift run ${scenario.path} --seed ${scenario.seed}`,
  path: scenario.path,
  ...(scenario.proxy.selector === 'counter' ? { selector: 'counter' } : {}),
  settings: scenario.settings,
});

/** Of the services that were asked: the one in focus, and those with something to split. */
const buildSplits = ({ focus }: Scenario, world: World, recorder: Recorder): RunRecord['splits'] =>
  world.services
    .filter((_, row) => (recorder.counters.requests[row] ?? 0) > 0)
    .map((service) => buildSplit(world, recorder, service))
    .filter(
      ({ service, keys, configured }) =>
        service === focus || keys.length > 1 || configured.some(({ shares }) => shares !== undefined),
    );

/** By workload, how many pods of the start have no room. */
function crowdingIn({ workloads: { scheduler }, pods }: World): Pick<RunRecord, 'crowding'> {
  const found = new Map<string, number>();
  for (const row of scheduler.crowding) {
    const { workload } = pods[row]!;
    found.set(workload, (found.get(workload) ?? 0) + 1);
  }
  return found.size === 0 ? {} : { crowding: [...found].map(([workload, pods]) => ({ workload, pods })) };
}

const placedText = ({ file, line, code, message }: Scenario['warnings'][number]): string =>
  `${file}${line === undefined ? '' : `:${line}`} [${code}] ${message}`;

/** Sessions for which there was time by their pace, and whose pages took too long: the next refresh waits for the page before it. */
function sessionsCutShort({ traffic }: Scenario, sessions: readonly number[], endUs: number): string[] {
  const entries = traffic.filter((entry) => entry.kind === 'refresh');
  return entries.flatMap(({ name, count, everyUs, startUs }, place) => {
    const room = Math.min(count, Math.max(0, Math.floor((endUs - startUs) / everyUs) + 1));
    const seen = sessions[place]!;
    // The last one may be under way.
    return seen >= room - 1
      ? []
      : [
          `${seen} of ${plural(room, 'refresh', 'refreshes')} of "${name}" came before the run ended, because its pages were slow: the next one waits for the page before it.`,
        ];
  });
}
