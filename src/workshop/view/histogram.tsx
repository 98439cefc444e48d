import './histogram.css';

export interface HistogramBar {
  readonly label: string;
  readonly count: number;
  readonly expected: number;
  readonly band?: readonly [number, number];
  readonly isMarked?: boolean;
  /** A sign above the bar: "you". */
  readonly sign?: string;
  /** Sessions that have come just now: so many dots fall on the bar. */
  readonly fresh?: number;
}

const step = 22;
const height = 120;
const head = 22;

/** Counts as bars, what is expected as a line across each, and the band about it. The table that says the same stands with whoever asks. */
export function Histogram({
  bars,
  batch = 0,
}: {
  readonly bars: readonly HistogramBar[];
  readonly batch?: number;
}) {
  const most = Math.max(
    1,
    ...bars.map(({ count, expected, band }) => Math.max(count, expected, band?.[1] ?? 0)),
  );
  const tall = (value: number): number => (value / most) * height;
  const at = (value: number): number => head + height - tall(value);
  return (
    <svg class="histogram" viewBox={`0 0 ${bars.length * step} ${head + height + 18}`} aria-hidden="true">
      {bars.map(({ label, count, expected, band, isMarked = false, sign, fresh = 0 }, index) => {
        const x = index * step;
        const middle = x + step / 2;
        return (
          <g key={label} class={isMarked ? 'is-marked' : ''}>
            {band !== undefined && (
              <rect
                class="histogram-band"
                x={x + 1}
                y={at(band[1]) - 1}
                width={step - 2}
                height={Math.max(2, tall(band[1]) - tall(band[0]) + 2)}
              />
            )}
            <rect class="histogram-bar" x={x + 4} y={at(count)} width={step - 8} height={tall(count)} />
            <path class="histogram-expected" d={`M${x + 1},${at(expected)}H${x + step - 1}`} />
            {Array.from({ length: Math.min(fresh, dots) }, (_, dot) => (
              <circle
                key={`${batch}/${dot}`}
                class={`histogram-drop after-${(index + dot * 3) % 10}`}
                cx={middle}
                cy={Math.max(head, at(count))}
                r={3}
              />
            ))}
            {sign !== undefined && (
              <text class="histogram-sign" x={middle} y={at(Math.max(count, expected)) - 6}>
                {sign}
              </text>
            )}
            <text x={middle} y={head + height + 13}>
              {label}
            </text>
          </g>
        );
      })}
      <path class="histogram-axis" d={`M0,${head + height + 0.5}H${bars.length * step}`} />
    </svg>
  );
}

/** More dots on one bar at a time nobody can tell apart. */
const dots = 12;
