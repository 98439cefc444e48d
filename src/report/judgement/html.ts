import type { Judgement } from '../../verdict/judgement.ts';
import type { ShareInterval } from '../../verdict/words.ts';
import { escaped } from '../escaped.ts';
import { answerBox, code, folding, heading, htmlPage, list, plot, section } from '../page.ts';
import { stylesOf } from '../palette.ts';
import { swatch } from '../swatch.ts';
import { tableHtml } from '../table/html.ts';
import type { JudgementChart } from './chart.ts';
import { mechanismText, numberLines, verdictLook, versionTable } from './lines.ts';

export interface JudgementPage {
  /** One for each service or slice that was judged; '' where the data name none. */
  readonly cases: readonly {
    readonly service: string;
    readonly judgement: Judgement;
    readonly charts: readonly (JudgementChart & { readonly svg: string })[];
  }[];
  readonly interval?: ShareInterval;
  /** What was read, and what does not reach as far as the counts. */
  readonly notes?: readonly string[];
  /** The command that makes this page again. */
  readonly command: string;
  readonly version: string;
}

/** What `check` found, as one offline page without a script: answer, table, laws, mechanisms, what would settle more. */
export function renderJudgementHtml({
  cases,
  interval = 'wilson',
  notes = [],
  command,
  version,
}: JudgementPage): string {
  const [first] = cases;
  const title =
    cases.length === 1
      ? `Does ${first!.service === '' ? 'the split' : first!.service} follow its weights?`
      : 'Do the services follow their weights?';
  return htmlPage({
    title: cases.length === 1 ? `${verdictLook[first!.judgement.kind].word}: ${title}` : title,
    version,
    header: heading('', title),
    main: [
      ...cases.map((own, place) => caseHtml(own, place, cases.length > 1, interval)),
      section('What was read', list(notes)),
      section('Repeat it', code(command)),
    ].join('\n'),
  });
}

function caseHtml(
  { service, judgement, charts }: JudgementPage['cases'][number],
  place: number,
  isNamed: boolean,
  interval: ShareInterval,
): string {
  const look = verdictLook[judgement.kind];
  const style = stylesOf(judgement.versions.map((own) => own.key));
  const swatches = new Map(judgement.versions.map(({ key }) => [key, swatch(style(key))]));
  const numbers = judgement.requests === 0 ? [] : numberLines(judgement);
  return [
    answerBox({
      id: `verdict-${place}`,
      ...look,
      word: isNamed ? `${service}: ${look.word}` : look.word,
      sentence: judgement.sentence,
      body:
        judgement.impossible.length > 0
          ? '<p>A version of weight 0 was seen: impossible, no test is needed.</p>'
          : '',
    }),
    section('What it looks like, likeliest first', mechanismsHtml(judgement)),
    section('What would settle more', list(judgement.settle)),
    section('What was seen', tableHtml(versionTable(judgement, interval), swatches) + list(numbers)),
    charts.map(figure).join(''),
  ].join('\n');
}

function mechanismsHtml({ mechanisms }: Judgement): string {
  if (mechanisms.length === 0) return '';
  const items = mechanisms.map((own, place) => {
    const { name, odds, why } = mechanismText(own, place);
    return `<li><strong>${escaped(name)}</strong> (${escaped(odds)})<br><span class="found">${escaped(why)}</span></li>`;
  });
  return `<ol class="mechanisms">${items.join('')}</ol>`;
}

const figure = ({ title, text, svg }: JudgementPage['cases'][number]['charts'][number]): string =>
  `<figure>${plot(title, svg)}<figcaption>${escaped(title)}</figcaption>${folding('The same in words', `<p>${escaped(text)}</p>`)}</figure>`;
