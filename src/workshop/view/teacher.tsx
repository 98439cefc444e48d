import { useState } from 'preact/hooks';
import { chanceIn, tenthsIn } from '../language/chance.ts';
import type { Language } from '../language/language.ts';
import { teacherWords } from '../language/teacher.ts';
import { classStats } from '../class/class-stats.ts';
import { parseTally, strangers } from '../class/parse-tally.ts';
import { countsOf } from '../class/seats.ts';
import { Histogram } from './histogram.tsx';
import { Legend } from './law.tsx';
import './teacher.css';

interface TeacherProps {
  readonly language: Language;
  readonly code: string;
  readonly seats: number;
  /** How many saw 0, 1, 2 ... red pages, as hands were counted. */
  readonly hands: readonly number[];
  readonly onHands: (hands: readonly number[]) => void;
  /** Lines that were pasted. */
  readonly tallies: string;
  readonly onTallies: (text: string) => void;
  readonly onClass: (code: string, seats: number) => void;
  /** Red pages of each seat as its seed plays, seat 1 first; undefined: the class has not been played. */
  readonly played: readonly number[] | undefined;
  readonly isPlaying: boolean;
  readonly onPlay: () => void;
  readonly onReplay: (seat: number) => void;
  readonly isProjector: boolean;
  readonly onProjector: (isProjector: boolean) => void;
  readonly onPrint: () => void;
}

const mostSeats = 400;
type Source = 'hands' | 'paste' | 'seeds';

/** The teacher's panel: what a class saw, against what chance brings. */
export function Teacher(props: TeacherProps) {
  const { language, code, seats, played, hands } = props;
  const words = teacherWords[language];
  const [source, setSource] = useState<Source>('hands');
  const { tallies, refused } = parseTally(props.tallies);
  const odd = strangers(tallies, new Map(played?.map((reds, index) => [index + 1, reds])));
  const counts = {
    hands,
    paste: countsOf(tallies.map(({ reds }) => reds)),
    seeds: countsOf(played ?? []),
  }[source];
  const sources = [
    ['hands', words.counted],
    ['paste', words.pasted],
    ...(played === undefined ? [] : [['seeds', words.fromSeeds] as const]),
  ] as const;

  return (
    <section class="teacher" aria-label={words.title}>
      <p class="teacher-board">{words.board(code)}</p>
      <ClassOf {...props} onPlayed={() => setSource('seeds')} />
      <div class="choices" role="group" aria-label={words.chart}>
        {sources.map(([own, label]) => (
          <button
            key={own}
            type="button"
            class="button"
            aria-pressed={source === own}
            onClick={() => setSource(own)}
          >
            {label}
          </button>
        ))}
      </div>
      {source === 'hands' && <Hands hands={hands} language={language} onHands={props.onHands} />}
      {source === 'paste' && (
        <Paste
          text={props.tallies}
          refused={refused}
          language={language}
          onText={(text) => props.onTallies(text)}
        />
      )}
      <p class="quiet teacher-many" role="status">
        {sum(counts) > seats ? words.tooMany(sum(counts), seats) : ''}
      </p>
      <Result counts={counts} language={language} />
      {odd.length > 0 && <Strangers odd={odd} language={language} />}
    </section>
  );
}

/** Which class it is, and what can be done with it as a whole. */
function ClassOf(props: TeacherProps & { readonly onPlayed: () => void }) {
  const { language, code, seats, onClass } = props;
  const words = teacherWords[language];
  const [seat, setSeat] = useState(17);
  const cannotPlay = props.isPlaying || code === '';
  const play = (): void => {
    if (cannotPlay) return;
    props.onPlay();
    props.onPlayed();
  };
  return (
    <div class="teacher-class">
      <label>
        <span>{words.code}</span>
        <input
          type="text"
          value={code}
          maxLength={20}
          onInput={(event) => onClass(event.currentTarget.value, seats)}
        />
      </label>
      <label>
        <span>{words.seats}</span>
        <SeatNumber value={seats} onValue={(value) => onClass(code, value)} />
      </label>
      <button type="button" class="button is-primary" aria-disabled={cannotPlay} onClick={play}>
        {props.isPlaying ? words.playing : words.play}
      </button>
      <label class="teacher-replay">
        <span>{words.seat}</span>
        <SeatNumber value={seat} onValue={setSeat} />
      </label>
      <button type="button" class="button" onClick={() => props.onReplay(seat)}>
        {words.replay}
      </button>
      <button
        type="button"
        class="button"
        aria-pressed={props.isProjector}
        onClick={() => props.onProjector(!props.isProjector)}
      >
        {words.projector}
      </button>
      <button type="button" class="button" onClick={props.onPrint}>
        {words.print}
      </button>
    </div>
  );
}

/** A number of seats, or of one. */
function SeatNumber({
  value,
  onValue,
}: {
  readonly value: number;
  readonly onValue: (value: number) => void;
}) {
  return (
    <input
      type="number"
      min={1}
      max={mostSeats}
      value={value}
      onChange={(event) => onValue(within(event.currentTarget.value, 1, mostSeats, value))}
    />
  );
}

/** How many hands went up for each number of red pages. */
function Hands({ hands, language, onHands }: Pick<TeacherProps, 'hands' | 'language' | 'onHands'>) {
  const words = teacherWords[language];
  return (
    <fieldset class="teacher-hands">
      <legend class="quiet">{words.handsHint}</legend>
      {hands.map((own, count) => (
        <label key={count}>
          <span aria-hidden="true">{count}</span>
          <input
            type="number"
            min={0}
            max={mostSeats}
            value={own}
            aria-label={words.reds(count)}
            onFocus={(event) => event.currentTarget.select()}
            onInput={(event) => {
              const value = within(event.currentTarget.value, 0, mostSeats, 0);
              onHands(hands.map((before, at) => (at === count ? value : before)));
            }}
          />
        </label>
      ))}
      <button type="button" class="button" onClick={() => onHands(countsOf([]))}>
        {words.clear}
      </button>
    </fieldset>
  );
}

/** Lines that seats have sent, and which of them say nothing. */
function Paste(props: {
  readonly text: string;
  readonly refused: ReturnType<typeof parseTally>['refused'];
  readonly language: Language;
  readonly onText: (text: string) => void;
}) {
  const words = teacherWords[props.language];
  return (
    <div class="teacher-paste">
      <p class="quiet" id="teacher-paste-hint">
        {words.pasteHint}
      </p>
      <textarea
        rows={6}
        spellcheck={false}
        aria-label={words.pasteLabel}
        aria-describedby="teacher-paste-hint"
        value={props.text}
        onInput={(event) => props.onText(event.currentTarget.value)}
      />
      {props.refused.length > 0 && (
        <ul class="teacher-refused" role="status">
          {props.refused.map(({ line, text, why }) => (
            <li key={line}>
              {words.refused(line, words.refusals[why])}: <code>{text.slice(0, 60)}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Seats that say something else than their seeds bring. */
function Strangers({
  odd,
  language,
}: {
  readonly odd: ReturnType<typeof strangers>;
  readonly language: Language;
}) {
  const words = teacherWords[language];
  return (
    <div class="teacher-refused" role="status">
      <p>{words.strangers}</p>
      <ul>
        {odd.map((own) => (
          <li key={own.seat}>{words.stranger(own.seat, own.reds, own.played)}</li>
        ))}
      </ul>
    </div>
  );
}

function Result({ counts, language }: { readonly counts: readonly number[]; readonly language: Language }) {
  const words = teacherWords[language];
  const stats = classStats(counts);
  const { sessions, pages, reds, interval, bars } = stats;
  return (
    <figure class="teacher-result">
      <figcaption class="quiet">{words.chart}</figcaption>
      <Histogram bars={bars.map((own, count) => ({ label: String(count), ...own }))} />
      <Legend
        items={[
          ['bar', words.legend.bar],
          ['expected', words.legend.expected],
          ['band', words.legend.band],
        ]}
      />
      <div role="status">
        {sessions === 0 ? (
          <p>{words.nobody}</p>
        ) : (
          <>
            <p>
              {words.pooled(
                String(reds),
                String(pages),
                tenthsIn(language, reds / pages),
                `${tenthsIn(language, interval[0])} – ${tenthsIn(language, interval[1])}`,
              )}
            </p>
            <p class="teacher-punch">
              {words.extreme(sessions, chanceIn(language, stats.somebodyExtreme), stats.evenOddsFrom)}
            </p>
          </>
        )}
      </div>
      <table class="table">
        <caption class="unseen">{words.chart}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.reds}</th>
            <th scope="col">{words.columns.sessions}</th>
            <th scope="col">{words.columns.expected}</th>
            <th scope="col">{words.columns.band}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ count, expected, band }, row) => (
            <tr key={row} class={count < band[0] || count > band[1] ? 'is-off' : ''}>
              <th scope="row">{row}</th>
              <td>{count}</td>
              <td>{expected.toFixed(1)}</td>
              <td>{words.range(band[0], band[1])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

const sum = (counts: readonly number[]): number => counts.reduce((total, own) => total + own, 0);

function within(text: string, low: number, high: number, otherwise: number): number {
  const value = Math.round(Number(text));
  return text.trim() === '' || !Number.isFinite(value) ? otherwise : Math.min(high, Math.max(low, value));
}
