import type { PageTrace } from '../../record/page-trace.ts';
import { Code } from '../page/code.tsx';
import { renderPage } from '../page/page.tsx';
import { Plot } from '../page/plot.tsx';
import { renderTrace } from './text.ts';

/** A page load: its waterfall, and the same in words. */
export const Trace = ({ trace, svg }: { readonly trace: PageTrace; readonly svg: string }) => (
  <>
    <figure>
      <Plot label="Waterfall of the page" svg={svg} />
    </figure>
    <Code text={renderTrace(trace, 96)} />
  </>
);

/** A page load of a run as one offline file. */
export function renderTraceHtml(trace: PageTrace, svg: string): string {
  const title = `Page ${trace.page} of ${trace.scenario}`;
  return renderPage({ title, subject: '', heading: title, children: <Trace trace={trace} svg={svg} /> });
}
