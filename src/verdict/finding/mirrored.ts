import { count } from '../../words/number.ts';
import { listed } from './failures.ts';
import { noHarm, type FindingKind } from './finding.ts';

/** Copies that a rule mirrors: load that nobody waits for. */
export const mirrored: FindingKind = {
  code: 'mirrored',
  seenIn: (record) =>
    record.splits.flatMap((split) => {
      const copies = split.keys.map((_, place) =>
        split.phases.reduce((sum, { meters }) => sum + meters.mirrored[place]!, 0),
      );
      const requests = split.phases.reduce((sum, own) => sum + own.requests, 0);
      if (copies.every((own) => own === 0)) return [];
      const parts = split.keys.flatMap((key, place) =>
        copies[place]! === 0 ? [] : [`${count(copies[place]!)} to ${key}`],
      );
      return [
        {
          code: 'mirrored',
          level: 'note' as const,
          sentence: `Of ${count(requests)} requests to ${split.service}, copies were sent: ${listed(parts)}. Nobody waits for their answers, but their pods do the work.`,
          evidence: [],
          harm: noHarm,
          why: 'A mirror sends each request (or a share of them) once more; errors of the copy are seen in the pod’s own log alone.',
          remedies: [],
          look: 'split',
          trace: null,
        },
      ];
    }),
};
