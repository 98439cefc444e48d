import { percent } from '../../words/number.ts';
import { mayBeOutside } from '../finding/no-such-host.ts';
import { byHand } from '../finding/remedy.ts';
import { sendsOf, stepwise } from './foreseen.ts';

/** A name is called, or sent to, that no Service has. */
export const noSuchHost = stepwise('no-such-host', (step) => [
  ...step.calls
    .filter(({ service }) => service === null)
    .map(({ caller, host }) => ({
      key: `${caller} ${host}`,
      sentence: `${caller} calls ${host}, and no Service has that name: every such call fails.${
        mayBeOutside(host)
          ? ' If it is a name outside the mesh, that is so in a run only: a cluster lets such calls out, unless outboundTrafficPolicy is REGISTRY_ONLY.'
          : ''
      }`,
      remedies: [
        byHand(
          `Correct the host in the app file or the traffic, or apply a Service ${host.split('.')[0]!}${mayBeOutside(host) ? ' that stands for it' : ''}.`,
        ),
      ],
    })),
  ...sendsOf(step)
    .filter(({ destination: { lacks } }) => lacks === 'service' || lacks === 'port')
    .map(({ rule, destination: { to, service, weight, lacks } }) => ({
      key: `${rule.rule} ${to}`,
      ...(lacks === 'service' ? { missing: { service, subset: null } } : {}),
      sentence: `${rule.rule} sends ${percent(weight)} of its requests to ${to}, and no Service has that ${lacks === 'port' ? 'port' : 'name'}: they will fail.`,
      remedies: [
        byHand(`Correct the ${lacks === 'port' ? 'port' : 'host'} in the rule, or apply the Service first.`),
      ],
    })),
]);
