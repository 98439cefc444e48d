import { explained } from './explained.ts';
import type { DrawnMutant } from './draw.ts';

/**
 * `timed out`: a file of tests took many times longer than it should, as in an endless loop: it counts as killed.
 * `by fingerprint`: no expectation noticed it, but what is played or told is no longer the same.
 */
export type Fate = 'killed' | 'timed out' | 'by fingerprint' | 'survived' | 'not reached';

export interface Tried extends Omit<DrawnMutant, 'start' | 'end' | 'replacement'> {
  readonly fate: Fate;
  /** Of one that survived: the files of tests that did not notice it. */
  readonly asked?: readonly string[];
}

export interface MutationRun {
  readonly seed: string;
  readonly count: number;
  /** Of the processor, spent on one mutant at most. */
  readonly seconds: number;
  /** Fewer than `count` where the run was ended. */
  readonly mutants: readonly Tried[];
}

/** The page of a run: by folder and by kind of mistake how many were noticed, and which were not. */
export function reportOf({ seed, count, seconds, mutants }: MutationRun): string {
  const tally = (title: string, groupOf: (mutant: Tried) => string): string[] => {
    const groups = [...new Set(mutants.map(groupOf))].sort();
    const row = (name: string, own: readonly Tried[]): string => {
      const [killed, timedOut] = [countOf(own, 'killed'), countOf(own, 'timed out')];
      const byPrint = countOf(own, 'by fingerprint');
      const shares = [killed + timedOut, killed + timedOut + byPrint].map(
        (noticed) => `${((100 * noticed) / own.length).toFixed(1)} %`,
      );
      const counts = [killed, timedOut, byPrint, countOf(own, 'survived'), countOf(own, 'not reached')];
      return `| ${[name, own.length, ...counts, ...shares].join(' | ')} |`;
    };
    return [
      `| ${title} | mutants | killed | timed out | by fingerprint | survived | not reached | by expectations | noticed |`,
      '| --- | --: | --: | --: | --: | --: | --: | --: | --: |',
      ...groups.map((name) =>
        row(
          name,
          mutants.filter((own) => groupOf(own) === name),
        ),
      ),
      row('**all**', mutants),
      '',
    ];
  };
  const left = mutants.filter(({ fate }) => fate === 'survived' || fate === 'not reached');
  const changed = mutants.filter(({ fate }) => fate === 'by fingerprint');
  return [
    '# Do the tests notice mistakes?',
    '',
    `\`npm run mutants -- --seed ${seed} --count ${count} --seconds ${seconds}\` wrote this page. Each mutant is one small mistake in one`,
    'source, and is shown to the tests that run its place, the nearest and quickest first, for so many seconds of the processor.',
    'Tests of whole pages, of documents and of the project itself are not asked. What no expectation notices is shown to the',
    'fingerprints (test/fingerprints), which say only that what is played or told has changed: those are counted for themselves.',
    'One that *timed out* made a file of tests take many times longer than it should, as an endless loop does; it counts as noticed.',
    '',
    ...tally('folder', ({ file }) => file.split('/').slice(0, 2).join('/')),
    ...tally('mistake', ({ operator }) => operator),
    '## Not noticed',
    '',
    ...(left.length === 0
      ? ['None.']
      : ['| where | mistake | asked | why it is left |', '| --- | --- | --: | --- |']),
    ...left.map((own) => {
      const because = explained.find(
        ({ file, before, after }) => file === own.file && before === own.before && after === own.after,
      )?.because;
      return `| \`${own.file}:${own.line}\` | ${code(own.before)} → ${code(own.after)} | ${own.asked?.length ?? 0} | ${because ?? '**open**'} |`;
    }),
    '',
    '## Noticed by fingerprints alone',
    '',
    ...(changed.length === 0 ? ['None.'] : ['| where | mistake |', '| --- | --- |']),
    ...changed.map((own) => `| \`${own.file}:${own.line}\` | ${code(own.before)} → ${code(own.after)} |`),
    '',
    '*asked*: files of tests that ran it and passed; their names are in [mutants.json](mutants.json).',
    '',
  ].join('\n');
}

const countOf = (mutants: readonly Tried[], fate: Fate): number =>
  mutants.filter((own) => own.fate === fate).length;

/** In a cell of a table: bars are escaped, and what is long is cut. */
const code = (text: string): string =>
  `\`${(text.length > 100 ? `${text.slice(0, 99)}…` : text).replaceAll('|', '\\|')}\``;
