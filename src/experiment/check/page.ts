import { judgementCharts } from '../../report/judgement/index.ts';
import { renderJudgementHtml } from '../../report/judgement/html.tsx';
import { renderSvg } from '../../report/svg.ts';
import type { ShareInterval } from '../../verdict/words.ts';
import type { Failing } from '../../verdict/failing.ts';
import { version } from '../version.ts';
import { unroutedText } from './answer.ts';
import type { Judged } from './judge-cases.ts';

/** The judgements as one page, with their charts. */
export async function answerPage(
  judged: readonly Judged[],
  unrouted: Failing | null,
  notes: readonly string[],
  command: string,
  interval: ShareInterval,
): Promise<string> {
  const cases = await Promise.all(
    judged.map(async ({ case: { service }, judgement }) => {
      const charts = judgementCharts(judgement).map(async (own) => ({
        ...own,
        svg: await renderSvg(own.spec),
      }));
      return { service, judgement, charts: await Promise.all(charts) };
    }),
  );
  const text = unroutedText(unrouted);
  const isLed = unrouted?.leads === true;
  return renderJudgementHtml({
    cases,
    interval,
    ...(isLed ? { lead: text! } : {}),
    notes: text === undefined || isLed ? notes : [text, ...notes],
    command,
    version,
  });
}
