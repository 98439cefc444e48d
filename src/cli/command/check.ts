import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { answerJson, answerText } from '../../experiment/check/answer.ts';
import { isFailing, isFault, unroutedOf } from '../../experiment/check/fault.ts';
import { formats } from '../../experiment/check/format.ts';
import { judgeCases } from '../../experiment/check/judge-cases.ts';
import { emptyNotes, notesOf } from '../../experiment/check/notes.ts';
import { readQuestion, type CheckOptions } from '../../experiment/check/question.ts';
import { Reading } from '../../experiment/check/reading.ts';
import { refusal, Refused } from '../../experiment/check/refused.ts';
import { repeatCommand } from '../../experiment/check/repeat-command.ts';
import { SplitWatch } from '../../experiment/check/split-watch.ts';
import { gather } from '../check/gather.ts';
import { exit, type Io } from '../io.ts';
import { printRefusal } from '../print-refusal.ts';
import { writing } from '../writing.ts';
import { interruption } from '../watch/interruption.ts';
import { LiveView } from '../watch/live-view.ts';

export function checkCommand(io: Io): Command {
  return new Command('check')
    .description(
      'Judge a split that somebody saw: luck, too few to tell, suspicious, or a fault, and which one',
    )
    .argument(
      '[files...]',
      'access logs, exports of log stores, answers of Prometheus or Kiali, HAR, CSV, lists of versions, or folders of them; - is standard input',
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
      new Option('--format <format>', 'what the files are').choices(formats).default('auto', 'by content'),
    )
    .option('--columns <list>', 'columns of CSV or fields of NDJSON: time=when,version=answered_by,client=ip')
    .option(
      '--envoy-format <format>',
      'the format string of the access log, text or JSON, where it is one of its own: [%START_TIME%] %REQ(:METHOD)% %UPSTREAM_CLUSTER%',
    )
    .option(
      '--values <meaning>',
      'what numbers of a query or a graph mean, where they do not say: total (a running one), count (since the sample before), rate (a second), rate=10m (over so long)',
    )
    .option('--pods <counts>', 'running pods of each version (v1=1,v3=2): could no rule have been in force?')
    .option(
      '--conf <share>',
      'confidence of intervals; suspicious is 1 - conf, a fault a fifth of that',
      '95%',
    )
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
      'ask whether the split is shown to be right within so many points: 1% is one point (with --follow: 5, or half the smallest weight where that is less)',
    )
    .option(
      '--looks <number>',
      'how often this split was looked at, this time included: the limits are shared',
      '1',
    )
    .option('--power <share>', 'also tell how many requests find a deviation in this share of cases: 80%')
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
  meshshift check requests-total.json --host reviews --weights v1=50,v3=50
  meshshift check rates.csv --values rate --weights v1=50,v3=50
  meshshift check own-format.log --envoy-format '%START_TIME% %UPSTREAM_CLUSTER% %RESPONSE_CODE%' --weights v1=50,v3=50
  meshshift check exports --host reviews --weights v1=50,v3=50
  meshshift check --seen v1=9040,v2=960 --weights v1=90,v2=10 --within 2% --fail-on fault -o json
  meshshift check --seen v1=9040,v2=960 --weights v1=90,v2=10 --interval clopper-pearson

What a file is shows in its content, packed with gzip or not: lines of Envoy or Istio behind whatever prefix; answers and exports of
Loki, Elasticsearch, CloudWatch, Google Cloud, Fluent Bit; istio_requests_total of Prometheus or of a page of metrics; Kiali's graph;
CSV; answers of curl .../reviews in a loop; sort | uniq -c; a column of pods. Of files that may tell of the same requests the most
telling is counted, and the others are named.
A log: each request to the service counts by the subset that its upstream cluster names (outbound|9080|v1|reviews...).
Counters: what they counted from the first to the last sample, or since their pod began where there is one; of reporter source,
waypoint and destination one. Rates: about so many requests.
A HAR: each product page of Bookinfo counts by its stars: none is v1, black is v2, red is v3.
The rule of evidence: draws stray as far as this in more than 5 % of cases: luck. In 5 % to 1 %: suspicious, repeat it with
new requests and say --looks 2. In less: a fault. Several services, versions and looks share these limits.
A watch looks after every request. Over all weights and windows together luck raises an alarm in at most 1 % of
watches. It goes on until its input ends, or Ctrl-C; then all that came is judged once. -f is read once, at the start.

Requests that fail are told for each version, first where they are more than 1 in 1,000; they fail --fail-on fault, too. These are
status 500 and more, or none; flags of a proxy that gave up (UC, UH, NC, SI ...) or refused (FI, RL, UAEX ...); server errors of gRPC.
A 4xx of an application, or a caller that went away, is told where one version has far more of them than the others. A log that is given twice is counted once, by its request ids.

With --within, a difference that is real but shown to be no larger does not count as a fault for --fail-on.

Exit codes: 0 whatever the verdict, 2 usage, 3 invalid input, 4 a fault or failing requests with --fail-on fault, 130 interrupted.`;

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
  const { output, interval } = options;
  const reading = new Reading();
  const interrupted = options.follow === true ? interruption() : undefined;
  const enough = new AbortController();
  const watch = interrupted === undefined ? undefined : new SplitWatch(question);
  const onEnough = (): void => {
    if (options.untilEnough === true) enough.abort();
  };
  const live = watch === undefined ? undefined : new LiveView(io, watch, reading, output, onEnough);
  try {
    const signal =
      interrupted === undefined ? undefined : AbortSignal.any([interrupted.signal, enough.signal]);
    const cases = await gather(io, options, question, reading, live, signal);
    live?.end();
    const wasInterrupted = (): boolean => interrupted?.signal.aborted === true;
    const twice = reading.same.pair();
    if (twice !== undefined)
      throw refusal(
        'invalid',
        'MS4010',
        twice.isPart
          ? `${twice.again} tells some ${twice.requests} requests that ${twice.first} tells, too: each would count twice`
          : `${twice.again} tells the same ${twice.requests} requests as ${twice.first}: each would count twice`,
        [
          `${twice.isPart ? 'Give each line once (`sort -u` of both)' : 'Give one of the two'}. Lines of what two logs share count once where they have request ids.`,
        ],
      );
    const isEmpty = cases.every((own) => own.tally.total === 0 && question.data.kind !== 'tally');
    // Where all failed before a version was chosen, that is the answer.
    if (isEmpty && reading.unrouted.size === 0) {
      throw refusal(
        wasInterrupted() ? 'interrupted' : 'invalid',
        'MS4003',
        'no request tells which version was chosen',
        emptyNotes(reading, options.host),
      );
    }
    const judged = isEmpty ? [] : judgeCases(cases, question);
    const notes = notesOf(judged, reading, watch, question.conf);
    const unrouted = unroutedOf(judged, reading, question.conf);
    const repeat = repeatCommand(files, options);
    if (options.html !== undefined) {
      const { answerPage } = await import('../../experiment/check/page.ts');
      await writePage(io, options.html, await answerPage(judged, unrouted, notes, repeat, interval));
    }
    io.stdout(
      output === 'json'
        ? answerJson(judged, reading, watch)
        : answerText(judged, unrouted, notes, repeat, { paint: io.paint, width: io.width, interval }),
    );
    if (wasInterrupted()) io.exitCode(exit.interrupted);
    else {
      const isBad = isFault(judged, watch) || isFailing(judged, unrouted) || watch?.failed === true;
      io.exitCode(options.failOn === 'fault' && isBad ? exit.failed : exit.ok);
    }
  } finally {
    interrupted?.stop();
  }
}

async function writePage(io: Io, name: string, page: string): Promise<void> {
  await writing(name, () => io.writeFile(resolve(io.cwd, name), page));
}
