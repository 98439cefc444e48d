import { describePlan } from '../../../src/experiment/describe-plan.ts';
import { renderProblem } from '../../../src/manifest/explain-problem.ts';
import type { Problem } from '../../../src/manifest/problem.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { scenarioFolders } from '../corpus.ts';
import { mutated } from '../mutate.ts';
import { nastyValues } from '../nasty.ts';
import { linesOf, must, wordsOf, type FuzzKind } from './fuzz-kind.ts';

const paths =
  'duration seed window late hop traffic[0] traffic[0].rps traffic[0].name timeline timeline[0].at kubernetes.scrape proxy.concurrency expect expect[0] focus manifests app controlPlane.preset rollback budget.events plan'.split(
    ' ',
  );

/** The scenarios that mutations begin with: a folder's files, and which of them is the scenario. */
const begun = scenarioFolders.flatMap((texts) =>
  [...texts.keys()].filter((name) => /^scenario.*\.yaml$/.test(name)).map((name) => ({ name, texts })),
);
const scenarioTexts = begun.map(({ name, texts }) => texts.get(name)!);

/** Scenarios with the files beside them: one that is accepted can be told in words. */
export const scenarios: FuzzKind = {
  make(random) {
    const { name, texts } = random.pick(begun);
    const files = new Map([...texts].filter(([own]) => !own.endsWith('.md')));
    if (random.chance(0.9)) files.set(name, mutated(files.get(name)!, random, scenarioTexts));
    if (random.chance(0.2)) {
      const broken = random.pick([...files.keys()]);
      files.set(broken, mutated(files.get(broken)!, random));
    }
    const set = random.chance(0.3) ? [`${random.pick(paths)}=${random.pick(nastyValues)}`] : [];
    return { ...Object.fromEntries(files), '--set': linesOf(set), scenario: name };
  },
  async try(input) {
    const { value, problems } = await loadScenario({
      path: 'fuzz',
      file: input['scenario']!,
      text: input[input['scenario']!] ?? '',
      set: wordsOf(input['--set']!),
      read: (file) =>
        Promise.resolve(
          Object.hasOwn(input, file)
            ? { value: input[file], problems: [] }
            : {
                value: undefined,
                problems: [{ severity: 'error', code: 'MS3001', message: 'no such file', file }],
              },
        ),
    });
    const isRefused = problems.some(refuses);
    must((value === undefined) === isRefused, `${isRefused ? 'accepted with' : 'refused without'} an error`);
    const told = problems.map(renderProblem);
    if (value === undefined) return told.join('\n');
    const plan = describePlan(value);
    must(plan.length > 0, 'nothing is told of it');
    return [...told, JSON.stringify(plan)].join('\n');
  },
};

/** What istioctl analyze calls an error the mesh takes, and so does a scenario; but for what the schema says (IST0106). */
const refuses = ({ severity, code }: Problem): boolean =>
  severity === 'error' && (code === 'IST0106' || !code.startsWith('IST'));
