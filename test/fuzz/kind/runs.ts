import { runOnce } from '../../../src/experiment/run-once.ts';
import { Run } from '../../../src/experiment/run.ts';
import { responseFlag } from '../../../src/mesh/envoy/response-flag.ts';
import type { RequestSeries, SeriesKey } from '../../../src/mesh/telemetry/request-series.ts';
import type { World } from '../../../src/mesh/world.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { renderHtml } from '../../../src/report/html.tsx';
import { renderMarkdown } from '../../../src/report/markdown.ts';
import { plain } from '../../../src/report/paint.ts';
import { renderText } from '../../../src/report/text.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { scenarioText } from '../scenario-text.ts';
import { linesOf, must, wordsOf, type FuzzKind } from './fuzz-kind.ts';

const sum = (values: readonly number[]): number => values.reduce((total, own) => total + own, 0);

/**
 * Runs of scenarios that the schema allows: nothing is lost or counted twice, the record can be drawn, and the same scenario
 * gives the same bytes.
 */
export const runs: FuzzKind = {
  make(random) {
    const { text, files } = scenarioText(random);
    const looks = ['markdown', 'html'].filter(() => random.chance(0.1));
    if (random.chance(0.1)) looks.push('again');
    return {
      'scenario.yaml': text,
      ...Object.fromEntries(files),
      looks: linesOf([String(random.between(20, 200)), ...looks]),
    };
  },
  async try(input) {
    const { value: scenario, problems } = await loadScenario({
      path: 'fuzz',
      file: 'scenario.yaml',
      text: input['scenario.yaml']!,
      read: (file) => Promise.resolve({ value: input[file], problems: [] }),
    });
    if (scenario === undefined) {
      const errors = problems.filter(({ severity }) => severity === 'error');
      throw new Error(`refused: ${errors.map(({ code, message }) => `${code} ${message}`).join('; ')}`);
    }
    let world: World | undefined;
    let bySidecars = 0;
    const run = new Run(scenario, {
      onRequest: (own, row) => {
        world = own;
        if (own.rows.caller[row]! >= 0) bySidecars += 1;
      },
    });
    run.runUntil(scenario.durationUs);
    if (world !== undefined) reportersAgree(world, bySidecars);
    const begun = world === undefined ? undefined : pagesBegun(world);
    const { record } = run.end();
    if (begun !== undefined) pagesGoOnOrEnd(record, begun);
    sumsAgree(record);
    const [width, ...looks] = wordsOf(input['looks']!);
    const told = [renderText(record, { paint: plain, width: Number(width) })];
    if (looks.includes('markdown')) told.push(renderMarkdown(record));
    if (looks.includes('html')) told.push(renderHtml(record, []));
    if (looks.includes('again')) {
      must(
        JSON.stringify(runOnce(scenario).record) === JSON.stringify(record),
        'twice the same run, other bytes',
      );
    }
    return [JSON.stringify(record), ...told].join('\n');
  },
};

/** By entry of the traffic: pages that began, and of them those that are under way. */
function pagesBegun({ rows, pagesAsked }: World): { readonly asked: number[]; readonly underWay: number[] } {
  const underWay = pagesAsked.map(() => 0);
  for (const row of rows.used()) {
    if (rows.isOpenPage(row)) underWay[rows.source[row]!]! += 1;
  }
  return { asked: [...pagesAsked], underWay };
}

function pagesGoOnOrEnd(
  { traffic, pages }: RunRecord,
  { asked, underWay }: ReturnType<typeof pagesBegun>,
): void {
  must(sum(underWay) === pages.inFlight, `${sum(underWay)} pages under way, ${pages.inFlight} told`);
  traffic.forEach((own, entry) => {
    must(
      own.pages + underWay[entry]! === asked[entry],
      `${own.name}: ${asked[entry]} pages began, ${own.pages} ended, ${underWay[entry]} are under way`,
    );
  });
}

/** Both sides count the same requests, where both see them. */
function reportersAgree({ telemetry: { source, destination } }: World, answered: number): void {
  const counted = sum(source.keys.map((_, series) => source.count(series)));
  must(counted === answered, `${counted} requests at callers' proxies, ${answered} answered`);
  for (const own of [source, destination]) bucketsAgree(own);
  // What a pod said, and its caller's proxy passed on, was counted at the pod before.
  const fromPod = (own: SeriesKey): boolean =>
    own.pod >= 0 && own.status > 0 && (own.flags & ~(responseFlag.DI | responseFlag.URX)) === 0;
  const said = totals(destination, (own) => own.flags === 0);
  for (const [name, passedOn] of totals(source, fromPod)) {
    must(passedOn <= (said.get(name) ?? 0), `${name}: ${passedOn} passed on, ${said.get(name)} said`);
  }
}

function bucketsAgree(counted: RequestSeries): void {
  counted.keys.forEach((key, series) => {
    const inBuckets = sum([...counted.buckets(series)]);
    const count = counted.count(series);
    must(inBuckets === count, `${JSON.stringify(key)}: ${count} requests, ${inBuckets} in buckets`);
    must(counted.sumUs(series) >= 0, `${JSON.stringify(key)}: ${counted.sumUs(series)} us`);
  });
}

function totals(counted: RequestSeries, wanted: (key: SeriesKey) => boolean): Map<string, number> {
  const found = new Map<string, number>();
  counted.keys.forEach((own, series) => {
    if (!wanted(own)) return;
    const name = `caller ${own.caller}, pod ${own.pod}, service ${own.service}, status ${own.status}`;
    found.set(name, (found.get(name) ?? 0) + counted.count(series));
  });
  return found;
}

/** Sums of the record that agree, whatever happened. */
function sumsAgree({ pages, traffic, splits, refreshes, metrics }: RunRecord): void {
  const done = sum(traffic.map((own) => own.pages));
  must(pages.pages === done, `${pages.pages} pages, ${done} by traffic`);
  must(pages.latency.count === done, `${done} pages, ${pages.latency.count} durations of pages`);
  const failed = sum(traffic.map((own) => own.failed));
  must(failed === pages.failed && failed <= done, `${failed} of ${done} pages failed`);
  must(pages.overdue <= pages.inFlight, `${pages.overdue} of ${pages.inFlight} pages in flight are late`);
  for (const { service, phases, windows, keys, latency } of splits) {
    const same = (what: 'observed' | 'errors'): number[] => {
      const byPhase = keys.map((_, key) => sum(phases.map((own) => own[what][key] ?? 0)));
      const byWindow = keys.map((_, key) => sum(windows.map((own) => own[what][key] ?? 0)));
      must(
        byPhase.join() === byWindow.join(),
        `${service}: ${what} ${byPhase.join('/')} by phase, ${byWindow.join('/')} by window`,
      );
      return byWindow;
    };
    const observed = same('observed');
    const errors = same('errors');
    const requests = sum(windows.map((own) => own.requests));
    must(requests === sum(phases.map((own) => own.requests)), `${service}: ${requests} requests by window`);
    for (const own of [...phases, ...windows]) {
      must(sum(own.observed) <= own.requests, `${service}: ${own.observed.join('/')} of ${own.requests}`);
      for (const shares of [own.configured, own.effective]) {
        must(shares === null || sum(shares) < 1 + 1e-9, `${service}: shares ${shares?.join('/')}`);
      }
    }
    // An answer may come in a later window than its request was drawn in, and from another version after a retry.
    must(sum(errors) <= sum(observed), `${service}: ${sum(errors)} errors of ${sum(observed)} requests`);
    must(sum(latency.map((own) => own.count)) <= requests, `${service}: more durations than requests`);
    for (const { p } of phases) must(p === null || (p >= 0 && p <= 1 + 1e-9), `${service}: p = ${p}`);
    metersAgree(service, requests, phases, metrics);
  }
  for (const { name, refreshes: shown, counts, errors } of refreshes) {
    const asked = traffic.find((own) => own.name === name)!;
    must(shown.length === asked.pages, `${name}: ${shown.length} refreshes of ${asked.pages} pages`);
    must(
      sum(counts) <= shown.length && errors <= shown.length,
      `${name}: ${counts.join('/')}, ${errors} errors`,
    );
  }
}

/** What the pods served was sent: once per request, and for each retry and mirrored copy once more. */
function metersAgree(
  service: string,
  requests: number,
  phases: RunRecord['splits'][number]['phases'],
  metrics: RunRecord['metrics'],
): void {
  const meter = (what: 'served' | 'servedErrors' | 'mirrored'): number =>
    sum(phases.flatMap((own) => own.meters[what]));
  const sent = requests + sum(phases.map((own) => own.meters.retries)) + meter('mirrored');
  must(meter('served') <= sent, `${service}: ${meter('served')} served of ${sent} sent`);
  must(meter('servedErrors') <= meter('served'), `${service}: more errors than answers`);
  const atPods = sum(
    metrics.requests
      .filter((own) => own.reporter === 'destination' && own.service === service)
      .map((own) => own.requests),
  );
  must(atPods <= meter('served'), `${service}: ${atPods} at the pods' proxies, ${meter('served')} served`);
}
