import { Command, InvalidArgumentError, Option } from 'commander';
import { resolve } from 'node:path';
import { parsePercent } from '../../manifest/quantity.ts';
import type { SamplePlan, SampleQuestion } from '../../verdict/plan-sample.ts';
import { refusal } from '../../experiment/check/refused.ts';
import { toJson } from '../../record/to-json.ts';
import { tableLines, wrapped } from '../../report/layout.ts';
import { left, right } from '../../report/table/table.ts';
import type { Io } from '../io.ts';
import { shiftCommand } from '../plan/shift.ts';
import { writing } from '../writing.ts';

interface SampleOptions extends SampleQuestion {
  readonly chart?: string;
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
      new Option('--against <percent>', 'to notice that the share is this one instead: 20%').argParser(
        percentOption,
      ),
    )
    .addOption(
      new Option(
        '--errors <pair>',
        'to notice a regression on a canary of this share; error rate of the baseline and of the canary: 1%,2%',
      ).argParser(pairOption),
    )
    .option('--two-sided', 'a canary with fewer errors is to be noticed, too')
    .addOption(
      new Option(
        '--design-effect <factor>',
        'so many requests tell as much as one drawn by itself: 1 + (m - 1) icc for m requests per client, m where clients are pinned',
      ).argParser(factorOption),
    )
    .addOption(new Option('--rps <rate>', 'requests per second, for times').argParser(rateOption))
    .addOption(new Option('--conf <percent>', 'confidence').argParser(percentOption).default(0.95, '95%'))
    .addOption(new Option('--power <percent>', 'power').argParser(percentOption).default(0.8, '80%'))
    .option('--chart <file>', 'draw how the certainty grows with the requests (.svg or .png)')
    .addOption(new Option('-o, --output <format>', 'format').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  meshshift plan sample --share 50% --within 10%
  meshshift plan sample --share 5% --within 2% --against 10% --rps 50
  meshshift plan sample --share 10% --errors 1%,2% --rps 50 --chart canary.svg
  meshshift plan sample --share 50% --within 10% --design-effect 20 -o json

A refresh is a request where the page asks the service once, as Bookinfo's product page asks reviews.
All numbers are for one look, at the end; whoever wants to look at any time watches with check --follow, which needs more.`,
    )
    .action((options: SampleOptions) => sample(io, options));
  plan.addCommand(shiftCommand(io));
  return plan;
}

async function sample(io: Io, options: SampleOptions): Promise<void> {
  const { planSample } = await import('../../verdict/plan-sample.ts');
  const { output, chart, ...question } = options;
  let plans: SamplePlan[];
  try {
    plans = planSample(question);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refusal('usage', 'MS4001', error.message);
  }
  if (chart !== undefined) await draw(io, chart, question, plans);
  if (output === 'json') io.stdout(toJson({ schema: 'meshshift/plan-sample/v1', question, plans }));
  else {
    for (const line of planLines(plans, io.width)) io.stdout(`${line}\n`);
    if (question.designEffect !== undefined && question.designEffect > 1) {
      io.stdout(`${question.designEffect} requests are taken to tell as much as one drawn by itself.\n`);
    }
    io.stdout(`\n${repeatCommand(options)}\n`);
  }
}

async function draw(
  io: Io,
  file: string,
  question: SampleQuestion,
  plans: readonly SamplePlan[],
): Promise<void> {
  const { sampleChart } = await import('../../report/chart/sample-size.ts');
  const { renderSvg } = await import('../../report/svg.ts');
  const { renderPng } = await import('../render/png.ts');
  if (!/\.(svg|png)$/.test(file)) {
    throw refusal('usage', 'MS4001', `--chart ${file}: a name that ends in .svg or .png is expected`);
  }
  const svg = await renderSvg(sampleChart(question, plans));
  const image = file.endsWith('.png') ? await renderPng(svg) : svg;
  await writing(file, () => io.writeFile(resolve(io.cwd, file), image));
}

function repeatCommand(options: SampleOptions): string {
  // Without an exponent, which no percentage is read with.
  const percent = (share: number): string =>
    `${(share * 100).toPrecision(15).includes('e') ? (share * 100).toFixed(20).replace(/0+$/, '') : Number((share * 100).toPrecision(15))}%`;
  const { errors } = options;
  const words: readonly (string | undefined)[] = [
    `meshshift plan sample --share ${percent(options.share)}`,
    options.within === undefined ? undefined : `--within ${percent(options.within)}`,
    options.against === undefined ? undefined : `--against ${percent(options.against)}`,
    errors === undefined ? undefined : `--errors ${percent(errors.baseline)},${percent(errors.canary)}`,
    options.twoSided === true ? '--two-sided' : undefined,
    options.designEffect === undefined ? undefined : `--design-effect ${options.designEffect}`,
    options.rps === undefined ? undefined : `--rps ${options.rps}`,
    options.conf === 0.95 ? undefined : `--conf ${percent(options.conf)}`,
    options.power === 0.8 ? undefined : `--power ${percent(options.power)}`,
    options.chart === undefined ? undefined : `--chart ${options.chart}`,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

/** The numbers as a table, then how each was found: a column of its own would be wider than any terminal. */
function planLines(plans: readonly SamplePlan[], width: number): string[] {
  const isTimed = plans.some(({ seconds }) => seconds !== null);
  const table = {
    caption: '',
    columns: [left('TO'), right('REQUESTS'), ...(isTimed ? [right('TIME')] : [])],
    rows: plans.map(({ question, requests, seconds }) => [
      question,
      Number.isFinite(requests) ? requests.toLocaleString('en-US') : 'never',
      ...(seconds === null ? [] : [timeText(seconds)]),
    ]),
  };
  const how = plans.map((own) => `${own.question.trim()}: ${own.how}.`);
  return [
    ...tableLines(table, width, 3),
    '',
    'How:',
    ...how.flatMap((text) => wrapped(text, width, '- ', '  ')),
  ];
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

function factorOption(text: string): number {
  const factor = Number(text);
  if (!(factor >= 1 && Number.isFinite(factor)))
    throw new InvalidArgumentError('expected a number, 1 or more');
  return factor;
}
