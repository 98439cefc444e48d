import type { ComponentChildren } from 'preact';
import { chanceIn, tenthsIn } from '../language/chance.ts';
import type { Language } from '../language/language.ts';
import { lawWords } from '../language/law.ts';
import { countsOf, refreshes } from '../class/seats.ts';
import { isBeyond, type Guess } from '../lesson/guess.ts';
import { binomialLaw } from '../lesson/law-figure.ts';
import { Histogram, type HistogramBar } from './histogram.tsx';
import './law.css';

interface LawProps {
  readonly language: Language;
  /** The line of lesson a, once it is locked. */
  readonly line: Guess | undefined;
  /** One's own reds of fifteen; undefined: not known yet. */
  readonly own: number | undefined;
  /** Reds of the sessions that have been played, in their order. */
  readonly sessions: readonly number[];
  /** How many of them came last: they fall before one's eyes. */
  readonly fresh: number;
  /** Plays so many more. */
  readonly onMore: (count: number) => void;
  readonly onRestart: () => void;
}

const most = 1000;

/** One's own line against a thousand sessions: what chance does, played and exact. */
export function Law({ language, line, own, sessions, fresh, onMore, onRestart }: LawProps) {
  const words = lawWords[language];
  const law = binomialLaw(refreshes, 0.5);
  const counts = countsOf(sessions);
  const falling = countsOf(sessions.slice(sessions.length - fresh));
  const bars = law.map((share, count): HistogramBar => ({
    label: String(count),
    count: counts[count]!,
    expected: share * Math.max(1, sessions.length),
    isMarked: line !== undefined && isBeyond(line, count),
    fresh: falling[count]!,
    ...(own === count ? { sign: words.you } : {}),
  }));
  const beyond = bars.reduce((sum, bar) => sum + (bar.isMarked === true ? bar.count : 0), 0);
  const exact = law.reduce((sum, share, count) => sum + (bars[count]!.isMarked === true ? share : 0), 0);
  return (
    <section class="panel law" aria-label={words.title}>
      <div class="panel-head">
        <h2 class="panel-title">{words.title}</h2>
        <span class="quiet">{words.so(sessions.length.toLocaleString(language))}</span>
      </div>
      <p class="quiet">{words.hint}</p>
      <Histogram bars={bars} batch={sessions.length} />
      <Legend
        items={[
          ['bar', words.legend.bar],
          ['expected', words.legend.expected],
          ...(line === undefined ? [] : [['marked', words.legend.beyond] as const]),
        ]}
      />
      <p role="status">
        {line !== undefined &&
          sessions.length > 0 &&
          words.beyond(
            beyond.toLocaleString(language),
            tenthsIn(language, beyond / sessions.length),
            chanceIn(language, exact),
          )}
      </p>
      <p class="law-buttons">
        {[1, 100, most].map((count) => (
          <button
            key={count}
            type="button"
            class="button"
            aria-disabled={sessions.length >= most}
            onClick={() => sessions.length < most && onMore(Math.min(count, most - sessions.length))}
          >
            {words.more(count)}
          </button>
        ))}
        <button type="button" class="button" onClick={onRestart}>
          {words.restart}
        </button>
      </p>
      <details class="fold">
        <summary>{words.table}</summary>
        <table class="table">
          <caption>{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.columns.reds}</th>
              <th scope="col">{words.columns.played}</th>
              <th scope="col">{words.columns.expected}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ label, count, sign }, row) => (
              <tr key={label}>
                <th scope="row">
                  {label}
                  {sign !== undefined && ` · ${sign}`}
                </th>
                <td>{count}</td>
                <td>{chanceIn(language, law[row]!)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

export function Legend({
  items,
}: {
  readonly items: readonly (readonly [
    kind: 'bar' | 'marked' | 'expected' | 'band',
    text: ComponentChildren,
  ])[];
}) {
  return (
    <ul class="histogram-legend">
      {items.map(([kind, text]) => (
        <li key={kind}>
          <i class={`of-${kind}`} /> {text}
        </li>
      ))}
    </ul>
  );
}
