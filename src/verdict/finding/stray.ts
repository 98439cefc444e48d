import type { Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { areIndependent } from '../rule-of-evidence.ts';
import { byChange } from './remedy.ts';

/** What makes draws depend on each other, as far as the settings of a run say. */
export const strayWhy = ({ scenario }: RunRecord): string =>
  areIndependent(scenario.selector)
    ? 'The proxies of this run draw for each request by itself, and luck does not stray so far: something keeps requests with one version, a hash, a cookie or a kept connection.'
    : 'These proxies count in place of drawing: what follows each other gets numbers that follow each other, and comes in blocks of one version.';

/** A fresh draw for each request, where the proxies only count. */
export const strayRemedies = ({ scenario }: RunRecord): Remedy[] =>
  areIndependent(scenario.selector) ? [] : [byChange({ kind: 'independent-draws' })];
