import { calledPortRemedies, portsText } from '../finding/no-such-port.ts';
import { stepwise } from './foreseen.ts';

/** A Service is called at a port that it does not have. */
export const noSuchPort = stepwise('no-such-port', (step) =>
  step.calls.flatMap(({ caller, host, service, port, has }) =>
    has === undefined || service === null
      ? []
      : [
          {
            key: `${caller} ${host} ${port}`,
            sentence: `${caller} calls ${host} at port ${port}, and Service ${service} does not have that port${portsText(has)}: every such call fails.`,
            remedies: calledPortRemedies(service, port, has),
          },
        ],
  ),
);
