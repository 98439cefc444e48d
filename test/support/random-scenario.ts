import fc from 'fast-check';
import type { Resource } from '../../src/manifest/resource.ts';
import { runOnce } from '../../src/experiment/run-once.ts';
import { begin, type RunResult } from '../../src/experiment/run.ts';
import { controlPlanePresets } from '../../src/mesh/istiod/control-plane.ts';
import type { Scenario, TimelineStep } from '../../src/scenario/scenario.ts';
import { shipped, shippedNames } from './scenario.ts';

/** What befalls a mesh at some instant, whatever its workloads and manifests are called: numbers choose among them. */
interface Deed {
  readonly atMs: number;
  readonly what:
    | 'apply again'
    | 'apply changed'
    | 'apply later'
    | 'delete'
    | 'scale'
    | 'kill'
    | 'crash'
    | 'cordon'
    | 'uncordon'
    | 'slow'
    | 'fail'
    | 'heal'
    | 'restart'
    | 'stale'
    | 'controlPlane';
  readonly whom: number;
  readonly much: number;
}

export interface RandomScenario {
  readonly mesh: string;
  readonly seed: number;
  readonly deeds: readonly Deed[];
  /** In place of those deeds that are still to come at the branch's instant. */
  readonly otherDeeds: readonly Deed[];
  readonly branchMs: number;
  /** Events of the instant after that which the trunk plays, too. */
  readonly steps: number;
  readonly controlPlane: 'off' | 'small' | 'large';
  readonly workers: number;
  readonly selector: 'independent' | 'counter';
  readonly windowMs: number;
}

const seconds = 25;

const deed = (minMs: number): fc.Arbitrary<Deed> =>
  fc.record({
    // Whole seconds now and then, so that instants coincide with edges of windows and with each other.
    atMs: fc.oneof(
      fc.integer({ min: minMs, max: seconds * 1000 }),
      fc.integer({ min: Math.ceil(minMs / 1000), max: seconds }).map((second) => second * 1000),
    ),
    what: fc.constantFrom<Deed['what'][]>(
      'apply again',
      'apply changed',
      'apply later',
      'delete',
      'scale',
      'kill',
      'crash',
      'cordon',
      'uncordon',
      'slow',
      'fail',
      'heal',
      'restart',
      'stale',
      'controlPlane',
    ),
    whom: fc.nat(100),
    much: fc.nat(5),
  });

/** Meshes, traffic and settings of the scenarios that come with the project, with deeds, chance and instants of its own. */
export const randomScenario: fc.Arbitrary<RandomScenario> = fc
  .integer({ min: 0, max: seconds * 1000 })
  .chain((branchMs) =>
    fc.record({
      mesh: fc.constantFrom(...shippedNames),
      seed: fc.nat(),
      deeds: fc.array(deed(1), { maxLength: 8 }),
      otherDeeds: fc.array(deed(Math.min(branchMs + 1, seconds * 1000)), { maxLength: 4 }),
      branchMs: fc.constant(branchMs),
      steps: fc.nat(20),
      controlPlane: fc.constantFrom<('off' | 'small' | 'large')[]>('off', 'small', 'large'),
      workers: fc.integer({ min: 1, max: 3 }),
      selector: fc.constantFrom<('independent' | 'counter')[]>('independent', 'counter'),
      windowMs: fc.constantFrom(1000, 2500, 7001),
    }),
  );

/** The scenario, and the timeline of a branch that leaves it after `branchMs`. */
export async function scenarioOf(
  random: RandomScenario,
): Promise<{ readonly scenario: Scenario; readonly timeline: Scenario['timeline'] }> {
  const base = await shipped(random.mesh);
  const toStep = stepsOf(base);
  const step = (own: Deed): TimelineStep => toStep(own);
  const byTime = (steps: readonly TimelineStep[]): TimelineStep[] =>
    [...steps].sort((a, b) => a.atUs - b.atUs);
  const durationUs = seconds * 1e6;
  const own = base.timeline
    // What the scenario itself does, in the time that there is.
    .map(
      (each) => ({ ...each, atUs: Math.round((each.atUs / base.durationUs) * durationUs) }) as TimelineStep,
    );
  const timeline = byTime([...own, ...random.deeds.map(step)]);
  const scenario: Scenario = {
    ...base,
    seed: String(random.seed),
    durationUs,
    windowUs: random.windowMs * 1000,
    timeline,
    controlPlane: controlPlanePresets[random.controlPlane],
    proxy: { ...base.proxy, concurrency: random.workers, selector: random.selector },
    expect: [],
  };
  const branchUs = random.branchMs * 1000;
  return {
    scenario,
    timeline: byTime([
      ...timeline.filter(({ atUs }) => atUs <= branchUs),
      ...random.otherDeeds.map(step).filter(({ atUs }) => atUs > branchUs),
    ]),
  };
}

function stepsOf({ manifests, timeline }: Scenario): (own: Deed) => TimelineStep {
  const workloads = manifests.filter((own) => own.kind === 'Deployment').map((own) => own.metadata.name);
  const later = timeline.flatMap((each) => ('resources' in each ? each.resources : []));
  const pick = <T>(list: readonly T[], number: number): T => list[number % list.length]!;
  return ({ atMs, what, whom, much }) => {
    const atUs = atMs * 1000;
    const workload = pick(workloads, whom);
    const file = 'random.yaml';
    switch (what) {
      case 'apply again':
        return { atUs, verb: 'apply', file, resources: [pick(manifests, whom)] };
      case 'apply changed':
        return { atUs, verb: 'apply', file, resources: [changed(pick(manifests, whom), much)] };
      case 'apply later':
        return { atUs, verb: 'apply', file, resources: [pick(later.length > 0 ? later : manifests, whom)] };
      case 'delete':
        return { atUs, verb: 'delete', file, resources: [pick(manifests, whom)] };
      case 'scale':
        return { atUs, verb: 'scale', workload, replicas: much };
      case 'kill':
      case 'crash':
        return { atUs, verb: what, workload, pods: 1 + much, silently: whom % 3 === 0 };
      case 'cordon':
      case 'uncordon':
        return { atUs, verb: what };
      case 'slow':
        return { atUs, verb: 'slow', workload, factor: 1 + much };
      case 'fail': {
        const by = pick(['status', 'reset', 'refuse', 'unreachable'] as const, much);
        const when = whom % 2 === 0 ? ('after-work' as const) : ('before-work' as const);
        const fails = { by, status: 503, share: 0.3, when, fromUs: 0, toUs: Infinity };
        return { atUs, verb: 'fail', workload, fails };
      }
      case 'heal':
        return { atUs, verb: 'heal', workload };
      case 'restart':
        return { atUs, verb: 'restart', workload };
      case 'stale':
        return { atUs, verb: 'stale', workload, pods: 1 + much, for: whom % 2 === 0 ? undefined : 4e6 };
      case 'controlPlane':
        return { atUs, verb: 'controlPlane', downFor: (1 + much) * 1e6 };
    }
  };
}

/** Another template or another size of a Deployment, other weights of a rule; of what else there is, the same again. */
function changed(resource: Resource, much: number): Resource {
  const source = { ...resource.source, changed: much };
  if (resource.kind === 'Deployment') {
    const { template } = resource.spec;
    const labels = { ...template.labels, round: String(much) };
    return { ...resource, source, spec: { ...resource.spec, template: { ...template, labels } } } as Resource;
  }
  if (resource.kind === 'VirtualService') {
    const http = resource.spec.http.map((rule) => ({
      ...rule,
      route: rule.route.map((own, place) => ({ ...own, weight: place === 0 ? much + 1 : 1 })),
    }));
    return { ...resource, source, spec: { ...resource.spec, http } } as Resource;
  }
  return { ...resource, source } as Resource;
}

/**
 * A branch, a copy and the trunk itself all come to what a run from the seed comes to, byte for byte: record, events, and
 * requests.
 * @throws Error with what differs.
 */
export async function branchesEqualRunsFromTheSeed(random: RandomScenario): Promise<void> {
  const { scenario, timeline } = await scenarioOf(random);
  const branched = { ...scenario, timeline };
  const trunk = begin(scenario);
  trunk.runUntil(random.branchMs * 1000);
  const branch = trunk.branch({ timeline });
  const other = trunk.branch({ timeline });
  for (let step = 0; step < random.steps; step++) trunk.step();
  const copy = trunk.copy();
  // Whoever goes on first must not be noticed by the others.
  const found = [branch, copy, trunk, other].map((run) => outcomeOf(() => run.finish()));
  const [asWritten, asBranched] = [outcomeOf(() => runOnce(scenario)), outcomeOf(() => runOnce(branched))];
  const wanted = [asBranched, asWritten, asWritten, asBranched];
  found.forEach((own, place) => {
    if (own !== wanted[place]) {
      const name = ['branch', 'copy', 'trunk', 'other branch'][place];
      throw new Error(`the ${name} of ${JSON.stringify(random)} differs from the run from the seed`);
    }
  });
}

/** What a run comes to: its record, events and requests, or the error of whoever could not make a record of it. */
function outcomeOf(finish: () => RunResult): string {
  try {
    return JSON.stringify(finish());
  } catch (error) {
    return String(error);
  }
}
