import type { Cursor } from '../cursor.ts';
import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import type { Check } from './setting.ts';
import type { Written } from './written.ts';

/** User 1337 is the proxy's: what it sends is not caught (analyzers/deployment/pod.go). */
export const podUsers: Check = (setting) => [
  ...setting.written('', 'Pod').flatMap((own) => proxyUsers(own, own.spec)),
  ...setting.written('apps', 'Deployment').flatMap((own) => proxyUsers(own, own.spec.at('template', 'spec'))),
];

function proxyUsers({ object }: Written, pod: Cursor) {
  const { labels } = object.metadata;
  if (labels['istio'] !== undefined || labels['release'] === 'istio') return [];
  const containers = pod
    .at('containers')
    .items.filter((own) => !['istio-proxy', 'istio-operator'].includes(own.at('name').text ?? ''));
  return [pod, ...containers]
    .map((own) => own.at('securityContext', 'runAsUser'))
    .filter((own) => own.number === 1337)
    .map(({ path }) =>
      problemIn(object, path, 'value', {
        ...istio('IST0144'),
        message: 'User ID (UID) 1337 is reserved for the sidecar proxy.',
      }),
    );
}
