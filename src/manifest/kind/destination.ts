import type { Cursor } from '../cursor.ts';
import { isDns1123Label, wildcardDomainProblem } from '../host-name.ts';
import type { Destination } from '../resource.ts';
import { struct, text } from '../schema.ts';
import { portSelector } from './kind.ts';

export const destinationFields = struct(
  { host: text, subset: text, port: portSelector },
  { required: ['host'] },
);

/** Istio's validateDestination. */
export function readDestination(destination: Cursor): Destination {
  const host = destination.at('host');
  const subset = destination.at('subset');
  const port = destination.at('port', 'number');
  if (host.text === '*') host.refuse('invalid destination host *');
  else if (host.text !== undefined) {
    const problem = wildcardDomainProblem(host.text);
    if (problem !== undefined) host.refuse(problem);
  }
  if (subset.text !== undefined && subset.text !== '' && !isDns1123Label(subset.text)) {
    subset.refuse(`subset name is invalid: ${subset.text}`);
  }
  if (destination.at('port').isSet) checkPort(port);
  return {
    host: host.text ?? '',
    ...(subset.text === undefined || subset.text === '' ? {} : { subset: subset.text }),
    ...(port.number === undefined ? {} : { port: port.number }),
  };
}

/** Istio's ValidatePort. */
export function checkPort(port: Cursor): void {
  const number = port.number ?? 0;
  if (number < 1 || number > 65535) port.refuse(`port number ${number} must be in the range 1..65535`);
}

/** Istio's validateWeight and the check on the sum, alike for HTTP, TLS and TCP routes. */
export function checkWeights(route: Cursor): void {
  let total = 0;
  for (const item of route.items) {
    const weight = item.at('weight');
    if (!item.at('destination').isSet) item.refuse('destination is required');
    if (weight.number !== undefined && weight.number < 0) weight.refuse(`weight ${weight.number} < 0`);
    total += weight.number ?? 0;
  }
  if (route.items.length > 1 && total === 0) {
    route.refuse(
      'total destination weight = 0',
      'with several destinations an omitted weight counts as 0; give at least one a weight',
    );
  }
}
