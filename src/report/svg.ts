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
  const { bare, values } = apart(spec);
  const compiled = compile(bare, { logger }).spec;
  for (const source of compiled.data ?? []) {
    const own = values.get(source.name);
    if (own !== undefined) Object.assign(source, { values: own });
  }
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger });
  const svg = await view.toSVG();
  view.finalize();
  return describedSvg(svg, spec);
}

/**
 * The spec with names in place of its data, and the data by those names: vega-lite copies all that it compiles, and compares each
 * set of data with the others, which takes a fifth of its time and changes nothing.
 */
function apart(spec: TopLevelSpec): { bare: TopLevelSpec; values: ReadonlyMap<string, readonly unknown[]> } {
  const values = new Map<string, readonly unknown[]>();
  const nameOf = (own: readonly unknown[]): string => {
    const name = `values-${values.size}`;
    values.set(name, own);
    return name;
  };
  const bareOf = (part: unknown, field?: string): unknown => {
    if (Array.isArray(part)) return part.map((element) => bareOf(element));
    if (typeof part !== 'object' || part === null) return part;
    if (field === 'data' && 'values' in part) {
      const { values: own, ...how } = part;
      if (Array.isArray(own)) return { ...how, name: nameOf(own) };
    }
    return Object.fromEntries(Object.entries(part).map(([name, own]) => [name, bareOf(own, name)]));
  };
  return { bare: bareOf(spec) as TopLevelSpec, values };
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
