import { judge } from '../../verdict/judge.ts';
import type { Judgement, VerdictKind } from '../../verdict/judgement.ts';
import type { Sighting, Weights } from '../../verdict/sighting.ts';
import { probNoneSeen, refreshesToSee } from '../../stats/index.ts';
import { chanceIn } from '../language/chance.ts';
import { inBoth, type Language } from '../language/language.ts';
import type { Guess } from './guess.ts';
import { lesson, type Figure } from './lesson.ts';
import { longestRunLaw } from './longest-run.ts';
import { mechanismWords } from './mechanism-words.ts';

/** What somebody saw, and what the rule said. */
interface Case {
  readonly weights: Readonly<Record<string, number>>;
  readonly seen: { readonly counts: readonly number[] } | { readonly order: string };
}

const half = { v1: 50, v3: 50 };

/** Each digit of an order is the version of a page. */
export const cases: readonly Case[] = [
  { weights: half, seen: { counts: [4, 11] } },
  { weights: half, seen: { counts: [15, 0] } },
  { weights: half, seen: { order: '1313131313131313' } },
  { weights: half, seen: { order: '11111111113333333333' } },
  { weights: { v1: 90, v3: 10 }, seen: { counts: [15, 0] } },
  { weights: half, seen: { order: '131133333313111' } },
  { weights: { v1: 90, v3: 10 }, seen: { counts: [86, 14] } },
  { weights: { v1: 50, v2: 0, v3: 50 }, seen: { counts: [7, 1, 7] } },
];

export function judgeCase({ weights, seen }: Case): Judgement {
  const keys = Object.keys(weights);
  const rule: Weights = { keys, weights: Object.values(weights) };
  if ('counts' in seen) return judge({ keys, counts: seen.counts }, rule);
  const sequence = Int32Array.from(seen.order, (digit) => keys.indexOf(`v${digit}`));
  const counts = keys.map((_, key) => sequence.filter((own) => own === key).length);
  const sighting: Sighting = { keys, counts, sequence };
  return judge(sighting, rule);
}

/** The answers, in the order of the options. */
const kinds: readonly VerdictKind[] = ['chance', 'too few to tell', 'fault'];

interface Facts {
  readonly judgements: readonly Judgement[];
  readonly right: readonly number[];
  /** Of fifteen pages at 90/10 in which v3 never came; and pages until it does with 95 %. */
  readonly noneSeen: number;
  readonly needed: number;
  /** A run of six or more in fifteen pages. */
  readonly longRun: number;
}

const hits = (guess: Guess, { right }: Facts): number =>
  guess.filter((own, row) => own === right[row]).length;

const weightsText = ({ weights }: Case): string => Object.values(weights).join('/');

function caseText(language: Language, own: Case, row: number): string {
  const { seen, weights } = own;
  const what =
    'order' in seen
      ? [...seen.order].join(' ')
      : Object.keys(weights)
          .map((key, index) => `${key} × ${seen.counts[index]!}`)
          .join(', ');
  return language === 'zh'
    ? `${row + 1}. 权重 ${weightsText(own)}：${what}`
    : `${row + 1}. At ${weightsText(own)}: ${what}`;
}

function verdictText(language: Language, facts: Facts, row: number, guess: Guess): string {
  const judgement = facts.judgements[row]!;
  const own = words[language];
  const answer = own.options[facts.right[row]!] ?? judgement.kind;
  const [mechanism] = judgement.mechanisms;
  const because =
    judgement.impossible.length > 0
      ? own.impossible(judgement.impossible)
      : judgement.kind === 'too few to tell'
        ? own.tooFew(facts)
        : mechanism !== undefined
          ? own.looksLike(mechanismWords[language][mechanism.name], judgement.p)
          : row === longRunCase
            ? own.run(facts.longRun)
            : own.p(judgement.p);
  return own.verdict(row + 1, answer, because, guess[row] === facts.right[row]);
}

/** The case that looks like a pattern and is none. */
const longRunCase = 5;

const words = inBoth({
  en: {
    options: ['chance', 'too few', 'fault'],
    impossible: (versions: readonly string[]): string =>
      `${versions.join(' and ')} has weight 0; no luck brings it`,
    tooFew: ({ noneSeen, needed }: Facts): string =>
      `none of it comes in ${chanceIn('en', noneSeen)} of sessions; ${needed} pages would be needed`,
    looksLike: (what: string, p: number): string =>
      p > 0.05
        ? `${what}; the tally alone shows nothing`
        : `${what}; so far off or farther comes in ${chanceIn('en', p)}`,
    run: (p: number): string => `a run of six or more comes in ${chanceIn('en', p)}`,
    p: (p: number): string => `so far off or farther comes in ${chanceIn('en', p)}`,
    verdict: (number: number, answer: string, because: string, isRight: boolean): string =>
      `${number} ${isRight ? '✓' : '✗'} ${answer}: ${because}.`,
  },
  zh: {
    options: ['运气', '数据太少', '故障'],
    impossible: (versions) => `${versions.join('、')} 的权重是 0，运气再好也不会出现`,
    tooFew: ({ noneSeen, needed }) =>
      `一次都没看到的情况占 ${chanceIn('zh', noneSeen)}；需要 ${needed} 页才能判断`,
    looksLike: (what, p) =>
      p > 0.05 ? `${what}；单看计数看不出什么` : `${what}；偏得这么多或更多的情况占 ${chanceIn('zh', p)}`,
    run: (p) => `连续六页以上的情况占 ${chanceIn('zh', p)}`,
    p: (p) => `偏得这么多或更多的情况占 ${chanceIn('zh', p)}`,
    verdict: (number, answer, because, isRight) => `${number} ${isRight ? '✓' : '✗'} ${answer}：${because}。`,
  },
});

const figure = (title: string, labels: readonly [string, string], facts: Facts, guess: Guess): Figure => ({
  kind: 'rows',
  title,
  max: cases.length,
  rows: [
    {
      label: labels[0],
      value: hits(guess, facts),
      text: `${hits(guess, facts)} / ${cases.length}`,
      is: 'guess',
    },
    {
      label: labels[1],
      value: cases.length / kinds.length,
      text: `${(cases.length / kinds.length).toFixed(1)} / ${cases.length}`,
      is: 'truth',
    },
  ],
});

/** Luck or fault? */
export const j = lesson<Facts>({
  id: 'j',
  minutes: 5,
  setUps: [{ base: 'workshop', set: [] }],
  panels: ['page', 'law'],
  ask: { kind: 'choice', rows: cases.length, options: kinds.length },
  tasks: [],
  facts: () => {
    const judgements = cases.map(judgeCase);
    return {
      judgements,
      right: judgements.map(({ kind }) => kinds.indexOf(kind)),
      noneSeen: probNoneSeen({ n: 15, p: 0.1 }),
      needed: refreshesToSee({ p: 0.1, conf: 0.95 }),
      longRun: longestRunLaw(15)
        .slice(6)
        .reduce((sum, own) => sum + own, 0),
    };
  },
  words: inBoth({
    en: {
      title: 'Luck or fault?',
      question:
        'Eight people report what they saw; every proxy has had the rule for minutes. Is it chance, are there too few pages to tell, or is something broken? In pairs: agree first.',
      ask: 'Your verdicts:',
      rows: cases.map((own, row) => caseText('en', own, row)),
      options: words.en.options,
      tasks: {},
      reveal: (facts, guess) => [
        `You had ${hits(guess, facts)} of ${cases.length}.`,
        ...cases.map((_, row) => verdictText('en', facts, row, guess)),
      ],
      figure: (facts, guess) => figure('Right verdicts', ['you', 'by guessing'], facts, guess),
      truth: ({ right }) => right.map((own, row) => `${row + 1} ${words.en.options[own]}`).join(', '),
      why: [
        'A verdict needs three things: how improbable the tally is under the rule, how improbable its order is, and whether so few pages could have told at all.',
        'What is suspicious is not yet a fault: repeat it with new pages, and count both looks. What is impossible needs one page only.',
      ],
    },
    zh: {
      title: '运气还是故障？',
      question:
        '八个人报告了他们看到的结果；所有代理拿到规则都已有几分钟。这是运气，是页数太少无法判断，还是真的坏了？两人一组，先达成一致。',
      ask: '你们的判断：',
      rows: cases.map((own, row) => caseText('zh', own, row)),
      options: words.zh.options,
      tasks: {},
      reveal: (facts, guess) => [
        `${cases.length} 个里你答对 ${hits(guess, facts)} 个。`,
        ...cases.map((_, row) => verdictText('zh', facts, row, guess)),
      ],
      figure: (facts, guess) => figure('答对的数目', ['你', '靠猜'], facts, guess),
      truth: ({ right }) => right.map((own, row) => `${row + 1} ${words.zh.options[own]}`).join('，'),
      why: [
        '判断需要三样东西：在这条规则下，这个计数有多罕见；这个次序有多罕见；以及这么少的页数到底能不能说明问题。',
        '可疑还不等于故障：用新的页面再试一次，并把两次都算进去。不可能的事，一页就够。',
      ],
    },
  }),
});
