import type { Expect } from '../scenario/scenario.ts';

/** What an expectation demands, as a report says it. */
export function expectationText(own: Expect): string {
  switch (own.metric) {
    case 'share': {
      const level = `${Number((own.interval * 100).toFixed(4))} %`;
      return `share of ${own.service} ${own.subset} within its ${level} interval of the ${own.against} one${spanText(own)}`;
    }
    case 'errors': {
      const what = own.service === undefined ? 'pages failed' : `requests to ${own.service} failed`;
      const least = own.min === undefined ? '' : `at least ${percent(own.min)}, `;
      return `${what}: ${least}at most ${percent(own.max)}${spanText(own)}`;
    }
    case 'replicas':
    case 'ready': {
      const what = own.metric === 'replicas' ? 'replicas' : 'ready pods';
      return `${what} of ${own.workload} at ${own.at / 1e6} s: ${boundsText(own, String)}`;
    }
    case 'shows':
      return `pages of ${own.traffic} that show "${own.shows}": ${boundsText(own, percent)}${spanText(own)}`;
    case 'took':
      return `each page of ${own.traffic} takes ${boundsText(own, secondsText)}${spanText(own)}`;
    case 'mirrored':
      return `requests mirrored to ${own.service}: ${boundsText(own, String)}`;
    case 'retries':
      return `retries of requests to ${own.service}: ${boundsText(own, String)}`;
    case 'ejections':
      return `ejections of pods of ${own.service}: ${boundsText(own, String)}`;
    case 'busiest':
      return `share of the busiest pod of ${own.service}: ${boundsText(own, percent)}`;
    case 'flag':
      return `requests to ${own.service} with flag ${own.flag}: ${boundsText(own, String)}${spanText(own)}`;
    case 'propagation':
      return `every change reaches the last proxy within ${own.max / 1e6} s`;
    default: {
      const subset = own.subset === undefined ? '' : ` ${own.subset}`;
      const subject = own.service === undefined ? 'pages' : `${own.service}${subset}`;
      return `${own.metric} of ${subject}: at most ${own.max / 1000} ms`;
    }
  }
}

const boundsText = (
  { min, max }: { readonly min?: number | undefined; readonly max?: number | undefined },
  told: (value: number) => string,
): string =>
  [
    ...(min === undefined ? [] : [`at least ${told(min)}`]),
    ...(max === undefined ? [] : [`at most ${told(max)}`]),
  ].join(', ');

function spanText(own: {
  readonly from?: number | 'settled' | undefined;
  readonly to?: number | undefined;
}): string {
  const from =
    own.from === undefined ? '' : own.from === 'settled' ? ' once settled' : ` from ${own.from / 1e6} s`;
  return `${from}${own.to === undefined ? '' : ` to ${own.to / 1e6} s`}`;
}

export const percent = (share: number): string => `${Number((share * 100).toFixed(3))} %`;
export const secondsText = (us: number): string => `${us / 1e6} s`;
