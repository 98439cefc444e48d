import { percent } from '../../words/number.ts';
import { sendsOf, stepwise } from './foreseen.ts';

/** A name is called, or sent to, that no Service has. */
export const noSuchHost = stepwise('no-such-host', (step) => [
  ...step.calls
    .filter(({ service }) => service === null)
    .map(({ caller, host }) => ({
      key: `${caller} ${host}`,
      sentence: `${caller} calls ${host}, and no Service has that name: every such call will fail.`,
      remedy: `Correct the host in the app file or the traffic, or apply the Service ${host}.`,
    })),
  ...sendsOf(step)
    .filter(({ destination: { lacks } }) => lacks === 'service' || lacks === 'port')
    .map(({ rule, destination: { to, weight, lacks } }) => ({
      key: `${rule.rule} ${to}`,
      sentence: `${rule.rule} sends ${percent(weight)} of its requests to ${to}, and no Service has that ${lacks === 'port' ? 'port' : 'name'}: they will fail.`,
      remedy: `Correct the ${lacks === 'port' ? 'port' : 'host'} in the rule, or apply the Service first.`,
    })),
]);
