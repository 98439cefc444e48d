import { betaBinomialCS, binomPmf } from '../stats/index.ts';
import type { Judgement } from './judge.ts';
import type { Finding } from './rank.ts';
import { intervalTitle, pText, percent, rangeText, timesText, type ShareInterval } from './words.ts';

/** A judgement as one offline page without a script: sentence, table, exact law with the observed count, mechanisms. */
export function renderJudgementHtml(judgement: Judgement, interval: ShareInterval = 'wilson'): string {
  const rows = judgement.versions
    .map(
      (own) =>
        `<tr><th scope="row">${escaped(own.key)}</th><td>${own.count}</td><td>${percent(own.expected)}</td><td>${percent(own.observed)}</td><td>${rangeText(own, interval)}</td></tr>`,
    )
    .join('');
  const found = judgement.mechanisms.map(mechanismItem).join('');
  const settle = judgement.settle.map((own) => `<li>${escaped(own)}</li>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(judgement.kind)}: ${judgement.requests} requests</title>
<style>
:root{color-scheme:light dark;--ink:#1b2733;--muted:#566573;--ground:#fff;--line:#d5dae0;--bar:#c9c3de;--mark:#5f4b8b}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf0;--muted:#a7b3bf;--ground:#171c22;--line:#3a444f;--bar:#4a4466;--mark:#b9a7ec}}
body{margin:0 auto;padding:1.5rem;max-width:60rem;background:var(--ground);color:var(--ink);font:1rem/1.5 "DejaVu Sans",Arial,sans-serif}
h1{font-size:1.4rem}table{border-collapse:collapse}th,td{padding:.3rem .8rem;border-top:1px solid var(--line);text-align:right}th:first-child,caption{text-align:left}
svg{width:100%;height:auto}svg text{fill:var(--muted);font-size:12px}
</style></head><body>
<h1>${escaped(judgement.sentence)}</h1>
<table><caption>What was seen against what was to be expected</caption><thead><tr><th scope="col">version</th><th scope="col">seen</th><th scope="col">expected</th><th scope="col">observed</th><th scope="col">${intervalTitle(judgement.conf, interval)}</th></tr></thead><tbody>${rows}</tbody></table>
<p>${judgement.impossible.length > 0 ? 'A version of weight 0 was seen: impossible, no test is needed.' : `${escaped(pText(judgement.p))} (${escaped(judgement.test)}; limit ${Number(judgement.level.toPrecision(3))})`}</p>
${law(judgement)}
${strip(judgement)}
${running(judgement)}
${found === '' ? '' : `<h2>What it looks like</h2><ol>${found}</ol>`}
${settle === '' ? '' : `<h2>What would settle more</h2><ul>${settle}</ul>`}
</body></html>
`;
}

/** A mechanism: name, how likely, with which others it is tied, why, and what was fitted. */
function mechanismItem(own: Finding, place: number): string {
  const odds =
    place > 0
      ? `${timesText(own.behind)} times less likely than the first`
      : own.logRatio === null
        ? 'luck cannot bring it at all'
        : `${timesText(own.logRatio)} times likelier than luck`;
  const tie = own.tied ? `; tied with ${own.tiedWith.join(', ')}` : '';
  return `<li><b>${escaped(own.name)}</b> (${odds}${tie}): ${escaped(own.because)}; ${escaped(own.sentence)}.</li>`;
}

/** The exact binomial law of the last version's count, the observed one marked; nothing beyond 2,000 requests. */
function law({ versions, requests }: Judgement): string {
  const own = versions[versions.length - 1];
  if (own === undefined || requests === 0 || requests > 2000 || own.expected <= 0 || own.expected >= 1)
    return '';
  const pmf = Array.from({ length: requests + 1 }, (_, k) => binomPmf({ n: requests, k, p: own.expected }));
  const top = Math.max(...pmf);
  const shown = pmf.flatMap((p, k) => (p > top / 5000 || k === own.count ? [k] : []));
  const [first, last] = [Math.min(...shown), Math.max(...shown)];
  const step = 720 / (last - first + 1);
  const bars = Array.from({ length: last - first + 1 }, (_, i) => {
    const height = (pmf[first + i]! / top) * 180;
    const fill = pmf[first + i]! <= pmf[own.count]! * (1 + 1e-7) ? 'var(--mark)' : 'var(--bar)';
    return `<rect x="${(i * step).toFixed(2)}" y="${(200 - height).toFixed(2)}" width="${(step * 0.9).toFixed(2)}" height="${height.toFixed(2)}" fill="${fill}"/>`;
  }).join('');
  const at = (own.count - first + 0.45) * step;
  const title = `Exact probability of each count of ${own.key} in ${requests} requests; ${own.count} came`;
  return `<figure><svg viewBox="0 0 720 240" role="img" aria-label="${escaped(title)}">${bars}<text x="${at.toFixed(1)}" y="216" text-anchor="middle">▲</text><text x="${at.toFixed(1)}" y="234" text-anchor="middle">${own.count}</text><text x="0" y="234">${first}</text><text x="720" y="234" text-anchor="end">${last}</text></svg><figcaption>${escaped(title)}. Strong bars: at least as unlikely as what came.</figcaption></figure>`;
}

/** The first choices in order, one square each: the last version filled, the others outlined, with a letter below. */
function strip({ strip: choices, versions }: Judgement): string {
  if (choices.length === 0) return '';
  const rows = Math.ceil(choices.length / 40);
  const squares = choices
    .map((key, i) => {
      const [x, y] = [(i % 40) * 18, Math.floor(i / 40) * 22];
      const fill = key === versions.length - 1 ? 'var(--mark)' : key === 0 ? 'none' : 'var(--bar)';
      return `<rect x="${x + 1}" y="${y + 1}" width="14" height="14" fill="${fill}" stroke="var(--mark)"/>`;
    })
    .join('');
  const legend = versions.map(
    (own, key) => `${own.key}: ${key === versions.length - 1 ? 'filled' : key === 0 ? 'empty' : 'light'}`,
  );
  const title = `The first ${choices.length} choices in order (${legend.join(', ')})`;
  return `<figure><svg viewBox="0 0 720 ${rows * 22}" role="img" aria-label="${escaped(title)}">${squares}</svg><figcaption>${escaped(title)}</figcaption></figure>`;
}

/** The share of the last version as it was watched, with its confidence sequence and what was to be expected. */
function running({ running: counted, versions, conf }: Judgement): string {
  const points = counted.map(({ n, count }) => {
    const [low, high] = betaBinomialCS({ k: count, n, alpha: 1 - conf, a: 1, b: 1 }) as readonly [
      number,
      number,
    ];
    return { n, share: count / n, low, high };
  });
  const own = versions[versions.length - 1];
  const end = points[points.length - 1];
  if (own === undefined || end === undefined) return '';
  const x = (n: number): string => (52 + (n / end.n) * 668).toFixed(1);
  const y = (share: number): string => (10 + (1 - share) * 180).toFixed(1);
  const line = points.map((point) => `${x(point.n)},${y(point.share)}`).join(' ');
  const band = [
    ...points.map((point) => `${x(point.n)},${y(point.high)}`),
    ...[...points].reverse().map((point) => `${x(point.n)},${y(point.low)}`),
  ].join(' ');
  const ticks = [0, 0.5, 1]
    .map((share) => `<text x="46" y="${y(share)}" text-anchor="end">${percent(share)}</text>`)
    .join('');
  const title = `Share of ${own.key} as the requests came, with its ${percent(conf)} confidence sequence; dashed: ${percent(own.expected)} was to be expected`;
  return `<figure><svg viewBox="0 0 720 215" role="img" aria-label="${escaped(title)}"><polygon points="${band}" fill="var(--bar)" opacity=".6"/><polyline points="${line}" fill="none" stroke="var(--mark)" stroke-width="2"/><line x1="52" x2="720" y1="${y(own.expected)}" y2="${y(own.expected)}" stroke="var(--ink)" stroke-dasharray="6 4"/>${ticks}<text x="720" y="210" text-anchor="end">${end.n} requests</text></svg><figcaption>${escaped(title)}</figcaption></figure>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
