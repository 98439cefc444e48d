import type { CurvePoint, Desk } from '../../experiment/session/desk.ts';
import { curveWords } from '../language/curve.ts';
import type { Language } from '../language/language.ts';
import { clockText, shareIn } from '../language/number.ts';
import { horizonUs, spanLength, spansOf, type CurveSpan } from './curve-spans.ts';
import { looksOf } from './look.ts';
import './curve.css';

interface CurveProps {
  readonly desk: Desk;
  readonly language: Language;
  /** Key of the version that is followed. */
  readonly version: string;
}

/** The drawing is a thousand wide and a hundred high, stretched to its place; words stand around it. */
const across = 1000;

/** Configured, effective and observed over time; the axis of shares is always 0 to 100 %. */
export function Curve({ desk, language, version }: CurveProps) {
  const words = curveWords[language];
  const place = desk.versions.findIndex(({ key }) => key === version);
  const { curve } = desk.split;
  const endUs = horizonUs(desk);
  const lengthUs = spanLength(curve, endUs);
  const spans = place < 0 ? [] : spansOf(curve, place, lengthUs);
  const x = (us: number): number => Math.round((across * us * 10) / endUs) / 10;
  const { hue } = looksOf(desk.versions)(version);
  const applies = desk.deeds.filter(
    ({ what, atUs }) => (what === 'apply' || what === 'delete') && atUs <= desk.nowUs,
  );
  const last = curve.at(-1);
  const share = (value: number | undefined): string =>
    value === undefined ? words.noRule : shareIn(language, value);
  return (
    <section class={`panel curve ${hue}`} aria-label={words.title(version)}>
      <h2 class="panel-title">{words.title(version)}</h2>
      <div class="curve-plot">
        <div class="curve-shares" aria-hidden="true">
          {[1, 0.5, 0].map((tick) => (
            <span key={tick}>{shareIn(language, tick)}</span>
          ))}
        </div>
        <svg
          class="curve-drawing"
          viewBox={`0 0 ${across} 100`}
          preserveAspectRatio="none"
          role="img"
          aria-label={
            last === undefined
              ? words.nothing
              : words.describe(version, share(last.configured?.[place]), share(last.effective?.[place]))
          }
        >
          {[0, 50, 100].map((y) => (
            <line key={y} class="curve-grid" x2={across} y1={y} y2={y} />
          ))}
          {spans.map((span) => (
            <Band key={span.fromUs} span={span} x={x} nowUs={desk.nowUs} />
          ))}
          <path class="curve-effective" d={steps(curve, x, desk.nowUs, (own) => own.effective?.[place])} />
          <path class="curve-configured" d={steps(curve, x, desk.nowUs, (own) => own.configured?.[place])} />
          {applies.map(({ atUs }) => (
            <line key={atUs} class="curve-apply" x1={x(atUs)} x2={x(atUs)} y1={0} y2={100} />
          ))}
        </svg>
        <div class="curve-times" aria-hidden="true">
          {[0, 0.25, 0.5, 0.75, 1].map((part) => (
            <span key={part}>{clockText(endUs * part).replace(/\.0$/, '')}</span>
          ))}
        </div>
      </div>
      <ul class="curve-legend">
        <Sample name="configured" text={words.configured} d="M0,5H26" />
        <Sample name="effective" text={words.effective} d="M0,5H26" />
        <li>
          <svg viewBox="0 0 26 10" aria-hidden="true">
            <rect class="curve-band" width="26" height="10" />
            <line class="curve-observed" x2="26" y1="5" y2="5" />
          </svg>
          {words.observed(lengthUs / 1_000_000)}
        </li>
        {applies.length > 0 && <Sample name="apply" text={words.applies} d="M13,0V10" />}
      </ul>
      {spans.length === 0 ? (
        <p class="quiet curve-nothing">{words.nothing}</p>
      ) : (
        <details class="fold">
          <summary>{words.asTable}</summary>
          <CurveTable {...{ spans, language }} title={words.title(version)} />
        </details>
      )}
    </section>
  );
}

function Sample({ name, text, d }: { readonly name: string; readonly text: string; readonly d: string }) {
  return (
    <li>
      <svg viewBox="0 0 26 10" aria-hidden="true">
        <path class={`curve-${name}`} d={d} />
      </svg>
      {text}
    </li>
  );
}

function Band({
  span: { fromUs, toUs, k, n, interval },
  x,
  nowUs,
}: {
  readonly span: CurveSpan;
  readonly x: (us: number) => number;
  readonly nowUs: number;
}) {
  if (interval === undefined) return null;
  const [low, high] = interval;
  const left = x(fromUs);
  const right = x(Math.min(toUs, nowUs));
  const middle = (100 * (1 - k / n)).toFixed(2);
  return (
    <g>
      <rect
        class="curve-band"
        x={left}
        width={Math.max(0, right - left).toFixed(1)}
        y={(100 * (1 - high)).toFixed(2)}
        height={(100 * (high - low)).toFixed(2)}
      />
      <line class="curve-observed" x1={left} x2={right} y1={middle} y2={middle} />
    </g>
  );
}

/** A line that holds each value until the next; where there is none, the line is broken. */
function steps(
  points: readonly CurvePoint[],
  x: (us: number) => number,
  nowUs: number,
  shareOf: (point: CurvePoint) => number | undefined,
): string {
  let path = '';
  let isDown = false;
  points.forEach((point, i) => {
    const share = shareOf(point);
    if (share === undefined) {
      isDown = false;
      return;
    }
    const y = (100 * (1 - share)).toFixed(2);
    const end = x(points[i + 1]?.atUs ?? nowUs);
    path += isDown ? `V${y}H${end}` : `M${x(point.atUs)},${y}H${end}`;
    isDown = true;
  });
  return path;
}

function CurveTable({
  spans,
  language,
  title,
}: {
  readonly spans: readonly CurveSpan[];
  readonly language: Language;
  readonly title: string;
}) {
  const words = curveWords[language];
  const share = (value: number | undefined): string =>
    value === undefined ? words.noRule : shareIn(language, value);
  return (
    <div class="table-holder curve-table" tabIndex={0} role="region" aria-label={title}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{words.time}</th>
            <th scope="col">{words.configured}</th>
            <th scope="col">{words.effective}</th>
            <th scope="col">
              {words.observed(((spans[0]?.toUs ?? 0) - (spans[0]?.fromUs ?? 0)) / 1_000_000)}
            </th>
          </tr>
        </thead>
        <tbody>
          {spans.map(({ fromUs, toUs, k, n, interval, configured, effective }) => (
            <tr key={fromUs}>
              <th scope="row">{words.span(fromUs, toUs)}</th>
              <td>{share(configured)}</td>
              <td>{share(effective)}</td>
              <td>
                {n === 0 ? words.none : words.ofRequests(k, n)}
                {interval !== undefined && (
                  <span class="quiet"> {interval.map((end) => shareIn(language, end, n)).join(' – ')}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
