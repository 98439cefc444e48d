import { escaped, verbatim } from './escaped.ts';
import { pageStyle } from './page-style.ts';
import { darkTwin } from './palette.ts';

/** The frame of every page: one file, no script, nothing to load, by day, in the dark and on paper. */
export function htmlPage({
  title,
  version,
  header,
  main,
}: {
  readonly title: string;
  /** Of meshshift. */
  readonly version?: string;
  /** Markup above the answer. */
  readonly header: string;
  readonly main: string;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${escaped(version === undefined ? 'meshshift' : `meshshift ${version}`)}">
<title>${escaped(title)}</title>
<style>
${pageStyle(darkTwin)}
</style>
</head>
<body>
<header>
${header}
</header>
<main>
${main}
</main>
</body>
</html>
`;
}

/** A header: what is looked at, and what the page is called. */
export const heading = (subject: string, title: string): string =>
  `${subject === '' ? '' : `<p class="scenario">${escaped(subject)}</p>\n`}<h1>${escaped(title)}</h1>`;

/** A part under its title; nothing where there is nothing in it. */
export const section = (title: string, body: string): string =>
  body === '' ? '' : `<section><h2>${escaped(title)}</h2>${body}</section>`;

/** How an answer is coloured. */
export type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** An answer in its box: sign and word, one sentence, its reasons. */
export function answerBox({
  id,
  tone,
  sign,
  word,
  sentence,
  body = '',
}: {
  readonly id: string;
  readonly tone: Tone;
  readonly sign: string;
  readonly word: string;
  readonly sentence: string;
  readonly body?: string;
}): string {
  return `<section class="verdict ${tone}" aria-labelledby="${id}">
<h2 id="${id}"><span aria-hidden="true">${sign}</span> ${escaped(word)}</h2>
<p class="sentence">${escaped(sentence)}</p>
${body}
</section>`;
}

export const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;

export const folding = (title: string, body: string): string =>
  `<details><summary>${escaped(title)}</summary>${body}</details>`;

/** A drawing that may be wider than the screen. */
export const plot = (label: string, svg: string): string =>
  `<div class="plot" role="region" tabindex="0" aria-label="${escaped(label)}">${svg}</div>`;

/** Lines as they are, to be read or copied. */
export const code = (text: string): string => `<pre tabindex="0"><code>${verbatim(text)}</code></pre>`;
