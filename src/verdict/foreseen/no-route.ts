import { letIn } from '../finding/no-route.ts';
import { byHand } from '../finding/remedy.ts';
import { stepwise } from './foreseen.ts';

/** A rule is for a Gateway that comes later than it, or goes before it; a proxy refuses what it does not know. */
export const noRoute = stepwise('no-route', ({ lostGateways, unknown }, index, steps) => [
  ...unknown
    .filter(({ isRefused }) => isRefused)
    .map(({ caller, service }) => ({
      key: `${caller} ${service}`,
      sentence: `The proxies of ${caller} do not know ${service}, and refuse what they do not know: every such call gets 502.`,
      remedies: [letIn],
    })),
  ...lostGateways.map(({ rule, gateway }) => {
    const wasThere = steps.slice(0, index).some((step) => step.gateways.includes(gateway));
    return {
      key: `${rule} ${gateway}`,
      sentence: `${rule} is for Gateway ${gateway}, which ${wasThere ? 'is deleted' : 'is not applied yet'}: nobody comes to it that way.`,
      remedies: [
        byHand(
          wasThere
            ? 'Delete the rule, or bind it to another Gateway, before the Gateway goes.'
            : 'Apply the Gateway before the rule.',
        ),
      ],
    };
  }),
]);
