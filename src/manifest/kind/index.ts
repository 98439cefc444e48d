import type { Kind } from '../resource.ts';
import { deployment } from './deployment.ts';
import { destinationRule } from './destination-rule.ts';
import { gateway } from './gateway.ts';
import type { KindReader } from './kind.ts';
import { service } from './service.ts';
import { virtualService } from './virtual-service.ts';

/** The kinds that the model reads. */
export const kinds: { readonly [K in Kind]: KindReader<K> } = {
  VirtualService: virtualService,
  DestinationRule: destinationRule,
  Gateway: gateway,
  Service: service,
  Deployment: deployment,
};
