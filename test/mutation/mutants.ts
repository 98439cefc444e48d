import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chooseTests, fingerprintsFor, readers } from './choose-tests.ts';
import { drawMutants, type DrawnMutant } from './draw.ts';
import { mutantsOf, mutatedText } from './mutate.ts';
import { reachOfTests, type Reach } from './reach-map.ts';
import { reportOf, type MutationRun, type Tried } from './report.ts';
import { TestRunner, type Outcome } from './test-runner.ts';
import { ScratchTree, trackedFiles } from './tree.ts';

/**
 * npm run mutants -- [--seed 1] [--count 220] [--again] [--under src/verdict] [--seconds 15] [--list]
 *
 * Do the tests notice mistakes? Small ones are made in the sources, one at a time in a copy of the project, and the tests
 * that run the changed place are run, nearest and quickest first, until one fails. What none notices is written down in
 * reports/mutation/. What no expectation notices is shown to the fingerprints, which are counted for themselves: they tell
 * that something changed, not what is right. `--again` tries, of the last draw, what no expectation noticed then or what was
 * not tried yet; `--list` only tells what is drawn. `--seconds` of the processor are spent on one mutant at most. The first run takes a while longer: it learns which tests run what, and keeps that in node_modules/.cache.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '220' },
    again: { type: 'boolean', default: false },
    under: { type: 'string', default: '' },
    seconds: { type: 'string', default: '15' },
    list: { type: 'boolean', default: false },
  },
});

const folders = ['src/mesh', 'src/stats', 'src/verdict', 'src/manifest', 'src/experiment'];
/** Not asked: they look at the files of the project, at pages, or at everything at once (then anything is noticed, and late). */
const notAsked = /^test\/(browser|docs)\/|^test\/(tidy|door|scenario\/shipped)\.test\.ts$/;
/** A file of tests that takes longer by the clock while it is learnt what it runs is not asked either. */
const mostSecondsToLearn = 180;
const written = { run: 'reports/mutation/mutants.json', page: 'reports/mutation/README.md' };

const files = trackedFiles();
const sources = new Map(
  files
    .filter((file) => folders.some((folder) => file.startsWith(`${folder}/`)) && file.endsWith('.ts'))
    .map((file) => [file, readFileSync(file, 'utf8')]),
);
const last: MutationRun =
  values.again && existsSync(written.run)
    ? (JSON.parse(readFileSync(written.run, 'utf8')) as MutationRun)
    : { seed: values.seed, count: Number(values.count), seconds: 0, mutants: [] };
const seconds = Number(values.seconds);
const strata = folders.map((folder) => {
  const own = [...sources].filter(([file]) => file.startsWith(`${folder}/`));
  return {
    lines: own.reduce((sum, [, text]) => sum + text.split('\n').length - 1, 0),
    mutants: own.flatMap(([file, text]) => mutantsOf(file, text)),
  };
});
const drawn = drawMutants(strata, last.count, last.seed).filter(({ file }) => file.startsWith(values.under));

const told = ({ file, line, before, after }: DrawnMutant): string =>
  `${file}:${line}  ${before}  ->  ${after}`;

if (values.list) for (const mutant of drawn) console.log(told(mutant));
else await tryAll();

async function tryAll(): Promise<void> {
  const tests = files.filter((file) => file.endsWith('.test.ts') && !notAsked.test(file));
  const reaches = await reachOfTests(tests, sources, files, mostSecondsToLearn, console.log);
  const noticed = new Map(
    last.mutants
      .filter(({ fate }) => fate === 'killed' || fate === 'timed out')
      .map((own) => [own.name, own.fate]),
  );
  const tree = new ScratchTree(files);
  const runner = new TestRunner(tree.folder);
  const mutants: Tried[] = [];
  const toTry = new Set(drawn.map(({ name }) => name));
  try {
    for (const mutant of drawn) {
      const { start: _start, end: _end, replacement: _replacement, ...shown } = mutant;
      const before = noticed.get(mutant.name);
      const found = before === undefined ? await tryOne(mutant, reaches, tree, runner) : { fate: before };
      toTry.delete(mutant.name);
      mutants.push({
        ...shown,
        fate: found.fate,
        ...(found.asked === undefined ? {} : { asked: found.asked }),
      });
      console.log(`${mutants.length}/${drawn.length} ${found.fate}: ${told(mutant)}  ${found.by ?? ''}`);
      // What was noticed last time stays known if this run is ended.
      const later = last.mutants.filter((own) => noticed.has(own.name) && toTry.has(own.name));
      if (values.under === '') write({ ...last, seconds, mutants: [...mutants, ...later] });
    }
  } finally {
    runner.end();
    tree.remove();
  }
  if (values.under !== '') console.log(reportOf({ ...last, seconds, mutants }));
}

interface Found extends Pick<Tried, 'fate' | 'asked'> {
  /** The test that noticed, and what it said. */
  readonly by?: string;
}

async function tryOne(
  mutant: DrawnMutant,
  reaches: ReadonlyMap<string, Reach>,
  tree: ScratchTree,
  runner: TestRunner,
): Promise<Found> {
  const text = sources.get(mutant.file)!;
  const asked = chooseTests(mutant, text, reaches, seconds);
  const prints = fingerprintsFor(mutant, text, reaches);
  tree.write(mutant.file, mutatedText(text, mutant));
  // A mistake may make a loop endless: a file of tests that takes many times longer than it should has noticed.
  const patience = Math.max(1, loadavg()[0]! / availableParallelism());
  const ask = (tests = asked): Promise<Outcome> =>
    runner.run(tests, mutant.file, (test) => patience * (30 + 5 * reaches.get(test)!.seconds));
  let outcome = await ask();
  if (outcome.kind === 'failed' && outcome.file === '') {
    // No test failed: the process of the tests died, of the mistake or of a machine that was short of memory.
    runner.end();
    outcome = await ask();
  }
  if (outcome.kind === 'passed' && prints.length > 0) {
    const printed = await ask(prints);
    if (printed.kind !== 'passed') {
      tree.write(mutant.file, text);
      return { fate: 'by fingerprint', asked: [...asked].sort(), by: printed.file };
    }
  }
  tree.write(mutant.file, text);
  if (outcome.kind === 'passed') {
    if (asked.length === readers.length) return { fate: 'not reached' };
    return { fate: 'survived', asked: [...asked].sort() };
  }
  if (outcome.kind === 'timed out') return { fate: 'timed out', by: outcome.file };
  return { fate: 'killed', by: `${outcome.file}: ${outcome.reason.split('\n')[0]!.slice(0, 100)}` };
}

function write(run: MutationRun): void {
  mkdirSync('reports/mutation', { recursive: true });
  writeFileSync(written.run, `${JSON.stringify(run, null, 1)}\n`);
  writeFileSync(written.page, reportOf(run));
}
