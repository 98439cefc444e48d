import { isWorkload } from '../../manifest/scale-target.ts';
import type { Resource } from '../../manifest/resource.ts';
import { namedService } from '../named-service.ts';
import type { Expect } from './index.ts';

/**
 * What an expectation says that does not fit the manifests or the length of the run, field by field.
 * @param refused names of what is written in manifests with mistakes, which are told.
 */
export function checkExpectation(
  own: Expect,
  durationUs: number,
  resources: readonly Resource[],
  refused: ReadonlySet<string>,
): { readonly field: string; readonly message: string }[] {
  const found: { field: string; message: string }[] = [];
  const say = (field: string, message: string): void => void found.push({ field, message });
  if ('service' in own && own.service !== undefined && !refused.has(own.service)) {
    const named = namedService(own.service, resources);
    if ('problem' in named) say('service', named.problem);
  }
  if ('to' in own && own.to !== undefined && own.to > durationUs) say('to', 'lies after the end of the run');
  if ('at' in own && own.at > durationUs) say('at', 'lies after the end of the run');
  if (
    'workload' in own &&
    !refused.has(own.workload) &&
    !resources.some((each) => isWorkload(each) && each.metadata.name === own.workload)
  )
    say('workload', `no Deployment, Rollout or ReplicaSet is called "${own.workload}" in the manifests`);
  if ('from' in own && typeof own.from === 'number' && own.from >= (own.to ?? durationUs))
    say('from', 'lies at or after the end of its interval');
  return found;
}
