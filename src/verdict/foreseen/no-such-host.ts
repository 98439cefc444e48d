import { percent } from '../../words/number.ts';
import { aliasRemedy, aliasText } from '../finding/destination-not-there.ts';
import { hostRemedies, mayBeOutside } from '../finding/no-such-host.ts';
import { isHidden } from './hidden.ts';
import { sendsOf, stepwise } from './foreseen.ts';

/** A name is called, or sent to, that no Service has. */
export const noSuchHost = stepwise('no-such-host', (step) => [
  ...step.calls
    .filter(({ service, rule }) => service === null && rule === undefined)
    .map(({ caller, host, alias }) => ({
      key: `${caller} ${host}`,
      sentence: `${caller} calls ${host}, and ${alias === undefined ? 'no Service has that name' : aliasText('it', alias)}: every such call fails.${
        mayBeOutside(alias ?? host)
          ? ' If it is a name outside the mesh, that is so in a run only: a cluster lets such calls out, unless outboundTrafficPolicy is REGISTRY_ONLY.'
          : ''
      }`,
      remedies:
        alias === undefined
          ? hostRemedies(host, 'the traffic or the app file', { mesh: [step] })
          : [aliasRemedy(alias)],
    })),
  ...sendsOf(step)
    .filter(({ rule, destination: { lacks, to } }) => lacks === 'service' && !isHidden(step, rule.rule, to))
    .map(({ rule, destination: { to, service, weight, alias } }) => ({
      key: `${rule.rule} ${to}`,
      missing: { service, subset: null },
      sentence: `${rule.rule} sends ${percent(weight)} of its requests to ${to}, and ${alias === undefined ? 'no Service has that name' : aliasText('it', alias)}: they will fail.`,
      remedies:
        alias === undefined ? hostRemedies(service, 'the rule', { mesh: [step] }) : [aliasRemedy(alias)],
    })),
]);
