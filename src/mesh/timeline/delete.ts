import * as z from 'zod';
import type { Resource } from '../../manifest/resource.ts';
import type { TimelineVerb } from './timeline-verb.ts';

export interface DeleteAction {
  readonly verb: 'delete';
  /** Name of the file, where there is one. */
  readonly file?: string;
  readonly resources: readonly Resource[];
}

/** kubectl delete -f. */
export const deleteManifests: TimelineVerb<DeleteAction, string> = {
  field: z
    .string()
    .min(1)
    .describe('A file of manifests whose resources are deleted, as kubectl delete takes it.'),
  isOperators: true,
  file: (file) => file,
  build: (file, resources) => ({ verb: 'delete', file, resources }),
  subject: ({ file, resources }) => file ?? resources.map((own) => own.metadata.name).join(', '),
  act: ({ resources }, { kubectl }, nowUs) => kubectl.delete(resources, nowUs),
};
