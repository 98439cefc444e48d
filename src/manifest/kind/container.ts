import type { Cursor } from '../cursor.ts';
import { isDns1123Label } from '../host-name.ts';
import type { Container, InitContainer } from '../resource.ts';
import { anything, ignored, int32, list, oneOfWords, struct, text } from '../schema.ts';
import { readCpuResources, resourcesFields, withDefaultRequest } from './cpu-resources.ts';
import { preStopFields, readPreStop } from './pre-stop.ts';
import { probeFields, readProbe } from './probe.ts';

const containerFields = {
  name: text,
  image: text,
  // What says that the container is a gateway; other arguments are the application's own matter.
  args: list(text, (own) => own === 'router'),
  resources: resourcesFields,
  ports: list(struct({ name: text, containerPort: int32, protocol: text }, { required: ['containerPort'] })),
  startupProbe: probeFields,
  readinessProbe: probeFields,
  livenessProbe: probeFields,
  lifecycle: struct({ preStop: preStopFields, postStart: ignored(anything), stopSignal: ignored(text) }),
};

export const containersFields = list(struct(containerFields));
export const initContainersFields = list(struct({ ...containerFields, restartPolicy: oneOfWords('Always') }));

const sidecarFields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];

/** Kubernetes' validateContainers. `names` is shared with the init containers: a pod's names are unique. */
export function readContainer(container: Cursor, names: Set<string>, graceSeconds: number): Container {
  checkName(container.at('name'), names);
  const image = container.at('image');
  if (!image.text && (image.text === '' || !image.isSet)) image.invalid('Required value');
  const probes = {
    startupProbe: readProbe(container.at('startupProbe'), 'startup', container.at('ports')),
    readinessProbe: readProbe(container.at('readinessProbe'), 'readiness', container.at('ports')),
    livenessProbe: readProbe(container.at('livenessProbe'), 'liveness', container.at('ports')),
    preStop: readPreStop(container.at('lifecycle', 'preStop'), graceSeconds),
  };
  return {
    name: container.at('name').text ?? '',
    image: image.text ?? '',
    resources: withDefaultRequest(readCpuResources(container.at('resources'))),
    ports: readPorts(container.at('ports')),
    ...(probes.startupProbe === undefined ? {} : { startupProbe: probes.startupProbe }),
    ...(probes.readinessProbe === undefined ? {} : { readinessProbe: probes.readinessProbe }),
    ...(probes.livenessProbe === undefined ? {} : { livenessProbe: probes.livenessProbe }),
    ...(probes.preStop === undefined ? {} : { preStop: probes.preStop }),
  };
}

/** Kubernetes' validateInitContainers: what a container needs while it runs is for native sidecars alone. */
export function readInitContainer(
  container: Cursor,
  names: Set<string>,
  graceSeconds: number,
): InitContainer {
  const isSidecar = container.at('restartPolicy').text === 'Always';
  for (const field of isSidecar ? [] : sidecarFields) {
    if (container.at(field).isSet)
      container
        .at(field)
        .invalid('Forbidden: may not be set for init containers without restartPolicy=Always');
  }
  return { ...readContainer(container, names, graceSeconds), isSidecar };
}

function checkName(name: Cursor, names: Set<string>): void {
  if (name.text === undefined || name.text === '') {
    if (name.text === '' || !name.isSet) name.invalid('Required value');
    return;
  }
  if (!isDns1123Label(name.text))
    name.invalid(
      `Invalid value: "${name.text}": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    );
  if (names.has(name.text)) name.invalid(`Duplicate value: "${name.text}"`);
  names.add(name.text);
}

function readPorts(ports: Cursor): Container['ports'] {
  const names = new Set<string>();
  return ports.items.map((port) => {
    const [name, number] = [port.at('name'), port.at('containerPort')];
    if (number.number !== undefined && (number.number < 1 || number.number > 65535))
      number.invalid(`Invalid value: ${number.number}: must be between 1 and 65535, inclusive`);
    if (name.text && names.has(name.text)) name.invalid(`Duplicate value: "${name.text}"`);
    if (name.text) names.add(name.text);
    const transport = port.at('protocol').text;
    return {
      ...(name.text ? { name: name.text } : {}),
      ...(transport === 'UDP' || transport === 'SCTP' ? { transport } : {}),
      containerPort: number.number ?? 0,
    };
  });
}
