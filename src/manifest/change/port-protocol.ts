import * as z from 'zod';
import type { ChangeKind } from './change.ts';
import { listOf, servicesCalled, specOf } from './written.ts';

const schema = z.strictObject({
  kind: z.literal('port-protocol'),
  service: z.string(),
  port: z.string().describe('Its name, or its number where it has none.'),
  protocol: z.enum(['http', 'http2', 'grpc', 'tcp']),
});
type PortProtocol = z.infer<typeof schema>;

/** A Service says what its port speaks. */
export const portProtocol: ChangeKind<PortProtocol> = {
  schema,
  text: ({ service, port, protocol }) =>
    `Set appProtocol: ${protocol} on port ${port} of Service ${service} (or name the port ${protocol}-...).`,
  apply({ service, port, protocol }, written) {
    const ports = servicesCalled(written, service)
      .flatMap((own) => listOf(specOf(own)['ports']))
      .filter((own) => String(own['name'] ?? own['port']) === port);
    for (const own of ports) own['appProtocol'] = protocol;
    return ports.length === 0 ? `Service ${service} has no port ${port}` : undefined;
  },
};
