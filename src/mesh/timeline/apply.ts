import * as z from 'zod';
import type { Resource } from '../../manifest/resource.ts';
import type { TimelineVerb } from './timeline-verb.ts';

export interface ApplyAction {
  readonly verb: 'apply';
  /** Name of the file, where there is one. */
  readonly file?: string;
  readonly resources: readonly Resource[];
}

/** kubectl apply -f. */
export const apply: TimelineVerb<ApplyAction, string> = {
  field: z.string().min(1).describe('A file of manifests, as kubectl apply takes it.'),
  isOperators: true,
  file: (file) => file,
  build: (file, resources) => ({ verb: 'apply', file, resources }),
  subject: ({ file, resources }) => file ?? resources.map((own) => own.metadata.name).join(', '),
  act: ({ resources }, { kubectl }, nowUs) => kubectl.apply(resources, nowUs),
};
