import type { ComponentChildren } from 'preact';
import { keepUnits } from '../keep-units.ts';
import { words } from './words.tsx';

/** How an answer is coloured. */
export type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** An answer in its box: sign and word, one sentence, its reasons. */
export function AnswerBox({
  id,
  tone,
  sign,
  word,
  sentence,
  children,
}: {
  /** Of its heading, once in a page. */
  readonly id: string;
  readonly tone: Tone;
  readonly sign: string;
  readonly word: string;
  readonly sentence: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <section class={`verdict ${tone}`} aria-labelledby={id}>
      <h2 id={id}>
        <span aria-hidden="true">{sign}</span> {keepUnits(word)}
      </h2>
      <p class="sentence">{words(sentence)}</p>
      {children}
    </section>
  );
}
