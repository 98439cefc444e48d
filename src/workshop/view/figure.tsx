import { chanceIn } from '../language/chance.ts';
import type { Language } from '../language/language.ts';
import { lessonCardWords } from '../language/lesson-card.ts';
import type { Figure as FigureData, FigureRow } from '../lesson/lesson.ts';
import './figure.css';

/** The picture of a reveal, and the same as a table. */
export function Figure({ figure, language }: { readonly figure: FigureData; readonly language: Language }) {
  return figure.kind === 'law' ? <Law {...{ figure, language }} /> : <Rows {...{ figure, language }} />;
}

type Of<Kind extends FigureData['kind']> = Extract<FigureData, { readonly kind: Kind }>;

const height = 96;
const step = 20;

function Law({ figure, language }: { readonly figure: Of<'law'>; readonly language: Language }) {
  const words = lessonCardWords[language];
  const most = Math.max(...figure.bars.map(({ share }) => share));
  const width = figure.bars.length * step;
  const heightOf = (share: number): number => (share / most) * height;
  return (
    <figure class="figure">
      <figcaption>{figure.title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height + 40}`} aria-hidden="true">
        {figure.bars.map(({ label, share, isMarked, isOwn }, index) => (
          <g key={label} class={isMarked ? 'is-marked' : ''}>
            <rect
              x={index * step + 2}
              y={20 + height - heightOf(share)}
              width={step - 4}
              height={Math.max(0.75, heightOf(share))}
            />
            {isOwn && (
              <text class="figure-own" x={index * step + step / 2} y={14 + height - heightOf(share)}>
                {words.you}
              </text>
            )}
            <text class={isOwn ? 'is-own' : ''} x={index * step + step / 2} y={height + 34}>
              {label}
            </text>
          </g>
        ))}
        <path class="figure-axis" d={`M0,${height + 20.5}H${width}`} />
      </svg>
      <p class="figure-key">
        <span class="figure-swatch" aria-hidden="true" /> {figure.marked}
      </p>
      <details class="fold">
        <summary>{words.table}</summary>
        <table class="table">
          <caption>{figure.title}</caption>
          <thead>
            <tr>
              <th scope="col">{words.bar.count}</th>
              <th scope="col">{words.bar.share}</th>
              <td>{words.bar.mark}</td>
            </tr>
          </thead>
          <tbody>
            {figure.bars.map(({ label, share, isMarked, isOwn }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{chanceIn(language, share)}</td>
                <td>
                  {[isMarked ? figure.marked : '', isOwn ? words.you : '']
                    .filter((part) => part !== '')
                    .join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** Bars that stand under each other; the text beside each is what a table would say. */
function Rows({ figure, language }: { readonly figure: Of<'rows'>; readonly language: Language }) {
  return (
    <figure class="figure">
      <figcaption>{figure.title}</figcaption>
      <table class="figure-rows">
        <thead class="unseen">
          <tr>
            <th scope="col">{lessonCardWords[language].row.what}</th>
            <th scope="col">{lessonCardWords[language].row.value}</th>
          </tr>
        </thead>
        <tbody>
          {figure.rows.map((row) => (
            <tr key={row.label} class={`is-${row.is}`}>
              <th scope="row">{row.label}</th>
              <td>
                <RowBar row={row} max={figure.max} />
                <span>{row.text}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function RowBar({ row, max }: { readonly row: FigureRow; readonly max: number }) {
  const at = (value: number): number => Math.min(100, (100 * value) / max);
  return (
    <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="figure-all" x={0} y={0} width={100} height={10} />
      <rect x={0} y={0} width={at(row.value)} height={10} />
      {row.interval !== undefined && (
        <path class="figure-interval" d={`M${at(row.interval[0])},5H${at(row.interval[1])}`} />
      )}
    </svg>
  );
}
