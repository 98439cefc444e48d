import { expect } from 'vitest';
import { protocolOf } from '../../../src/mesh/istiod/protocol.ts';
import { meshView } from '../../../src/mesh/istiod/translate.ts';
import type { Ask } from './ask.ts';

/** How istiod takes a port. */
export const protocol: Ask = ({ registry, proxy }, { host, port }, expected) => {
  const service = meshView(registry, proxy).services.find((own) => own.host === host);
  const own = service?.ports.find((each) => each.port === port);
  expect({ protocol: own && protocolOf(own) }).toEqual(expected);
};
