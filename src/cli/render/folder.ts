import type { PageTrace } from '../../record/page-trace.ts';
import type { RunRecord } from '../../record/record.ts';
import { capacityCsv, windowsCsv } from '../../report/csv.ts';
import { eventsNdjson } from '../../report/events.ts';
import { openMetrics } from '../../report/metrics.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { toJson } from '../print.ts';

/** What a run leaves behind, by name. Drawing is loaded only here: a command that draws nothing starts without it. */
export async function renderFolder(
  record: RunRecord,
  runInfo: Readonly<Record<string, unknown>> | undefined,
  trace?: PageTrace,
): Promise<{ name: string; data: string | Uint8Array }[]> {
  const { charts } = await import('../../report/chart/index.ts');
  const { renderSvg } = await import('../../report/svg.ts');
  const { renderHtml } = await import('../../report/html.ts');
  const { renderPng } = await import('./png.ts');
  const files: { name: string; data: string | Uint8Array }[] = [
    { name: 'summary.json', data: toJson(record) },
    { name: 'windows.csv', data: windowsCsv(record) },
    { name: 'events.ndjson', data: eventsNdjson(record) },
    { name: 'metrics.txt', data: openMetrics(record) },
    { name: 'report.md', data: renderMarkdown(record) },
  ];
  if (record.capacity !== null) files.push({ name: 'capacity.csv', data: capacityCsv(record.capacity) });
  if (runInfo !== undefined) files.push({ name: 'run-info.json', data: toJson(runInfo) });
  const drawn: { name: string; svg: string }[] = [];
  for (const chart of Object.values(charts)) {
    const spec = chart.spec(record);
    if (spec === null) continue;
    const svg = await renderSvg(spec);
    drawn.push({ name: chart.name, svg });
    files.push({ name: `charts/${chart.name}.vl.json`, data: toJson(spec) });
    files.push({ name: `charts/${chart.name}.svg`, data: svg });
    files.push({ name: `charts/${chart.name}.png`, data: await renderPng(svg) });
  }
  let page;
  if (trace !== undefined) {
    const { traceDrawing } = await import('../../report/trace/drawing.ts');
    page = { trace, svg: await renderSvg(traceDrawing(trace)) };
    files.push({ name: 'trace.json', data: toJson(trace) });
    files.push({ name: 'charts/trace.svg', data: page.svg });
  }
  files.push({ name: 'report.html', data: renderHtml(record, drawn, page) });
  return files;
}
