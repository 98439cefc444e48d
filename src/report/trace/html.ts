import type { PageTrace } from '../../record/page-trace.ts';
import { code, heading, htmlPage, plot } from '../page.ts';
import { renderTrace } from './text.ts';

/** The drawing, and the same in words. */
export const traceSection = (trace: PageTrace, svg: string): string =>
  `<figure>${plot('Waterfall of the page', svg)}</figure>
${code(renderTrace(trace, 96))}`;

/** A page of a run as one offline file: the drawing, and the same in words. */
export function renderTraceHtml(trace: PageTrace, svg: string): string {
  const title = `Page ${trace.page} of ${trace.scenario}`;
  return htmlPage({ title, header: heading('', title), main: traceSection(trace, svg) });
}
