import { percent } from '../../words/number.ts';
import { ruleFirst } from '../finding/subset-deleted.ts';
import { nameRemedies, subsetFirst } from '../finding/subset-missing.ts';
import { isHidden } from './hidden.ts';
import { sendsOf, stepwise, type ForeseenStep } from './foreseen.ts';

/** Destinations whose subset nobody defines at a step, and whether somebody did before. */
const lacking = (steps: readonly ForeseenStep[], index: number) =>
  sendsOf(steps[index]!)
    .filter(
      ({ rule, destination: { lacks, to } }) => lacks === 'subset' && !isHidden(steps[index]!, rule.rule, to),
    )
    .map((own) => ({
      ...own,
      wasThere: steps.slice(0, index).some((step) => defines(step, own.destination.to)),
    }));

/** A rule sends there at a step, and finds the subset. */
const defines = ({ rules }: ForeseenStep, name: string): boolean =>
  rules.some(({ destinations }) => destinations.some(({ to, lacks }) => to === name && lacks !== 'subset'));

/** A rule names a subset that no DestinationRule defines: not yet, or never. */
export const subsetMissing = stepwise('subset-missing', (_, index, steps) =>
  lacking(steps, index)
    .filter(({ wasThere }) => !wasThere)
    .map(({ rule, destination: { to, service, subset, weight } }) => ({
      key: `${rule.rule} ${to}`,
      missing: { service, subset },
      sentence: `${rule.rule} sends ${percent(weight)} of its requests to ${to}, a subset that no DestinationRule defines: the callers’ proxies answer these with 503.`,
      remedies:
        subset !== null && steps.slice(index).some((own) => defines(own, to))
          ? subsetFirst(service, subset)
          : nameRemedies,
    })),
);

/** A subset goes while a rule still names it. */
export const subsetDeleted = stepwise('subset-deleted', (_, index, steps) =>
  lacking(steps, index)
    .filter(({ wasThere }) => wasThere)
    .map(({ rule, destination: { to, weight } }) => ({
      key: `${rule.rule} ${to}`,
      sentence: `${rule.rule} still sends ${percent(weight)} of its requests to ${to}, and no DestinationRule defines that subset any more: the callers’ proxies answer these with 503.`,
      remedies: ruleFirst,
    })),
);
