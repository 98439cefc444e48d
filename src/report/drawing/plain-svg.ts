import type { TopLevelSpec } from 'vega-lite';
import { config } from '../chart/chart.ts';
import { boundsOf, moved, unite, type Bounds } from './bounds.ts';
import { attribute, ground, group, painted, roles } from './markup.ts';
import { drawPanel, type DrawnPanel } from './panel.ts';
import { NotPlain, panelsOf, plainSpec, type PlainSpec } from './plain-spec.ts';
import { drawTitle } from './title.ts';

/**
 * A chart of ours as SVG text: the bytes that vega-lite and vega would make of it, at a tenth of their work: it is drawn
 * once, and nothing of it changes on a screen. undefined: the spec holds something that is not known here, and vega has to draw it.
 */
export function plainSvg(spec: TopLevelSpec): string | undefined {
  try {
    return draw(plainSpec(spec));
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

function draw(spec: PlainSpec): string {
  const own = panelsOf(spec);
  const columns = spec.vconcat === undefined ? spec.columns : 1;
  const [first] = own;
  if (first === undefined || columns === undefined) throw new NotPlain();
  if (own.some(({ width }) => width !== first.width)) throw new NotPlain();
  const panels = own.map((panel, i) => drawPanel(panel, `concat_${i}`));
  const width = columns === 1 ? first.width : 0;
  const box = boundsOf(0, 0, width, 0);
  let inner = '';
  placesOf(panels, columns, spec.spacing).forEach(({ x, y }, i) => {
    const panel = panels[i]!;
    inner += panel.svgAt(x, y);
    unite(box, moved(panel.bounds, x, y));
  });
  const { title: look } = config;
  const { text, subtitle } = spec.title;
  const { fontSize, fontWeight, lineHeight } = look;
  const below = {
    fontSize: look.subtitleFontSize,
    lineHeight: look.subtitleLineHeight,
    fill: look.subtitleColor,
  };
  const title = drawTitle(
    {
      title: { lines: text, fontSize, fontWeight, lineHeight, fill: look.color },
      subtitle: subtitle === undefined ? undefined : { lines: subtitle, ...below },
    },
    box.x1,
    box.y1,
    look.offset,
  );
  unite(box, title.bounds);
  const root = group('translate(0,0)', ground(width, 0), inner + title.svg);
  return page(spec, box, width, `<g class="mark-group role-frame root"${roles('group')}>${root}</g>`);
}

/** The picture around all that is drawn, with its margin. */
function page({ padding, background }: PlainSpec, box: Bounds, plotWidth: number, inner: string): string {
  const left = Math.max(0, Math.ceil(-box.x1));
  const top = Math.max(0, Math.ceil(-box.y1));
  const width = plotWidth + left + Math.max(0, Math.ceil(box.x2 - plotWidth)) + 2 * padding;
  const height = top + Math.max(0, Math.ceil(box.y2)) + 2 * padding;
  const size = attribute('width', width) + attribute('height', height);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" class="marks"${size} viewBox="0 0 ${width} ${height}">` +
    `<rect${size}${painted({ fill: background })}/>` +
    `<g fill="none" stroke-miterlimit="4" transform="translate(${padding + left},${padding + top})">${inner}</g></svg>`
  );
}

/** Panels in rows, each as far from the next as the largest of its row or column needs; in whole pixels. */
function placesOf(
  panels: readonly DrawnPanel[],
  columns: number,
  spacing: number,
): { readonly x: number; readonly y: number }[] {
  const boxes = panels.map(({ bounds }) => bounds);
  const before = (from: number): number => spacing + (from < 0 ? Math.ceil(-from) : 0);
  const along = (
    lineOf: (index: number) => number,
    from: (box: Bounds) => number,
    to: (box: Bounds) => number,
  ): number[] => {
    const starts: number[] = [0];
    const lines = Math.max(...boxes.map((_, i) => lineOf(i))) + 1;
    for (let line = 1; line < lines; line += 1) {
      const extent = Math.max(
        0,
        ...boxes.filter((_, i) => lineOf(i) === line - 1).map((own) => Math.ceil(to(own))),
      );
      const gap = Math.max(0, ...boxes.filter((_, i) => lineOf(i) === line).map((own) => before(from(own))));
      starts.push(starts[line - 1]! + extent + gap);
    }
    return starts;
  };
  const [rowOf, columnOf] = [(i: number) => Math.floor(i / columns), (i: number) => i % columns];
  const xs = along(
    columnOf,
    (own) => own.x1,
    (own) => own.x2,
  );
  const ys = along(
    rowOf,
    (own) => own.y1,
    (own) => own.y2,
  );
  return boxes.map((_, i) => ({ x: xs[columnOf(i)]!, y: ys[rowOf(i)]! }));
}
