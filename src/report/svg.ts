import type { TopLevelSpec } from 'vega-lite';
import { textWidth } from './glyphs.ts';

/**
 * A chart as SVG text, drawn without a screen. The same spec gives the same bytes, in a terminal and in a page, as long as
 * it clips nothing: vega numbers its clip paths over the life of the process.
 *
 * @param onWarning hears what vega-lite and vega find odd about the spec; a chart of ours should give them no reason.
 */
export async function renderSvg(
  spec: TopLevelSpec,
  onWarning: (message: string) => void = () => {},
): Promise<string> {
  // Loaded on demand: vega is most of the start-up time, and most commands draw nothing.
  const [{ compile }, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  const logger = {
    level: () => logger,
    error: tell,
    warn: tell,
    info: () => logger,
    debug: () => logger,
  };
  function tell(...told: readonly unknown[]) {
    onWarning(told.map(String).join(' '));
    return logger;
  }
  // Without this, vega asks a canvas where there is one and guesses where there is none: different charts.
  (vega as unknown as Measured).textMetrics.width = ({ text, fontSize, fontWeight }, line) =>
    textWidth(String(line ?? text ?? ''), fontSize ?? 11, isBold(fontWeight));
  const compiled = compile(spec, { logger });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', logger });
  const svg = await view.toSVG();
  view.finalize();
  return describedSvg(svg, spec);
}

/** How vega-scenegraph measures text; its typings leave it out. */
interface Measured {
  readonly textMetrics: { width: (item: TextItem, text?: unknown) => number };
}
interface TextItem {
  readonly text?: unknown;
  readonly fontSize?: number;
  readonly fontWeight?: unknown;
}

const isBold = (weight: unknown) => weight === 'bold' || Number(weight) >= 600;

/** Title and description as SVG knows them, for screen readers. */
function describedSvg(svg: string, spec: TopLevelSpec): string {
  const { title, description } = spec;
  const text = typeof title === 'object' && title !== null && 'text' in title ? title.text : title;
  const named = Array.isArray(text) ? text.join(' ') : String(text ?? '');
  const told = `<title>${xmlText(named)}</title><desc>${xmlText(description ?? '')}</desc>`;
  return svg.replace(/<svg ([^>]*)>/, (_, attributes: string) => `<svg role="img" ${attributes}>${told}`);
}

/** A lone `>` is no matter in HTML, but `]]>` is an error in XML. */
const xmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
