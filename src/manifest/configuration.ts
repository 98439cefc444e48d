import { Cursor } from './cursor.ts';
import type { Deployment, WrittenObject } from './resource.ts';

export const isConfiguration = ({ apiVersion, kind }: WrittenObject): boolean =>
  apiVersion === 'v1' && (kind === 'ConfigMap' || kind === 'Secret');

/**
 * What the ConfigMaps and Secrets say that pods of a Deployment read, as one text, "" without any: another one is another
 * version to Flagger, where tracking is not switched off for it (pkg/canary/config_tracker.go, GetTargetConfigs).
 */
export function configurationOf({ source, metadata }: Deployment, others: readonly WrittenObject[]): string {
  const spec = new Cursor(source, [], []).at('spec', 'template', 'spec');
  const volumes = spec.at('volumes').items.flatMap((own) => [own, ...own.at('projected', 'sources').items]);
  const containers = [...spec.at('containers').items, ...spec.at('initContainers').items];
  const references = [
    ...containers.flatMap((own) => own.at('envFrom').items),
    ...containers.flatMap((own) => own.at('env').items.map((each) => each.at('valueFrom'))),
  ];
  const names = (kind: 'ConfigMap' | 'Secret'): (string | undefined)[] =>
    kind === 'ConfigMap'
      ? [
          ...volumes.map((own) => own.at('configMap', 'name').text),
          ...references.flatMap((own) => [
            own.at('configMapRef', 'name').text,
            own.at('configMapKeyRef', 'name').text,
          ]),
        ]
      : [
          ...volumes.flatMap((own) => [own.at('secret', 'secretName').text, own.at('secret', 'name').text]),
          ...references.flatMap((own) => [
            own.at('secretRef', 'name').text,
            own.at('secretKeyRef', 'name').text,
          ]),
        ];
  return others
    .filter(
      (own) =>
        isConfiguration(own) &&
        own.metadata.namespace === metadata.namespace &&
        own.metadata.annotations['flagger.app/config-tracking'] !== 'disabled' &&
        names(own.kind as 'ConfigMap' | 'Secret').includes(own.metadata.name),
    )
    .map((own) => JSON.stringify([own.kind, own.metadata.name, ...dataOf(own)]))
    .sort()
    .join('\n');
}

const dataOf = ({ source }: WrittenObject): unknown[] =>
  ['data', 'binaryData', 'stringData'].map((field) => source[field] ?? null);
