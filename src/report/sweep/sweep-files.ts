import type { Sweep } from '../../record/sweep.ts';
import { toJson } from '../../record/to-json.ts';
import type { ReportFile } from '../report-file.ts';
import { renderSvg } from '../svg.ts';
import { sweepChart } from './chart.ts';
import { renderSweepHtml } from './html.tsx';
import { sweepCsv, sweepText } from './text.ts';

/** All that a sweep leaves behind. @param runs the lines of its runs, for whoever goes on with it. */
export async function sweepFiles(sweep: Sweep, runs: string): Promise<ReportFile[]> {
  const spec = sweepChart(sweep);
  const svg = spec === null ? undefined : await renderSvg(spec);
  return [
    { name: 'sweep.json', content: toJson(sweep) },
    { name: 'sweep.csv', content: sweepCsv(sweep) },
    { name: 'sweep.html', content: renderSweepHtml(sweep, svg) },
    { name: 'sweep.txt', content: sweepText(sweep, 120) },
    { name: 'runs.ndjson', content: runs },
    ...(spec === null || svg === undefined
      ? []
      : [
          { name: 'charts/sweep.vl.json', content: toJson(spec) },
          { name: 'charts/sweep.svg', content: svg },
        ]),
  ];
}
