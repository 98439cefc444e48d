import type { Remedy } from '../../record/finding.ts';
import type { RunRecord } from '../../record/record.ts';
import { byChange } from './remedy.ts';

/** What makes draws depend on each other, as far as manifests and settings do: a counter in place of a draw, a hash. */
export const strayRemedies = ({ scenario }: RunRecord, service: string): Remedy[] => [
  scenario.settings.some((own) => own.startsWith('selector: counter'))
    ? byChange({ kind: 'independent-draws' })
    : byChange({ kind: 'no-hash', service }),
];
