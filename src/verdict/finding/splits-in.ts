import { ownerText } from '../../manifest/rule-name.ts';
import { isPartly } from '../../record/dropped-fact.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import type { RunRecord } from '../../record/record.ts';
import { percent } from '../../words/number.ts';
import { sharedIn, weighedIn, type Weighed } from '../weighed.ts';

/** A rule that divides pods by weights; of a route of Gateway API `services` are its parents. */
export type Split = Weighed &
  Partial<Pick<RuleFact, 'inside' | 'gateways' | 'services' | 'tcpPort' | 'httpPort'>>;

/** Splits of a step, but for those of which another finding tells that their weights do nothing. */
export const splitsIn = (step: Pick<MeshFacts, 'rules' | 'routes' | 'dropped'>): Split[] =>
  weighedIn(step).filter(
    (own: Split) =>
      drawnOf(own).length > 1 &&
      (own.headless ?? null) === null &&
      (own.tcpPort ?? null) === null &&
      own.httpPort === undefined &&
      sharedIn(own) === undefined &&
      !(step.dropped ?? []).some(
        (each) => !isPartly(each) && (each.rule === own.rule || each.rule === ownerText(own.owner)),
      ),
  );

export const drawnOf = ({ destinations }: Weighed): Weighed['destinations'] =>
  destinations.filter(({ weight }) => weight > 0);

/** Rules that requests followed at some time; of those that say the same to all requests of a service, the one of the first kind. */
export const askedRules = ({ callers, splits }: RunRecord): ReadonlySet<string> =>
  new Set([
    ...callers.flatMap(({ rules }) => rules.map(({ rule }) => rule)),
    ...splits.flatMap(({ phases }) => phases.flatMap(({ parts = [] }) => parts.map(({ rule }) => rule))),
  ]);

/** Which pods get which shares, whatever their destinations are called. */
export const podsText = (own: Weighed): string =>
  JSON.stringify(
    drawnOf(own)
      .map(({ weight, workloads }) => `${percent(weight)} ${[...workloads].sort().join()}`)
      .sort(),
  );

/** "web v1 90 %, web v2 10 %"; of very many the first. */
export const weightsOf = (own: Weighed): string =>
  drawnOf(own)
    .slice(0, mostTold)
    .map(({ to, weight }) => `${to} ${percent(weight)}`)
    .join(', ');

const mostTold = 6;
