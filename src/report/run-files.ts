import type { PageTrace } from '../record/page-trace.ts';
import type { RunRecord } from '../record/record.ts';
import { jsonParts, toJson } from '../record/to-json.ts';
import { charts } from './chart/index.ts';
import { capacityCsv, windowsCsv } from './csv.ts';
import { eventsNdjson } from './events.ts';
import { renderHtml } from './html.tsx';
import { renderMarkdown } from './markdown.ts';
import { openMetrics } from './metrics.ts';
import type { ReportFile } from './report-file.ts';
import { renderSvg } from './svg.ts';
import { traceDrawing } from './trace/drawing.ts';

/** What stands in the folder of a run beside its record. */
export interface Beside {
  /** How long it took and on what, for `run-info.json`; undefined: not known. */
  readonly runInfo: Readonly<Record<string, unknown>> | undefined;
  /** The page that was asked for. */
  readonly trace: PageTrace | undefined;
}

/**
 * All that a run leaves behind. Each chart is drawn once, for its file and for the page.
 * @param png draws an SVG as PNG, while the next chart is drawn: what does is no business of a report. Undefined: none are wanted.
 */
export async function runFiles(
  record: RunRecord,
  { runInfo, trace }: Beside,
  png: ((svg: string) => Promise<Uint8Array>) | undefined,
): Promise<ReportFile[]> {
  const files: ReportFile[] = [
    { name: 'summary.json', content: jsonParts(record) },
    { name: 'windows.csv', content: windowsCsv(record) },
    { name: 'events.ndjson', content: eventsNdjson(record) },
    { name: 'metrics.txt', content: openMetrics(record) },
    { name: 'report.md', content: renderMarkdown(record) },
  ];
  if (record.capacity !== null) files.push({ name: 'capacity.csv', content: capacityCsv(record.capacity) });
  if (runInfo !== undefined) files.push({ name: 'run-info.json', content: toJson(runInfo) });
  const drawn: { name: string; svg: string }[] = [];
  const pngs: Promise<ReportFile>[] = [];
  for (const chart of Object.values(charts)) {
    const { name } = chart;
    const spec = chart.spec(record);
    if (spec === null) continue;
    const svg = await renderSvg(spec);
    drawn.push({ name, svg });
    files.push(
      { name: `charts/${name}.vl.json`, content: toJson(spec) },
      { name: `charts/${name}.svg`, content: svg },
    );
    if (png !== undefined) pngs.push(png(svg).then((content) => ({ name: `charts/${name}.png`, content })));
  }
  const page = trace === undefined ? undefined : { trace, svg: await renderSvg(traceDrawing(trace)) };
  if (page !== undefined) {
    files.push(
      { name: 'trace.json', content: toJson(page.trace) },
      { name: 'charts/trace.svg', content: page.svg },
    );
  }
  files.push({ name: 'report.html', content: renderHtml(record, drawn, page) });
  return [...files, ...(await Promise.all(pngs))];
}
