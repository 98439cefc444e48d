import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Condition, PageWanted } from '../../experiment/trace/find-page.ts';
import { toJson } from '../../record/to-json.ts';
import { commandLine } from '../../report/command-line.ts';
import { exit, type Io } from '../io.ts';
import { conditionWords, wherePage, whereOption, wholeNumber } from '../page-option.ts';
import { reasonOf } from '../reason.ts';
import { moment, seedOption, setOption, theScenario } from '../scenario-option.ts';

interface TraceOptions {
  readonly request?: number;
  readonly at?: number;
  readonly where: readonly Condition[];
  readonly slowest: boolean;
  readonly set: string[];
  readonly seed?: string;
  readonly html?: string;
  readonly output: 'text' | 'json';
}

export function traceCommand(io: Io): Command {
  return new Command('trace')
    .description('Tell one page load hop by hop: which proxy, rule, draw, endpoint, queue, retry, and why')
    .argument('<scenario>', 'folder or file of a scenario')
    .addOption(
      new Option('--request <n>', 'the n-th page of the run, over all its traffic').argParser(wholeNumber),
    )
    .addOption(
      new Option('--at <time>', 'the first page asked for at or after this simulated time').argParser(moment),
    )
    .addOption(
      whereOption(
        '--where',
        `the first page with a request such that: ${conditionWords}; several must all hold for one request`,
      ),
    )
    .option('--slowest', 'the page that took longest', false)
    .option('--html <file>', 'write a page with a drawing of it')
    .addOption(seedOption())
    .addOption(setOption())
    .addOption(new Option('-o, --output <format>').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  meshshift trace scenarios/traffic-shifting --request 100
  meshshift trace scenarios/rule-before-subset --where flag=NC
  meshshift trace scenarios/propagation --where stale -o json
  meshshift trace scenarios/traffic-shifting --slowest --html /tmp/slowest.html`,
    )
    .action(async (given: string, options: TraceOptions) => {
      const wanted = wantedOf(options);
      if (wanted === undefined) {
        io.stderr('error: say which page: one of --request, --at, --where or --slowest\n');
        io.exitCode(exit.usage);
        return;
      }
      const scenario = await theScenario(io, given, options, true);
      if (scenario === undefined) return;
      const { tracePage } = await import('../../experiment/trace/trace-page.ts');
      const trace = tracePage(scenario, wanted);
      if (trace === undefined) {
        io.stderr('error: the run has no such page\n');
        io.exitCode(exit.invalid);
        return;
      }
      if (options.html !== undefined) {
        const { renderSvg } = await import('../../report/svg.ts');
        const { traceDrawing } = await import('../../report/trace/drawing.ts');
        const { renderTraceHtml } = await import('../../report/trace/html.tsx');
        const path = resolve(io.cwd, options.html);
        try {
          await writeFile(path, renderTraceHtml(trace, await renderSvg(traceDrawing(trace))));
        } catch (error) {
          io.stderr(`error: cannot write ${path}: ${reasonOf(error)}\n`);
          io.exitCode(exit.invalid);
          return;
        }
      }
      const { renderTrace } = await import('../../report/trace/text.ts');
      io.stdout(
        options.output === 'json'
          ? toJson(trace)
          : `${renderTrace(trace, io.width)}\n${repeatCommand(given, trace.page, options)}\n`,
      );
    });
}

function repeatCommand(given: string, page: number, { seed, set, html }: TraceOptions): string {
  const words = ['meshshift', 'trace', given, '--request', String(page)];
  if (html !== undefined) words.push('--html', html);
  if (seed !== undefined) words.push('--seed', seed);
  for (const own of set) words.push('--set', own);
  return commandLine(words);
}

/** undefined unless exactly one way of naming the page was used. */
function wantedOf({ request, at, where, slowest }: TraceOptions): PageWanted | undefined {
  const named: PageWanted[] = [
    ...(request === undefined ? [] : [{ kind: 'number' as const, page: request }]),
    ...(at === undefined ? [] : [{ kind: 'at' as const, atUs: at }]),
    ...(where.length === 0 ? [] : [wherePage(where)]),
    ...(slowest ? [{ kind: 'slowest' as const }] : []),
  ];
  return named.length === 1 ? named[0] : undefined;
}
