import { keptRemedies } from '../finding/kept-connections.ts';
import { stickyRemedies } from '../finding/sticky-clients.ts';
import { stepwise } from './foreseen.ts';

/** Connections that nobody ends stay with the pod that was chosen for them. */
export const keptConnections = stepwise('kept-connections', ({ kept }) =>
  kept
    .filter(({ maxAgeSeconds }) => maxAgeSeconds === null)
    .map((fact) => ({
      key: `${fact.caller} ${fact.service}`,
      sentence: `${fact.caller} keeps its connections to ${fact.service} ${
        fact.by === 'tcp' ? 'over TCP' : 'and has no sidecar'
      }, and each stays with one pod: load and shares will be those of connections, and pods that come later get none of them.`,
      remedies: keptRemedies(fact),
    })),
);

/** Every request brings the same value of what is hashed. */
export const stickyClients = stepwise('sticky-clients', ({ uneven }) =>
  uneven.flatMap((fact) =>
    fact.by !== 'hash' || fact.keys !== 1
      ? []
      : [
          {
            key: `${fact.service} ${fact.of}`,
            sentence: `A hash on ${fact.of} chooses among the pods of ${fact.service}, and all that is asked for brings one value of it: one pod of each version will have all of its requests.`,
            remedies: stickyRemedies(fact, false),
          },
        ],
  ),
);
