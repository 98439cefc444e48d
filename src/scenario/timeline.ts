import * as z from 'zod';
import { duration } from '../manifest/field.ts';
import type { Resource } from '../manifest/resource.ts';
import { timelineVerbs, type TimelineAction } from '../mesh/timeline/index.ts';
import type { TimelineVerb } from '../mesh/timeline/timeline-verb.ts';

/** An entry of `spec.timeline`: a moment, and one thing that is done then. */

const verbs: readonly (readonly [string, TimelineVerb<TimelineAction, never>])[] =
  Object.entries(timelineVerbs);

const fields: z.ZodRawShape = Object.fromEntries(
  verbs.map(([name, { field }]) => [name, (field as z.ZodType).optional()]),
);

export const timelineEntrySchema = z
  .strictObject({ at: duration.describe('When, from the start of the run.'), ...fields })
  .check((context) => {
    const entry: Readonly<Record<string, unknown>> = context.value;
    const named = verbs.flatMap(([name]) => (entry[name] === undefined ? [] : [name]));
    if (named.length === 1) return;
    context.issues.push({
      code: 'custom',
      message: `an entry does one thing of ${verbs.map(([name]) => name).join(', ')}; this one has ${named.length === 0 ? 'none' : named.join(' and ')}`,
      path: [],
      input: entry,
    });
  });

/** One thing that is done at a moment, before its manifests are read. */
export interface Planned {
  readonly verb: string;
  /** The file of manifests, or the workload, that it names. */
  readonly file: string | undefined;
  readonly workload: string | undefined;
  readonly mayBeGateway: boolean;
  readonly node: string | undefined;
  readonly zone: string | undefined;
  build(resources: readonly Resource[]): TimelineAction;
}

export function plannedOf(entry: Readonly<Record<string, unknown>>): Planned {
  const [name, verb] = verbs.find(([own]) => entry[own] !== undefined)!;
  const text = entry[name] as never;
  return {
    verb: name,
    file: verb.file?.(text),
    workload: verb.workload?.(text),
    node: verb.node?.(text),
    zone: verb.zone?.(text),
    mayBeGateway: verb.mayBeGateway === true,
    build: (resources) => verb.build(text, resources),
  };
}
