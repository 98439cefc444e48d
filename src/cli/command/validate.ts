import { Command, Option } from 'commander';
import { readFile, stat } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import type { App } from '../../mesh/app/app.ts';
import { shortHost } from '../../manifest/host.ts';
import type { Problem } from '../../manifest/problem.ts';
import { checkText } from '../../manifest/text.ts';
import { remedyText } from '../../verdict/finding/remedy.ts';
import { foreseenText, type Foreseen } from '../../verdict/foreseen/foreseen.ts';
import { toJson } from '../../record/to-json.ts';
import { plural } from '../../words/number.ts';
import { exit, type Io } from '../io.ts';
import { leftOutText } from '../../manifest/left-out-text.ts';
import type { LeftOut } from '../../manifest/left-out.ts';
import { hasErrors, printNotModelled, printProblems } from '../print.ts';

interface ValidateOptions {
  readonly strict: boolean;
  readonly output: 'text' | 'json';
}

export function validateCommand(io: Io): Command {
  return new Command('validate')
    .description('Find mistakes in scenarios, app files and manifests, all of them, with their places')
    .argument('<files...>', 'scenario folders or files, app files, manifests; - reads standard input')
    .option('--strict', 'let warnings fail, too', false)
    .addOption(new Option('-o, --output <format>', 'format').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  meshshift validate scenarios/traffic-shifting
  meshshift validate scenarios/traffic-shifting/virtual-service-reviews-50-v3.yaml
  cat rule.yaml | meshshift validate -

Manifests are analysed together, with the codes and levels of istioctl analyze: an error (IST0101 and the like) fails, although the
mesh would take it. In a scenario it does not: the run shows what comes of it, and a file beside it is judged as the scenario
uses it. Hosts are looked for where there are Services, selectors where there are pods or workloads. What will go wrong along the
timeline although each manifest is in order is told under the code by which a run would tell of it (subset-missing).`,
    )
    .action(async (given: string[], options: ValidateOptions) => {
      const { problems, isRefused, ignored } = await problemsOf(io, given);
      const failed = isRefused || (options.strict && problems.some((problem) => problem.severity !== 'info'));
      if (options.output === 'json') {
        io.stdout(toJson({ ok: !failed, problems, ignored: ignored.map(leftOutText) }));
      } else {
        printProblems(io, problems);
        printNotModelled(io, ignored);
        const count = (severity: Problem['severity']): number =>
          problems.filter((own) => own.severity === severity).length;
        io.stdout(
          `${failed ? 'not valid' : 'valid'}: ${given.length} checked, ${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}\n`,
        );
      }
      io.exitCode(failed ? exit.invalid : exit.ok);
    });
}

/** `isRefused`: a scenario cannot be played, or something else has an error. */
interface Judged {
  readonly problems: readonly Problem[];
  readonly isRefused: boolean;
  /** What is read, and without effect in the model. */
  readonly ignored: readonly LeftOut[];
}

async function problemsOf(io: Io, given: readonly string[]): Promise<Judged> {
  const scenarios: string[] = [];
  const others: string[] = [];
  for (const name of given) ((await isScenario(io, name)) ? scenarios : others).push(name);
  const used = new Set<string>();
  const judged: Judged[] = [];
  for (const name of scenarios) judged.push(await judgeScenario(io, name, used));
  judged.push(
    await judgeFiles(
      io,
      others.filter((name) => !used.has(resolve(io.cwd, name))),
    ),
  );
  // Two scenarios of one folder have their manifests in common.
  const problems = judged.flatMap((own) => own.problems);
  const ignored = judged.flatMap((own) => own.ignored);
  return {
    problems: unlike(problems),
    isRefused: judged.some((own) => own.isRefused),
    ignored: unlike(ignored),
  };
}

const unlike = <Told>(all: readonly Told[]): Told[] => [
  ...new Map(all.map((own) => [JSON.stringify(own), own])).values(),
];

/** @param used gets the paths of the files that the scenario names. */
async function judgeScenario(io: Io, name: string, used: Set<string>): Promise<Judged> {
  const { foresee } = await import('../../experiment/foresee.ts');
  const { loadScenario } = await import('../../scenario/load.ts');
  const { openScenario } = await import('../files.ts');
  const opened = await openScenario(name, io.cwd, []);
  if (opened.value === undefined) return { problems: opened.problems, isRefused: true, ignored: [] };
  const files = opened.value;
  const folder = dirname(resolve(io.cwd, files.file));
  const loaded = await loadScenario({
    ...files,
    read: (file, kind) => {
      used.add(resolve(folder, file));
      return files.read(file, kind);
    },
  });
  if (loaded.value === undefined) return { problems: loaded.problems, isRefused: true, ignored: [] };
  const foreseen = foreseenProblems(foresee(loaded.value), loaded.problems, files.file);
  return { problems: [...loaded.problems, ...foreseen], isRefused: false, ignored: loaded.value.ignored };
}

async function judgeFiles(io: Io, names: readonly string[]): Promise<Judged> {
  const { analyzeAlone } = await import('../../manifest/analyze.ts');
  const { notModelled } = await import('../../manifest/not-modelled.ts');
  const { parseManifests } = await import('../../manifest/parse.ts');
  const { datedObjects } = await import('../../scenario/dated.ts');
  const { loadApp } = await import('../../scenario/load-app.ts');
  const { readText } = await import('../files.ts');
  const problems: Problem[] = [];
  const manifests: { file: string; text: string }[] = [];
  let app: App | undefined;
  for (const name of names) {
    const text =
      name === '-'
        ? await fromStdin(io)
        : await readText(resolve(io.cwd, name), relative(io.cwd, resolve(io.cwd, name)));
    problems.push(...text.problems);
    if (text.value === undefined) continue;
    if (/^kind: *App *$/m.test(text.value)) {
      const loaded = loadApp(name, text.value);
      problems.push(...loaded.problems);
      app ??= loaded.value;
    } else manifests.push({ file: name === '-' ? '<stdin>' : name, text: text.value });
  }
  let ignored: readonly LeftOut[] = [];
  if (manifests.length > 0) {
    const parsed = parseManifests(manifests);
    ignored = notModelled([parsed.manifest]);
    const { resources, others } = parsed.manifest;
    const analysed = analyzeAlone(resources, others);
    problems.push(...parsed.problems, ...analysed);
    // A rule alone says nothing of what it refers to; what is referred to is looked for when there are Services to look in.
    if (resources.some((resource) => resource.kind === 'Service')) {
      const { foresee } = await import('../../experiment/foresee.ts');
      const { controlPlanePresets } = await import('../../mesh/istiod/control-plane.ts');
      const alone = {
        manifests: resources,
        timeline: [],
        app: app ?? { name: '', workloads: [] },
        traffic: [],
        others: datedObjects(others, []),
        controlPlane: controlPlanePresets.off,
      };
      const files = manifests.map(({ file }) => file).join(', ');
      // What pods do is a matter of an app file: where there is none, nobody has asked.
      const found = foresee(alone).filter(({ code }) => app !== undefined || code !== 'unknown-application');
      problems.push(...foreseenProblems(found, analysed, files));
    }
  }
  return { problems, isRefused: hasErrors(problems), ignored };
}

/** What a run would find, told before it: the mesh takes these manifests, so they are warnings. */
const foreseenProblems = (
  found: readonly Foreseen[],
  analysed: readonly Problem[],
  file: string,
): Problem[] =>
  found
    .filter((own) => !isTold(own, analysed))
    .map((own) => ({
      severity: 'warning',
      code: own.code,
      message: foreseenText(own),
      file,
      hint: remedyText(own.remedies),
    }));

/** What is missing to the end is told by the analysis with its place (`"reviews+v9"`, `"reviews:81"` or `"reviews"` of IST0101): once is enough. */
const isTold = ({ missing, toSeconds }: Foreseen, analysed: readonly Problem[]): boolean =>
  missing !== undefined &&
  toSeconds === null &&
  analysed.some(({ code, message }) => {
    const [, host, port, subset = null] = /"([^"+:]+)(?::(\d+))?(?:\+([^"]+))?"$/.exec(message) ?? [];
    return (
      code === 'IST0101' &&
      host !== undefined &&
      shortHost(host) === shortHost(missing.service) &&
      subset === missing.subset &&
      port === missing.port?.toString()
    );
  });

/** A folder, or a file of our own kind. */
async function isScenario(io: Io, name: string): Promise<boolean> {
  if (name === '-') return false;
  const path = resolve(io.cwd, name);
  try {
    if ((await stat(path)).isDirectory()) return true;
    return (await stat(path)).size < 5_000_000 && /^kind: *Scenario *$/m.test(await readFile(path, 'utf8'));
  } catch {
    return false;
  }
}

async function fromStdin(io: Io) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin()) chunks.push(chunk);
  return checkText('<stdin>', Buffer.concat(chunks));
}
