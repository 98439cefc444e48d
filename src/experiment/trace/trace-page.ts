import { World } from '../../mesh/world.ts';
import { pageTraceFormat } from '../../record/format.ts';
import type { PageTrace } from '../../record/page-trace.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { worldOf } from '../settle.ts';
import { version } from '../version.ts';
import { findPage, type PageWanted } from './find-page.ts';
import { PageListener } from './page-listener.ts';

/**
 * Plays the scenario again and tells one of its pages hop by hop. The same seed makes the same decisions, so nothing has
 * to be kept of the others: a first pass finds the page, where it is not told by number or time, a second one listens.
 *
 * @returns undefined where the run has no such page
 */
export function tracePage(scenario: Scenario, wanted: PageWanted): PageTrace | undefined {
  const number = findPage(scenario, wanted);
  if (number === undefined) return undefined;
  const listener: PageListener = new PageListener(number, () => world);
  const world: World = new World({ ...worldOf(scenario), marksUs: [] }, listener.probe);
  world.proxies.compared = [];
  const stretchUs = Math.max(1, Math.floor(scenario.durationUs / 1000));
  for (let untilUs = 0; untilUs < scenario.durationUs && !listener.hasHeardAll;) {
    untilUs = Math.min(scenario.durationUs, untilUs + stretchUs);
    if (!world.runUntil(untilUs)) break;
    world.proxies.compared.length = 0;
  }
  const { root, source, page } = listener;
  if (root === undefined) return undefined;
  return {
    schema: pageTraceFormat,
    version,
    scenario: scenario.name,
    seed: scenario.seed,
    page: number,
    traffic: scenario.traffic[source]?.name ?? '',
    ofTraffic: page + 1,
    atSeconds: root.openedMs / 1000,
    complete: root.endedMs !== null,
    root,
  };
}
