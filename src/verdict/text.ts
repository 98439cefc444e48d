import type { Detection } from './detect.ts';
import type { Judgement } from './judge.ts';
import { rarestKey } from './rarest.ts';
import { intervalTitle, percent, pText, rangeText, timesText, type ShareInterval } from './words.ts';

/** A judgement for a terminal: the sentence, then the evidence. */
export function renderJudgement(
  judgement: Judgement,
  {
    colour,
    width,
    interval = 'wilson',
  }: { readonly colour: boolean; readonly width: number; readonly interval?: ShareInterval },
): string {
  const sign = { chance: '✓', 'too few to tell': '○', fault: '✗' }[judgement.kind];
  const paint = { chance: 32, 'too few to tell': 33, fault: 31 }[judgement.kind];
  // The sign is painted after wrapping, so that colour moves no line.
  const head = wrapped(judgement.sentence, width - 2, '  ');
  const blocks = [[`${colour ? `\u001b[${paint}m${sign}\u001b[0m` : sign} ${head}`]];
  if (judgement.requests > 0) blocks.push(table(judgement, interval), numbers(judgement));
  if (judgement.mechanisms.length > 0) blocks.push(mechanismLines(judgement, width));
  if (judgement.settle.length > 0) {
    blocks.push([
      'What would settle more',
      ...judgement.settle.map((own) => `  - ${wrapped(own, width - 4, '    ')}`),
    ]);
  }
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function table(judgement: Judgement, interval: ShareInterval): string[] {
  const rows = [
    ['version', 'seen', 'expected', 'observed', intervalTitle(judgement.conf, interval)],
    ...judgement.versions.map((own) => [
      own.key,
      String(own.count),
      percent(own.expected),
      percent(own.observed),
      rangeText(own, interval),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]! + 2),
      )
      .join(''),
  );
}

/** p-value, equivalence, sizes and clients: a line each. */
function numbers(judgement: Judgement): string[] {
  const { p, test, level, effect, equivalence, needed, detect, clients, impossible } = judgement;
  const rarest = judgement.versions[rarestKey(judgement.versions.map((own) => own.expected))]?.key;
  const lines: string[] = [];
  if (impossible.length === 0 && test !== 'nothing to draw') {
    lines.push(
      `${pText(p)} (${test}; limit ${Number(level.toPrecision(3))}), effect w = ${Number(effect.toPrecision(2))}`,
    );
  }
  if (equivalence !== null) lines.push(`Right within ${points(equivalence.within)}: ${equivalence.verdict}`);
  for (const own of needed) {
    lines.push(
      `To know the share of ${rarest} within ${points(own.within)}: ${own.stableN} requests, ${missing(own.stillNeeded)} (first at ${own.firstN}; normal approximation ${own.normalN})`,
    );
  }
  if (detect !== null) {
    lines.push(detectLine(detect.deviation, detect.power));
    if (detect.observed !== null) lines.push(detectLine(detect.observed, detect.power));
  }
  if (clients !== null) {
    lines.push(
      `${clients.clients} clients, correlation within a client ${Number(clients.icc.toFixed(2))}, design effect ${Number(clients.designEffect.toPrecision(2))}: as much as ${Math.round(clients.effectiveRequests)} independent requests`,
    );
    if (impossible.length === 0 && clients.designEffect > 1.5)
      lines.push(
        `With clients taken into account ${pText(clients.adjustedP)} (X^2 over the design effect, approximate)`,
      );
  }
  return lines;
}

function detectLine(own: Detection, power: number): string {
  const { key, share, from, powerNow, firstN, stableN, stillNeeded, exact } = own;
  const sizes = exact ? `first at ${firstN}` : 'normal approximation';
  return `To find ${key} at ${percent(from)} instead of ${percent(share)}: ${stableN} requests for power ${percent(power)}, ${missing(stillNeeded)} (${sizes}); these have power ${rough(powerNow)}`;
}

function mechanismLines({ mechanisms }: Judgement, width: number): string[] {
  const lines = ['What it looks like, likeliest first'];
  mechanisms.forEach((own, place) => {
    const odds =
      place > 0
        ? `${timesText(own.behind)} times less likely than the first`
        : own.logRatio === null
          ? 'luck cannot bring it at all'
          : `${timesText(own.logRatio)} times likelier than luck`;
    const tie = !own.tied ? '' : place > 0 ? ': tied' : `; tied with ${own.tiedWith.join(', ')}`;
    lines.push(`  ${place + 1}. ${wrapped(`${own.name} (${odds}${tie})`, width - 5, '     ')}`);
    lines.push(`     ${wrapped(`${own.because}; ${own.sentence}`, width - 5, '     ')}`);
  });
  return lines;
}

const missing = (requests: number): string => (requests === 0 ? 'reached' : `${requests} more`);

const rough = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;

const points = (share: number): string => `${Number((share * 100).toFixed(2))} points`;

/** Words on lines of this width; further lines begin with the indent. */
function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
}
