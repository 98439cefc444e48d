import { describePlan } from '../../../src/experiment/describe-plan.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { scenarioFolders } from '../corpus.ts';
import { mutated } from '../mutate.ts';
import { nastyValues } from '../nasty.ts';
import { must, type FuzzKind } from './fuzz-kind.ts';

const paths =
  'duration seed window late hop traffic[0] traffic[0].rps traffic[0].name timeline timeline[0].at kubernetes.scrape proxy.concurrency expect expect[0] focus manifests app controlPlane.preset rollback budget.events plan'.split(
    ' ',
  );

/** Scenarios with the files beside them: one that is accepted can be told in words. */
export const scenarios: FuzzKind = {
  async try(random, show) {
    const folder = random.pick(scenarioFolders);
    const names = [...folder.keys()].filter((name) => /^scenario.*\.yaml$/.test(name));
    const name = random.pick(names);
    const others = scenarioFolders.map((own) => own.get('scenario.yaml') ?? '');
    const text = random.chance(0.9) ? mutated(folder.get(name)!, random, others) : folder.get(name)!;
    const broken = random.chance(0.2) ? random.pick([...folder.keys()]) : '';
    const set = random.chance(0.3) ? [`${random.pick(paths)}=${random.pick(nastyValues)}`] : [];
    const texts = new Map(folder);
    if (broken !== '') texts.set(broken, mutated(folder.get(broken)!, random));
    show([text, `--set ${set.join(' ')}`, `${broken}:`, texts.get(broken) ?? ''].join('\n#####\n'));
    const { value, problems } = await loadScenario({
      path: 'fuzz',
      file: name,
      text,
      set,
      read: (file) =>
        Promise.resolve(
          texts.has(file)
            ? { value: texts.get(file), problems: [] }
            : {
                value: undefined,
                problems: [{ severity: 'error', code: 'MS3001', message: 'no such file', file }],
              },
        ),
    });
    const hasError = problems.some(({ severity }) => severity === 'error');
    must((value === undefined) === hasError, `${hasError ? 'accepted with' : 'refused without'} an error`);
    if (value !== undefined) must(describePlan(value).length > 0, 'nothing is told of it');
  },
};
