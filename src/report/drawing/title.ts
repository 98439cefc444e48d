import { moved, unite } from './bounds.ts';
import { attribute, ground, group } from './markup.ts';
import type { Drawn } from './marks.ts';
import { textBounds, textSvg, type Text } from './text.ts';
import { config } from '../chart/chart.ts';

type Line = Pick<Text, 'lines' | 'fontSize' | 'fontWeight' | 'lineHeight' | 'fill'>;

/** A title, with a subtitle below it, above what lies at `top`. */
export function drawTitle(
  { title, subtitle }: { readonly title: Line; readonly subtitle?: Line | undefined },
  left: number,
  top: number,
  offset: number,
): Drawn {
  const { font } = config;
  const at = { x: 0, y: 0, align: 'left', baseline: 'top', font, opacity: 1 } as const;
  const texts: { text: Text; role: string }[] = [{ text: { ...at, ...title }, role: 'title' }];
  const box = textBounds(texts[0]!.text);
  if (subtitle !== undefined) {
    const y = box.y2 - box.y1 + config.title.subtitlePadding;
    const text = { ...at, ...subtitle, y };
    texts.push({ text, role: 'subtitle' });
    unite(box, textBounds(text));
  }
  const y = top - (box.y2 - box.y1) - offset;
  const inner = texts
    .map(({ text, role }) => {
      const told = attribute(
        'aria-label',
        `${role === 'title' ? 'Title' : 'Subtitle'} text '${text.lines.join(' ')}'`,
      );
      return `<g class="mark-text role-title-${role === 'title' ? 'text' : role}" role="graphics-symbol" aria-roledescription="${role}"${told} pointer-events="none">${textSvg(text)}</g>`;
    })
    .join('');
  const svg = group(`translate(${left},${y})`, ground(0, 0), inner, true);
  return { svg: `<g class="mark-group role-title">${svg}</g>`, bounds: moved(box, left, y) };
}
