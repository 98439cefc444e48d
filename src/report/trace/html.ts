import type { PageTrace } from '../../record/page-trace.ts';
import { escaped } from '../escaped.ts';
import { pageStyle } from '../page-style.ts';
import { darkTwin } from '../palette.ts';
import { renderTrace } from './text.ts';

/** The drawing, and the same in words. */
export const traceSection = (trace: PageTrace, svg: string): string =>
  `<figure><div class="plot" role="region" tabindex="0" aria-label="Waterfall of the page">${svg}</div></figure>
<pre tabindex="0"><code>${escaped(renderTrace(trace, 96))}</code></pre>`;

/** A page of a run as one offline file: the drawing, and the same in words. */
export function renderTraceHtml(trace: PageTrace, svg: string): string {
  const title = `Page ${trace.page} of ${trace.scenario}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>
${pageStyle(darkTwin)}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${traceSection(trace, svg)}
</main>
</body>
</html>
`;
}
