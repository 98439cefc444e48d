import { mapOf, type Data } from '../../manifest/change/written.ts';
import type { Exported } from './exported.ts';
import { isWorkloadKind } from './kept.ts';
import { idOf } from './system.ts';

/** What one would apply of an object: how many pods an autoscaler had made is no part of its manifest. @param objects all there are */
export function unscaled(objects: readonly Exported[]): (own: Exported) => Data {
  const scaled = new Set(
    objects.flatMap(({ kind, namespace, source }) => {
      const { kind: target, name } = mapOf(mapOf(source['spec'])['scaleTargetRef']);
      return kind === 'HorizontalPodAutoscaler' ? [`${String(target)}/${namespace}/${String(name)}`] : [];
    }),
  );
  return (own) => {
    if (!isWorkloadKind(own.kind) || !scaled.has(idOf(own))) return own.source;
    // With none an autoscaler stands still: that was somebody's will.
    if (mapOf(own.source['spec'])['replicas'] === 0) return own.source;
    const source = structuredClone(own.source);
    delete mapOf(source['spec'])['replicas'];
    return source;
  };
}
