import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { version } from '../../experiment/version.ts';
import { renderJudgement } from '../../report/judgement/text.ts';
import { describeChange } from '../../experiment/check/changes.ts';
import { didYouMean } from '../../manifest/did-you-mean.ts';
import { shortName } from '../../experiment/check/choice.ts';
import { toJson } from '../../record/to-json.ts';
import { commandLine } from '../../report/command-line.ts';
import { gather } from '../check/gather.ts';
import { formats } from '../../experiment/check/intake.ts';
import { judgeCases, type Judged } from '../../experiment/check/judge-cases.ts';
import { readQuestion, type CheckOptions, type Question } from '../../experiment/check/question.ts';
import { count, describeReading, Reading } from '../../experiment/check/reading.ts';
import { refusal, Refused } from '../../experiment/check/refused.ts';
import { printRefusal } from '../print-refusal.ts';
import { reasonOf } from '../reason.ts';
import { exit, type Io } from '../io.ts';
import { interruption } from '../watch/interruption.ts';
import type { Judgement } from '../../verdict/judgement.ts';
import { mechanisms as mechanismsByName } from '../../verdict/mechanism/index.ts';
import { orderLimit } from '../../verdict/evidence.ts';
import { alwaysValid, LiveView } from '../watch/live-view.ts';

export function checkCommand(io: Io): Command {
  return new Command('check')
    .description('Judge a split that somebody saw: luck, too few to tell, or a fault, and which one')
    .argument(
      '[files...]',
      'access logs of Envoy or Istio (text or JSON, plain or gzip), HAR, CSV, NDJSON; - is standard input',
    )
    .addOption(list('--log <file>', 'a file as above; repeatable'))
    .option('--seen <tally>', 'how often each version was seen: v1=11,v3=4')
    .option('--sequence <versions>', 'versions in the order they were seen: 1,1,3, or a file of them, or -')
    .option('--weights <weights>', 'what should have been: v1=50,v3=50')
    .addOption(
      list('-f, --filename <manifest>', 'take the weights from a VirtualService or HTTPRoute; repeatable'),
    )
    .option('--host <service>', 'judge this service: reviews, reviews.default, or the full name')
    .option('--route <name>', 'the route of the manifest that counts (default: the catch-all)')
    .addOption(
      list(
        '--change <time=weights>',
        'other weights from then on: a clock time (UTC), date and time, span after the first request (90s), or number of requests; repeatable',
      ),
    )
    .option('--changes <file>', 'the same from a file, a change a line')
    .option(
      '--subset-pattern <regex>',
      'find the version in each line (or page) by a pattern: its first group',
    )
    .addOption(
      list(
        '--shows <version=regex>',
        'tell the version of a page by what it shows; repeatable, first match wins',
      ),
    )
    .addOption(
      new Option('--format <format>', 'what the files are').choices(formats).default('auto', 'by name'),
    )
    .option('--columns <list>', 'columns of CSV or fields of NDJSON: time=when,version=answered_by,client=ip')
    .option('--pods <counts>', 'running pods of each version (v1=1,v3=2): could no rule have been in force?')
    .option('--conf <share>', 'confidence of intervals and verdict', '95%')
    .addOption(
      new Option(
        '--interval <method>',
        "interval of each share: Wilson's, or Clopper-Pearson's, which covers at least the confidence",
      )
        .choices(['wilson', 'clopper-pearson'])
        .default('wilson'),
    )
    .option(
      '--within <share>',
      'ask whether the split is shown to be right within this much: 1% (with --follow: 5%, or half the smallest weight where that is less)',
    )
    .option('--power <share>', 'power for the number of requests still needed', '80%')
    .addOption(new Option('--fail-on <verdict>', 'exit with 4 at this verdict').choices(['fault']))
    .option(
      '--follow',
      'go on reading as the log grows, and judge at every request without being fooled by looking often',
    )
    .option(
      '--window <length>',
      'with --follow, judge each window by itself, too: a number of requests (1000), or a time (60s)',
    )
    .option(
      '--until-enough',
      'with --follow, end the watch when the shares are shown to be right, or a fault is',
    )
    .option('--html <file>', 'write the judgement as a page, too')
    .addOption(new Option('-o, --output <format>', 'format').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples)
    .action((files: string[], options: CheckOptions) => check(io, files, { ...emptyLists, ...options }));
}

const examples = `
Examples:
  meshshift check --seen v1=11,v3=4 --weights v1=50,v3=50
  meshshift check --sequence 1,1,3,1,1,3,1,1,1,3,1,1,1,3,1 --weights v1=50,v3=50
  meshshift check productpage.log --host reviews --weights v1=50,v3=50
  meshshift check gateway.log.gz productpage.log --host reviews -f virtual-service-reviews-50-v3.yaml
  kubectl logs deploy/productpage-v1 -c istio-proxy | meshshift check - --host reviews --weights v1=50,v3=50
  kubectl logs -f deploy/productpage-v1 -c istio-proxy | meshshift check - --follow --host reviews --weights v1=50,v3=50
  kubectl logs -f deploy/productpage-v1 -c istio-proxy | meshshift check - --follow --until-enough --window 1000 --fail-on fault --host reviews --weights v1=50,v3=50
  meshshift check productpage.log --host reviews --weights v1=100 --change 12:03:20=v1=50,v3=50
  meshshift check reviews-pods.log --subset-pattern 'reviews-(v\\d+)-' --weights v1=50,v3=50
  meshshift check refreshes.har --weights v1=50,v3=50 --html refreshes.html
  meshshift check answers.csv --columns time=when,version=answered_by,client=ip --weights v1=90,v2=10
  meshshift check --seen v1=9040,v2=960 --weights v1=90,v2=10 --within 2% --fail-on fault -o json
  meshshift check --seen v1=9040,v2=960 --weights v1=90,v2=10 --interval clopper-pearson

A log: each request to the service counts by the subset that its upstream cluster names (outbound|9080|v1|reviews...).
A HAR: each product page of Bookinfo counts by its stars: none is v1, black is v2, red is v3.
A watch looks after every request. Over all weights and windows together luck raises an alarm in at most 1 - conf of
watches. It goes on until its input ends, or Ctrl-C; then all that came is judged once. -f is read once, at the start.

With --within, a difference that is real but shown to be no larger does not count as a fault for --fail-on.

Exit codes: 0 whatever the verdict, 2 usage, 3 invalid input, 4 a fault with --fail-on fault, 130 interrupted.`;

const emptyLists = { log: [], filename: [], change: [], shows: [] };

function list(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: readonly string[] = []) => [
    ...before,
    value,
  ]);
}

async function check(io: Io, files: readonly string[], options: CheckOptions): Promise<void> {
  const { question, problems } = readQuestion(files, options);
  if (question === undefined) {
    printRefusal(io, new Refused('usage', problems));
    return;
  }
  const reading = new Reading();
  const watch = options.follow === true ? interruption() : undefined;
  const enough = new AbortController();
  const live =
    watch === undefined
      ? undefined
      : new LiveView(io, {
          conf: question.conf,
          within: question.within,
          window: question.window,
          output: options.output,
          onEnough: () => {
            if (options.untilEnough === true) enough.abort();
          },
        });
  try {
    const signal = watch === undefined ? undefined : AbortSignal.any([watch.signal, enough.signal]);
    const cases = await gather(io, options, question, reading, live, signal);
    live?.end();
    if (cases.every((own) => own.tally.total === 0 && question.data.kind !== 'tally')) {
      throw refusal(
        watch?.signal.aborted === true ? 'interrupted' : 'invalid',
        'MS4003',
        'no request tells which version was chosen',
        [...describeReading(reading), ...servicesSeen(reading, options.host)],
      );
    }
    const judged = judgeCases(cases, question);
    const notes = notesOf(judged, reading, live, question);
    const repeat = repeatCommand(files, options);
    if (options.html !== undefined) await writePage(io, options, judged, notes, repeat);
    if (options.output === 'json') io.stdout(asJson(judged, reading, live));
    else io.stdout(asText(io, judged, notes, options, repeat));
    // Whoever may stop watching at any time is held to the rule that allows it.
    const isFault =
      live?.alarmed ?? judged.some((own) => own.judgement.kind === 'fault' && !isTolerated(own.judgement));
    if (watch?.signal.aborted === true) io.exitCode(exit.interrupted);
    else io.exitCode(options.failOn === 'fault' && isFault ? exit.failed : exit.ok);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    printRefusal(io, error);
  } finally {
    watch?.stop();
  }
}

/** Where no request was for the host: for which they were. */
function servicesSeen({ otherHosts }: Reading, host: string | undefined): string[] {
  if (otherHosts.size === 0 || host === undefined) return [];
  const names = [...otherHosts].map(shortName);
  const near = didYouMean(host, names);
  return [
    `The data are of ${[...otherHosts].join(', ')}${near === undefined ? '' : `: did you mean --host ${near}?`}`,
  ];
}

/** A difference of shares that is real, but shown to be within what the user allows. An order or a client that gives it away is not. */
const isTolerated = ({ equivalence, impossible, mechanisms }: Judgement): boolean =>
  equivalence?.verdict === 'shown' &&
  impossible.length === 0 &&
  mechanisms.slice(0, 1).every((own) => mechanismsByName[own.name].needs === 'tally');

async function writePage(
  io: Io,
  { html: name, interval }: CheckOptions,
  judged: readonly Judged[],
  notes: readonly string[],
  command: string,
): Promise<void> {
  const { judgementCharts } = await import('../../report/judgement/index.ts');
  const { renderJudgementHtml } = await import('../../report/judgement/html.ts');
  const { renderSvg } = await import('../../report/svg.ts');
  const cases = await Promise.all(
    judged.map(async ({ case: { service }, judgement }) => {
      const charts = judgementCharts(judgement).map(async (own) => ({
        ...own,
        svg: await renderSvg(own.spec),
      }));
      return { service, judgement, charts: await Promise.all(charts) };
    }),
  );
  await io
    .writeFile(resolve(io.cwd, name!), renderJudgementHtml({ cases, interval, notes, command, version }))
    .catch((error: unknown) => {
      throw refusal('invalid', 'MS4007', `cannot write ${name}: ${reasonOf(error)}`);
    });
}

function asText(
  io: Io,
  judged: readonly Judged[],
  notes: readonly string[],
  { interval }: CheckOptions,
  repeat: string,
): string {
  const parts = judged.map(({ case: own, judgement }) => {
    const heading = judged.length > 1 ? `${own.service}\n${'='.repeat(own.service.length)}\n` : '';
    return `${heading}${renderJudgement(judgement, { paint: io.paint, width: io.width, interval })}`.trimEnd();
  });
  return [...parts, ...(notes.length > 0 ? [notes.join('\n')] : []), repeat].join('\n\n') + '\n';
}

function watchText({ alarmed, rightAfter, within }: LiveView): string {
  if (alarmed) return 'an alarm was raised';
  const right =
    rightAfter === undefined
      ? 'the shares are not yet shown'
      : `after ${count(rightAfter, 'request')} the shares were shown`;
  return `no alarm was raised, ${right} to be within ${Number((within * 100).toPrecision(3))} % of the weights`;
}

/** How it was judged, what was read, which changes were placed where, and what does not reach as far as the counts. */
function notesOf(
  judged: readonly Judged[],
  reading: Reading,
  live: LiveView | undefined,
  { conf }: Question,
): string[] {
  const notes: string[] = [];
  const watched = live?.state;
  if (watched !== undefined) {
    notes.push(
      `While watching: ${watchText(live!)}, ${alwaysValid(watched)}${judged[0]!.case.changes.length > 0 ? ' under the last weights' : ''}. The judgement above is for one look at a moment chosen beforehand; whoever stopped because of what came goes by the watch.`,
    );
  }
  if (judged.length > 1) {
    notes.push(
      `${judged.length} services are judged at once: each more strictly, so that luck is called a fault in at most ${Number((100 * (1 - conf)).toPrecision(3))} % of all (Holm).`,
    );
  }
  notes.push(...describeReading(reading));
  for (const change of judged[0]?.case.changes ?? []) notes.push(`Weights ${describeChange(change)}.`);
  for (const { case: own } of judged) {
    if (own.tally.standIns.size > 0) {
      const names = [...own.tally.standIns].map(([name, key]) => `${name} for ${key}`);
      notes.push(`A name in the data stands for a version of the weights: ${names.join(', ')}.`);
    }
    const { kept, total } = own.tally;
    const first = (most: number): string => `the first ${count(Math.min(kept, most), 'request')}`;
    if (own.changes.length > 0 && kept < total) {
      notes.push(
        `Which weights a request was drawn by is known for ${first(kept)} of ${count(total, 'request')}: these are judged.`,
      );
    }
    if (kept > orderLimit)
      notes.push(`Order and clients are judged on ${first(orderLimit)}, the counts on all.`);
  }
  return notes;
}

function asJson(judged: readonly Judged[], reading: Reading, live: LiveView | undefined): string {
  const answer = {
    schema: 'meshshift/check/v1',
    services: judged.map(({ case: own, judgement, conf }) => ({
      service: own.service === '' ? null : own.service,
      conf,
      changes: own.changes.map(describeChange),
      sequenceLength: own.tally.kept,
      judgement,
    })),
    reading: {
      sources: reading.sources,
      lines: reading.lines,
      requests: reading.requests,
      unparsed: reading.unparsed,
      unparsedExamples: reading.unparsedExamples,
      leftOut: Object.fromEntries(reading.leftOut),
      notes: reading.notes,
    },
    ...(live === undefined
      ? {}
      : {
          watch: {
            alarmed: live.alarmed,
            rightAfter: live.rightAfter ?? null,
            within: live.within,
            ...live.state,
          },
        }),
  };
  // Beside the lines of the watch, the answer is one line, too.
  return live === undefined ? toJson(answer) : `${JSON.stringify(answer)}\n`;
}

/** The command as the user typed it. */
function repeatCommand(files: readonly string[], options: CheckOptions): string {
  const words = ['meshshift', 'check', ...files];
  const add = (flag: string, value: string | undefined): void => {
    if (value !== undefined) words.push(flag, value);
  };
  for (const own of options.log) add('--log', own);
  add('--seen', options.seen);
  add('--sequence', options.sequence);
  add('--host', options.host);
  add('--weights', options.weights);
  for (const own of options.filename) add('-f', own);
  add('--route', options.route);
  for (const own of options.change) add('--change', own);
  add('--changes', options.changes);
  add('--subset-pattern', options.subsetPattern);
  for (const own of options.shows) add('--shows', own);
  add('--format', options.format === 'auto' ? undefined : options.format);
  add('--columns', options.columns);
  add('--pods', options.pods);
  add('--conf', options.conf === '95%' ? undefined : options.conf);
  add('--interval', options.interval === 'wilson' ? undefined : options.interval);
  add('--within', options.within);
  add('--power', options.power === '80%' ? undefined : options.power);
  add('--fail-on', options.failOn);
  if (options.follow === true) words.push('--follow');
  add('--window', options.window);
  if (options.untilEnough === true) words.push('--until-enough');
  add('--html', options.html);
  return commandLine(words);
}
