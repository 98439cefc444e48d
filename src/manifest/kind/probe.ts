import type { Cursor } from '../cursor.ts';
import type { ContainerProbe } from '../resource.ts';
import { anything, ignored, int32, struct } from '../schema.ts';

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

/** What a probe asks is not played: it succeeds as soon as the application can serve, unless it asks a port that has no such name. */
export const probeFields = struct({
  ...Object.fromEntries(handlers.map((handler) => [handler, anything])),
  initialDelaySeconds: int32,
  periodSeconds: int32,
  timeoutSeconds: int32,
  successThreshold: int32,
  failureThreshold: int32,
  terminationGracePeriodSeconds: ignored(int32),
});

/** Kubernetes' validateProbe and SetDefaults_Probe (pkg/apis/core/validation/validation.go, v1/defaults.go). */
export function readProbe(
  probe: Cursor,
  kind: 'startup' | 'readiness' | 'liveness',
  ports: Cursor,
): ContainerProbe | undefined {
  if (!probe.isSet) return undefined;
  checkHandler(probe);
  const numberOr = (field: string, otherwise: number): number => {
    const own = probe.at(field);
    if ((own.number ?? 0) < 0)
      own.invalid(`Invalid value: ${own.number}: must be greater than or equal to 0`);
    return own.number === undefined || own.number === 0 ? otherwise : own.number;
  };
  const read = {
    asks: asks(probe, ports),
    initialDelaySeconds: numberOr('initialDelaySeconds', 0),
    periodSeconds: numberOr('periodSeconds', 10),
    timeoutSeconds: numberOr('timeoutSeconds', 1),
    successThreshold: numberOr('successThreshold', 1),
    failureThreshold: numberOr('failureThreshold', 3),
  };
  if (kind !== 'readiness' && read.successThreshold > 1)
    probe.at('successThreshold').invalid(`Invalid value: ${read.successThreshold}: must be 1`);
  return read;
}

/** pkg/kubelet/prober, ResolveContainerPort: a name that no port of the container has is an error at each probe. */
function asks(probe: Cursor, ports: Cursor): ContainerProbe['asks'] {
  if (probe.at('exec').isSet) return 'command';
  const [name] = ['httpGet', 'tcpSocket'].map((handler) => probe.at(handler, 'port').text).filter(Boolean);
  if (name === undefined || /^\d+$/.test(name)) return 'port';
  return ports.items.some((own) => own.at('name').text === name) ? 'port' : 'no port';
}

function checkHandler(probe: Cursor): void {
  const [first, ...others] = handlers.map((handler) => probe.at(handler)).filter((own) => own.isSet);
  if (first === undefined) probe.invalid('Required value: must specify a handler type');
  for (const other of others) other.invalid('Forbidden: may not specify more than 1 handler type');
}
