import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { parsePercent } from '../../manifest/quantity.ts';
import type { SamplePlan, SampleQuestion } from '../../verdict/plan-sample.ts';
import { reasonOf } from '../reason.ts';
import { exit, type Io } from '../io.ts';
import { toJson, toTable } from '../print.ts';

interface SampleOptions {
  readonly share: number;
  readonly within?: number;
  readonly against?: number;
  readonly errors?: { readonly baseline: number; readonly canary: number };
  readonly rps?: number;
  readonly conf: number;
  readonly power: number;
  readonly svg?: string;
  readonly output: 'text' | 'json';
}

export function planCommand(io: Io): Command {
  const plan = new Command('plan').description('Answer questions that come before a shift');
  plan
    .command('sample')
    .description('How many refreshes, requests or minutes until something can be told')
    .addOption(
      new Option('--share <percent>', 'share of the version: 10%')
        .argParser(percentOption)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--within <percent>', 'to see the share within this much: 2%').argParser(percentOption),
    )
    .addOption(
      new Option('--against <percent>', 'to tell the share from this one: 20%').argParser(percentOption),
    )
    .addOption(
      new Option(
        '--errors <pair>',
        'to tell error rates apart on the canary, baseline and canary: 1%,2%',
      ).argParser(pairOption),
    )
    .addOption(new Option('--rps <rate>', 'requests per second, for times').argParser(rateOption))
    .addOption(new Option('--conf <percent>', 'confidence').argParser(percentOption).default(0.95, '95%'))
    .addOption(new Option('--power <percent>', 'power').argParser(percentOption).default(0.8, '80%'))
    .option('--svg <file>', 'draw how the certainty grows with the requests')
    .addOption(new Option('-o, --output <format>', 'format').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  meshshift plan sample --share 50% --within 10%
  meshshift plan sample --share 5% --within 2% --against 10% --errors 1%,2% --rps 50`,
    )
    .action((options: SampleOptions) => sample(io, options));
  return plan;
}

async function sample(io: Io, options: SampleOptions): Promise<void> {
  const { planSample } = await import('../../verdict/plan-sample.ts');
  const { output, svg, ...question } = options;
  let plans: SamplePlan[];
  try {
    plans = planSample(question as SampleQuestion);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    io.stderr(`error: ${error.message}\n`);
    io.exitCode(exit.usage);
    return;
  }
  if (svg !== undefined) {
    const { sampleChart } = await import('../../report/chart/sample-size.ts');
    const { renderSvg } = await import('../../report/svg.ts');
    const drawn = await renderSvg(sampleChart(question.share, question.within ?? 0.05));
    try {
      await io.writeFile(resolve(io.cwd, svg), drawn);
    } catch (error) {
      io.stderr(`error: cannot write ${svg}: ${reasonOf(error)}\n`);
      io.exitCode(exit.invalid);
      return;
    }
  }
  if (output === 'json') io.stdout(toJson({ question, plans }));
  else {
    io.stdout(
      toTable(
        ['TO', 'REQUESTS', 'TIME', 'HOW'],
        plans.map((own) => [
          own.question,
          String(own.requests),
          own.seconds === null ? '-' : timeText(own.seconds),
          own.how,
        ]),
      ),
    );
  }
}

function timeText(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'never';
  if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`;
  if (seconds < 7200) return `${Number((seconds / 60).toPrecision(3))} min`;
  return `${Number((seconds / 3600).toPrecision(3))} h`;
}

function percentOption(text: string): number {
  const parsed = parsePercent(text);
  if ('share' in parsed) return parsed.share;
  throw new InvalidArgumentError(parsed.problem);
}

function pairOption(text: string): { baseline: number; canary: number } {
  const parts = text.split(',');
  if (parts.length !== 2)
    throw new InvalidArgumentError('expected two percentages with a comma between, such as 1%,2%');
  return { baseline: percentOption(parts[0]!.trim()), canary: percentOption(parts[1]!.trim()) };
}

function rateOption(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && Number.isFinite(rate))) throw new InvalidArgumentError('expected a number above 0');
  return rate;
}
