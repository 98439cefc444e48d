import * as z from 'zod';
import { duration } from '../../manifest/field.ts';
import { percentTo } from '../../words/number.ts';

/** Fields that several expectations have, and how they are told. */

export const service = z.string().describe('Name of a Service.');
export const serviceOrPages = z.string().optional().describe('Name of a Service; absent: pages.');
export const subset = z.string().describe('Version, as a DestinationRule names it.');
export const workload = z.string().min(1).describe('Name of a Deployment, Rollout or ReplicaSet.');
export const session = z.string().describe('Name of a refresh entry.');
export const to = duration.optional().describe('Where the span ends; default: with the run.');
export const from = duration.optional().describe('Where the span begins; default: with the run.');
export const fromOrSettled = z
  .union([z.literal('settled'), duration])
  .optional()
  .describe(
    'Where the span begins: a moment, or "settled", when all proxies hold the last change before its end.',
  );

export interface Span {
  readonly from?: number | 'settled' | undefined;
  readonly to?: number | undefined;
}

export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export const isWithin = (value: number, { min, max }: Bounds): boolean =>
  value >= (min ?? -Infinity) && value <= (max ?? Infinity);

export const boundsText = ({ min, max }: Bounds, told: (value: number) => string): string =>
  [
    ...(min === undefined ? [] : [`at least ${told(min)}`]),
    ...(max === undefined ? [] : [`at most ${told(max)}`]),
  ].join(', ');

export function spanText({ from, to }: Span): string {
  const begins = from === undefined ? '' : from === 'settled' ? ' once settled' : ` from ${from / 1e6} s`;
  return `${begins}${to === undefined ? '' : ` to ${to / 1e6} s`}`;
}

export const percentText = (share: number): string => percentTo(share, 3);
export const secondsText = (us: number): string => `${us / 1e6} s`;

/** What is found where a span never began. */
export const notSettled = { ok: false, found: 'the proxies did not settle within the run' };
