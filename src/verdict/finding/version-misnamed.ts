import type { Remedy } from '../../record/finding.ts';
import type { MeshFacts, MisnamedFact } from '../../record/mesh-facts.ts';
import { percent } from '../../words/number.ts';
import { during } from './during.ts';
import { listed } from '../../words/listed.ts';
import type { FindingKind } from './finding.ts';
import { harmToCallers, withAnswers } from './harm-to-callers.ts';
import { byChange, byHand } from './remedy.ts';
import { toldByStep } from './told-by-step.ts';

/** A destination is called as one version or part, and has the pods of another: what was meant for the one, the other answers. */
export const versionMisnamed: FindingKind = {
  code: 'version-misnamed',
  seenIn: (record) =>
    toldByStep(record, misnamedByRule).map(({ key: rule, last: own, fromSeconds, toSeconds }) => {
      const calls = record.callers.filter(({ rules }) => rules.some((each) => each.rule === rule));
      const harm = harmToCallers(calls, fromSeconds, toSeconds);
      return {
        code: 'version-misnamed',
        level: harm.requests > 0 && own.some(({ weight }) => weight > 0) ? 'breaks' : 'harms',
        sentence: withAnswers(`${during(record, fromSeconds, toSeconds)}${misnamedHead(rule, own)}`, calls),
        evidence: [],
        harm,
        why: 'Who answers is decided by labels: a Service has the pods that its selector fits, a subset those of them that have its labels, too. Names say nothing.',
        remedies: misnamedRemedies(own),
        look: 'callers',
        trace: null,
      };
    }),
};

/** Those of a step, by their rule. */
export function misnamedByRule({ misnamed = [] }: Pick<MeshFacts, 'misnamed'>): Map<string, MisnamedFact[]> {
  const found = new Map<string, MisnamedFact[]>();
  for (const own of misnamed) found.set(own.rule, [...(found.get(own.rule) ?? []), own]);
  return found;
}

/** "web-v1 has the pods of web-v2, and web-v2 has those of web-v1: of what VirtualService web.default, rule 1 sends, ...". */
export function misnamedHead(rule: string, own: readonly MisnamedFact[]): string {
  const isSwap =
    own.length === 2 && own.every(({ named }, place) => own[1 - place]!.workloads.join() === named.join());
  const picks = isSwap
    ? `${own[0]!.to} has the pods of ${podsOf(own[0]!)}, and ${own[1]!.to} has those of ${podsOf(own[1]!)}`
    : own
        .map(
          ({ to, workloads, because, named }) =>
            `${to} has the pods of ${podsOf({ workloads, because })}, none of ${listed(named)}`,
        )
        .join('; ');
  const sent = own
    .filter(({ weight }) => weight > 0)
    .map(
      ({ to, weight, workloads }) => `${percent(weight)} is for ${to}, and answered by ${listed(workloads)}`,
    );
  return `${picks}${sent.length === 0 ? '' : `. Of what ${rule} sends, ${sent.join('; ')}`}.`;
}

/** "web-b (label track: canary)" */
const podsOf = ({ workloads, because }: Pick<MisnamedFact, 'workloads' | 'because'>): string =>
  `${listed(workloads)}${because === undefined ? '' : ` (${because})`}`;

export function misnamedRemedies(own: readonly MisnamedFact[]): Remedy[] {
  const parts = own.flatMap(({ service, subset, named }) =>
    named.length === 1 ? [{ service, subset, workload: named[0]! }] : [],
  );
  return parts.length < own.length || new Set(parts.map(({ workload }) => workload)).size < parts.length
    ? [
        byHand(
          `Correct what ${listed(own.map(({ to }) => to))} ${own.length === 1 ? 'selects' : 'select'}, or the labels of the pods.`,
        ),
      ]
    : [byChange({ kind: 'own-pods', parts })];
}
