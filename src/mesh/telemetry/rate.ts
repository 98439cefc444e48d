/** A counter as it was read: at a time in microseconds of simulated time, the value then. */
export interface Sample {
  readonly atUs: number;
  readonly value: number;
}

/** What a range of samples comes to, or why it comes to nothing. */
export type Increase =
  | { readonly value: number; readonly reason: 'extrapolated'; readonly samples: number }
  | { readonly value: undefined; readonly reason: 'no-sample' | 'one-sample'; readonly samples: number };

/**
 * By how much a counter has grown in the window that ends now: `increase(counter[window])` of PromQL
 * (prometheus promql/functions.go, extrapolatedRate). It needs two samples in the window, open on the left; it reaches
 * from the first and the last of them to the window's edges where these are near (1.1 mean gaps, else half a gap), but
 * not to before the counter can have been zero; a value below the one before it is a counter that began anew.
 *
 * @param samples ascending in time; those outside the window are passed over.
 *
 * @example
 * const at = (seconds, value) => ({ atUs: seconds * 1e6, value });
 * increase([at(0, 100), at(15, 130), at(30, 160)], 31e6, 30e6); // => { value: 62, samples: 3 }
 */
export function increase(samples: readonly Sample[], windowUs: number, nowUs: number): Increase {
  const startUs = nowUs - windowUs;
  const inside = samples.filter(({ atUs }) => atUs > startUs && atUs <= nowUs);
  const first = inside[0];
  if (first === undefined) return { value: undefined, reason: 'no-sample', samples: 0 };
  if (inside.length === 1) return { value: undefined, reason: 'one-sample', samples: 1 };
  const last = inside[inside.length - 1]!;
  let grown = last.value - first.value;
  for (let at = 1; at < inside.length; at++) {
    if (inside[at]!.value < inside[at - 1]!.value) grown += inside[at - 1]!.value;
  }
  const sampledUs = last.atUs - first.atUs;
  const gapUs = sampledUs / (inside.length - 1);
  const reach = (toEdgeUs: number): number => (toEdgeUs >= gapUs * 1.1 ? gapUs / 2 : toEdgeUs);
  let beforeUs = reach(first.atUs - startUs);
  if (grown > 0) beforeUs = Math.min(beforeUs, sampledUs * (first.value / grown));
  const afterUs = reach(nowUs - last.atUs);
  return {
    value: grown * ((sampledUs + beforeUs + afterUs) / sampledUs),
    reason: 'extrapolated',
    samples: inside.length,
  };
}
