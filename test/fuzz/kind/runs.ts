import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { renderHtml } from '../../../src/report/html.tsx';
import { renderMarkdown } from '../../../src/report/markdown.ts';
import { plain } from '../../../src/report/paint.ts';
import { renderText } from '../../../src/report/text.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { scenarioText } from '../scenario-text.ts';
import { must, type FuzzKind } from './fuzz-kind.ts';

const sum = (values: readonly number[]): number => values.reduce((total, own) => total + own, 0);

/**
 * Runs of scenarios that the schema allows: nothing is lost or counted twice, the record can be drawn, and the same scenario
 * gives the same bytes.
 */
export const runs: FuzzKind = {
  async try(random, show) {
    const { text, files } = scenarioText(random);
    show([text, ...files.values()].join('\n#####\n'));
    const { value, problems } = await loadScenario({
      path: 'fuzz',
      file: 'scenario.yaml',
      text,
      read: (file) => Promise.resolve({ value: files.get(file), problems: [] }),
    });
    const errors = problems.filter(({ severity }) => severity === 'error');
    must(
      value !== undefined,
      `refused: ${errors.map(({ code, message }) => `${code} ${message}`).join('; ')}`,
    );
    const { record } = runOnce(value!);
    conserved(record);
    const width = random.between(20, 200);
    renderText(record, { paint: plain, width });
    if (random.chance(0.2)) renderMarkdown(record);
    if (random.chance(0.2)) renderHtml(record, []);
    if (random.chance(0.1)) {
      must(
        JSON.stringify(runOnce(value!).record) === JSON.stringify(record),
        'twice the same run, other bytes',
      );
    }
  },
};

/** Sums that agree, whatever happened. */
function conserved({ pages, traffic, splits, refreshes }: RunRecord): void {
  const done = sum(traffic.map((own) => own.pages));
  must(pages.pages === done, `${pages.pages} pages, ${done} by traffic`);
  const failed = sum(traffic.map((own) => own.failed));
  must(failed <= done, `${failed} of ${done} pages failed`);
  must(pages.inFlight >= 0, `${pages.inFlight} pages in flight`);
  for (const { service, phases, windows, keys } of splits) {
    const byPhase = keys.map((_, key) => sum(phases.map((own) => own.observed[key] ?? 0)));
    const byWindow = keys.map((_, key) => sum(windows.map((own) => own.observed[key] ?? 0)));
    must(
      byPhase.join() === byWindow.join(),
      `${service}: ${byPhase.join('/')} by phase, ${byWindow.join('/')} by window`,
    );
    for (const own of [...phases, ...windows]) {
      must(sum(own.observed) <= own.requests, `${service}: ${own.observed.join('/')} of ${own.requests}`);
    }
    // An answer may come in a later window than its request was drawn in, and from another version after a retry.
    const errors = sum(windows.map((own) => sum(own.errors)));
    must(errors <= sum(byWindow), `${service}: ${errors} errors of ${sum(byWindow)} requests`);
  }
  for (const { name, refreshes: shown } of refreshes) {
    const asked = traffic.find((own) => own.name === name)!;
    must(shown.length === asked.pages, `${name}: ${shown.length} refreshes of ${asked.pages} pages`);
  }
}
