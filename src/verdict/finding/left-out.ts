import type { LeftOut } from '../../manifest/left-out.ts';
import { leftOutText } from '../../manifest/left-out-text.ts';
import { wouldAct, type Circumstances } from '../../manifest/would-act.ts';
import type { RunRecord } from '../../record/record.ts';
import { listed } from '../../words/listed.ts';
import { leftOutEndpoints } from './endpoints-by-hand.ts';
import { noHarm, type FindingKind } from './finding.ts';
import { byHand } from './remedy.ts';
import { canariesAlong, canaryLeftOut } from './canary-left-out.ts';
import { rolloutLeftOut, rolloutsAlong } from './rollout-left-out.ts';

/** What is read, would act in a cluster, and does not act in the model. */
export const leftOut: FindingKind = {
  code: 'left-out',
  seenIn(record) {
    const { leftOut: all = [] } = record;
    const byHandAlone = leftOutEndpoints(record);
    const found = byHandAlone.map((each) => each.found);
    const controlled = [
      ...rolloutsAlong(record.mesh).map((own) => ({ name: own.name, ...rolloutLeftOut(own) })),
      ...canariesAlong(record.mesh).map((own) => ({ name: own.name, ...canaryLeftOut(own) })),
    ];
    const isTold = (own: LeftOut): boolean =>
      byHandAlone.some((each) => each.own === own) ||
      isRefusedTls(own, record) ||
      (isOfFlagger(own) && record.mesh.some(({ canaries }) => canaries !== undefined));
    const acting = all
      .filter((own) => wouldAct(own, circumstancesOf(record)) && !isTold(own))
      .map(leftOutText);
    for (const { name, isHarm, text, remedies } of controlled) {
      if (text === '') continue;
      found.push({
        ...told,
        level: isHarm ? 'harms' : 'note',
        sentence: isHarm ? `${text} What the run shows of ${name} is a mesh without that controller.` : text,
        evidence: [],
        remedies,
      });
    }
    if (acting.length > 0) {
      found.push({
        ...told,
        sentence: `${listed(acting, 'and', 3)} ${acting.length === 1 ? 'is' : 'are'} read and would act in a cluster, but not in this run: its numbers are those of a mesh without ${acting.length === 1 ? 'it' : 'them'}.`,
        evidence: acting,
        remedies: [
          byHand(
            'Do by hand in the timeline what it would do, or judge the run without it: no manifest makes the model do it.',
          ),
        ],
      });
    }
    return found;
  },
};

const isOfFlagger = (own: LeftOut): boolean =>
  own.about === 'kind' && own.kind === 'Canary' && own.group === 'flagger.app';

/** What pods do not take is told by itself (`tls-refused`). */
const isRefusedTls = (own: LeftOut, { mesh }: RunRecord): boolean =>
  own.about === 'tls-to-pods' &&
  mesh.some(({ refused = [] }) =>
    refused.some(
      ({ rule, mode }) => rule === `DestinationRule ${own.name}.${own.namespace}` && mode === own.mode,
    ),
  );

const told = {
  code: 'left-out',
  level: 'harms',
  harm: noHarm,
  why: 'The model has no such thing yet. A run that leaves it out can be right by accident alone.',
  look: 'ignored',
  trace: null,
} as const;

function circumstancesOf({ nodes, timeline, callers }: RunRecord): Circumstances {
  const changed = timeline.flatMap((own) => own.changed ?? []);
  return {
    // An older record does not say.
    changing:
      changed.length === 0 && timeline.length > 0 ? undefined : new Set(changed.map(({ kind }) => kind)),
    passesOn: callers.some(({ rules }) => rules.some(({ passes }) => passes === true)),
    hasNodes: nodes !== undefined,
    losesPods: timeline.some(({ verb }) => ['lose', 'kill', 'crash'].includes(verb)),
  };
}
