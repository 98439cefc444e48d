import type { FitRecord } from '../../record/fit.ts';
import { toJson } from '../../record/to-json.ts';
import type { ReportFile } from '../report-file.ts';
import { renderSvg } from '../svg.ts';
import { distributionChart, minutesChart } from './chart.ts';
import { renderFitHtml } from './html.tsx';
import { fitMarkdown } from './text.ts';

/** What a fit leaves beside the scenario: its numbers, and the page that says how far they may be trusted. */
export async function fitFiles(record: FitRecord): Promise<ReportFile[]> {
  const { validation } = record;
  const drawn = [
    {
      name: 'pages',
      label: 'Page times, predicted and observed',
      spec: validation && distributionChart(validation),
    },
    { name: 'minutes', label: 'Page times minute by minute', spec: validation && minutesChart(validation) },
  ];
  const charts: { name: string; label: string; spec: object; svg: string }[] = [];
  for (const { name, label, spec } of drawn)
    if (spec !== null) charts.push({ name, label, spec, svg: await renderSvg(spec) });
  return [
    { name: 'fit.json', content: toJson(record) },
    { name: 'fit-report.html', content: renderFitHtml(record, charts) },
    { name: 'fit-report.md', content: fitMarkdown(record) },
    ...charts.flatMap(({ name, spec, svg }) => [
      { name: `charts/${name}.vl.json`, content: toJson(spec) },
      { name: `charts/${name}.svg`, content: svg },
    ]),
  ];
}
