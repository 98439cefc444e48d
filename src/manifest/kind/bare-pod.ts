import { ignored, oneOfWords, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { podTemplateFields, readPodTemplate } from './pod-template.ts';

const templateSpec = podTemplateFields.fields['spec'] as ReturnType<typeof struct>;

/** Kubernetes core/v1 Pod that no controller keeps: one of a Deployment, in an export, is that Deployment's matter. */
export const barePod: KindReader<'BarePod'> = {
  kind: 'BarePod',
  group: '',
  versions: ['v1'],
  unknownFields: 'ignore',
  concerns: ({ owner }) => owner === '',
  fields: objectFields(
    struct({
      ...templateSpec.fields,
      restartPolicy: ignored(oneOfWords('Always', 'OnFailure', 'Never')),
    }),
  ),
  checkName: checkSubdomain,
  read(_spec, { labels }, _version, object) {
    return { replicas: 1, selector: labels, template: readPodTemplate(object), minReadySeconds: 0 };
  },
};
