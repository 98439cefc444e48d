import { anything, ignored, int32, map, struct, text } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

/** Kubernetes apps/v1 Deployment; rules of pkg/apis/apps/validation/validation.go. */
export const deployment: KindReader<'Deployment'> = {
  kind: 'Deployment',
  group: 'apps',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: objectFields(
    struct(
      {
        replicas: int32,
        selector: struct({ matchLabels: map(text), matchExpressions: ignored(anything) }),
        template: struct({
          metadata: struct({
            labels: map(text),
            annotations: map(text),
            name: anything,
            namespace: anything,
            creationTimestamp: anything,
          }),
          spec: ignored(anything),
        }),
      },
      { required: ['selector', 'template'] },
    ),
  ),
  checkName: checkSubdomain,
  read(spec) {
    const replicas = spec.at('replicas');
    if ((replicas.number ?? 0) < 0)
      replicas.invalid(`Invalid value: ${replicas.number}: must be greater than or equal to 0`);
    const selector = spec.at('selector');
    const expressions = selector.at('matchExpressions');
    const matchLabels = selector.at('matchLabels').textMap;
    if (selector.isSet && Object.keys(matchLabels).length === 0 && expressions.items.length === 0) {
      selector.invalid('Invalid value: {}: empty selector is invalid for deployment');
    }
    if (expressions.items.length > 0) {
      expressions.say(
        'warning',
        'MS1032',
        'matchExpressions are not modelled: pods are found by matchLabels alone',
      );
    }
    const labels = spec.at('template', 'metadata', 'labels');
    const templateLabels = labels.textMap;
    if (
      spec.at('template').isSet &&
      Object.entries(matchLabels).some(([key, value]) => templateLabels[key] !== value)
    ) {
      labels.invalid(
        `Invalid value: ${JSON.stringify(templateLabels)}: \`selector\` does not match template \`labels\``,
      );
    }
    return {
      replicas: replicas.number ?? 1,
      selector: matchLabels,
      template: {
        labels: templateLabels,
        annotations: spec.at('template', 'metadata', 'annotations').textMap,
      },
    };
  },
};
