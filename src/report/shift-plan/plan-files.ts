import type { ShiftPlan } from '../../record/shift-plan.ts';
import { toJson } from '../../record/to-json.ts';
import type { ReportFile } from '../report-file.ts';
import { renderSvg } from '../svg.ts';
import { planChart } from './chart.ts';
import { renderPlanHtml } from './html.tsx';
import { shiftPlanText } from './text.ts';

/** All that a plan leaves behind. @param runs the lines of the runs that it rests on, for whoever goes on with it. */
export async function planFiles(plan: ShiftPlan, runs: string): Promise<ReportFile[]> {
  const spec = planChart(plan);
  const svg = spec === undefined ? undefined : await renderSvg(spec);
  const mark = plan.best === null || plan.candidates[plan.best]!.verdict === 'holds' ? '' : unfinished;
  return [
    { name: 'plan.json', content: toJson(plan) },
    { name: 'plan.html', content: renderPlanHtml(plan, svg) },
    ...(spec === undefined || svg === undefined
      ? []
      : [
          { name: 'charts/plans.vl.json', content: toJson(spec) },
          { name: 'charts/plans.svg', content: svg },
        ]),
    { name: 'plan.txt', content: shiftPlanText(plan, 120) },
    { name: 'runs.ndjson', content: runs },
    ...plan.actions.flatMap(({ file, text }) =>
      file === null || text === null ? [] : [{ name: `manifests/${file}`, content: `${mark}${text}` }],
    ),
  ];
}

const unfinished =
  '# Not finished: the search was stopped before this plan was shown to keep to its objectives.\n';
