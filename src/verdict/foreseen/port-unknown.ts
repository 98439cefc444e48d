import { percent } from '../../words/number.ts';
import { portRemedies } from '../finding/port-unknown.ts';
import { sendsOf, stepwise } from './foreseen.ts';

/** A rule sends to a port that the Service does not have, whether or not the subset is defined. */
export const portUnknown = stepwise('port-unknown', (step) =>
  sendsOf(step)
    .filter(({ destination: { lacks } }) => lacks === 'port')
    .map(({ rule, destination: { to, service, weight, port } }) => ({
      key: `${rule.rule} ${to}`,
      sentence: `${rule.rule} sends ${percent(weight)} of its requests to ${to} at ${port === undefined ? 'a port' : `port ${port}`}, which Service ${service} does not have: the callers’ proxies answer these with 503.`,
      remedies: portRemedies(service),
      ...(port === undefined ? {} : { missing: { service, subset: null, port } }),
    })),
);
