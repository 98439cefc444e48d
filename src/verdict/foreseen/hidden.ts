import { listed } from '../../words/listed.ts';
import { percent } from '../../words/number.ts';
import { byHand } from '../finding/remedy.ts';
import { serviceReasons } from '../finding/service-hidden.ts';
import { subsetReasons } from '../finding/subset-hidden.ts';
import { stepwise, type ForeseenStep } from './foreseen.ts';

/** A rule sends to a Service of which the callers' proxies are not told. */
export const serviceHidden = stepwise('service-hidden', ({ hidden = [] }) =>
  hidden.flatMap(({ rule, to, weight, callers, because }) => {
    const reason = serviceReasons[because];
    return reason === undefined
      ? []
      : [
          {
            key: `${rule} ${to} ${because}`,
            sentence: `${rule} sends ${percent(weight)} of its requests to ${to}, and the proxies of ${listed(callers)} are not told of that Service, as ${reason.says}: they answer these with 503.`,
            remedies: [byHand(reason.todo(to))],
          },
        ];
  }),
);

/** A rule names a subset that is defined, and not for these callers. */
export const subsetHidden = stepwise('subset-hidden', ({ hidden = [] }) =>
  hidden.flatMap(({ rule, to, weight, callers, because }) => {
    const reason = subsetReasons[because];
    return reason === undefined
      ? []
      : [
          {
            key: `${rule} ${to} ${because}`,
            sentence: `${rule} sends ${percent(weight)} of its requests to ${to}, and the DestinationRule that defines it ${reason.says(listed(callers))}: their proxies answer these with 503.`,
            remedies: [byHand(reason.todo)],
          },
        ];
  }),
);

/** What callers are not told of is not missing: it is told as that. */
export const isHidden = ({ hidden = [] }: ForeseenStep, rule: string, to: string): boolean =>
  hidden.some((own) => own.rule === rule && own.to === to);
