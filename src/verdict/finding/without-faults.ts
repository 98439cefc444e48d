import type { Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { byChange } from './remedy.ts';

/** Delays that rules inject go, where proxies flagged some (Envoy: DI). */
export const withoutFaults = ({ metrics }: RunRecord): Remedy[] =>
  metrics.requests.some(({ flags }) => flags.split(',').includes('DI'))
    ? [byChange({ kind: 'no-fault', service: null })]
    : [];
