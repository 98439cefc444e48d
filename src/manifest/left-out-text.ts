import type { LeftOut } from './left-out.ts';

/** "EnvoyFilter.networking.istio.io (2) in mesh.yaml", "Deployment spec.paused" */
export function leftOutText(own: LeftOut): string {
  switch (own.about) {
    case 'kind':
      return `${kindText(own)} ${whereText(own)}`;
    case 'class':
      return `${kindText(own)} of class ${own.className} ${whereText(own)}`;
    case 'by-hand': {
      const { service } = own;
      const of = service === null ? '' : ` of Service ${service.name}.${service.namespace}`;
      return `${own.kind} by hand${of} ${whereText(own)}`;
    }
    case 'field':
      return `${own.kind} ${own.field}`;
    case 'warm-up':
      return `DestinationRule warmup beside ${own.beside}`;
    case 'unready-addresses':
      return `Service ${own.name}.${own.namespace} publishNotReadyAddresses`;
    case 'tls-to-pods':
      return `DestinationRule ${own.name}.${own.namespace} tls of mode ${own.mode} to pods of the mesh${own.fails === undefined ? '' : ` (${own.fails})`}`;
    case 'same-host':
      return `ServiceEntry ${own.name}.${own.namespace} for ${own.host} (a name of Service ${own.service.name}.${own.service.namespace}, too)`;
    case 'more-endpoints':
      return `${own.kind} ${own.name}.${own.namespace} with the labels of Service ${own.service.name}.${own.service.namespace}`;
    case 'other-port':
      return `Service ${own.name}.${own.namespace} port ${own.port} of pods of ${own.workload} that declare others`;
    case 'open-namespace':
      return own.revision === undefined
        ? `Namespace ${own.name} without a label for injection`
        : `Namespace ${own.name} with istio.io/rev: ${own.revision}, which nothing says to be installed`;
    case 'metric':
      return `HorizontalPodAutoscaler ${own.name}.${own.namespace} metric ${own.metric}`;
    case 'closed-probe':
      return `${own.kind} ${own.name} probe of a port that its container lacks`;
    case 'next-sidecars':
      return `Namespace ${own.namespace} labels for the sidecars of new pods of ${own.workload}`;
  }
}

const kindText = ({ kind, group }: { readonly kind: string; readonly group: string }): string =>
  group === '' ? kind : `${kind}.${group}`;

const whereText = ({ count, file }: { readonly count: number; readonly file: string }): string =>
  `(${count}) in ${file}`;
