/** A lone `>` is no matter in HTML, but `]]>` is an error in XML. */
export const xmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const attributeText = (text: string): string =>
  xmlText(text)
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');

type Value = string | number | readonly number[] | undefined;

/** ` name="value"`, or nothing for what is not set. */
export const attribute = (name: string, value: Value): string =>
  value === undefined ? '' : ` ${name}="${typeof value === 'string' ? attributeText(value) : String(value)}"`;

/** What is painted of a mark, in the order in which vega writes it. */
export interface Paint {
  readonly fill?: string | undefined;
  readonly stroke?: string | undefined;
  readonly strokeWidth?: number | undefined;
  readonly strokeJoin?: string | undefined;
  readonly strokeDash?: readonly number[] | undefined;
  readonly opacity?: number | undefined;
}

export const painted = ({ fill, stroke, strokeWidth, strokeJoin, strokeDash, opacity }: Paint): string =>
  attribute('fill', fill === 'transparent' ? undefined : fill) +
  attribute('stroke', stroke === 'transparent' ? undefined : stroke) +
  attribute('stroke-width', strokeWidth) +
  attribute('stroke-linejoin', strokeJoin) +
  attribute('stroke-dasharray', strokeDash) +
  attribute('opacity', opacity);

/** An element that has no room for a slash of its own where it holds something. */
export const element = (tag: string, attributes: string, inner: string): string =>
  inner === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${inner}</${tag}>`;

/** A group as vega writes one: its background, what it holds, and a foreground that is not shown. */
export function group(transform: string, background: string, inner: string, isGuide = false): string {
  const still = isGuide ? ' pointer-events="none"' : '';
  return (
    `<g transform="${transform}"><path class="background" aria-hidden="true"${background}${still}/>` +
    `${element('g', '', inner)}<path class="foreground" aria-hidden="true" d=""${still} display="none"/></g>`
  );
}

/** What a screen reader is told of marks. */
export const roles = (type: string): string =>
  ` role="${type === 'group' || type === 'text' ? 'graphics-object' : 'graphics-symbol'}" aria-roledescription="${type} mark container"`;

/** The outline of a rectangle. */
export const rectangle = (x: number, y: number, width: number, height: number): string =>
  `M${x},${y}h${width}v${height}h${-width}Z`;

/** A background that is not seen, as large as what lies on it. */
export const ground = (width: number, height: number): string => ` d="${rectangle(0, 0, width, height)}"`;
