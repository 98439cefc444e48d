import { count } from '../words/number.ts';
import { kindOf, type Traffic } from '../mesh/app/traffic/index.ts';
import { kubernetesDefaults } from '../mesh/kubernetes/settings.ts';
import { windowFor } from './scenario.ts';
import type { ScenarioText } from './schema.ts';

/** Pages that entries may ask for at their own pace where the budget names no number. */
const pagesAllowance = 100_000_000;
/** Each window, scrape and sync is kept or costs a look at every pod; each instant of the rollback meter is a run. */
const repeats = { windows: 100_000, scrapes: 100_000, syncs: 100_000, instants: 1_000, steps: 10_000 };

/** What of a scenario asks for more than a run may cost, as can be told before it is played. */
export interface Oversize {
  readonly place: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
}

/** @param traffic the entries of the scenario, as they were read. */
export function oversizes(spec: ScenarioText['spec'], traffic: readonly Traffic[]): Oversize[] {
  const { duration, kubernetes, rollback } = spec;
  const every = (periodUs: number): number => (periodUs > 0 ? duration / periodUs : Infinity);
  const found: Oversize[] = [];
  const limit = (place: Oversize['place'], what: string, count: number, most: number): void => {
    if (count > most) {
      found.push({
        place: ['spec', ...place],
        message: `${countText(count)} ${what}; a run has ${countText(most)} at most`,
        hint: 'make it longer, or the duration shorter',
      });
    }
  };
  limit(['window'], 'windows', every(spec.window ?? windowFor(duration)), repeats.windows);
  limit(
    ['kubernetes', 'scrape'],
    'scrapes of metrics',
    every(kubernetes.scrape ?? kubernetesDefaults.scrapeUs),
    repeats.scrapes,
  );
  limit(
    ['kubernetes', 'autoscaler', 'syncPeriod'],
    'syncs of an autoscaler',
    every(kubernetes.autoscaler?.syncPeriod ?? kubernetesDefaults.autoscaler.syncPeriodUs),
    repeats.syncs,
  );
  if (rollback !== undefined) {
    const spanUs = Math.max(0, Math.min(rollback.to ?? duration, duration) - (rollback.from ?? 0));
    limit(
      ['rollback', 'every'],
      'instants of going back, each a run',
      rollback.every > 0 ? spanUs / rollback.every : Infinity,
      repeats.instants,
    );
  }
  if (spec.timeline.length > repeats.steps) {
    found.push({
      place: ['spec', 'timeline'],
      message: `${countText(spec.timeline.length)} steps of the timeline; a run has ${countText(repeats.steps)} at most`,
      hint: 'leave some out',
    });
  }
  const most = spec.budget.pages ?? pagesAllowance;
  for (const entry of traffic) {
    const pages = kindOf(entry).pagesUntil?.(entry, duration) ?? 0;
    if (pages > most) {
      found.push({
        place: ['spec', 'traffic', spec.traffic.findIndex((own) => own.name === entry.name)],
        message: `traffic "${entry.name}" asks for ${countText(pages)} pages; a run has ${countText(most)} at most`,
        hint: 'ask less often, or set spec.budget.pages',
      });
    }
  }
  return found;
}

const countText = (n: number): string =>
  n < 1e15 ? count(Math.floor(n)) : n < Infinity ? n.toExponential(1) : 'endlessly many';
