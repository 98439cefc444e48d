import { refreshes } from '../class/seats.ts';
import type { Language } from '../language/language.ts';
import { sheetWords } from '../language/sheet.ts';
import type { ComponentChildren } from 'preact';
import { normalQuantile } from '../../stats/index.ts';
import { lessons } from '../lesson/index.ts';
import { lessonIds } from '../lesson/lesson.ts';
import './sheet.css';

const counts = Array.from({ length: refreshes + 1 }, (_, count) => count);
const [column, tall, rungs] = [20, 150, 10];

const z = normalQuantile({ q: 0.975 });

type Formula = 'law' | 'half' | 'none' | 'effective' | 'pods' | 'retry';

const formulas: readonly (readonly [Formula, ComponentChildren])[] = [
  [
    'law',
    <>
      C({refreshes}, k) / 2<sup>{refreshes}</sup>
    </>,
  ],
  ['half', `${(50 * z).toFixed(0)} / √(n + ${(z * z).toFixed(2)})`],
  [
    'none',
    <>
      (1 − w)<sup>n</sup>
    </>,
  ],
  ['effective', 'w × k / K'],
  [
    'pods',
    <>
      n<sub>3</sub> / (n<sub>1</sub> + n<sub>3</sub>)
    </>,
  ],
  [
    'retry',
    <>
      p<sup>r + 1</sup>
    </>,
  ],
];

/** One printed side for each student: ten predictions, the tally, an empty histogram, formulas. It is seen on paper alone. */
export function Sheet({ language }: { readonly language: Language }) {
  const words = sheetWords[language];
  return (
    <section class="sheet" lang={language === 'zh' ? 'zh-CN' : 'en'}>
      <header>
        <h1>{words.title}</h1>
        <p>
          {words.name} <span class="sheet-blank" />
        </p>
        <p>
          {words.seat} <span class="sheet-blank" />
        </p>
      </header>
      <h2>{words.predictions}</h2>
      <table class="sheet-predictions">
        <thead>
          <tr>
            <td />
            <td />
            <th scope="col">{words.yours}</th>
            <th scope="col">{words.truth}</th>
          </tr>
        </thead>
        <tbody>
          {lessonIds.map((id) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td>
                <strong>{lessons[id].words[language].title}</strong>
                <br />
                {words.asks[id] ?? lessons[id].words[language].ask}
              </td>
              <td class="sheet-box" />
              <td class="sheet-box" />
            </tr>
          ))}
        </tbody>
      </table>
      <h2>{words.strip}</h2>
      <Cells labels={counts.slice(1)} />
      <h2>{words.tally}</h2>
      <Cells labels={counts} />
      <div class="sheet-halves">
        <div>
          <h2>{words.histogram}</h2>
          <svg viewBox={`-26 -6 ${counts.length * column + 30} ${tall + 36}`} aria-hidden="true">
            {Array.from({ length: rungs + 1 }, (_, rung) => (
              <path
                key={rung}
                class="sheet-rung"
                d={`M0,${(tall * rung) / rungs}H${counts.length * column}`}
              />
            ))}
            {counts.map((count) => (
              <text key={count} x={(count + 0.5) * column} y={tall + 12}>
                {count}
              </text>
            ))}
            <path class="sheet-axis" d={`M0,0V${tall}H${counts.length * column}`} />
            <text x={(counts.length * column) / 2} y={tall + 26}>
              {words.reds}
            </text>
            <text transform={`translate(-14,${tall / 2}) rotate(-90)`}>{words.sessions}</text>
          </svg>
        </div>
        <div>
          <h2>{words.formulas}</h2>
          <dl>
            {formulas.map(([name, formula]) => (
              <div key={name}>
                <dt>{words[name]}</dt>
                <dd>{formula}</dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
      <h2>{words.sentences}</h2>
      <p class="sheet-line" />
      <p class="sheet-line" />
      <p class="sheet-line" />
    </section>
  );
}

function Cells({ labels }: { readonly labels: readonly number[] }) {
  return (
    <ol class="sheet-cells">
      {labels.map((label) => (
        <li key={label}>
          <span>{label}</span>
        </li>
      ))}
    </ol>
  );
}
