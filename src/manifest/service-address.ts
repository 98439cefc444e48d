import type { Service } from './resource.ts';

/**
 * Callers find an address of the Service's own by its name, and that takes connections at its ports alone. The name of a headless
 * Service leads to its pods, whatever its ports say, and that of an ExternalName to another name.
 */
const hasOwnAddress = ({ spec }: Pick<Service, 'spec'>): boolean =>
  spec.isHeadless !== true && spec.externalName === undefined;

/** A Service that is asked at a port which it does not have, where that matters. */
export const lacksPort = (service: Pick<Service, 'spec'>, port: number): boolean =>
  hasOwnAddress(service) && service.spec.ports.every((own) => own.port !== port);
