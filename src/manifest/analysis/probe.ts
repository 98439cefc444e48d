import type { Cursor } from '../cursor.ts';
import { problemIn } from './problem-in.ts';
import { keepers } from './pod.ts';
import type { Check } from './setting.ts';
import type { Written } from './written.ts';

const kinds = [...keepers, ['', 'Pod']] as const;

/**
 * Probes that ask a port by a name which no port of their container has (pkg/probe/util.go, ResolveContainerPort: an error, whose
 * result the worker throws away; pilot-agent, which asks in the kubelet's place, has no such probe: pkg/kube/inject, DumpAppProbers).
 */
export const probes: Check = (setting) =>
  kinds.flatMap(([group, kind]) =>
    setting.written(group, kind).flatMap((own) => {
      const pod = kind === 'Pod' ? own.spec : own.spec.at('template', 'spec');
      const sidecars = pod
        .at('initContainers')
        .items.filter((each) => each.at('restartPolicy').text === 'Always');
      return [...pod.at('containers').items, ...sidecars].flatMap((each) => problemsOf(own, kind, each));
    }),
  );

/** What becomes of a container whose probe never passes. */
const outcomes = [
  ['startupProbe', 'no pod of it becomes ready'],
  ['readinessProbe', 'no pod of it becomes ready'],
  [
    'livenessProbe',
    'without a sidecar it tells nothing, and with one the container is started again and again',
  ],
] as const;

function problemsOf({ object, name: owner }: Written, kind: string, container: Cursor) {
  const names = container.at('ports').items.flatMap((own) => own.at('name').text ?? []);
  return outcomes.flatMap(([field, outcome]) =>
    ['httpGet', 'tcpSocket'].flatMap((handler) => {
      const port = container.at(field, handler, 'port');
      if (port.text === undefined || /^\d+$/.test(port.text) || names.includes(port.text)) return [];
      return [
        problemIn(object, port.path, 'value', {
          severity: 'warning',
          code: 'MS1127',
          message: `${field} of container ${container.at('name').text ?? ''} in ${kind} ${owner} asks port "${port.text}", and no port of the container is called so: it never passes, and ${outcome}`,
          hint:
            names.length === 0
              ? 'write the number of the port, or name it in ports of the container'
              : `the container has ${names.join(', ')}`,
        }),
      ];
    }),
  );
}
