import type { World } from '../../mesh/world.ts';
import type { ConfiguredStep, Phase, PhaseMeters } from '../../record/record.ts';
import { binomInterval } from '../../stats/index.ts';
import { tallyTest, type Drawn } from '../../verdict/tally-test.ts';
import { between, type Totals } from '../counters.ts';
import type { Recorder } from '../recorder.ts';
import { sharesOf } from './keys.ts';
import { countsBetween } from './split-counts.ts';
import { partsBetween } from './split-parts.ts';

/**
 * Edges: where this service's configured shares change, and where the last proxy has caught up after that. Each request is in one
 * phase: what a change at the very end of the run still meets is a phase of no length.
 */
export function phasesOf(
  world: World,
  recorder: Recorder,
  service: number,
  keys: readonly number[],
  configured: readonly ConfiguredStep[],
): Phase[] {
  const phases: Phase[] = [];
  const last = recorder.totals[recorder.totals.length - 1]!;
  const endUs = last.atUs;
  const totalAt = (us: number): Totals => recorder.totals.find((own) => own.atUs === us) ?? last;
  // Where the last window ends: phases and windows cut the same run.
  const end =
    recorder.marks.map((total) => recorder.totals[total]!).find(({ atUs }) => atUs === endUs) ?? last;
  configured.forEach((step, index) => {
    const fromUs = Math.round(step.atSeconds * 1e6);
    const next = configured[index + 1];
    const toUs = next === undefined ? endUs : Math.round(next.atSeconds * 1e6);
    const settledUs = index === 0 ? 0 : (recorder.settledUs.find((us) => us >= fromUs) ?? Infinity);
    const edgeUs = Math.min(settledUs, toUs);
    const isLast = next === undefined;
    const add = (a: number, b: number, state: Phase['state']): void => {
      const from = totalAt(a);
      const to = isLast && b === endUs ? end : totalAt(b);
      const counts = countsBetween(world, service, keys, from, to);
      const parts = partsBetween(world, recorder, service, keys, from, to);
      phases.push({
        ...counts,
        state,
        rule: ruleText(world, step, keys, counts.configured),
        ...(parts.length === 0 ? {} : { parts }),
        perKey: keys.map((key, at) => ({
          key: world.keys.name[key]!,
          interval:
            counts.requests === 0
              ? null
              : binomInterval({ k: counts.observed[at]!, n: counts.requests, conf: 0.95, method: 'wilson' }),
        })),
        ...drawTest(world, service, keys, from, to),
        meters: metersBetween(world, service, keys, from, to),
      });
    };
    const endsAtOnce = isLast && fromUs === endUs;
    if (index > 0 && (fromUs < edgeUs || (endsAtOnce && settledUs > endUs))) {
      add(fromUs, edgeUs, 'propagating');
    }
    if (edgeUs < toUs || index === 0 || (endsAtOnce && settledUs <= endUs)) {
      add(index === 0 ? 0 : edgeUs, toUs, 'settled');
    }
  });
  return phases;
}

function metersBetween(
  world: World,
  service: number,
  keys: readonly number[],
  from: Totals,
  to: Totals,
): PhaseMeters {
  const each = (what: 'served' | 'servedErrors' | 'mirrored' | 'shown'): number[] =>
    keys.map((key) => between(from, to, what, key));
  return {
    served: each('served'),
    servedErrors: each('servedErrors'),
    mirrored: each('mirrored'),
    retries: between(from, to, 'retries', service),
    pages: service === world.focusRow ? each('shown') : null,
    pagesWithout: service === world.focusRow ? between(from, to, 'missing', service) : null,
  };
}

/** Whether what rules drew is luck; nulls where none did: a balancer over all endpoints decided, or a caller without a proxy. */
function drawTest(
  world: World,
  service: number,
  keys: readonly number[],
  from: Totals,
  to: Totals,
): Pick<Phase, 'p' | 'test'> {
  const drawn = world.tables.variants.flatMap((variant, row): Drawn[] =>
    variant.ruled && variant.service === world.services[service]
      ? [{ n: between(from, to, 'draws', row), shares: sharesOf(variant, keys) }]
      : [],
  );
  const counts = keys.map((key) => between(from, to, 'drawn', key));
  return tallyTest(counts, drawn) ?? { p: null, test: null };
}

function ruleText(
  world: World,
  step: ConfiguredStep,
  keys: readonly number[],
  asked: readonly number[] | null,
): string {
  const { shares } = step;
  if (shares === undefined) return step.rule;
  // A rule that looks at the request gives each its own shares: no one line of it is in force for all.
  if (asked?.some((share, index) => Math.abs(share - shares[index]!) > 1e-6) === true) {
    return 'depends on the request';
  }
  return keys
    .flatMap((key, index) => {
      const share = step.shares![index]!;
      return share > 0 ? [`${world.keys.name[key]!} ${Number((share * 100).toFixed(2))} %`] : [];
    })
    .join(', ');
}
