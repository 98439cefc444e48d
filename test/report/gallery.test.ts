import * as vega from 'vega';
import { beforeEach, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { charts } from '../../src/report/chart/index.ts';
import { renderSvg } from '../../src/report/svg.ts';
import { shipped } from '../support/scenario.ts';

// Vega numbers what it clips over the life of the process; its typings leave out how to begin anew.
beforeEach(() => (vega as unknown as { resetSVGDefIds: () => void }).resetSVGDefIds());

test.each([
  { scenario: 'traffic-shifting', chart: 'split-over-time', file: 'split-over-time' },
  { scenario: 'traffic-shifting', chart: 'topology', file: 'topology' },
  { scenario: 'traffic-shifting', chart: 'refresh-strip', file: 'refresh-strip' },
  { scenario: 'fifteen-refreshes', chart: 'exact-distribution', file: 'exact-distribution' },
  { scenario: 'propagation', chart: 'propagation', file: 'propagation' },
  { scenario: 'planners-ramp', chart: 'capacity', file: 'capacity' },
  { scenario: 'fifteen-refreshes-2017', chart: 'refresh-strip', file: 'refresh-strip-2017' },
] as const)('the gallery shows what $scenario draws today: $file', async ({ scenario, chart, file }) => {
  const spec = charts[chart].spec(runOnce(await shipped(scenario)).record);
  expect(spec).not.toBeNull();
  await expect(await renderSvg(spec!)).toMatchFileSnapshot(`../../reports/gallery/${file}.svg`);
});
