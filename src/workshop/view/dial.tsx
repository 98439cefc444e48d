import type { Desk, Draw, YourPage } from '../../experiment/session/desk.ts';
import { dialWords } from '../language/dial.ts';
import type { Language } from '../language/language.ts';
import { looksOf } from './look.ts';
import { outcomeOf } from './outcome.ts';
import { VersionMark } from './version-mark.tsx';
import './dial.css';

interface DialProps {
  readonly desk: Desk;
  readonly language: Language;
  /** The page that is explained. */
  readonly page: YourPage | undefined;
}

/** Why a page went where it went: its draw as a needle, each version's arc, and the arithmetic in words. */
export function Dial({ desk, language, page }: DialProps) {
  const words = dialWords[language];
  const draw = page?.draw;
  return (
    <section class="panel dial" aria-label={words.title}>
      <h2 class="panel-title">
        {page === undefined ? words.title : words.titleOf(page.number, page.version)}
      </h2>
      <div class="dial-body">
        <Face draw={draw} desk={desk} />
        <div class="dial-words">
          {page === undefined || draw === undefined ? (
            <p>{page === undefined ? words.choose : whyNoDraw(page, language)}</p>
          ) : (
            <Arithmetic {...{ desk, language, page, draw }} />
          )}
        </div>
      </div>
    </section>
  );
}

function whyNoDraw(page: YourPage, language: Language): string {
  const words = dialWords[language];
  const outcome = outcomeOf(page);
  return outcome === 'under way' ? words.underWay : outcome === 'shown' ? words.noRule : words.noAnswer;
}

function Arithmetic({
  desk,
  language,
  page,
  draw,
}: DialProps & { readonly page: YourPage; readonly draw: Draw }) {
  const words = dialWords[language];
  const lookOf = looksOf(desk.versions);
  const { value, total, at, arcs } = draw;
  const hit = arcs.find(({ from, to }) => at >= from && at < to);
  const before = counterBefore(desk.yours, page);
  return (
    <>
      <p class="dial-value">{words.value(value)}</p>
      <p>
        <strong>{words.remainder(total, at)}</strong>
      </p>
      {hit !== undefined && (
        <p>
          {hit.to - hit.from === total
            ? words.whole(total, hit.version)
            : words.lies(at, hit.from, hit.to, hit.version)}
          {page.version === '' && ` ${words.missed(hit.version)}`}
        </p>
      )}
      <ul class="dial-arcs">
        {arcs
          .filter(({ from, to }) => to > from)
          .map(({ version, from, to }) => (
            <li key={from}>
              <VersionMark look={lookOf(version)} /> {words.arc(version, from, to)}
            </li>
          ))}
      </ul>
      <p class="quiet">{before === undefined ? words.fresh : words.counter(before.further, before.number)}</p>
      <p class={page.isStale ? 'dial-stale' : 'quiet'}>
        {page.isStale ? words.stale(draw.snapshot, desk.wantedSnapshot) : words.snapshot(draw.snapshot)}
      </p>
    </>
  );
}

/** Two 64-bit values of chance lie so close together once in 10^16: then it is Envoy's old counter, which every stream moves by one. */
const nearby = 1000n;

function counterBefore(
  pages: readonly YourPage[],
  page: YourPage,
): { readonly number: number; readonly further: number } | undefined {
  const before = pages.findLast((own) => own.number < page.number && own.draw !== undefined);
  if (before?.draw === undefined || page.draw === undefined) return undefined;
  const further = BigInt(page.draw.value) - BigInt(before.draw.value);
  return further > 0n && further <= nearby ? { number: before.number, further: Number(further) } : undefined;
}

const radius = 72;
const ring = 18;

/** The circle of 0 to total - 1, clockwise from the top. */
function Face({ draw, desk }: { readonly draw: Draw | undefined; readonly desk: Desk }) {
  const lookOf = looksOf(desk.versions);
  const total = draw?.total ?? 100;
  const every = total % 10 === 0 ? total / 10 : total <= 12 ? 1 : Math.ceil(total / 10);
  const ticks = Array.from({ length: Math.ceil(total / every) }, (_, i) => i * every);
  return (
    <svg class="dial-face" viewBox="-100 -100 200 200" aria-hidden="true">
      <circle class="dial-ring" r={radius} stroke-width={ring} />
      {draw?.arcs
        .filter(({ from, to }) => to > from)
        .map(({ version, from, to }) => (
          <path
            key={from}
            class={`dial-arc ${lookOf(version).hue}`}
            d={arcPath(from / total, to / total)}
            stroke-width={ring}
          />
        ))}
      {ticks.map((tick) => {
        const outer = pointAt(tick / total, radius + ring / 2 + 4);
        const inner = pointAt(tick / total, radius + ring / 2);
        const text = pointAt(tick / total, radius + ring / 2 + 11.5);
        return (
          <g key={tick}>
            <line class="dial-tick" x1={inner.x} y1={inner.y} x2={outer.x} y2={outer.y} />
            <text class="dial-number" x={text.x} y={text.y + 3}>
              {tick}
            </text>
          </g>
        );
      })}
      {draw?.arcs
        .filter(({ from, to }) => (to - from) / total >= 0.06)
        .map(({ version, from, to }) => {
          const { x, y } = pointAt((from + to) / 2 / total, radius - ring / 2 - 13);
          return (
            <text key={version} class="dial-label" x={x} y={y + 4}>
              {version}
            </text>
          );
        })}
      {draw !== undefined && (
        <g class="dial-needle" transform={`rotate(${((360 * (draw.at + 0.5)) / total).toFixed(2)})`}>
          <path d={`M-3,0L-1,${-(radius + ring / 2 - 1)}H1L3,0Z`} />
        </g>
      )}
      <circle class="dial-hub" r="19" />
      <text class="dial-at" y="6">
        {draw?.at ?? '?'}
      </text>
    </svg>
  );
}

/** A point of the circle, a share of the turn from the top. */
function pointAt(share: number, distance: number): { readonly x: number; readonly y: number } {
  const angle = 2 * Math.PI * share;
  return {
    x: Math.round(distance * Math.sin(angle) * 100) / 100,
    y: Math.round(-distance * Math.cos(angle) * 100) / 100,
  };
}

function arcPath(from: number, to: number): string {
  const start = pointAt(from, radius);
  // A whole turn would end where it begins, and be nothing: it is drawn as two halves.
  const middle = pointAt((from + to) / 2, radius);
  const end = pointAt(to, radius);
  const sweep = (point: { x: number; y: number }): string =>
    `A${radius},${radius},0,0,1,${point.x},${point.y}`;
  return `M${start.x},${start.y}${sweep(middle)}${sweep(end)}`;
}
